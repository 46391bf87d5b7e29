package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Close closes a ticket with an outcome, one of bot.TicketOutcomes; who closes a
// waiting one takes it by that. Beside the errors of Move a *bot.InvalidError when
// there is no such outcome, a *bot.RefusedError when it is a complaint that nobody has answered (FaultComplaint), unless it is closed as
// abuse: then there is nobody to answer, and the audit says who found so.
func (d *Desk) Close(ctx context.Context, ticket string, how bot.TicketOutcome, a bot.Actor) (bot.Ticket, error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return bot.Ticket{}, err
	}
	if !slices.Contains(bot.TicketOutcomes(), how) {
		return bot.Ticket{}, bot.Invalid("outcome", bot.FaultChoice, bot.Data{"Choices": bot.Choices(bot.TicketOutcomes())})
	}
	return d.move(ctx, bot.TicketClose, a, func(tx *storage.Tx) ([]moved, error) {
		if err := tx.HoldTicketsOf(ctx, ticket); err != nil {
			return nil, err
		}
		was, is, err := tx.EndTicket(ctx, ticket, bot.TicketClose, how, a)
		if err != nil {
			return nil, err
		}
		if was.Reason == bot.ReasonComplaint && how != bot.OutcomeAbuse {
			switch answered, err := tx.Answered(ctx, was.ID); {
			case err != nil:
				return nil, err
			case !answered:
				return nil, bot.Refused("outcome", bot.FaultComplaint, nil)
			}
		}
		e := bot.Event{Barred: how == bot.OutcomeAbuse}
		if e.Rate, err = d.mayRate(ctx, tx, is); err != nil {
			return nil, err
		}
		if e.Rate { // noted here, so that another closing knows before this chat hears it
			if err := tx.AskToRate(ctx, is.ID); err != nil {
				return nil, err
			}
		}
		return []moved{{was: was, is: is, event: e}}, nil
	})
}

// mayRate reports whether the customer of a closed ticket may be asked how it was: in
// one press, where we may write, and once in a while.
func (d *Desk) mayRate(ctx context.Context, tx *storage.Tx, t bot.Ticket) (bool, error) {
	if ch, ok := d.channels[t.Address.Bot]; t.Outcome == bot.OutcomeAbuse || ok && !ch.Capabilities().Buttons {
		return false, nil
	}
	to, err := tx.RecipientAt(ctx, t.Address)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case to.Reach != bot.Reachable || to.Stopped:
		return false, nil
	}
	asked, err := tx.AskedToRate(ctx, t.Contact)
	return !asked, err
}

// Forgive takes back that a ticket was abuse: its person may ask for an operator
// again. Beside the errors of Move a *bot.RefusedError when it was closed in another
// way (FaultNotAbuse).
func (d *Desk) Forgive(ctx context.Context, ticket string, a bot.Actor) (bot.Ticket, error) {
	return d.move(ctx, bot.TicketForgive, a, func(tx *storage.Tx) ([]moved, error) {
		was, is, err := tx.EndTicket(ctx, ticket, bot.TicketForgive, bot.OutcomeUnsolved, a)
		switch {
		case err != nil:
			return nil, err
		case was.Outcome != bot.OutcomeAbuse:
			return nil, bot.Refused("outcome", bot.FaultNotAbuse, nil)
		}
		return []moved{{was: was, is: is}}, nil
	})
}

// SleepMost is how far ahead a ticket may be put aside.
const SleepMost = 90 * 24 * time.Hour

// Sleep puts a ticket aside that the actor holds, in the customer's turn, until the
// moment or the customer's next word; a zero moment wakes it. Beside the errors of
// Move a *bot.RefusedError when the customer waits for us (FaultOurTurn) or the
// moment is past or too far (FaultWake).
func (d *Desk) Sleep(ctx context.Context, ticket string, until, now time.Time, a bot.Actor) error {
	if err := a.Require(bot.WorkTickets); err != nil {
		return err
	}
	if !until.IsZero() && (!until.After(now) || until.Sub(now) > SleepMost) {
		return bot.Refused("wake_at", bot.FaultWake, bot.Data{"Max": int(SleepMost / (24 * time.Hour))})
	}
	err := d.store.InTx(ctx, func(tx *storage.Tx) error {
		held, err := tx.TicketFor(ctx, ticket, bot.TicketSleep, a)
		switch {
		case err != nil:
			return err
		case held.Turn == bot.TurnOurs && !until.IsZero():
			return bot.Refused("wake_at", bot.FaultOurTurn, nil)
		}
		if err := tx.SleepTicket(ctx, held.ID, until); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: a, Action: "ticket." + string(bot.TicketSleep), Object: "ticket/" + held.ID})
	})
	if err != nil {
		return fmt.Errorf("put a ticket aside: %w", err)
	}
	return nil
}
