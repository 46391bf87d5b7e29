package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
)

const (
	// eraser is the lease of whoever works behind erasures. No bot has such a name.
	eraser      = "~erasure"
	eraseAtMost = 50 * time.Second
	eraserTTL   = time.Minute
	// erasuresAtOnce people share one look through the updates, updatesAtOnce of
	// which are read at a time.
	erasuresAtOnce = 200
	updatesAtOnce  = 2000
)

// pendingErasure is a row of erasures.
type pendingErasure struct {
	Bot      string `db:"bot"`
	Chat     string `db:"chat"`
	ErasedAt int64  `db:"erased_at"`
	Raw      bool   `db:"raw"`
}

func (e pendingErasure) address() bot.Address { return bot.Address{Bot: e.Bot, Chat: e.Chat} }

const pendingErasures = `
SELECT bot, chat, erased_at, raw FROM erasures WHERE (bot, chat) > ($1, $2) ORDER BY bot, chat LIMIT $3`

// workBehind lets everything leave that erasures left, in small commits with
// rests between them. Of all replicas one does it at a time; done is false while
// there is something left.
func (s *Store) workBehind(ctx context.Context) (done bool, err error) {
	pending := s.scrubs.behind
	if len(pending) == 0 {
		pending, err = s.pendingErasures(ctx, bot.Address{})
	}
	if err != nil || len(pending) == 0 {
		return err == nil, err
	}
	work, cancel := context.WithTimeout(ctx, eraseAtMost)
	defer cancel()
	lease, _, ours, err := s.Acquire(work, eraser, s.name, eraserTTL)
	if err != nil || !ours {
		return false, err
	}
	defer func() { err = errors.Join(err, s.Release(context.WithoutCancel(ctx), lease)) }()
	for len(pending) > 0 {
		if s.scrubs.behind = pending; s.scrubs.looked == nil {
			s.scrubs.looked = map[string]string{}
		}
		err := s.finish(work, pending)
		if err != nil && work.Err() != nil { // the next call goes on
			return false, ctx.Err()
		}
		s.scrubs.behind, s.scrubs.looked = nil, nil
		if err != nil {
			return false, err
		}
		if pending, err = s.pendingErasures(work, pending[len(pending)-1].address()); err != nil {
			return false, err
		}
	}
	pending, err = s.pendingErasures(ctx, bot.Address{}) // erased meanwhile, perhaps again
	return len(pending) == 0, err
}

func (s *Store) pendingErasures(ctx context.Context, after bot.Address) (all []pendingErasure, err error) {
	err = s.r.sel(ctx, &all, pendingErasures, after.Bot, after.Chat, erasuresAtOnce)
	return all, err
}

// finish works on these erasures until nothing of them is left.
func (s *Store) finish(ctx context.Context, all []pendingErasure) error {
	at := make([]bot.Address, len(all))
	raw := map[string]map[string]bool{} // the chats whose updates are looked for, by bot
	for i, e := range all {
		at[i] = e.address()
		if e.Raw && raw[e.Bot] == nil {
			raw[e.Bot] = map[string]bool{}
		}
		if e.Raw {
			raw[e.Bot][e.Chat] = true
		}
	}
	long, err := s.r.stillLong(ctx, at)
	if err != nil {
		return err
	}
	for _, a := range at {
		for _, l := range long[a] {
			if err := s.leaveAll(ctx, a, l); err != nil {
				return err
			}
		}
	}
	for name, chats := range raw {
		if err := s.stripUpdates(ctx, name, chats); err != nil {
			return err
		}
	}
	return s.InTx(ctx, func(t *Tx) error {
		var over []bot.Address
		for _, e := range all {
			var at int64
			switch err := t.get(ctx, &at, erasedAt, e.Bot, e.Chat); {
			case errors.Is(err, sql.ErrNoRows):
			case err != nil:
				return err
			case at == e.ErasedAt: // else erased again meanwhile: there may be more
				over = append(over, e.address())
			}
		}
		if err := t.endErasures(ctx, over); err != nil {
			return err
		}
		return t.scrubDue(ctx)
	})
}

const erasedAt = `SELECT erased_at FROM erasures WHERE bot = $1 AND chat = $2 {update}`

// leaveAll lets all rows of the address leave the table.
func (s *Store) leaveAll(ctx context.Context, a bot.Address, l long) error {
	for more := true; more; {
		began := time.Now()
		err := s.step(ctx, func(t *Tx) (err error) {
			more, err = t.leave(ctx, a, l)
			return err
		})
		if err != nil {
			return err
		}
		if err := s.breathe(ctx, began); err != nil {
			return err
		}
	}
	return nil
}

const (
	updatesAfter = `SELECT id, chat, octet_length(payload) AS size FROM inbox WHERE bot = $1 AND id > $2 ORDER BY id LIMIT $3`

	theirUpdates = namedUpdates + `, theirs AS (
	SELECT x.bot, x.id FROM v JOIN inbox x ON x.bot = v.bot AND x.id = v.id WHERE `
	leaveOwnUpdates = `)
DELETE FROM inbox WHERE (bot, id) IN (SELECT bot, id FROM theirs)` + ownInbox
	leaveUpdates = `)` + stripInbox + ` WHERE (bot, id) IN (SELECT bot, id FROM theirs)`
)

// stripUpdates looks through the bot's updates, which nothing finds by their
// chats, on a reader: the writer is needed only for what is found. Two days of a
// busy bot are more than one call looks through, so it goes on where the last one
// ended.
func (s *Store) stripUpdates(ctx context.Context, name string, chats map[string]bool) error {
	for {
		last := s.scrubs.looked[name]
		began := time.Now()
		var page []struct {
			ID   string `db:"id"`
			Chat string `db:"chat"`
			Size int    `db:"size"`
		}
		if err := s.r.sel(ctx, &page, updatesAfter, name, last, updatesAtOnce); err != nil {
			return fmt.Errorf("inbox: %w", err)
		}
		var found [][][]any
		size := 0
		for _, u := range page {
			if !chats[u.Chat] {
				continue
			}
			if n := len(found); n == 0 || len(found[n-1]) == removeAtOnce || size >= removeBytes {
				found, size = append(found, nil), 0
			}
			size += u.Size
			found[len(found)-1] = append(found[len(found)-1], []any{name, u.ID})
		}
		took := time.Since(began)
		for _, part := range found {
			began := time.Now()
			err := s.step(ctx, func(t *Tx) error {
				for _, query := range []string{leaveOwnUpdates, leaveUpdates} {
					if _, err := t.execRows(ctx, theirUpdates+ofErased("inbox")+query, nil, part); err != nil {
						return fmt.Errorf("inbox: %w", err)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			if err := s.breathe(ctx, began); err != nil {
				return err
			}
		}
		if len(page) > 0 {
			s.scrubs.looked[name] = page[len(page)-1].ID
		}
		if len(page) < updatesAtOnce {
			return nil
		}
		if err := rest(ctx, took); err != nil {
			return err
		}
	}
}
