package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
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

// What is theirs ends here. History numbers its rows past any clock, so its last
// number also outweighs a clock that was set back.
const putErasures = `
WITH v (bot, chat) AS (VALUES {rows ($, $)}), ends AS (
	SELECT v.bot, v.chat,
		COALESCE((SELECT max(h.id) FROM history h WHERE h.bot = v.bot AND h.chat = v.chat), 0) AS history_id,
		COALESCE((SELECT w.seq FROM webchat_heads w WHERE w.bot = v.bot AND w.chat = v.chat), 0) AS line_seq
	FROM v
)
INSERT INTO erasures (bot, chat, erased_at, history_id, line_seq, raw)
SELECT bot, chat, CASE WHEN history_id > {now} THEN history_id ELSE {now} END, history_id, line_seq, CAST($1 AS BOOLEAN)
FROM ends WHERE TRUE
ON CONFLICT (bot, chat) DO UPDATE SET erased_at = excluded.erased_at, history_id = excluded.history_id,
	line_seq = excluded.line_seq, raw = erasures.raw OR excluded.raw`

// leaveBehind notes what is theirs at the addresses, and lets the first rows of
// each table leave: mostly that is all of them.
func (t *Tx) leaveBehind(ctx context.Context, at []bot.Address, raw bool) error {
	rows := make([][]any, len(at))
	for i, a := range at {
		rows[i] = []any{a.Bot, a.Chat}
	}
	if _, err := t.execRows(ctx, putErasures, []any{raw}, rows); err != nil {
		return fmt.Errorf("erasures: %w", err)
	}
	for _, a := range at {
		left := false
		for _, l := range longTables() {
			n, err := t.leave(ctx, a, l)
			if err != nil {
				return err
			}
			left = left || n == l.most
		}
		if !left && !raw {
			if err := t.endErasure(ctx, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// long is one way in which rows leave a table behind an erasure.
type long struct {
	table string
	leaving
	query string // $1 and $2 are the address, $3 is a name of no meaning where the rows stay
}

// longTables is what leaves behind erasures, in the order of the manifest.
func longTables() []long {
	var all []long
	for _, h := range manifest() {
		for _, l := range h.behind {
			all = append(all, long{h.table, l, l.statement(h.table, h.theirs)})
		}
	}
	return all
}

func (l leaving) statement(table, theirs string) string {
	if l.which != "" {
		theirs += " AND " + l.which
	}
	do := "DELETE FROM " + table
	if l.set != "" {
		do = "UPDATE " + table + " SET " + l.set
	}
	return fmt.Sprintf(`
%s WHERE (%s) IN (SELECT x.%s FROM erasures e JOIN %s x ON x.bot = e.bot AND x.chat = e.chat
	WHERE e.bot = $1 AND e.chat = $2 AND %s ORDER BY x.%s LIMIT %d)`,
		do, l.key, strings.ReplaceAll(l.key, ", ", ", x."), table, theirs, l.order, l.most)
}

const historyLeft = `UPDATE erasures SET history_id = 0 WHERE bot = $1 AND chat = $2 AND history_id > 0`

// leave lets at most l.most rows of the erased person leave the table, and tells
// how many did.
func (t *Tx) leave(ctx context.Context, a bot.Address, l long) (int, error) {
	values := []any{a.Bot, a.Chat}
	if l.set != "" {
		values = append(values, LastWords+NewID())
	}
	n, err := t.exec(ctx, l.query, values...)
	if err == nil && l.table == "history" && n < l.most {
		// Numbers go on from the last row: with a clock set back, those of
		// somebody new may now be smaller.
		_, err = t.exec(ctx, historyLeft, a.Bot, a.Chat)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", l.table, err)
	}
	return n, nil
}

const (
	// A head that has numbered lines of somebody new is theirs.
	dropHead = `
DELETE FROM webchat_heads WHERE bot = $1 AND chat = $2
AND seq <= (SELECT e.line_seq FROM erasures e WHERE e.bot = $1 AND e.chat = $2)`

	dropErasure = `DELETE FROM erasures WHERE bot = $1 AND chat = $2`
)

func (t *Tx) endErasure(ctx context.Context, a bot.Address) error {
	for _, query := range []string{dropHead, dropErasure} {
		if _, err := t.exec(ctx, query, a.Bot, a.Chat); err != nil {
			return fmt.Errorf("erasures: %w", err)
		}
	}
	return nil
}

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
	pending, err := s.pendingErasures(ctx, bot.Address{})
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
		if err := s.finish(work, pending); err != nil {
			if work.Err() != nil { // the next call goes on
				return false, ctx.Err()
			}
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
	raw := map[string]map[string]bool{} // the chats whose updates are looked for, by bot
	for _, e := range all {
		if err := s.leaveAll(ctx, e.address()); err != nil {
			return err
		}
		if e.Raw && raw[e.Bot] == nil {
			raw[e.Bot] = map[string]bool{}
		}
		if e.Raw {
			raw[e.Bot][e.Chat] = true
		}
	}
	for name, chats := range raw {
		if err := s.stripUpdates(ctx, name, chats); err != nil {
			return err
		}
	}
	return s.InTx(ctx, func(t *Tx) error {
		for _, e := range all {
			var at int64
			switch err := t.get(ctx, &at, erasedAt, e.Bot, e.Chat); {
			case errors.Is(err, sql.ErrNoRows):
				continue
			case err != nil:
				return err
			case at != e.ErasedAt: // erased again meanwhile: there may be more
				continue
			}
			if err := t.endErasure(ctx, e.address()); err != nil {
				return err
			}
		}
		return t.scrubDue(ctx)
	})
}

const erasedAt = `SELECT erased_at FROM erasures WHERE bot = $1 AND chat = $2 {update}`

// leaveAll lets all rows of the long tables leave.
func (s *Store) leaveAll(ctx context.Context, a bot.Address) error {
	for _, l := range longTables() {
		for {
			began := time.Now()
			var n int
			err := s.InTx(ctx, func(t *Tx) (err error) {
				n, err = t.leave(ctx, a, l)
				return err
			})
			if err != nil {
				return err
			}
			if n < l.most {
				break
			}
			if err := rest(ctx, time.Since(began)); err != nil {
				return err
			}
		}
	}
	return nil
}

const (
	updatesAfter = `SELECT id, chat FROM inbox WHERE bot = $1 AND id > $2 ORDER BY id LIMIT $3`

	theirUpdates = namedUpdates + `, theirs AS (
	SELECT x.bot, x.id FROM v JOIN inbox x ON x.bot = v.bot AND x.id = v.id WHERE `
	leaveOwnUpdates = `)
DELETE FROM inbox WHERE (bot, id) IN (SELECT bot, id FROM theirs)` + ownInbox
	leaveUpdates = `)` + stripInbox + ` WHERE (bot, id) IN (SELECT bot, id FROM theirs)`
)

// stripUpdates looks through the bot's updates, which nothing finds by their
// chats, on a reader: the writer is needed only for what is found.
func (s *Store) stripUpdates(ctx context.Context, name string, chats map[string]bool) error {
	last := ""
	for {
		began := time.Now()
		var page []struct {
			ID   string `db:"id"`
			Chat string `db:"chat"`
		}
		if err := s.r.sel(ctx, &page, updatesAfter, name, last, updatesAtOnce); err != nil {
			return fmt.Errorf("inbox: %w", err)
		}
		var found [][]any
		for _, u := range page {
			if chats[u.Chat] {
				found = append(found, []any{name, u.ID})
			}
		}
		took := time.Since(began)
		for len(found) > 0 {
			part := found[:min(removeAtOnce, len(found))]
			found = found[len(part):]
			began := time.Now()
			err := s.InTx(ctx, func(t *Tx) error {
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
			if len(found) > 0 {
				if err := rest(ctx, time.Since(began)); err != nil {
					return err
				}
			}
		}
		if len(page) < updatesAtOnce {
			return nil
		}
		last = page[len(page)-1].ID
		if err := rest(ctx, took); err != nil {
			return err
		}
	}
}
