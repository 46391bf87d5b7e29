package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"visnyk/bot"
)

const holdUntil = `
SELECT CASE WHEN waits > 0 AND waits > {now} + $3 THEN waits WHEN $3 > 0 THEN {now} + $3 ELSE 0 END FROM (
	SELECT COALESCE(max(not_before), 0) AS waits FROM outbox
	WHERE bot = $1 AND chat = $2 AND state = 'pending' AND lane = 1 AND attempts = 0 AND not_before > 0
) x`

// The queries have the number of the lane.
var _ = [1]struct{}{}[bot.LaneDesk-1]

// HoldUntil returns when an operator's words to the address may leave that can be
// taken back for a while: never before those that wait there already. Zero is at
// once.
func (t *Tx) HoldUntil(ctx context.Context, at bot.Address, a time.Duration) (time.Time, error) {
	var until micros
	if err := t.get(ctx, &until, holdUntil, clean(at.Bot), clean(at.Chat), a); err != nil {
		return time.Time{}, doing("words that wait", err)
	}
	return until.time(), nil
}

const letGo = `
UPDATE outbox SET not_before = 0
WHERE bot = $1 AND chat = $2 AND state = 'pending' AND lane = 1 AND attempts = 0 AND not_before > 0`

// LetGo has the operators' words to the address that wait to be taken back leave
// at once, and reports whether there were any.
func (t *Tx) LetGo(ctx context.Context, at bot.Address) (bool, error) {
	n, err := t.exec(ctx, letGo, at.Bot, at.Chat)
	return n > 0, doing("let words go", err)
}

// By the key, as every claim goes.
const (
	takeBack = `
UPDATE outbox SET state = 'skipped', reason = 'taken back'
WHERE bot = $1 AND chat = $2 AND cause >= $3 || '/' AND cause < $3 || '0' AND state || '' = 'pending' AND unknowns = 0`

	notBack = `
SELECT count(*) FROM outbox
WHERE bot = $1 AND chat = $2 AND cause >= $3 || '/' AND cause < $3 || '0' AND reason <> 'taken back'`
)

// TakeBack takes the message of the cause out of the outbox, whole or not at all:
// false tells that some of it has been claimed, and the transaction must be undone.
func (t *Tx) TakeBack(ctx context.Context, at bot.Address, cause string) (bool, error) {
	var back []ending
	if err := t.sel(ctx, &back, takeBack+returnEndings, at.Bot, at.Chat, cause); err != nil {
		return false, doing("take back", err)
	}
	var gone int
	if err := t.get(ctx, &gone, notBack, at.Bot, at.Chat, cause); err != nil || gone > 0 || len(back) == 0 {
		return false, doing("take back", err)
	}
	for i := range back {
		back[i].State = bot.OutcomeUndone
	}
	return true, doing("take back", t.ended(ctx, back))
}

const saidAs = `
SELECT cause, at, outgoing, kind, text, detail, outcome, sent_at, delivered_at, seen_at
FROM history WHERE bot = $1 AND chat = $2 AND cause = $3 AND outgoing ORDER BY id DESC LIMIT 1`

// SaidAs returns what was said to the address under the cause; ErrNotFound when
// nothing was.
func (t *Tx) SaidAs(ctx context.Context, at bot.Address, cause string) (bot.Entry, error) {
	var r historyRecord
	err := t.get(ctx, &r, saidAs, at.Bot, at.Chat, cause)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return r.entry(at), doing("what was said", err)
}

const addressesOfTicket = `
SELECT c.bot, c.chat FROM tickets t JOIN conversations c ON c.contact = t.contact
WHERE t.id = $1 AND t.contact <> '' UNION SELECT bot, chat FROM tickets WHERE id = $1 AND chat <> '' ORDER BY bot, chat`

// TicketAddresses are all addresses of the person whose ticket it is, that of the
// ticket among them.
func (t *Tx) TicketAddresses(ctx context.Context, ticket string) ([]bot.Address, error) {
	return t.ticketAddresses(ctx, ticket)
}

func (c conn) ticketAddresses(ctx context.Context, ticket string) ([]bot.Address, error) {
	var all []struct {
		Bot  string `db:"bot"`
		Chat string `db:"chat"`
	}
	if err := c.sel(ctx, &all, addressesOfTicket, ticket); err != nil {
		return nil, doing("addresses of a ticket", err)
	}
	at := make([]bot.Address, len(all))
	for i, a := range all {
		at[i] = bot.Address{Bot: a.Bot, Chat: a.Chat}
	}
	return at, nil
}

const newestHeard = `
SELECT COALESCE(max(id), 0) FROM (
	SELECT id FROM history WHERE bot = $1 AND chat = $2 AND NOT outgoing
	AND kind IN ('started', 'typed', 'tapped', 'attached', 'edited') ORDER BY id DESC LIMIT 1
) x`

// NewestHeard returns the id of the newest line in which the person says or does
// something at any of the addresses; 0 when there is none.
func (t *Tx) NewestHeard(ctx context.Context, at []bot.Address) (newest int64, err error) {
	for _, a := range at {
		var id int64
		if err := t.get(ctx, &id, newestHeard, a.Bot, a.Chat); err != nil {
			return 0, doing("the newest line", err)
		}
		newest = max(newest, id)
	}
	return newest, nil
}

const otherLanguage = `UPDATE tickets SET other_language = TRUE WHERE id = $1 AND other_language = FALSE`

// AllowOtherLanguage notes that the ticket is answered in another language than the
// customer's on purpose, and reports whether that is new.
func (t *Tx) AllowOtherLanguage(ctx context.Context, ticket string) (bool, error) {
	n, err := t.exec(ctx, otherLanguage, ticket)
	return n > 0, doing("allow another language", err)
}

// Standing is what an operator must know before they write to a customer.
type Standing struct {
	Reach         bot.Reach
	LastAt        time.Time // when the customer last did something there
	Language      bot.Language
	OtherLanguage bool // they may be answered in another language
	Phones        []string
}

const standing = `
SELECT COALESCE(c.reach, '') AS reach, COALESCE(c.last_at, 0) AS last_at, COALESCE(k.language, '') AS language,
	t.other_language AS other_language, COALESCE(k.phones, '[]') AS phones
FROM tickets t LEFT JOIN conversations c ON c.bot = t.bot AND c.chat = t.chat
LEFT JOIN contacts k ON k.id = t.contact WHERE t.id = $1`

// Standing returns how the customer of the ticket stands; ErrNotFound when there is
// no such ticket.
func (s *Store) Standing(ctx context.Context, ticket string) (Standing, error) {
	return s.r.standing(ctx, ticket)
}

// Standing returns how the customer of the ticket stands.
func (t *Tx) Standing(ctx context.Context, ticket string) (Standing, error) {
	return t.standing(ctx, ticket)
}

func (c conn) standing(ctx context.Context, ticket string) (Standing, error) {
	var r struct {
		Reach         bot.Reach    `db:"reach"`
		LastAt        micros       `db:"last_at"`
		Language      bot.Language `db:"language"`
		OtherLanguage bool         `db:"other_language"`
		Phones        string       `db:"phones"`
	}
	err := c.get(ctx, &r, standing, ticket)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return Standing{}, doing("how a customer stands", err)
	}
	is := Standing{Reach: r.Reach, LastAt: r.LastAt.time(), Language: r.Language, OtherLanguage: r.OtherLanguage}
	return is, doing("how a customer stands", fromJSON(r.Phones, &is.Phones))
}

const deskDue = `
SELECT COALESCE(min(not_before) - {now}, 0) FROM outbox
WHERE bot = $1 AND state = 'pending' AND lane = 1 AND attempts = 0 AND not_before > 0 AND not_before > {now}`

// DeskDue returns how long it is, by the database's clock, until the next of the
// operators' words may leave that wait to be taken back; 0 when none wait.
func (s *Store) DeskDue(ctx context.Context, name string) (time.Duration, error) {
	var left int64
	if err := s.r.get(ctx, &left, deskDue, name); err != nil {
		return 0, doing("words that wait", err)
	}
	return time.Duration(left) * time.Microsecond, nil
}
