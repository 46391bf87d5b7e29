package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"visnyk/bot"
)

type ticketRecord struct {
	Bot      string          `db:"bot"`
	ID       string          `db:"id"`
	Chat     string          `db:"chat"`
	Contact  string          `db:"contact"`
	State    bot.TicketState `db:"state"`
	Reason   bot.Reason      `db:"reason"`
	Topic    string          `db:"topic"`
	Holder   string          `db:"holder"`
	OpenedAt micros          `db:"opened_at"`
	TakenAt  micros          `db:"taken_at"`
	ClosedAt micros          `db:"closed_at"`

	Revision     int64             `db:"revision"`
	ChangedAt    micros            `db:"changed_at"`
	Turn         bot.TicketTurn    `db:"turn"`
	TurnAt       micros            `db:"turn_at"`
	Answers      int               `db:"answers"`
	AnsweredAt   micros            `db:"answered_at"`
	WakeAt       micros            `db:"wake_at"`
	Outcome      bot.TicketOutcome `db:"outcome"`
	Previous     string            `db:"previous"`
	Offered      string            `db:"offered"`
	OfferedUntil micros            `db:"offered_until"`
	OpenedBy     string            `db:"opened_by"`
}

// ticketColumns are those of a ticketRecord.
const ticketColumns = `bot, id, chat, contact, state, reason, topic, holder, opened_at, taken_at, closed_at,
	revision, changed_at, turn, CASE WHEN turn_at = 0 THEN opened_at ELSE turn_at END AS turn_at, answers, answered_at,
	wake_at, outcome, previous, offered, offered_until, opened_by`

func (r ticketRecord) ticket() bot.Ticket {
	return bot.Ticket{
		ID: r.ID, Address: bot.Address{Bot: r.Bot, Chat: r.Chat}, Contact: r.Contact, State: r.State,
		Reason: r.Reason, Topic: r.Topic, Holder: r.Holder,
		OpenedAt: r.OpenedAt.time(), TakenAt: r.TakenAt.time(), ClosedAt: r.ClosedAt.time(),
		Revision: r.Revision, ChangedAt: r.ChangedAt.time(), Turn: r.Turn, TurnAt: r.TurnAt.time(),
		Answers: r.Answers, AnsweredAt: r.AnsweredAt.time(), WakeAt: r.WakeAt.time(), Outcome: r.Outcome,
		Previous: r.Previous, Offered: r.Offered, OfferedUntil: r.OfferedUntil.time(), OpenedBy: r.OpenedBy,
	}
}

const ticketByID = `SELECT ` + ticketColumns + ` FROM tickets WHERE id = $1`

// Ticket returns the ticket; ErrNotFound when there is none.
func (s *Store) Ticket(ctx context.Context, id string) (bot.Ticket, error) {
	t, err := s.r.ticket(ctx, ticketByID, id)
	return t, doing("ticket", err)
}

func (c conn) ticket(ctx context.Context, query, id string) (bot.Ticket, error) {
	var r ticketRecord
	err := c.get(ctx, &r, query, id)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return r.ticket(), err
}

const listOpenTickets = `
SELECT ` + ticketColumns + ` FROM tickets WHERE state <> 'closed' ORDER BY opened_at, id`

// OpenTickets returns the tickets that wait or are taken, the oldest first.
func (s *Store) OpenTickets(ctx context.Context) ([]bot.Ticket, error) {
	var records []ticketRecord
	if err := s.reading.sel(ctx, &records, listOpenTickets); err != nil {
		return nil, doing("open tickets", err)
	}
	all := make([]bot.Ticket, len(records))
	for i, r := range records {
		all[i] = r.ticket()
	}
	return all, nil
}

// Of a long queue no more is counted than is told of it.
var ticketsAhead = fmt.Sprintf(`
WITH v (bot, chat) AS (VALUES {rows ($, $)})
SELECT v.bot, v.chat, CASE
	WHEN t.id IS NULL THEN (SELECT count(*) FROM (SELECT 1 FROM tickets w WHERE w.state = 'waiting' LIMIT %[1]d) x)
	ELSE (SELECT count(*) FROM (
		SELECT 1 FROM tickets w WHERE w.state = 'waiting' AND (w.opened_at, w.id) < (t.opened_at, t.id) LIMIT %[1]d) x)
	END AS ahead
FROM v LEFT JOIN tickets t ON t.bot = v.bot AND t.chat = v.chat AND t.state <> 'closed'`, bot.AheadMost)

// Ahead counts, for each address, the waiting tickets that were opened before its
// own; without one, all that wait. It counts to bot.AheadMost, which stands for
// any more. Only turns that tell a place ask for it.
func (s *Store) Ahead(ctx context.Context, at []bot.Address) (map[bot.Address]int, error) {
	all, err := s.r.ahead(ctx, at)
	return all, doing("tickets ahead", err)
}

func (c conn) ahead(ctx context.Context, at []bot.Address) (map[bot.Address]int, error) {
	rows := make([][]any, len(at))
	for i, a := range at {
		rows[i] = []any{clean(a.Bot), clean(a.Chat)}
	}
	var found []struct {
		Bot   string `db:"bot"`
		Chat  string `db:"chat"`
		Ahead int    `db:"ahead"`
	}
	if err := selRows(ctx, c, &found, ticketsAhead, nil, rows); err != nil {
		return nil, err
	}
	all := make(map[bot.Address]int, len(found))
	for _, f := range found {
		all[bot.Address{Bot: f.Bot, Chat: f.Chat}] = f.Ahead
	}
	return all, nil
}

func ticketRow(t bot.Ticket) []any {
	return []any{t.Address.Bot, t.ID, t.Address.Chat, t.Contact, t.Reason, t.Topic, t.OpenedAt}
}

// A chat has at most one open ticket: a second adds nothing.
const putTickets = `
WITH v (bot, id, chat, contact, reason, topic, opened_at) AS (
	VALUES {rows ($, $, $, $, $, $, CAST($ AS BIGINT))}
)
INSERT INTO tickets (bot, id, chat, contact, state, reason, topic, opened_at)
SELECT bot, id, chat, contact, 'waiting', reason, topic, CASE WHEN opened_at = 0 THEN {now} ELSE opened_at END
FROM v WHERE TRUE
ON CONFLICT DO NOTHING`

// openTickets opens the tickets that turns ask for.
func (t *Tx) openTickets(ctx context.Context, all []bot.Ticket) error {
	opening := make([][]any, len(all))
	for i, one := range all {
		opening[i] = ticketRow(one)
	}
	_, err := t.execRows(ctx, putTickets, nil, opening)
	return doing("open tickets", err)
}

const closeWaiting = `
WITH v (id) AS (VALUES {rows ($)})
UPDATE tickets SET state = 'closed', closed_at = {now}
WHERE bot = $1 AND state = 'waiting' AND id IN (SELECT id FROM v)`

// closeTickets closes tickets that wait, by their ids; ErrConflict when an
// operator was quicker: the turn is made again.
func (t *Tx) closeTickets(ctx context.Context, b *batch, ids []string) error {
	n, err := t.execRows(ctx, closeWaiting, []any{b.bot}, column(ids))
	if err == nil && n != len(ids) {
		return ErrConflict
	}
	return doing("close tickets", err)
}

const lockTicket = ticketByID + ` {update}`

const moveTicket = `
UPDATE tickets SET state = $3, holder = $4,
	taken_at = CASE WHEN $3 = 'waiting' THEN 0 WHEN holder <> $4 THEN {now} ELSE taken_at END,
	closed_at = CASE WHEN $3 = 'closed' THEN {now} ELSE closed_at END
WHERE bot = $1 AND id = $2
RETURNING ` + ticketColumns

// MoveTicket moves the ticket as bot.Ticket allows it to the actor, and returns
// it as it was and as it is then. Of two who take at once one wins; the other
// gets a *bot.MoveError that names the winner.
func (t *Tx) MoveTicket(ctx context.Context, id string, m bot.TicketMove, a bot.Actor) (was, is bot.Ticket, err error) {
	if was, err = t.TicketFor(ctx, id, m, a); err != nil {
		return was, is, err
	}
	to, _ := was.State.Can(m)
	var r ticketRecord
	if err := t.get(ctx, &r, moveTicket, was.Address.Bot, id, to, was.HolderAfter(m, a)); err != nil {
		return was, is, doing("move a ticket", err)
	}
	return was, r.ticket(), nil
}

const loginOf = `SELECT login FROM users WHERE id = $1`

// TicketFor returns the ticket and keeps it as it is until the commit: nobody
// moves it, and it does not follow its customer to another chat. A *bot.MoveError
// when the actor may not make the move on it, ErrNotFound when there is none.
func (t *Tx) TicketFor(ctx context.Context, id string, m bot.TicketMove, a bot.Actor) (bot.Ticket, error) {
	ticket, err := t.ticket(ctx, lockTicket, id)
	if err != nil {
		return bot.Ticket{}, doing(string(m)+" a ticket", err)
	}
	if ticket.Allows(m, a) {
		return ticket, nil
	}
	refused := &bot.MoveError{Noun: "ticket", From: string(ticket.State), Move: string(m), Holder: ticket.Holder}
	if err := t.get(ctx, &refused.Login, loginOf, ticket.Holder); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return bot.Ticket{}, doing(string(m)+" a ticket", err)
	}
	return bot.Ticket{}, refused
}
