package desk

import (
	"context"
	"errors"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// TicketOpen is the action of the audit of an operator who writes first.
const TicketOpen = "ticket.open"

// OpenAt opens a ticket at the address that the actor holds, so that they may write
// first. Where one waits there they take it. A *bot.MoveError when a colleague holds
// it, a *bot.RefusedError when nobody is there (FaultNoCustomer), the person has
// blocked us or never let us write (FaultCustomerAway), or asked for nothing but
// answers (FaultStopped).
func (d *Desk) OpenAt(ctx context.Context, at bot.Address, a bot.Actor) (bot.Ticket, error) {
	return d.open(ctx, "address", a, func(tx *storage.Tx) (storage.Recipient, error) { return tx.RecipientAt(ctx, at) })
}

// OpenFor is OpenAt for the address where the contact is best written to.
func (d *Desk) OpenFor(ctx context.Context, contact string, a bot.Actor) (bot.Ticket, error) {
	return d.open(ctx, "contact", a, func(tx *storage.Tx) (storage.Recipient, error) { return tx.RecipientOf(ctx, contact) })
}

// OpenAfter is OpenFor for the person of a ticket; where nobody knows who that is,
// OpenAt its chat. storage.ErrNotFound when there is no such ticket.
func (d *Desk) OpenAfter(ctx context.Context, ticket string, a bot.Actor) (bot.Ticket, error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return bot.Ticket{}, err
	}
	before, err := d.store.Ticket(ctx, ticket)
	switch {
	case err != nil:
		return bot.Ticket{}, fmt.Errorf("write first: %w", err)
	case before.Contact == "":
		return d.OpenAt(ctx, before.Address, a)
	}
	return d.OpenFor(ctx, before.Contact, a)
}

func (d *Desk) open(ctx context.Context, field string, a bot.Actor, find func(*storage.Tx) (storage.Recipient, error)) (t bot.Ticket, err error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return bot.Ticket{}, err
	}
	var there string // the ticket that is open there
	err = d.store.InTx(ctx, func(tx *storage.Tx) error {
		there = ""
		to, err := find(tx)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			return bot.Refused(field, bot.FaultNoCustomer, nil)
		case err != nil:
			return err
		case to.Reach != bot.Reachable:
			return bot.Refused(field, bot.FaultCustomerAway, nil)
		case to.Stopped:
			return bot.Refused(field, bot.FaultStopped, nil)
		}
		id, opened, err := tx.OpenTicket(ctx, to, a)
		if err != nil {
			return err
		}
		if !opened {
			there = id
			return nil
		}
		if t, err = tx.Ticket(ctx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: a, Action: TicketOpen, Object: "ticket/" + id})
	})
	if err != nil {
		return bot.Ticket{}, fmt.Errorf("write first: %w", err)
	}
	if there == "" {
		return t, nil
	}
	if t, err = d.store.Ticket(ctx, there); err == nil && t.State == bot.TicketTaken && t.Holder == a.User {
		return t, nil
	}
	return d.Move(ctx, there, bot.TicketTake, a)
}
