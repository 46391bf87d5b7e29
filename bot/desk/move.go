package desk

import (
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// moves are the moves that conversations hear of, by the event that tells them.
func moves() map[bot.TicketMove]bot.EventKind {
	return map[bot.TicketMove]bot.EventKind{
		bot.TicketTake: bot.Taken, bot.TicketTakeover: bot.TakenOver,
		bot.TicketRelease: bot.Released, bot.TicketReturn: bot.Released, bot.TicketClose: bot.Closed,
	}
}

// Move takes, takes over, releases, returns or closes a ticket for the actor, tells the
// conversation, and writes the audit, all or nothing. A *bot.ForbiddenError when
// the actor may not work at tickets, or return a colleague's without leading the desk, a *bot.MoveError that names the holder
// when the ticket does not allow the move to them, storage.ErrNotFound when there
// is no such ticket. What goes by time moves as bot.System.
//
// What else waits of the person is taken with a ticket. Closing is Close as solved.
func (d *Desk) Move(ctx context.Context, ticket string, m bot.TicketMove, a bot.Actor) (bot.Ticket, error) {
	if m == bot.TicketClose {
		return d.Close(ctx, ticket, bot.OutcomeSolved, a)
	}
	if _, ok := moves()[m]; !ok {
		return bot.Ticket{}, fmt.Errorf("no move of a ticket is called %q", m)
	}
	if m == bot.TicketReturn {
		if err := a.Require(bot.LeadDesk); err != nil {
			return bot.Ticket{}, err
		}
	}
	return d.move(ctx, m, a, func(tx *storage.Tx) ([]moved, error) { return moveOne(ctx, tx, ticket, m, a) })
}

// moveOne moves a ticket, and with a take what else waits of the person.
func moveOne(ctx context.Context, tx *storage.Tx, ticket string, m bot.TicketMove, a bot.Actor) ([]moved, error) {
	was, is, err := tx.MoveTicket(ctx, ticket, m, a)
	if err != nil {
		return nil, err
	}
	all := []moved{{was: was, is: is}}
	if m != bot.TicketTake {
		return all, nil
	}
	others, err := tx.TakeWith(ctx, is, a)
	for _, o := range others {
		all = append(all, moved{was: bot.Ticket{State: bot.TicketWaiting}, is: o})
	}
	return all, err
}

// moved is a ticket before and after a move.
type moved struct {
	was, is bot.Ticket
	event   bot.Event // what the conversation hears besides
}

// move runs the function in a transaction, tells the conversations of the tickets
// that it moved and writes the audit. It returns the first as it is then.
func (d *Desk) move(ctx context.Context, m bot.TicketMove, a bot.Actor, f func(*storage.Tx) ([]moved, error)) (bot.Ticket, error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return bot.Ticket{}, err
	}
	var all []moved
	err := d.store.InTx(ctx, func(tx *storage.Tx) (err error) {
		if all, err = f(tx); err != nil {
			return err
		}
		for _, one := range all {
			if err := told(ctx, tx, m, a, one); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return bot.Ticket{}, fmt.Errorf("%s ticket: %w", m, err)
	}
	if len(all) == 0 {
		return bot.Ticket{}, nil
	}
	var bots []string
	for _, one := range all {
		bots = append(bots, one.is.Address.Bot)
	}
	d.wake(bots)
	return all[0].is, nil
}

// wake tells the lines of the bots that something waits there.
func (d *Desk) wake(bots []string) {
	slices.Sort(bots)
	for _, name := range slices.Compact(bots) {
		d.store.Notify("outbox:" + name) // before what the bot says to it
		d.store.Notify("inbox:" + name)
	}
}

// told tells the conversation of a move and writes the audit.
func told(ctx context.Context, tx *storage.Tx, m bot.TicketMove, a bot.Actor, one moved) error {
	if m == bot.TicketClose { // what the operator said is said before the farewell
		if _, err := tx.LetGo(ctx, one.is.Address); err != nil {
			return err
		}
	}
	if kind, ok := moves()[m]; ok {
		e := one.event
		e.Kind, e.ID, e.From, e.Operator = kind, one.is.ID, one.is.Address, a.Name
		if err := tx.TellTicket(ctx, e); err != nil {
			return err
		}
	}
	detail := map[string]string{"from": string(one.was.State), "to": string(one.is.State)}
	if one.was.Holder != "" && one.was.Holder != a.User {
		detail["holder"] = one.was.Holder
	}
	if one.is.Outcome != one.was.Outcome {
		detail["outcome"] = string(one.is.Outcome)
	}
	return tx.Audit(ctx, storage.AuditEntry{Actor: a, Action: "ticket." + string(m), Object: "ticket/" + one.is.ID, Detail: detail})
}
