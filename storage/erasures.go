package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"visnyk/bot"
)

// PendingErasure is an address of somebody erased of whom something is still
// here. Nobody reads it any more; storage/upkeep lets it leave.
type PendingErasure struct {
	Bot      string `db:"bot"`
	Chat     string `db:"chat"`
	ErasedAt int64  `db:"erased_at"`
	Raw      bool   `db:"raw"` // among the updates as they came in, too
}

// Address is where they were.
func (e PendingErasure) Address() bot.Address { return bot.Address{Bot: e.Bot, Chat: e.Chat} }

const pendingErasures = `
SELECT bot, chat, erased_at, raw FROM erasures WHERE (bot, chat) > ($1, $2) ORDER BY bot, chat LIMIT $3`

// PendingErasures reads those behind the address, in its order.
func (s *Store) PendingErasures(ctx context.Context, after bot.Address, limit int) (all []PendingErasure, err error) {
	err = s.r.sel(ctx, &all, pendingErasures, after.Bot, after.Chat, limit)
	return all, err
}

// Leaving is one way in which rows leave a table behind an erasure.
type Leaving struct{ long }

// StillLeaving returns the ways in which something of the addresses is to leave.
func (s *Store) StillLeaving(ctx context.Context, at []bot.Address) (map[bot.Address][]Leaving, error) {
	found, err := s.r.stillLong(ctx, at)
	if err != nil {
		return nil, err
	}
	all := map[bot.Address][]Leaving{}
	for a, list := range found {
		for _, l := range list {
			all[a] = append(all[a], Leaving{l})
		}
	}
	return all, nil
}

// Leave lets some rows of the erased person leave the table, and reports whether
// there are more.
func (t *Tx) Leave(ctx context.Context, a bot.Address, l Leaving) (more bool, err error) {
	return t.leave(ctx, a, l.long)
}

const erasedAt = `SELECT erased_at FROM erasures WHERE bot = $1 AND chat = $2 {update}`

// EndErasures notes that nothing is left of these, unless they were erased again
// meanwhile: then there may be more.
func (t *Tx) EndErasures(ctx context.Context, all []PendingErasure) error {
	var over []bot.Address
	for _, e := range all {
		var at int64
		switch err := t.get(ctx, &at, erasedAt, e.Bot, e.Chat); {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case at == e.ErasedAt:
			over = append(over, e.Address())
		}
	}
	if err := t.endErasures(ctx, over); err != nil {
		return err
	}
	return t.ScrubDue(ctx)
}

// RawUpdate tells whose an update is, and how long.
type RawUpdate struct {
	ID   string `db:"id"`
	Chat string `db:"chat"`
	Size int    `db:"size"` // of its payload, in bytes
}

const (
	updatesAfter = `SELECT id, chat, octet_length(payload) AS size FROM inbox WHERE bot = $1 AND id > $2 ORDER BY id LIMIT $3`

	theirUpdates = namedUpdates + `, theirs AS (
	SELECT x.bot, x.id FROM v JOIN inbox x ON x.bot = v.bot AND x.id = v.id WHERE `
	leaveOwnUpdates = `)
DELETE FROM inbox WHERE (bot, id) IN (SELECT bot, id FROM theirs)` + ownInbox
	leaveUpdates = `)` + stripInbox + ` WHERE (bot, id) IN (SELECT bot, id FROM theirs)`
)

// RawUpdatesAfter reads the bot's updates behind the one of that id: nothing
// finds them by their chats.
func (s *Store) RawUpdatesAfter(ctx context.Context, name, id string, limit int) (page []RawUpdate, err error) {
	err = s.r.sel(ctx, &page, updatesAfter, name, id, limit)
	return page, err
}

// StripUpdates takes from those of the bot's updates that are still of somebody
// erased what is theirs.
func (t *Tx) StripUpdates(ctx context.Context, name string, ids []string) error {
	rows := make([][]any, len(ids))
	for i, id := range ids {
		rows[i] = []any{name, id}
	}
	for _, query := range []string{leaveOwnUpdates, leaveUpdates} {
		if _, err := t.execRows(ctx, theirUpdates+ofErased("inbox")+query, nil, rows); err != nil {
			return fmt.Errorf("inbox: %w", err)
		}
	}
	return nil
}

// Forget lets everything of the people leave without an erase mark: they may come
// back as anybody. No updates as they came in may be here of them.
func (t *Tx) Forget(ctx context.Context, people []Person) error { return t.wipe(ctx, people, false) }
