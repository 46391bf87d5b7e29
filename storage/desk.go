package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"visnyk/bot"
)

// MoveError says that a ticket does not allow the move, and why.
type MoveError struct {
	From   bot.TicketState
	Move   bot.TicketMove
	Holder string // the operator who holds or held it
}

// Error implements error.
func (e *MoveError) Error() string {
	return fmt.Sprintf("storage: a ticket that is %s has no move %q", e.From, e.Move)
}

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
}

func (r ticketRecord) ticket() bot.Ticket {
	return bot.Ticket{
		ID: r.ID, Address: bot.Address{Bot: r.Bot, Chat: r.Chat}, Contact: r.Contact, State: r.State,
		Reason: r.Reason, Topic: r.Topic, Holder: r.Holder,
		OpenedAt: r.OpenedAt.time(), TakenAt: r.TakenAt.time(), ClosedAt: r.ClosedAt.time(),
	}
}

const ticketByID = `
SELECT bot, id, chat, contact, state, reason, topic, holder, opened_at, taken_at, closed_at
FROM tickets WHERE id = $1`

// Ticket gives the ticket; ErrNotFound when there is none.
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
SELECT bot, id, chat, contact, state, reason, topic, holder, opened_at, taken_at, closed_at
FROM tickets WHERE state <> 'closed' ORDER BY opened_at, id`

// OpenTickets gives the tickets that wait or are taken, the oldest first.
func (s *Store) OpenTickets(ctx context.Context) ([]bot.Ticket, error) {
	var records []ticketRecord
	if err := s.r.sel(ctx, &records, listOpenTickets); err != nil {
		return nil, doing("open tickets", err)
	}
	all := make([]bot.Ticket, len(records))
	for i, r := range records {
		all[i] = r.ticket()
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

// LockTicket gives the ticket and keeps it as it is until the commit.
func (t *Tx) LockTicket(ctx context.Context, id string) (bot.Ticket, error) {
	held, err := t.ticket(ctx, lockTicket, id)
	return held, doing("lock a ticket", err)
}

const moveTicket = `
UPDATE tickets SET state = $3, holder = $4,
	taken_at = CASE $5 WHEN 'take' THEN {now} WHEN 'release' THEN 0 ELSE taken_at END,
	closed_at = CASE $5 WHEN 'close' THEN {now} ELSE closed_at END
WHERE bot = $1 AND id = $2
RETURNING bot, id, chat, contact, state, reason, topic, holder, opened_at, taken_at, closed_at`

// MoveTicket moves the ticket and gives it as it is then. The actor becomes
// its holder by taking it, nobody by a release; closing keeps the holder. Of
// two who take at once one wins, the other gets a *MoveError with the
// winner's name. Who may move another's ticket is not decided here.
func (t *Tx) MoveTicket(ctx context.Context, id string, m bot.TicketMove, actor string) (bot.Ticket, error) {
	was, err := t.ticket(ctx, lockTicket, id)
	if err != nil {
		return bot.Ticket{}, doing("move a ticket", err)
	}
	to, ok := was.State.Can(m)
	if !ok {
		return bot.Ticket{}, &MoveError{From: was.State, Move: m, Holder: was.Holder}
	}
	holder := was.Holder
	switch m {
	case bot.TicketTake:
		holder = actor
	case bot.TicketRelease:
		holder = ""
	}
	var r ticketRecord
	if err := t.get(ctx, &r, moveTicket, was.Address.Bot, id, to, holder, m); err != nil {
		return bot.Ticket{}, doing("move a ticket", err)
	}
	return r.ticket(), nil
}
