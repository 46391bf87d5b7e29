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
	revision, changed_at, turn, CASE WHEN turn_at = 0 THEN opened_at ELSE turn_at END AS turn_at, answered_at,
	wake_at, outcome, previous, offered, offered_until, opened_by`

func (r ticketRecord) ticket() bot.Ticket {
	return bot.Ticket{
		ID: r.ID, Address: bot.Address{Bot: r.Bot, Chat: r.Chat}, Contact: r.Contact, State: r.State,
		Reason: r.Reason, Topic: r.Topic, Holder: r.Holder,
		OpenedAt: r.OpenedAt.time(), TakenAt: r.TakenAt.time(), ClosedAt: r.ClosedAt.time(),
		Revision: r.Revision, ChangedAt: r.ChangedAt.time(), Turn: r.Turn, TurnAt: r.TurnAt.time(),
		AnsweredAt: r.AnsweredAt.time(), WakeAt: r.WakeAt.time(), Outcome: r.Outcome,
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
	WHEN t.id IS NULL AND EXISTS (`+followed("c.contact", onDesk("p.holder"))+`) THEN %[2]d
	WHEN t.id IS NULL THEN (SELECT count(*) FROM (SELECT 1 FROM tickets w WHERE w.state = 'waiting' AND w.turn = 'ours' LIMIT %[1]d) x)
	WHEN t.offered <> '' AND t.offered_until > {now} THEN %[2]d
	ELSE (SELECT count(*) FROM (
		SELECT 1 FROM tickets w WHERE w.state = 'waiting' AND w.turn = 'ours' AND (w.turn_at, w.id) < (t.turn_at, t.id) LIMIT %[1]d) x)
	END AS ahead
FROM v LEFT JOIN tickets t ON t.bot = v.bot AND t.chat = v.chat AND t.state <> 'closed'
LEFT JOIN conversations c ON t.id IS NULL AND c.bot = v.bot AND c.chat = v.chat`, bot.AheadMost, bot.NotInLine)

// Ahead counts, for each address, the tickets that wait for our word longer than its
// own, which is the order they are taken in; without one, all that wait.
// bot.NotInLine stands for a ticket that is offered to its former operator first, or
// would be. It counts to bot.AheadMost, which stands for any more. Only turns that
// tell a place ask for it.
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

// Ticket returns the ticket; ErrNotFound when there is none.
func (t *Tx) Ticket(ctx context.Context, id string) (bot.Ticket, error) {
	found, err := t.ticket(ctx, ticketByID, id)
	return found, doing("ticket", err)
}
