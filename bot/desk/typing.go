package desk

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// Typing shows the customer of the ticket that its holder writes to them, where
// their channel can; of anybody else it shows nothing. It is not kept, nothing
// depends on it, and the audit does not know of it.
func (d *Desk) Typing(ctx context.Context, ticket string, a bot.Actor) error {
	if err := a.Require(bot.WorkTickets); err != nil {
		return err
	}
	t, err := d.store.Ticket(ctx, ticket)
	if err != nil {
		return fmt.Errorf("typing: %w", err)
	}
	ch, ok := d.channels[t.Address.Bot].(bot.Typist)
	if !ok || !t.Allows(bot.TicketReply, a) {
		return nil
	}
	if err := ch.Typing(ctx, t.Address); err != nil {
		return fmt.Errorf("typing: %w", err)
	}
	return nil
}
