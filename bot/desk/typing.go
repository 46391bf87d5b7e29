package desk

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// Typing shows the customer of the ticket that somebody writes to them, where
// their channel can. It is not kept, and nothing depends on it.
func (d *Desk) Typing(ctx context.Context, ticket string) error {
	t, err := d.store.Ticket(ctx, ticket)
	if err != nil {
		return fmt.Errorf("typing: %w", err)
	}
	ch, ok := d.channels[t.Address.Bot].(bot.Typist)
	if !ok || t.State != bot.TicketTaken {
		return nil
	}
	if err := ch.Typing(ctx, t.Address); err != nil {
		return fmt.Errorf("typing: %w", err)
	}
	return nil
}
