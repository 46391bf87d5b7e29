package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"visnyk/bot"
)

const lockTicket = ticketByID + ` {update}`

// Of a closed ticket the holder stays: who closes a waiting one takes it.
const moveTicket = `
UPDATE tickets SET ` + bumped + `, state = $3, holder = $4,
	taken_at = CASE WHEN $3 = 'waiting' THEN 0 WHEN holder <> $4 THEN {now} ELSE taken_at END,
	closed_at = CASE WHEN $3 = 'closed' AND state <> 'closed' THEN {now} ELSE closed_at END,
	outcome = $5, turn = $6, wake_at = 0, offered = '', offered_until = 0
WHERE bot = $1 AND id = $2
RETURNING ` + ticketColumns

// MoveTicket moves the ticket as bot.Ticket allows it to the actor, and returns
// it as it was and as it is then. Of two who take at once one wins; the other
// gets a *bot.MoveError that names the winner.
func (t *Tx) MoveTicket(ctx context.Context, id string, m bot.TicketMove, a bot.Actor) (was, is bot.Ticket, err error) {
	return t.EndTicket(ctx, id, m, "", a)
}

// turnAfter is whose word is next after a move: what is given back to the queue waits
// there for ours.
func turnAfter(was bot.Ticket, m bot.TicketMove) bot.TicketTurn {
	if m == bot.TicketRelease || m == bot.TicketReturn {
		return bot.TurnOurs
	}
	return was.Turn
}

// EndTicket is MoveTicket with the outcome that the ticket has then.
func (t *Tx) EndTicket(ctx context.Context, id string, m bot.TicketMove, how bot.TicketOutcome, a bot.Actor) (was, is bot.Ticket, err error) {
	if was, err = t.TicketFor(ctx, id, m, a); err != nil {
		return was, is, err
	}
	is, err = t.moveLocked(ctx, was, m, turnAfter(was, m), how, a)
	return was, is, err
}

// moveLocked makes a move that is legal of a ticket that is locked.
func (t *Tx) moveLocked(ctx context.Context, was bot.Ticket, m bot.TicketMove, turn bot.TicketTurn, how bot.TicketOutcome, a bot.Actor) (bot.Ticket, error) {
	to, _ := was.State.Can(m)
	var r ticketRecord
	if err := t.get(ctx, &r, moveTicket, was.Address.Bot, was.ID, to, was.HolderAfter(m, a), how, turn); err != nil {
		return bot.Ticket{}, doing("move a ticket", err)
	}
	t.shows = true
	is := r.ticket()
	if is.Holder == "" || is.Holder == was.Holder || is.Contact == "" {
		return is, nil
	}
	return is, t.holdBack(ctx, is.Contact)
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

const waitingOf = `
SELECT ` + ticketColumns + ` FROM tickets
WHERE contact = $1 AND contact <> '' AND state = 'waiting' AND id <> $2 ORDER BY id {update}`

// TakeWith has the actor take what else waits of the person whose ticket it is, and
// returns each as it is then.
func (t *Tx) TakeWith(ctx context.Context, taken bot.Ticket, a bot.Actor) ([]bot.Ticket, error) {
	var others []ticketRecord
	if err := t.sel(ctx, &others, waitingOf, taken.Contact, taken.ID); err != nil {
		return nil, doing("take a ticket", err)
	}
	all := make([]bot.Ticket, len(others))
	for i, r := range others {
		is, err := t.moveLocked(ctx, r.ticket(), bot.TicketTake, r.Turn, "", a)
		if err != nil {
			return nil, err
		}
		all[i] = is
	}
	return all, nil
}

const sleepTicket = `UPDATE tickets SET wake_at = $2, ` + bumped + ` WHERE id = $1`

// SleepTicket has the ticket sleep until then; a zero moment wakes it.
func (t *Tx) SleepTicket(ctx context.Context, id string, until time.Time) error {
	_, err := t.shown(ctx, sleepTicket, id, until)
	return doing("put a ticket aside", err)
}

// What failed, or was taken back, is no answer.
const answered = `
SELECT EXISTS (SELECT 1 FROM tickets t JOIN history h ON h.bot = t.bot AND h.chat = t.chat
	WHERE t.id = $1 AND h.id >= t.opened_at AND h.at >= t.opened_at AND h.outgoing AND h.kind = 'desk'
	AND h.outcome IN ('', 'sent', 'unknown'))`

// Answered reports whether an operator has replied to the ticket, as far as is known.
func (t *Tx) Answered(ctx context.Context, ticket string) (yes bool, err error) {
	err = t.get(ctx, &yes, answered, ticket)
	return yes, doing("replies of a ticket", err)
}

// TellTicket puts the event into the inbox of its conversation.
func (t *Tx) TellTicket(ctx context.Context, e bot.Event) error {
	payload, err := json.Marshal(e)
	if err != nil {
		return doing("encode desk event", err)
	}
	_, err = t.Receive(ctx, []Incoming{{
		Source: SourceDesk,
		Update: bot.Update{Bot: e.From.Bot, Chat: e.From.Chat, ID: "desk/" + NewID(), Payload: payload},
	}})
	t.woken = append(t.woken, "inbox:"+e.From.Bot)
	return err
}
