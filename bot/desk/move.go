package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// moves are the moves that conversations hear of, by the event that tells them.
func moves() map[bot.TicketMove]bot.EventKind {
	return map[bot.TicketMove]bot.EventKind{
		bot.TicketTake: bot.Taken, bot.TicketTakeover: bot.TakenOver,
		bot.TicketRelease: bot.Released, bot.TicketClose: bot.Closed,
	}
}

// Move takes, takes over, releases or closes a ticket for the actor, tells the
// conversation, and writes the audit, all or nothing. A *bot.ForbiddenError when
// the actor may not work at tickets, a *bot.MoveError that names the holder
// when the ticket does not allow the move to them, storage.ErrNotFound when there
// is no such ticket. What goes by time moves as bot.System.
func (d *Desk) Move(ctx context.Context, ticket string, m bot.TicketMove, a bot.Actor) (bot.Ticket, error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return bot.Ticket{}, err
	}
	kind, ok := moves()[m]
	if !ok {
		return bot.Ticket{}, fmt.Errorf("no move of a ticket is called %q", m)
	}
	var moved bot.Ticket
	err := d.store.InTx(ctx, func(tx *storage.Tx) error {
		was, t, err := tx.MoveTicket(ctx, ticket, m, a)
		if err != nil {
			return err
		}
		moved = t
		if m == bot.TicketClose { // what the operator said is said before the farewell
			if _, err := tx.LetGo(ctx, t.Address); err != nil {
				return err
			}
		}
		if err := tell(ctx, tx, bot.Event{Kind: kind, ID: t.ID, From: t.Address, Operator: a.Name}); err != nil {
			return err
		}
		detail := map[string]string{"from": string(was.State), "to": string(t.State)}
		if was.Holder != "" && was.Holder != a.User {
			detail["holder"] = was.Holder
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: a, Action: "ticket." + string(m), Object: "ticket/" + t.ID, Detail: detail})
	})
	if err != nil {
		return bot.Ticket{}, fmt.Errorf("%s ticket: %w", m, err)
	}
	if m == bot.TicketClose {
		d.store.Notify("outbox:" + moved.Address.Bot)
	}
	d.store.Notify("inbox:" + moved.Address.Bot)
	return moved, nil
}

// tell puts the event into the inbox of its conversation.
func tell(ctx context.Context, tx *storage.Tx, e bot.Event) error {
	payload, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode desk event: %w", err)
	}
	_, err = tx.Receive(ctx, []storage.Incoming{{
		Source: storage.SourceDesk,
		Update: bot.Update{Bot: e.From.Bot, Chat: e.From.Chat, ID: "desk/" + storage.NewID(), Payload: payload},
	}})
	return err
}
