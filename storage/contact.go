package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"visnyk/bot"
)

// ContactRow is all that stands of a person in the table of contacts, and where
// they are reached.
type ContactRow = bot.Person

type contactRecord struct{ personRecord }

func (r contactRecord) row() (ContactRow, error) {
	c, err := r.person()
	if err != nil {
		return ContactRow{}, fmt.Errorf("contact %s: %w", c.ID, err)
	}
	return c, nil
}

var (
	selectContacts = contactWhole.in(`
SELECT {person} FROM contacts `)
	contactByID   = selectContacts + `WHERE id = $1`
	contactsAfter = selectContacts + `WHERE id > $1 ORDER BY id LIMIT $2`
)

const addressesOf = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT c.contact, c.bot, c.chat FROM v JOIN conversations c ON c.contact = v.contact ORDER BY c.contact, c.bot, c.chat`

// Contact returns one contact; ErrNotFound when there is none.
func (s *Store) Contact(ctx context.Context, id string) (ContactRow, error) {
	return s.r.contact(ctx, id)
}

// Contact returns one contact as the transaction has it; ErrNotFound when there is
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

// ContactsAfter returns the contacts whose ids come after the given one, at most
// limit.
func (s *Store) ContactsAfter(ctx context.Context, id string, limit int) ([]ContactRow, error) {
	all, err := s.reading.contacts(ctx, contactsAfter, id, limit)
	return all, doing("contacts", err)
}

// Known returns the contacts there are, by their External ids.
func (t *Tx) Known(ctx context.Context, external []string) (map[string]ContactRow, error) {
	ids, err := t.ContactIDs(ctx, external)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var records []contactRecord
	if err := t.theseContacts(ctx, &records, slices.Collect(maps.Values(ids))); err != nil {
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

// People returns what stands of the contacts themselves, by their ids.
func (s *Store) People(ctx context.Context, ids []string) (map[string]bot.Person, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var records []contactRecord
	if err := s.r.theseContacts(ctx, &records, ids); err != nil {
		return nil, doing("people", err)
	}
	all := make(map[string]bot.Person, len(records))
	for _, r := range records {
		p, err := r.row()
		if err != nil {
			return nil, doing("people", err)
		}
		all[p.ID] = p
	}
	return all, nil
}

// theseContacts reads the contacts of the ids. A join might read all there are.
func (c conn) theseContacts(ctx context.Context, records *[]contactRecord, ids []string) error {
	these := compiler{sqlite: c.sql.SQLite(), first: 1}
	return c.sel(ctx, records, selectContacts+"WHERE "+these.among("id", ids), these.values...)
}

func (c conn) contacts(ctx context.Context, query string, values ...any) ([]ContactRow, error) {
	var records []contactRecord
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, err
	}
	return c.whole(ctx, records)
}

// whole completes contacts with their addresses.
func (c conn) whole(ctx context.Context, records []contactRecord) ([]ContactRow, error) {
	all := make([]ContactRow, len(records))
	place := make(map[string]int, len(records))
	ids := make([]string, len(records))
	for i, r := range records {
		var err error
		if all[i], err = r.row(); err != nil {
			return nil, err
		}
		id := all[i].ID
		place[id], ids[i] = i, id
	}
	err := c.addresses(ctx, ids, func(contact string, at bot.Address) {
		one := &all[place[contact]]
		one.Addresses = append(one.Addresses, at)
	})
	return all, err
}

// addresses gives the contacts' addresses, those of each in their order.
func (c conn) addresses(ctx context.Context, contacts []string, give func(contact string, at bot.Address)) error {
	var reached []struct {
		Contact string `db:"contact"`
		Bot     string `db:"bot"`
		Chat    string `db:"chat"`
	}
	if err := selRows(ctx, c, &reached, addressesOf, nil, column(contacts)); err != nil {
		return err
	}
	for _, r := range reached {
		give(r.Contact, bot.Address{Bot: r.Bot, Chat: r.Chat})
	}
	return nil
}
