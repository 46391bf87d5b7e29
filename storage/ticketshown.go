package storage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
)

// bumped stands in every statement that changes what the desk shows of a ticket: the
// row is locked by that statement, so of one ticket the revisions are committed in
// their order. Tx.shown runs it, or whoever runs it sets Tx.shows.
const bumped = `revision = tickets.revision + 1, changed_at = {now}`

// shown runs a statement with bumped, and tells how many rows it changed.
func (t *Tx) shown(ctx context.Context, query string, values ...any) (int, error) {
	n, err := t.exec(ctx, query, values...)
	t.shows = t.shows || n > 0
	return n, err
}

func (t *Tx) shownRows(ctx context.Context, query string, head []any, rows [][]any) (int, error) {
	n, err := t.apart().execRows(ctx, query, head, rows)
	t.shows = t.shows || n > 0
	return n, err
}

// TicketShown is an open ticket that shows what a turn writes.
type TicketShown struct {
	Ticket string
	State  bot.TicketState // as the turn knew it
	Line   bool            // the customer has written: it is our turn, and what slept is awake
}

const showTickets = `
WITH v (id, state, line) AS (VALUES {rows ($, $, CAST($ AS BOOLEAN))})
UPDATE tickets SET ` + bumped + `,
	turn_at = CASE WHEN v.line AND tickets.turn = 'theirs' THEN {now} ELSE tickets.turn_at END,
	turn = CASE WHEN v.line THEN 'ours' ELSE tickets.turn END,
	wake_at = CASE WHEN v.line THEN 0 ELSE tickets.wake_at END
FROM v WHERE tickets.id = v.id AND tickets.state = v.state`

// showTickets has the tickets show what their turns write; ErrConflict when an
// operator was quicker: the turn is made again, and the bot neither speaks between a
// person and their operator nor is silent to somebody whom no operator answers.
func (t *Tx) showTickets(ctx context.Context, all []TicketShown) error {
	rows := make([][]any, len(all))
	for i, s := range all {
		rows[i] = []any{s.Ticket, s.State, s.Line}
	}
	n, err := t.shownRows(ctx, showTickets, nil, rows)
	if err == nil && n != len(rows) {
		return ErrConflict
	}
	return doing("tickets of turns", err)
}

// The talk that the desk shows is that of all chats of a person.
const showElsewhere = `
WITH v (contact) AS (VALUES {rows ($)})
UPDATE tickets SET ` + bumped + ` WHERE state <> 'closed' AND contact IN (SELECT contact FROM v)`

func (t *Tx) showElsewhere(ctx context.Context, contacts []string) error {
	_, err := t.shownRows(ctx, showElsewhere, nil, column(contacts))
	return doing("tickets of people", err)
}

const (
	answerTicket = `
UPDATE tickets SET ` + bumped + `, turn = 'theirs', answered_at = {now}, wake_at = 0,
	asked_at = CASE WHEN turn = 'ours' THEN turn_at ELSE asked_at END
WHERE id = $1 AND state <> 'closed'`

	touchTicket = `UPDATE tickets SET ` + bumped + ` WHERE id = $1`
)

// AnswerTicket notes that an operator has replied: the word is the customer's now.
func (t *Tx) AnswerTicket(ctx context.Context, id string) error {
	_, err := t.shown(ctx, answerTicket, id)
	return doing("answer a ticket", err)
}

// ShowTicket notes that something is different of what the desk shows of the ticket.
func (t *Tx) ShowTicket(ctx context.Context, id string) error {
	_, err := t.shown(ctx, touchTicket, id)
	return doing("show a ticket", err)
}

const (
	// showPlain is showEnded for the endings e of messages that are no operator's. Several
	// of one ticket show it once.
	showPlain = `
UPDATE tickets SET ` + bumped + `
FROM e WHERE tickets.bot = e.bot AND tickets.chat = e.chat AND tickets.state <> 'closed'`

	// What did not arrive is no answer: it is our turn, since the customer asked.
	showEnded = `
WITH v (bot, chat, failed) AS (VALUES {rows ($, $, CAST($ AS BOOLEAN))})
UPDATE tickets SET ` + bumped + `,
	turn_at = CASE WHEN v.failed AND tickets.asked_at <> 0 THEN tickets.asked_at ELSE tickets.turn_at END,
	turn = CASE WHEN v.failed THEN 'ours' ELSE tickets.turn END,
	wake_at = CASE WHEN v.failed THEN 0 ELSE tickets.wake_at END
FROM v WHERE tickets.bot = v.bot AND tickets.chat = v.chat AND tickets.state <> 'closed'`
)

// replyCause begins the causes of what operators say to customers.
const replyCause = "desk/"

// showEnded has the open tickets of the chats show how messages to them ended. Where a
// reply did not arrive and its ticket is closed by now, another follows; not to people
// who are gone, nor for words that were taken back.
func (t *Tx) showEnded(ctx context.Context, all []ending) error {
	failed, unsent, gone := map[bot.Address]bool{}, map[bot.Address]bool{}, map[bot.Address]bool{}
	for _, e := range all {
		if e.over() {
			at := bot.Address{Bot: e.Bot, Chat: e.Chat}
			fails := e.Lane == bot.LaneDesk && strings.HasPrefix(e.Cause, replyCause) && e.State != stateSent && e.State != stateUnknown
			failed[at] = failed[at] || fails
			unsent[at] = unsent[at] || fails && e.State != bot.OutcomeUndone
			gone[at] = gone[at] || e.State == stateGone
		}
	}
	maps.DeleteFunc(unsent, func(at bot.Address, fails bool) bool { return !fails || gone[at] })
	if err := t.showOutcomes(ctx, failed); err != nil {
		return err
	}
	return t.followUnsent(ctx, unsent)
}

// showReceipts has them show what receipts tell.
func (t *Tx) showReceipts(ctx context.Context, name string, kind bot.EventKind, all []receipted) error {
	failed := map[bot.Address]bool{}
	for _, r := range all {
		at := bot.Address{Bot: name, Chat: r.Chat}
		failed[at] = failed[at] || kind == bot.Failed && r.Lane == bot.LaneDesk && strings.HasPrefix(r.Cause, replyCause)
	}
	if err := t.showOutcomes(ctx, failed); err != nil {
		return err
	}
	maps.DeleteFunc(failed, func(_ bot.Address, fails bool) bool { return !fails })
	return t.followUnsent(ctx, failed)
}

func (t *Tx) showOutcomes(ctx context.Context, failed map[bot.Address]bool) error {
	rows := make([][]any, 0, len(failed))
	for _, at := range inOrder(failed) {
		rows = append(rows, []any{at.Bot, at.Chat, failed[at]})
	}
	if _, err := t.shownRows(ctx, showEnded, nil, rows); err != nil {
		return fmt.Errorf("tickets: %w", err)
	}
	return nil
}

// inOrder returns the addresses in the order that everybody locks them in.
func inOrder(all map[bot.Address]bool) []bot.Address {
	return slices.SortedFunc(maps.Keys(all), func(a, b bot.Address) int {
		return cmp.Or(cmp.Compare(a.Bot, b.Bot), cmp.Compare(a.Chat, b.Chat))
	})
}
