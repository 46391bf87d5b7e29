package upkeep

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/db"
)

const (
	visitors = "visitors"
	// forgetAtOnce is how many people are forgotten in one commit.
	forgetAtOnce = 20
)

// strange is true of a conversation c whose person has said nothing for $1 and
// whom nobody here knows: no ticket, no join, no record of the company's. A web
// chat's line counts before its turn is made.
const strange = `CASE WHEN c.last_at > c.joined_at THEN c.last_at ELSE c.joined_at END < {now} - $1
AND NOT EXISTS (SELECT 1 FROM webchat_heads w WHERE w.bot = c.bot AND w.chat = c.chat AND w.seq >= {now} - $1)
AND NOT EXISTS (SELECT 1 FROM contacts k WHERE k.id = c.contact AND k.external_id <> '')
AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.contact = c.contact)
AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.bot = c.bot AND t.chat = c.chat)
AND NOT EXISTS (SELECT 1 FROM merges m WHERE m.contact = c.contact)
AND NOT EXISTS (SELECT 1 FROM conversations o WHERE o.contact = c.contact AND (o.bot <> c.bot OR o.chat <> c.chat))`

const (
	strangersAfter = `
SELECT c.bot, c.chat, c.reach, CASE WHEN ` + strange + ` THEN TRUE ELSE FALSE END AS strange
FROM (SELECT * FROM conversations WHERE (bot, chat) > ($2, $3) ORDER BY bot, chat LIMIT $4) c ORDER BY c.bot, c.chat`

	lockStranger = `SELECT c.contact FROM conversations c WHERE c.bot = $2 AND c.chat = $3 AND ` + strange + ` {update}`
)

// forgetVisitors forgets, some time after their last word, the people nobody
// knows whom we may not write to: those of a web chat, and those who opened a chat
// and never wrote. They leave no erase mark. Whom we may write to stays.
func (r *Retention) forgetVisitors(ctx context.Context) error {
	if !r.visitorsSeen.IsZero() && time.Since(r.visitorsSeen) < walkEvery {
		return nil
	}
	keep, ever, err := r.keep(ctx, retained{what: visitors})
	if err != nil || !ever {
		return err
	}
	for {
		began := time.Now()
		var page []struct {
			Bot     string    `db:"bot"`
			Chat    string    `db:"chat"`
			Reach   bot.Reach `db:"reach"`
			Strange bool      `db:"strange"`
		}
		if err := r.store.DB().Reader().Select(ctx, &page, strangersAfter, keep, r.visitor.Bot, r.visitor.Chat, pageOfChats); err != nil {
			return err
		}
		if len(page) == 0 {
			if err := r.forgetUnmet(ctx, keep); err != nil {
				return err
			}
			r.visitor, r.visitorsSeen = bot.Address{}, time.Now()
			return nil
		}
		took := time.Since(began)
		var gone []bot.Address
		for _, c := range page {
			if c.Strange && (c.Reach == bot.Opened || slices.Contains(r.Visited, c.Bot)) {
				gone = append(gone, bot.Address{Bot: c.Bot, Chat: c.Chat})
			}
		}
		for part := range slices.Chunk(gone, forgetAtOnce) {
			began := time.Now()
			n, err := r.forgetStrangers(ctx, part, keep)
			if err != nil {
				return err
			}
			if n > 0 {
				r.removed(visitors, n)
			}
			if err := rest(ctx, time.Since(began)); err != nil {
				return err
			}
		}
		last := page[len(page)-1]
		r.visitor = bot.Address{Bot: last.Bot, Chat: last.Chat}
		if err := rest(ctx, took); err != nil {
			return err
		}
	}
}

// forgetStrangers forgets those of the people who are strangers still.
func (r *Retention) forgetStrangers(ctx context.Context, at []bot.Address, silent time.Duration) (n int, err error) {
	err = r.store.DB().InTx(ctx, func(c db.Conn) error {
		var people []storage.Person
		for _, a := range at {
			p := storage.Person{Addresses: []bot.Address{a}}
			switch err := c.Get(ctx, &p.Contact, lockStranger, silent, a.Bot, a.Chat); {
			case errors.Is(err, sql.ErrNoRows): // they came back
			case err != nil:
				return err
			default:
				people = append(people, p)
			}
		}
		n = len(people)
		return r.store.Within(ctx, c, func(t *storage.Tx) error { return t.Forget(ctx, people) })
	})
	return n, err
}

// isUnmet is true of an address x of a web chat that has nothing younger than $1
// and no conversation: somebody sent a file, and then nothing that a turn was made
// of. What an erasure left is not meant.
const isUnmet = `NOT EXISTS (SELECT 1 FROM conversations c WHERE c.bot = x.bot AND c.chat = x.chat)
AND NOT EXISTS (SELECT 1 FROM files f WHERE f.bot = x.bot AND f.chat = x.chat AND f.created_at >= {now} - $1)
AND NOT EXISTS (SELECT 1 FROM webchat_heads w WHERE w.bot = x.bot AND w.chat = x.chat AND w.seq >= {now} - $1)
AND NOT EXISTS (SELECT 1 FROM erasures e WHERE e.bot = x.bot AND e.chat = x.chat)`

const (
	unmet = `
SELECT x.bot, x.chat FROM (
	SELECT bot, chat FROM files WHERE state <> 'coming' AND created_at < {now} - $1
	UNION SELECT bot, chat FROM webchat_heads WHERE seq < {now} - $1
) x WHERE ` + isUnmet + ` LIMIT $2`

	stillUnmet = `
WITH v (bot, chat) AS (VALUES {rows ($, $)})
SELECT x.bot, x.chat FROM v x WHERE ` + isUnmet
)

// forgetUnmet forgets those of whom no conversation tells.
func (r *Retention) forgetUnmet(ctx context.Context, keep time.Duration) error {
	return r.batches(ctx, visitors, func() (n int, err error) {
		type key struct {
			Bot  string `db:"bot"`
			Chat string `db:"chat"`
		}
		var page, still []key
		if err := r.store.DB().Reader().Select(ctx, &page, unmet, keep, forgetAtOnce); err != nil || len(page) == 0 {
			return 0, err
		}
		rows := make([][]any, len(page))
		for i, k := range page {
			rows[i] = []any{k.Bot, k.Chat}
		}
		err = r.store.DB().InTx(ctx, func(c db.Conn) error {
			still = nil
			if err := db.SelectRows(ctx, c, &still, stillUnmet, []any{keep}, rows); err != nil {
				return err
			}
			var people []storage.Person
			for _, k := range still {
				people = append(people, storage.Person{Addresses: []bot.Address{{Bot: k.Bot, Chat: k.Chat}}})
			}
			return r.store.Within(ctx, c, func(t *storage.Tx) error { return t.Forget(ctx, people) })
		})
		return len(still), err
	})
}
