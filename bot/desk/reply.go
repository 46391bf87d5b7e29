package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Reply sends the actor's words to the customer of a ticket the actor holds, as they
// stand unless they are markup, and writes the audit. key makes a repeated call harmless. Beside the errors of Move
// a *bot.RefusedError when it would not have reached the customer (FaultCustomerAway)
// or the key was that of another reply (FaultReplyKey): then nothing is written,
// and nothing stands as said.
func (d *Desk) Reply(ctx context.Context, ticket string, a bot.Actor, key string, words bot.Words, now time.Time) error {
	if err := a.Require(bot.WorkTickets); err != nil {
		return err
	}
	cause := "desk/" + key
	detail, err := json.Marshal(replied{Plain: !words.Markup})
	if err != nil {
		return fmt.Errorf("encode history: %w", err)
	}
	var to bot.Address
	err = d.store.InTx(ctx, func(tx *storage.Tx) error {
		held, err := tx.TicketFor(ctx, ticket, bot.TicketReply, a)
		if err != nil {
			return err
		}
		to = held.Address
		fresh, err := d.send(ctx, tx, bot.Outgoing{Lane: bot.LaneDesk, To: to, Cause: cause, Message: bot.Message{Text: words.Text, Plain: !words.Markup}})
		if err != nil || !fresh {
			return err
		}
		if err := tx.AddHistory(ctx, []bot.Entry{{
			Address: to, At: now, Out: true, Cause: cause, Kind: "desk", Text: words.Text, Detail: detail,
		}}); err != nil {
			return err
		}
		if err := tx.AnswerTicket(ctx, held.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: a, Action: "ticket." + string(bot.TicketReply), Object: "ticket/" + held.ID})
	})
	if err != nil {
		return fmt.Errorf("reply to ticket: %w", err)
	}
	d.store.Notify("outbox:" + to.Bot)
	return nil
}

// replied is the detail of a reply in the history.
type replied struct {
	Plain bool `json:"plain"` // else its text is the Markdown subset
}

// send puts a reply on its way, whole or not at all, and reports whether it was
// not on it before.
func (d *Desk) send(ctx context.Context, tx *storage.Tx, o bot.Outgoing) (fresh bool, err error) {
	ch, ok := d.channels[o.To.Bot]
	if !ok {
		return false, fmt.Errorf("no bot %q is configured here", o.To.Bot)
	}
	rows, err := bot.Queue(ch, o)
	if err != nil {
		return false, err
	}
	done, err := tx.Enqueue(ctx, rows)
	if err != nil {
		return false, err
	}
	for _, left := range done.Omitted {
		switch {
		case left.Why != storage.OmittedDuplicate:
			return false, bot.Refused("text", bot.FaultCustomerAway, nil)
		case done.Added > 0: // some parts of it were there, so those of another text
			return false, bot.Refused("text", bot.FaultReplyKey, nil)
		}
	}
	return done.Added > 0, nil
}
