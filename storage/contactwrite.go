package storage

import (
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

var (
	insertContacts = turnWrites.in(`
WITH v ({columns}) AS (VALUES {rows ({row})})
INSERT {fail}INTO contacts ({columns}, created_at)
SELECT {columns}, {now} FROM v ORDER BY id
ON CONFLICT (id) DO NOTHING
RETURNING id`)

	updateContacts = turnWrites.in(`
WITH v ({columns}) AS (VALUES {rows ({row})})
UPDATE contacts SET {set} FROM v WHERE contacts.id = v.id`)

	contactsThatMove = turnMoves.in(`
WITH v ({columns}) AS (VALUES {rows ({row})})
SELECT k.id, ` + turnAsked.in(`{moved}`) + ` AS asked, ` + turnNames.in(`{moved}`) + ` AS renamed
FROM v JOIN contacts k ON k.id = v.id WHERE {moved} ORDER BY k.id`)
)

// putContacts inserts or updates contacts as turns know them. What the company
// says of people is not touched. It tells who is new, and of whom something is
// now different that a segment may ask about: their ledgers are brought in line
// when their conversations are written too. Those renamed are to be found anew.
func (t *Tx) putContacts(ctx context.Context, contacts []bot.Contact) (fresh, moved, renamed []string, err error) {
	rows := lastByID(contacts, func(c bot.Contact) []any {
		c.ID = clean(c.ID)
		return turnWrites.row(ContactRow{Contact: c})
	})
	var added []contactID
	var differ []contactMoved
	if err := selRows(ctx, t.apart(), &added, insertContacts, nil, rows); err != nil {
		return nil, nil, nil, fmt.Errorf("contacts: %w", err)
	}
	isNew := make(map[string]bool, len(added))
	for _, a := range added {
		isNew[a.ID] = true
		fresh = append(fresh, a.ID)
	}
	old := slices.DeleteFunc(rows, func(row []any) bool { return isNew[row[0].(string)] })
	asked := make([][]any, len(old))
	for i, row := range old {
		asked[i] = turnMoves.of(turnWrites, row)
	}
	if err := selRows(ctx, t.apart(), &differ, contactsThatMove, nil, asked); err != nil {
		return nil, nil, nil, fmt.Errorf("contacts: %w", err)
	}
	for _, d := range differ {
		if d.Asked {
			moved = append(moved, d.ID)
		}
		if d.Renamed {
			renamed = append(renamed, d.ID)
		}
	}
	if _, err := t.apart().execRows(ctx, updateContacts, nil, old); err != nil {
		return nil, nil, nil, fmt.Errorf("contacts: %w", err)
	}
	return fresh, moved, renamed, nil
}

type contactMoved struct {
	ID      string `db:"id"`
	Asked   bool   `db:"asked"`
	Renamed bool   `db:"renamed"`
}

type contactID struct {
	ID string `db:"id"`
}

// What becomes of a column that is filled already, its line of contactTable says.
var importContacts = importWrites.in(`
WITH v ({columns}) AS (VALUES {rows ({row})})
INSERT INTO contacts ({columns}, created_at)
SELECT {columns}, {now} FROM v ORDER BY external_id
ON CONFLICT (external_id) WHERE external_id <> '' DO UPDATE SET
	{imported}
RETURNING id, external_id`)

// What an import would write is compared with what is there: the row of the import
// is called as importContacts calls it. Contacts are looked up in a subquery that no
// planner can turn into a join: an import makes them many while the plan is kept that
// took them for few, and would read all of them for each few rows.
var importMoves = importWrites.in(`
WITH excluded ({columns}) AS (VALUES {rows ({row})})
SELECT excluded.external_id FROM excluded WHERE (
	SELECT {differs} FROM contacts WHERE contacts.external_id = excluded.external_id AND contacts.external_id <> '')`)

// ImportDiffers returns the External ids of those contacts, all of which are there,
// of whom ImportContacts would write something that they do not say already.
func (t *Tx) ImportDiffers(ctx context.Context, all []ContactRow) (map[string]bool, error) {
	if len(all) == 0 {
		return nil, nil
	}
	rows, err := t.importRows(ctx, all)
	if err != nil {
		return nil, doing("compare contacts", err)
	}
	var found []externalID
	if err := selRows(ctx, t.apart(), &found, importMoves, nil, rows); err != nil {
		return nil, doing("compare contacts", err)
	}
	differ := make(map[string]bool, len(found))
	for _, f := range found {
		differ[f.External] = true
	}
	return differ, nil
}

// ImportContacts inserts or updates contacts by their External ids, each of
// which stands once, and brings their ledger in line. Values are written as their
// attributes are declared, what does not fit stands in Misfits; regions are found
// by their names. ID is that of a contact that may have to be made. It gives the contacts' ids by External id.
func (t *Tx) ImportContacts(ctx context.Context, all []ContactRow) (map[string]string, error) {
	rows, err := t.importRows(ctx, all)
	if err != nil {
		return nil, doing("import contacts", err)
	}
	var written []externalID
	if err := selRows(ctx, t.apart(), &written, importContacts, nil, rows); err != nil {
		return nil, doing("import contacts", err)
	}
	ids := make(map[string]string, len(written))
	concerned := make([]string, len(written))
	for i, w := range written {
		ids[w.External] = w.ID
		concerned[i] = w.ID
	}
	if err := t.markSearch(ctx, len(concerned) > waitedFor, concerned...); err != nil {
		return nil, err
	}
	return ids, doing("import contacts", t.concern(ctx, concerned))
}

// importRows are the rows as they are written: values as their attributes are
// declared, which stays so until the commit, and regions found.
func (t *Tx) importRows(ctx context.Context, all []ContactRow) ([][]any, error) {
	if err := t.lockContent(ctx); err != nil {
		return nil, err
	}
	declared, err := t.attributes(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	if err := t.place(ctx, all); err != nil {
		return nil, err
	}
	by := DeclaredBy(declared)
	rows := make([][]any, len(all))
	for i, c := range all {
		by.fit(&c)
		rows[i] = importWrites.row(c)
	}
	return rows, nil
}

type externalID struct {
	ID       string `db:"id"`
	External string `db:"external_id"`
}

// As importMoves looks for them.
const contactsByExternal = `
WITH v (external_id) AS (VALUES {rows ($)})
SELECT * FROM (
	SELECT (SELECT k.id FROM contacts k WHERE k.external_id = v.external_id AND k.external_id <> '') AS id, v.external_id FROM v
) f WHERE id IS NOT NULL`

// ContactIDs returns the ids of the contacts there are, by their External ids.
func (t *Tx) ContactIDs(ctx context.Context, external []string) (map[string]string, error) {
	var found []externalID
	if err := selRows(ctx, t.apart(), &found, contactsByExternal, nil, column(external)); err != nil {
		return nil, doing("contacts by external id", err)
	}
	ids := make(map[string]string, len(found))
	for _, f := range found {
		ids[f.External] = f.ID
	}
	return ids, nil
}

// column makes a row of each value.
func column(values []string) [][]any {
	rows := make([][]any, len(values))
	for i, v := range values {
		rows[i] = []any{clean(v)}
	}
	return rows
}
