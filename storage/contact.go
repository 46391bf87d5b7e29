package storage

import (
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

// noneMuted is the column of a person who wants to be told of everything.
const noneMuted = "[]"

func mutedColumn(w bot.Wishes) string {
	if len(w.Muted) == 0 {
		return noneMuted
	}
	return toJSON(w.Muted)
}

const insertContacts = `
WITH v (id, name, language, chosen, zone, stopped, muted, quiet, paused_until) AS (
	VALUES {rows ($, $, $, CAST($ AS BOOLEAN), $, CAST($ AS BOOLEAN), $, $, CAST($ AS BIGINT))}
)
INSERT INTO contacts (id, name, language, chosen, zone, stopped, muted, quiet, paused_until, created_at)
SELECT id, name, language, chosen, zone, stopped, muted, quiet, paused_until, {now} FROM v ORDER BY id
ON CONFLICT (id) DO NOTHING
RETURNING id`

const updateContacts = `
WITH v (id, name, language, chosen, zone, stopped, muted, quiet, paused_until) AS (
	VALUES {rows ($, $, $, CAST($ AS BOOLEAN), $, CAST($ AS BOOLEAN), $, $, CAST($ AS BIGINT))}
)
UPDATE contacts SET name = v.name, language = v.language, chosen = v.chosen, zone = v.zone, stopped = v.stopped,
	muted = v.muted, quiet = v.quiet, paused_until = v.paused_until
FROM v WHERE contacts.id = v.id`

// What a turn writes of a contact and a segment may ask about.
const contactsThatMove = `
WITH v (id, language, zone) AS (VALUES {rows ($, $, $)})
SELECT k.id FROM v JOIN contacts k ON k.id = v.id WHERE k.language <> v.language OR k.zone <> v.zone ORDER BY k.id`

// putContacts inserts or updates contacts as turns know them. What the company
// says of people is not touched. It tells who is new, and of whom something is
// now different that a segment may ask about: their ledgers are brought in line
// when their conversations are written too.
func (t *Tx) putContacts(ctx context.Context, contacts []bot.Contact) (fresh, moved [][]any, err error) {
	rows := lastByID(contacts, func(c bot.Contact) []any {
		return []any{
			clean(c.ID), c.Name, c.Language, c.Chosen, c.Zone, c.Stopped,
			mutedColumn(c.Wishes), c.Wishes.Quiet, c.Wishes.PausedUntil,
		}
	})
	var added, differ []contactID
	if err := selRows(ctx, t.conn, &added, insertContacts, nil, rows); err != nil {
		return nil, nil, fmt.Errorf("contacts: %w", err)
	}
	isNew := make(map[string]bool, len(added))
	for _, a := range added {
		isNew[a.ID] = true
		fresh = append(fresh, []any{a.ID})
	}
	old := slices.DeleteFunc(rows, func(row []any) bool { return isNew[row[0].(string)] })
	asked := make([][]any, len(old))
	for i, row := range old {
		asked[i] = []any{row[0], row[2], row[4]}
	}
	if err := selRows(ctx, t.conn, &differ, contactsThatMove, nil, asked); err != nil {
		return nil, nil, fmt.Errorf("contacts: %w", err)
	}
	for _, d := range differ {
		moved = append(moved, []any{d.ID})
	}
	if _, err := t.execRows(ctx, updateContacts, nil, old); err != nil {
		return nil, nil, fmt.Errorf("contacts: %w", err)
	}
	return fresh, moved, nil
}

type contactID struct {
	ID string `db:"id"`
}

// ContactRow is all that stands of a person in the table of contacts, and where
// they are reached.
type ContactRow = bot.Person

// An empty name, language or zone says nothing, and a language the person chose
// outweighs the company's; the rest is the company's word as it is.
const importContacts = `
WITH v (id, external_id, name, language, zone, kind, tier, region, attributes, tags) AS (
	VALUES {rows ($, $, $, $, $, $, $, $, $, $)}
)
INSERT INTO contacts (id, external_id, name, language, zone, kind, tier, region, attributes, tags, created_at)
SELECT id, external_id, name, language, zone, kind, tier, region, attributes, tags, {now} FROM v ORDER BY external_id
ON CONFLICT (external_id) WHERE external_id <> '' DO UPDATE SET
	name = CASE WHEN excluded.name = '' THEN contacts.name ELSE excluded.name END,
	language = CASE WHEN contacts.chosen OR excluded.language = '' THEN contacts.language ELSE excluded.language END,
	zone = CASE WHEN excluded.zone = '' THEN contacts.zone ELSE excluded.zone END,
	kind = excluded.kind, tier = excluded.tier, region = excluded.region,
	attributes = excluded.attributes, tags = excluded.tags
RETURNING id, external_id`

// ImportContacts inserts or updates contacts by their External ids, each of
// which stands once, and brings their ledger in line. ID is that of a contact
// that may have to be made. It gives the contacts' ids by External id.
func (t *Tx) ImportContacts(ctx context.Context, all []ContactRow) (map[string]string, error) {
	rows := make([][]any, len(all))
	for i, c := range all {
		attributes, tags := c.Attributes, c.Tags
		if attributes == nil {
			attributes = map[string]string{}
		}
		if tags == nil {
			tags = []string{}
		}
		rows[i] = []any{
			c.ID, c.External, c.Name, c.Language, c.Zone, c.Kind, c.Tier, c.Region, toJSON(attributes), toJSON(tags),
		}
	}
	var written []externalID
	if err := selRows(ctx, t.conn, &written, importContacts, nil, rows); err != nil {
		return nil, doing("import contacts", err)
	}
	ids := make(map[string]string, len(written))
	concerned := make([][]any, len(written))
	for i, w := range written {
		ids[w.External] = w.ID
		concerned[i] = []any{w.ID}
	}
	return ids, doing("import contacts", t.concern(ctx, concerned))
}

type externalID struct {
	ID       string `db:"id"`
	External string `db:"external_id"`
}

const contactsByExternal = `
WITH v (external_id) AS (VALUES {rows ($)})
SELECT k.id, k.external_id FROM v JOIN contacts k ON k.external_id = v.external_id AND k.external_id <> ''`

// ContactIDs gives the ids of the contacts there are, by their External ids.
func (t *Tx) ContactIDs(ctx context.Context, external []string) (map[string]string, error) {
	var found []externalID
	if err := selRows(ctx, t.conn, &found, contactsByExternal, nil, column(external)); err != nil {
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

type contactRecord struct {
	ID         string       `db:"id"`
	External   string       `db:"external_id"`
	Name       string       `db:"name"`
	Language   bot.Language `db:"language"`
	Chosen     bool         `db:"chosen"`
	Zone       string       `db:"zone"`
	Stopped    bool         `db:"stopped"`
	Kind       string       `db:"kind"`
	Tier       string       `db:"tier"`
	Region     string       `db:"region"`
	Muted      string       `db:"muted"`
	Quiet      bot.Quiet    `db:"quiet"`
	Paused     micros       `db:"paused_until"`
	Attributes string       `db:"attributes"`
	Tags       string       `db:"tags"`
}

func (r contactRecord) row() (ContactRow, error) {
	c := ContactRow{Contact: bot.Contact{
		ID: r.ID, External: r.External, Name: r.Name, Language: r.Language, Chosen: r.Chosen, Zone: r.Zone,
		Stopped: r.Stopped, Kind: r.Kind, Tier: r.Tier, Region: r.Region,
		Wishes: bot.Wishes{Quiet: r.Quiet, PausedUntil: r.Paused.time()},
	}}
	for _, column := range []struct {
		text string
		into any
	}{{r.Muted, &c.Wishes.Muted}, {r.Attributes, &c.Attributes}, {r.Tags, &c.Tags}} {
		if err := fromJSON(column.text, column.into); err != nil {
			return ContactRow{}, fmt.Errorf("contact %s: %w", r.ID, err)
		}
	}
	return c, nil
}

const (
	contactColumns = `
SELECT id, external_id, name, language, chosen, zone, stopped, kind, tier, region, muted, quiet, paused_until,
	attributes, tags
FROM contacts `
	contactByID   = contactColumns + `WHERE id = $1`
	contactsAfter = contactColumns + `WHERE id > $1 ORDER BY id LIMIT $2`
	addressesOf   = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT c.contact, c.bot, c.chat FROM v JOIN conversations c ON c.contact = v.contact ORDER BY c.contact, c.bot, c.chat`
)

// Contact gives one contact; ErrNotFound when there is none.
func (s *Store) Contact(ctx context.Context, id string) (ContactRow, error) {
	return s.r.contact(ctx, id)
}

// Contact gives one contact as the transaction has it; ErrNotFound when there is
// none.
func (t *Tx) Contact(ctx context.Context, id string) (ContactRow, error) { return t.contact(ctx, id) }

func (c conn) contact(ctx context.Context, id string) (ContactRow, error) {
	all, err := c.contacts(ctx, contactByID, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return ContactRow{}, doing("contact", err)
	}
	return all[0], nil
}

// ContactsAfter gives the contacts whose ids come after the given one, at most
// limit.
func (s *Store) ContactsAfter(ctx context.Context, id string, limit int) ([]ContactRow, error) {
	all, err := s.reading.contacts(ctx, contactsAfter, id, limit)
	return all, doing("contacts", err)
}

const knownByExternal = `
WITH v (external_id) AS (VALUES {rows ($)})` + contactColumns + `WHERE external_id <> '' AND external_id IN (SELECT external_id FROM v)`

// Known gives the contacts there are, by their External ids.
func (t *Tx) Known(ctx context.Context, external []string) (map[string]ContactRow, error) {
	var records []contactRecord
	if err := selRows(ctx, t.conn, &records, knownByExternal, nil, column(external)); err != nil {
		return nil, doing("contacts by external id", err)
	}
	known := make(map[string]ContactRow, len(records))
	for _, r := range records {
		c, err := r.row()
		if err != nil {
			return nil, doing("contacts by external id", err)
		}
		known[c.External] = c
	}
	return known, nil
}

func (c conn) contacts(ctx context.Context, query string, values ...any) ([]ContactRow, error) {
	var records []contactRecord
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, err
	}
	all := make([]ContactRow, len(records))
	place := make(map[string]int, len(records))
	ids := make([]string, len(records))
	for i, r := range records {
		var err error
		if all[i], err = r.row(); err != nil {
			return nil, err
		}
		place[r.ID], ids[i] = i, r.ID
	}
	var reached []struct {
		Contact string `db:"contact"`
		Bot     string `db:"bot"`
		Chat    string `db:"chat"`
	}
	if err := selRows(ctx, c, &reached, addressesOf, nil, column(ids)); err != nil {
		return nil, err
	}
	for _, r := range reached {
		one := &all[place[r.Contact]]
		one.Addresses = append(one.Addresses, bot.Address{Bot: r.Bot, Chat: r.Chat})
	}
	return all, nil
}
