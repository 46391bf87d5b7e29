package desk

import (
	"context"
	"errors"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// Queue returns the tickets of one list of the desk, after a place in it. A
// *bot.ForbiddenError when the actor may not work at tickets, as with all that
// follows.
func (d *Desk) Queue(ctx context.Context, a bot.Actor, f storage.QueueFilter) ([]storage.QueueRow, error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return nil, err
	}
	if f.Tab == storage.QueueMine {
		f.User = a.User
	}
	rows, err := d.store.Queue(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return rows, nil
}

// QueueRow returns one ticket as the lists show it; storage.ErrNotFound when there is
// none.
func (d *Desk) QueueRow(ctx context.Context, a bot.Actor, ticket string) (storage.QueueRow, error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return storage.QueueRow{}, err
	}
	rows, err := d.store.QueueRows(ctx, []string{ticket})
	if err == nil && len(rows) == 0 {
		err = storage.ErrNotFound
	}
	if err != nil {
		return storage.QueueRow{}, fmt.Errorf("ticket: %w", err)
	}
	return rows[0], nil
}

// Counts returns how many tickets the lists have.
func (d *Desk) Counts(ctx context.Context, a bot.Actor) (storage.QueueCounts, error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return storage.QueueCounts{}, err
	}
	c, err := d.store.QueueCounts(ctx)
	if err != nil {
		return c, fmt.Errorf("queue: %w", err)
	}
	return c, nil
}

// Next takes the ticket that has waited longest for the actor, leaving out those that
// are offered to somebody else for now. It reports whether there was one. Of many
// who ask at once each gets another.
func (d *Desk) Next(ctx context.Context, a bot.Actor) (taken bot.Ticket, found bool, err error) {
	taken, err = d.move(ctx, bot.TicketTake, a, func(tx *storage.Tx) ([]moved, error) {
		id, err := tx.NextTicket(ctx, a.User)
		if err != nil {
			return nil, err
		}
		return moveOne(ctx, tx, id, bot.TicketTake, a)
	})
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Ticket{}, false, nil
	}
	return taken, err == nil, err
}
