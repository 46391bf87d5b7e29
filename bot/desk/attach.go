package desk

import (
	"context"
	"errors"
	"fmt"
	"io"

	"visnyk/bot"
	"visnyk/storage"
)

// Attach keeps a file that the actor is about to send with a reply to a ticket they
// hold, and returns its id. It is read in pieces and belongs to the ticket's chat:
// it is erased with the person. Beside the errors of Move a *bot.RefusedError when
// it is larger than is kept (FaultMediaLarge), there is no room (FaultMediaRoom),
// it is empty (FaultMediaEmpty), or the messenger would not take it; see
// bot.Capabilities.Fit. What body fails with is part of the error.
func (d *Desk) Attach(ctx context.Context, a bot.Actor, ticket, name string, body io.Reader) (id string, err error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return "", err
	}
	var to bot.Address
	err = d.store.InTx(ctx, func(tx *storage.Tx) error {
		held, err := tx.TicketFor(ctx, ticket, bot.TicketReply, a)
		to = held.Address
		return err
	})
	if err != nil {
		return "", fmt.Errorf("attach to ticket: %w", err)
	}
	most, err := d.store.LargestFile(ctx)
	if err != nil {
		return "", fmt.Errorf("attach to ticket: %w", err)
	}
	kept, err := d.store.KeepOutgoing(ctx, bot.KeptFile{Address: to, Name: bot.FileName(name)}, body, most, sniff)
	if err != nil {
		return "", fmt.Errorf("attach to ticket: %w", unkept(err, most))
	}
	if _, err := d.fit(kept); err != nil {
		gone := d.store.DropUnused(context.WithoutCancel(ctx), to, kept.ID) // else its time will come
		return "", fmt.Errorf("attach to ticket: %w", errors.Join(err, gone))
	}
	return kept.ID, nil
}

// Detach takes away a file that was attached and has not been sent. One that has
// stays, and so does one that is not the ticket's.
func (d *Desk) Detach(ctx context.Context, a bot.Actor, ticket, id string) error {
	if err := a.Require(bot.WorkTickets); err != nil {
		return err
	}
	err := d.store.InTx(ctx, func(tx *storage.Tx) error {
		held, err := tx.TicketFor(ctx, ticket, bot.TicketReply, a)
		if err != nil {
			return err
		}
		return tx.DropUnused(ctx, held.Address, id)
	})
	if err != nil {
		return fmt.Errorf("detach from ticket: %w", err)
	}
	return nil
}

func sniff(first []byte) (bot.AttachmentKind, string) {
	kind := bot.FileType(first)
	return bot.KindOf(kind), kind
}

// unkept says in words for people why a file was not kept.
func unkept(err error, most int64) error {
	switch {
	case errors.Is(err, storage.ErrTooLarge):
		return bot.Refused("media", bot.FaultMediaLarge, bot.Data{"Max": most >> 20})
	case errors.Is(err, storage.ErrFilesFull), errors.Is(err, storage.ErrNoRoom):
		return bot.Refused("media", bot.FaultMediaRoom, nil)
	case errors.Is(err, storage.ErrEmptyFile):
		return bot.Refused("media", bot.FaultMediaEmpty, nil)
	}
	return err
}

// fit returns the file as its chat's messenger takes it.
func (d *Desk) fit(f bot.KeptFile) (bot.Media, error) {
	ch, ok := d.channels[f.Address.Bot]
	if !ok {
		return bot.Media{}, fmt.Errorf("no bot %q is configured here", f.Address.Bot)
	}
	return ch.Capabilities().Fit(f)
}

// media returns an attached file as what goes out with this transaction to the
// address. A *bot.RefusedError (FaultMediaGone) when there is none of that id for
// this address.
func (d *Desk) media(ctx context.Context, tx *storage.Tx, to bot.Address, id string) (bot.Media, error) {
	f, err := tx.UseFile(ctx, to, id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Media{}, bot.Refused("media", bot.FaultMediaGone, nil)
	}
	if err != nil {
		return bot.Media{}, err
	}
	return d.fit(f)
}
