package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"visnyk/bot"
)

type attributeRecord struct {
	Name      string `db:"name"`
	Type      string `db:"type"`
	LabelUK   string `db:"label_uk"`
	LabelRU   string `db:"label_ru"`
	Choices   string `db:"choices"`
	Sensitive bool   `db:"sensitive"`
	Position  int    `db:"position"`
}

const (
	allAttributes = `SELECT name, type, label_uk, label_ru, choices, sensitive, position FROM attributes ORDER BY position, name`

	putAttribute = `
INSERT INTO attributes (name, type, label_uk, label_ru, choices, sensitive, position)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (name) DO UPDATE SET type = excluded.type, label_uk = excluded.label_uk, label_ru = excluded.label_ru,
	choices = excluded.choices, sensitive = excluded.sensitive, position = excluded.position`

	dropAttribute = `DELETE FROM attributes WHERE name = $1`
)

// Attributes returns those that were declared, in the order in which they are shown.
func (s *Store) Attributes(ctx context.Context) ([]bot.Attribute, error) { return s.r.attributes(ctx) }

// Attributes returns those that were declared, as the transaction has them.
func (t *Tx) Attributes(ctx context.Context) ([]bot.Attribute, error) { return t.attributes(ctx) }

func (c conn) attributes(ctx context.Context) ([]bot.Attribute, error) {
	var records []attributeRecord
	if err := c.sel(ctx, &records, allAttributes); err != nil {
		return nil, doing("attributes", err)
	}
	all := make([]bot.Attribute, len(records))
	for i, r := range records {
		all[i] = bot.Attribute{
			Name: r.Name, Type: bot.AttributeType(r.Type), Label: bot.Bilingual{UK: r.LabelUK, RU: r.LabelRU},
			Sensitive: r.Sensitive, Position: r.Position,
		}
		if err := fromJSON(r.Choices, &all[i].Choices); err != nil {
			return nil, doing("attributes", fmt.Errorf("%s: choices: %w", r.Name, err))
		}
	}
	return all, nil
}

// PutAttribute declares an attribute, or declares it anew; EditContent comes
// before. Where its type or its choices are others than they were, the values that
// people have are judged again behind the commit, by an expansion.
func (t *Tx) PutAttribute(ctx context.Context, a bot.Attribute) error {
	declared, err := t.attributes(ctx)
	if err != nil {
		return err
	}
	was := slices.IndexFunc(declared, func(d bot.Attribute) bool { return d.Name == a.Name })
	choices := a.Choices
	if choices == nil {
		choices = []string{}
	}
	_, err = t.exec(ctx, putAttribute, a.Name, a.Type, a.Label.UK, a.Label.RU, toJSON(choices), a.Sensitive, a.Position)
	if err != nil {
		return doing("declare an attribute", err)
	}
	if was >= 0 && declared[was].Type == a.Type && slices.Equal(declared[was].Choices, a.Choices) {
		return nil
	}
	return t.askExpansions(ctx, ExpandAttribute, column([]string{a.Name}))
}

// DropAttribute takes the declaration back; EditContent comes before. What people
// have of it stays, as text of no type. ErrNotFound where there is none.
func (t *Tx) DropAttribute(ctx context.Context, name string) error {
	n, err := t.exec(ctx, dropAttribute, name)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return doing("take an attribute back", err)
	}
	return t.askExpansions(ctx, ExpandAttribute, column([]string{name}))
}

// Declared are the attributes that were declared, by their names.
type Declared map[string]bot.Attribute

// DeclaredBy returns the attributes by their names.
func DeclaredBy(all []bot.Attribute) Declared {
	by := make(Declared, len(all))
	for _, a := range all {
		by[a.Name] = a
	}
	return by
}

// fit puts what is known of the person where it belongs: what fits its type, in
// the one form, into Attributes, what does not into Misfits. Nothing is lost. It
// reports whether anything is different then.
func (d Declared) fit(p *ContactRow) (moved bool) {
	values, misfits := map[string]string{}, map[string]string{}
	for _, given := range []map[string]string{p.Misfits, p.Attributes} { // what fitted counts
		for name, text := range given {
			delete(misfits, name)
			a, declared := d[name]
			if !declared {
				values[name] = text
				continue
			}
			if value, ok := a.Value(text); ok {
				values[name] = value
				continue
			}
			delete(values, name)
			misfits[name] = text
		}
	}
	moved = !maps.Equal(values, p.Attributes) || !maps.Equal(misfits, p.Misfits)
	p.Attributes, p.Misfits = values, misfits
	return moved
}

var (
	attributeColumns = contactsWith(func(c contactColumn) bool {
		return c.name == "id" || c.name == "attributes" || c.name == "misfits"
	})
	attributesOf = attributeColumns.in(`
WITH v (contact) AS (VALUES {rows ($)})
SELECT {person} FROM contacts WHERE id IN (SELECT contact FROM v)`)
	putAttributes = attributeColumns.in(`
WITH v ({columns}) AS (VALUES {rows ({row})})
UPDATE contacts SET {set} FROM v WHERE contacts.id = v.id`)
)

// FitAttribute judges what the contacts have of the attribute anew, by how it is
// declared now, within Store.Expand.
func (t *Tx) FitAttribute(ctx context.Context, name string, contacts []string) error {
	all, err := t.attributes(ctx)
	if err != nil {
		return err
	}
	declared := DeclaredBy(all)
	var records []contactRecord
	if err := selRows(ctx, t.conn, &records, attributesOf, nil, column(contacts)); err != nil {
		return doing("fit an attribute", err)
	}
	var rows [][]any
	var moved []string
	for _, r := range records {
		p, err := r.row()
		if err != nil {
			return doing("fit an attribute", err)
		}
		_, has := p.Attributes[name]
		_, misfits := p.Misfits[name]
		if (has || misfits) && declared.fit(&p) {
			rows, moved = append(rows, attributeColumns.row(p)), append(moved, p.ID)
		}
	}
	if _, err := t.execRows(ctx, putAttributes, nil, rows); err != nil {
		return doing("fit an attribute", err)
	}
	return doing("fit an attribute", t.concern(ctx, moved))
}

// Misfit is a value that does not fit the type that was declared.
type Misfit struct {
	Contact   string
	Attribute string
	Text      string // as it was given
}

var misfitsAfter = attributeColumns.in(`
SELECT {person} FROM contacts WHERE misfits <> '{}' AND id > $1 ORDER BY id LIMIT $2`)

// Misfits returns what does not fit its type, of at most so many people behind the
// contact, by contact and attribute; next is the contact to go on behind, "" at
// the end.
func (s *Store) Misfits(ctx context.Context, after string, people int) (all []Misfit, next string, err error) {
	var records []contactRecord
	if err := s.reading.sel(ctx, &records, misfitsAfter, after, people); err != nil {
		return nil, "", doing("misfits", err)
	}
	for _, r := range records {
		p, err := r.row()
		if err != nil {
			return nil, "", doing("misfits", err)
		}
		for _, name := range slices.Sorted(maps.Keys(p.Misfits)) {
			all = append(all, Misfit{p.ID, name, p.Misfits[name]})
		}
	}
	if len(records) == people {
		next = all[len(all)-1].Contact
	}
	return all, next, nil
}
