package desk

import (
	"context"
	"fmt"
	"strconv"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// Draft is what somebody has begun to write to the customer of a ticket.
type Draft struct {
	storage.Draft
	Key string // of the reply that it becomes, see ReplyTo
}

// keyed names the reply that the draft becomes: two pages that show one draft send
// it once.
func keyed(d storage.Draft) Draft {
	return Draft{d, bot.HashText(d.Ticket + "/" + d.User + "/" + strconv.Itoa(d.Sent))[:32]}
}

// Drafts returns the actor's draft for the ticket, a blank one when there is none, and
// what colleagues have begun to write there, the newest first.
func (d *Desk) Drafts(ctx context.Context, a bot.Actor, ticket string) (own Draft, others []Draft, err error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return Draft{}, nil, err
	}
	all, err := d.store.Drafts(ctx, ticket)
	if err != nil {
		return Draft{}, nil, err
	}
	own = keyed(storage.Draft{Ticket: ticket, User: a.User})
	for _, one := range all {
		switch {
		case one.User == a.User:
			own = keyed(one)
		case !one.Blank():
			others = append(others, keyed(one))
		}
	}
	return own, others, nil
}

// SetDraft keeps what the actor has written so far to the customer of the ticket,
// under the key of the draft that they write; the files stay that Attach put there. storage.ErrConflict when that has been
// sent meanwhile: then nothing is kept; storage.ErrNotFound when there is no such
// ticket.
func (d *Desk) SetDraft(ctx context.Context, a bot.Actor, ticket, key string, w bot.Words) error {
	if err := a.Require(bot.WorkTickets); err != nil {
		return err
	}
	if utf8.RuneCountInString(w.Text) > ReplyMost {
		return bot.Invalid("text", bot.FaultLong, bot.Data{"Max": ReplyMost})
	}
	err := d.store.InTx(ctx, func(tx *storage.Tx) error {
		draft, err := tx.Draft(ctx, ticket, a.User)
		if err != nil {
			return err
		}
		if keyed(draft).Key != key {
			return storage.ErrConflict
		}
		draft.Text, draft.Markup = w.Text, w.Markup
		return tx.PutDraftWords(ctx, draft)
	})
	if err != nil {
		return fmt.Errorf("keep a draft: %w", err)
	}
	return nil
}

// spend empties the draft that has become the reply.
func spend(ctx context.Context, tx *storage.Tx, a bot.Actor, r ReplyTo) error {
	draft, err := tx.Draft(ctx, r.Ticket, a.User)
	if err != nil || r.Again != "" || keyed(draft).Key != r.Key {
		return err
	}
	return tx.PutDraft(ctx, storage.Draft{Ticket: r.Ticket, User: a.User, Sent: draft.Sent + 1})
}
