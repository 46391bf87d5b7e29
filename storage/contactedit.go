package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"visnyk/bot"
)

// EditContact changes what the company knows of a contact: edit is given what it is
// now, which nobody else changes until the commit, and an error of its keeps it so.
// Values are written as their attributes are declared, what does not fit stands in
// Misfits; the region is found by its name, the ledger is brought in line, and a turn
// that read what was known before reads again. ErrNotFound where there is no such
// contact.
func (t *Tx) EditContact(ctx context.Context, id string, edit func(*ContactRow) error) error {
	return doing("edit a contact", t.editContact(ctx, id, edit))
}

func (t *Tx) editContact(ctx context.Context, id string, edit func(*ContactRow) error) error {
	if err := t.lockContent(ctx); err != nil {
		return err
	}
	p, err := t.lockedContact(ctx, id)
	if err != nil {
		return err
	}
	if p == nil {
		return ErrNotFound
	}
	if err := edit(p); err != nil {
		return err
	}
	declared, err := t.attributes(ctx)
	if err != nil {
		return err
	}
	DeclaredBy(declared).fit(p)
	one := []ContactRow{*p}
	if err := t.place(ctx, one); err != nil {
		return err
	}
	if err := t.putWhole(ctx, one[0]); err != nil {
		return err
	}
	if _, err := t.exec(ctx, ageConversations, id, "", ""); err != nil {
		return err
	}
	if err := t.markSearch(ctx, false, id); err != nil {
		return err
	}
	return t.concern(ctx, []string{id})
}

// Joined is what came to a contact with an address that was joined to it, and leaves
// it with a split.
type Joined struct {
	Former                     string // the contact that the address had before, whose id it gets again
	Name                       string // what that one was called
	Since                      time.Time
	Changes, Consents, Tickets int // of Tickets, those that were opened at the address
}

const joinedAt = `
SELECT m.former, m.detail, m.merged_at,
	(SELECT count(*) FROM tickets t WHERE t.bot = m.bot AND t.chat = m.chat AND t.contact = m.contact) AS tickets
FROM merges m WHERE m.contact = $1 AND m.bot = $2 AND m.chat = $3`

// JoinedAt returns what came to the contact with the address. ErrNotFound where the
// address is not the contact's, ErrOwnAddress where it was never joined to it.
func (s *Store) JoinedAt(ctx context.Context, contact string, a bot.Address) (Joined, error) {
	j, err := s.r.joinedAt(ctx, contact, a)
	return j, doing("joined address", err)
}

func (c conn) joinedAt(ctx context.Context, contact string, a bot.Address) (Joined, error) {
	var r struct {
		Former  string `db:"former"`
		Detail  string `db:"detail"`
		Since   micros `db:"merged_at"`
		Tickets int    `db:"tickets"`
	}
	switch err := c.get(ctx, &r, joinedAt, contact, a.Bot, a.Chat); {
	case errors.Is(err, sql.ErrNoRows):
		var theirs int
		err := c.get(ctx, &theirs, `SELECT count(*) FROM conversations WHERE contact = $1 AND bot = $2 AND chat = $3`, contact, a.Bot, a.Chat)
		if err == nil && theirs == 0 {
			return Joined{}, ErrNotFound
		}
		if err == nil {
			err = ErrOwnAddress
		}
		return Joined{}, err
	case err != nil:
		return Joined{}, err
	}
	var m merged
	if err := fromJSON(r.Detail, &m); err != nil {
		return Joined{}, err
	}
	return Joined{
		Former: r.Former, Name: m.Former.Name, Since: r.Since.time(),
		Changes: len(m.Told), Consents: len(m.Said), Tickets: r.Tickets,
	}, nil
}
