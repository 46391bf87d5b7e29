package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"visnyk/bot"
)

func ticketRow(t bot.Ticket) []any {
	return []any{t.Address.Bot, t.ID, t.Address.Chat, t.Contact, t.Reason, t.Topic, t.OpenedAt}
}

// followed is a query of the id of the closed ticket p that a new one of the contact
// follows: the latest, unless it ended in a way that nothing follows. more may join to it.
func followed(contact, more string) string {
	return fmt.Sprintf(`SELECT p.id FROM tickets p %[2]s
	WHERE p.contact = %[1]s AND p.contact <> '' AND p.state = 'closed' AND p.outcome NOT IN ('', 'abuse', 'recalled', 'joined')
		AND p.closed_at > {now} - %[3]d AND NOT EXISTS (SELECT 1 FROM tickets l
		WHERE l.contact = p.contact AND l.state = 'closed' AND l.outcome NOT IN ('recalled', 'joined') AND l.closed_at > p.closed_at)`,
		contact, more, bot.FollowsWithin.Microseconds())
}

// onDesk joins the user of the id, where that is somebody who may take tickets.
func onDesk(id string) string {
	return `JOIN users u ON u.id = ` + id + ` AND u.disabled_at = 0 AND u.role IN ('operator', 'admin')`
}

// A chat has at most one open ticket: a second adds nothing. The other columns begin
// as the schema has them.
var putTickets = fmt.Sprintf(`
WITH v (bot, id, chat, contact, reason, topic, opened_at) AS (
	VALUES {rows ($, $, $, $, $, $, CAST($ AS BIGINT))}
), w AS (
	SELECT bot, id, chat, contact, reason, topic, CASE WHEN opened_at = 0 THEN {now} ELSE opened_at END AS opened_at,
		(%[1]s LIMIT 1) AS previous FROM v
)
INSERT INTO tickets (bot, id, chat, contact, state, reason, topic, opened_at, turn_at, asked_at, changed_at, previous, offered, offered_until)
SELECT w.bot, w.id, w.chat, w.contact, 'waiting', w.reason, w.topic, w.opened_at, w.opened_at, w.opened_at, {now},
	COALESCE(w.previous, ''), COALESCE(u.id, ''), CASE WHEN u.id IS NULL THEN 0 ELSE {now} + %[2]d END
FROM w LEFT JOIN tickets f ON f.id = w.previous LEFT %[3]s
WHERE TRUE ON CONFLICT DO NOTHING`, followed("v.contact", ""), bot.OfferRest.Microseconds(), onDesk("f.holder"))

// openTickets opens the tickets that turns ask for.
func (t *Tx) openTickets(ctx context.Context, all []bot.Ticket) error {
	opening := make([][]any, len(all))
	for i, one := range all {
		opening[i] = ticketRow(one)
	}
	if _, err := t.shownRows(ctx, putTickets, nil, opening); err != nil {
		return doing("open tickets", err)
	}
	var of []summarised
	for _, one := range all {
		if one.Reason == bot.ReasonComplaint && one.Topic != "" && one.Contact != "" {
			of = append(of, summarised{clean(one.Contact), clean(one.Topic)})
		}
	}
	return doing("open tickets", t.complain(ctx, of))
}

const closeWaiting = `
WITH v (id) AS (VALUES {rows ($)})
UPDATE tickets SET state = 'closed', closed_at = {now}, outcome = 'recalled', ` + bumped + `
WHERE bot = $1 AND state = 'waiting' AND id IN (SELECT id FROM v)`

// closeTickets closes tickets that wait, by their ids; ErrConflict when an
// operator was quicker: the turn is made again.
func (t *Tx) closeTickets(ctx context.Context, b *batch, ids []string) error {
	n, err := t.shownRows(ctx, closeWaiting, []any{b.bot}, column(ids))
	if err == nil && n != len(ids) {
		return ErrConflict
	}
	return doing("close tickets", err)
}

// Recipient is an address that an operator may write to first.
type Recipient struct {
	Address bot.Address
	Contact string
	Reach   bot.Reach
	Stopped bool // the person asked for nothing but answers, here or everywhere
}

const (
	recipientColumns = `
SELECT c.bot, c.chat, c.contact, c.reach, c.hushed OR COALESCE(k.stopped, FALSE) AS stopped
FROM conversations c LEFT JOIN contacts k ON k.id = c.contact WHERE `
	recipientAt = recipientColumns + `c.bot = $1 AND c.chat = $2`

	// Of several addresses the one where most can be done counts, and of such the one
	// that was used last.
	recipientOf = recipientColumns + `c.contact = $1 AND c.contact <> '' ORDER BY CASE WHEN c.reach = 'open' THEN 0 ELSE 1 END,
	CASE WHEN c.hushed THEN 1 ELSE 0 END, c.last_at DESC, c.bot, c.chat LIMIT 1`
)

type recipientRecord struct {
	Bot     string    `db:"bot"`
	Chat    string    `db:"chat"`
	Contact string    `db:"contact"`
	Reach   bot.Reach `db:"reach"`
	Stopped bool      `db:"stopped"`
}

// RecipientAt returns who is at the address; ErrNotFound when nobody is.
func (t *Tx) RecipientAt(ctx context.Context, at bot.Address) (Recipient, error) {
	return t.recipient(ctx, recipientAt, at.Bot, at.Chat)
}

// RecipientOf returns where the contact is best written to; ErrNotFound when they
// have no address.
func (t *Tx) RecipientOf(ctx context.Context, contact string) (Recipient, error) {
	return t.recipient(ctx, recipientOf, contact)
}

func (t *Tx) recipient(ctx context.Context, query string, values ...any) (Recipient, error) {
	var r recipientRecord
	err := t.get(ctx, &r, query, values...)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return Recipient{Address: bot.Address{Bot: r.Bot, Chat: r.Chat}, Contact: r.Contact, Reach: r.Reach, Stopped: r.Stopped}, doing("whom to write to", err)
}

const (
	// A turn that knew of no ticket must be made again.
	ageConversation = `UPDATE conversations SET version = version + 1 WHERE bot = $1 AND chat = $2`

	openHeld = `
INSERT INTO tickets (bot, id, chat, contact, state, reason, holder, opened_at, taken_at, turn, turn_at, changed_at, opened_by)
VALUES ($1, $2, $3, $4, 'taken', $5, $6, {now}, {now}, 'theirs', {now}, {now}, $6)
ON CONFLICT DO NOTHING`

	openAt = `SELECT id FROM tickets WHERE bot = $1 AND chat = $2 AND state <> 'closed'`
)

// OpenTicket opens a ticket at the recipient's address that the actor holds, in the
// customer's turn. opened is false where one is open there, whose id it returns.
func (t *Tx) OpenTicket(ctx context.Context, to Recipient, a bot.Actor) (id string, opened bool, err error) {
	if _, err := t.exec(ctx, ageConversation, to.Address.Bot, to.Address.Chat); err != nil {
		return "", false, doing("open a ticket", err)
	}
	id = NewID()
	n, err := t.shown(ctx, openHeld, to.Address.Bot, id, to.Address.Chat, to.Contact, bot.ReasonWritten, a.User)
	if err != nil || n > 0 {
		return id, n > 0, doing("open a ticket", err)
	}
	err = t.get(ctx, &id, openAt, to.Address.Bot, to.Address.Chat)
	return id, false, doing("open a ticket", err)
}
