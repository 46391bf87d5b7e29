package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// Attach keeps a file that the actor is about to send with a reply to a ticket they
// hold, adds it to their draft and returns its id. It is read in pieces and belongs to the ticket's chat:
// it is erased with the person. Beside the errors of Move a *bot.RefusedError when
// it is larger than is kept (FaultMediaLarge), there is no room (FaultMediaRoom),
// it is empty (FaultMediaEmpty), or the messenger would not take it; see
// bot.Capabilities.Fit. A *bot.InvalidError when the draft has FilesMost. What body fails with is part of the error.
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
		return "", fmt.Errorf("attach to ticket: %w", storage.UnkeptFile(err, most))
	}
	_, err = d.fit(to.Bot, kept)
	if err == nil {
		err = d.store.InTx(ctx, func(tx *storage.Tx) error {
			return tx.ChangeDraftFiles(ctx, ticket, a.User, func(files []string) ([]string, error) {
				if len(files) >= FilesMost {
					return nil, bot.Invalid("files", bot.FaultMany, bot.Data{"Max": FilesMost})
				}
				return append(files, kept.ID), nil
			})
		})
	}
	if err != nil {
		gone := d.store.DropUnused(context.WithoutCancel(ctx), to, kept.ID) // else its time will come
		return "", fmt.Errorf("attach to ticket: %w", errors.Join(err, gone))
	}
	return kept.ID, nil
}

// Detach takes a file out of the actor's draft, and away unless it was sent or is not
// the ticket's.
func (d *Desk) Detach(ctx context.Context, a bot.Actor, ticket, id string) error {
	if err := a.Require(bot.WorkTickets); err != nil {
		return err
	}
	err := d.store.InTx(ctx, func(tx *storage.Tx) error {
		if _, err := tx.TicketFor(ctx, ticket, bot.TicketReply, a); err != nil {
			return err
		}
		err := tx.ChangeDraftFiles(ctx, ticket, a.User, func(files []string) ([]string, error) {
			return slices.DeleteFunc(files, func(f string) bool { return f == id }), nil
		})
		if err != nil {
			return err
		}
		people, err := tx.TicketAddresses(ctx, ticket)
		if err != nil {
			return err
		}
		for _, at := range people {
			if err := tx.DropUnused(ctx, at, id); err != nil {
				return err
			}
		}
		return nil
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

// fit returns the file as the bot's messenger takes it.
func (d *Desk) fit(name string, f bot.KeptFile) (bot.Media, error) {
	ch, ok := d.channels[name]
	if !ok {
		return bot.Media{}, fmt.Errorf("no bot %q is configured here", name)
	}
	return ch.Capabilities().Fit(f)
}

// media returns an attached file as what goes out with this transaction to the
// bot's messenger. It was attached for one of the addresses, all of one person: a
// ticket follows them, its files stay where they were. A *bot.RefusedError
// (FaultMediaGone) when there is none of that id.
func (d *Desk) media(ctx context.Context, tx *storage.Tx, to string, people []bot.Address, id string) (bot.Media, error) {
	for _, at := range people {
		f, err := tx.UseFile(ctx, at, id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return bot.Media{}, err
		}
		return d.fit(to, f)
	}
	return bot.Media{}, bot.Refused("media", bot.FaultMediaGone, nil)
}
