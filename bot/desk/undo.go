package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// retryable are the outcomes after which the words of a reply may be said again.
func retryable() []string {
	return []string{
		string(bot.Gone), string(bot.Malformed), string(bot.Unknown), bot.OutcomeExpired, bot.OutcomeSkipped, bot.OutcomeFailed,
	}
}

// saidAs returns what was said under the cause to any of the addresses, and to which;
// storage.ErrNotFound when nothing was.
func saidAs(ctx context.Context, tx *storage.Tx, people []bot.Address, cause string) (bot.Entry, replied, error) {
	for _, at := range people {
		said, err := tx.SaidAs(ctx, at, cause)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return bot.Entry{}, replied{}, err
		}
		var d replied
		if err := json.Unmarshal(said.Detail, &d); err != nil {
			return bot.Entry{}, replied{}, fmt.Errorf("what was said: %w", err)
		}
		return said, d, nil
	}
	return bot.Entry{}, replied{}, storage.ErrNotFound
}

// attempt fills in the words of the reply that is said again. Where they have been said
// again already, and that failed too, it is that attempt which is said again: whoever
// has an older one on the page presses for what they want, too.
func attempt(ctx context.Context, tx *storage.Tx, people []bot.Address, r ReplyTo) (ReplyTo, error) {
	said, d, err := saidAs(ctx, tx, people, r.Again)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (said.Kind != replyKind || !slices.Contains(retryable(), said.Fate.Outcome)) {
		return r, bot.Refused("again", bot.FaultNoReply, nil)
	}
	if err != nil {
		return r, err
	}
	r.Words, r.Files = bot.Words{Text: said.Text, Markup: !d.Plain}, d.Files
	for {
		later, _, err := saidAs(ctx, tx, people, nextAttempt(r.Again))
		switch {
		case errors.Is(err, storage.ErrNotFound):
			return r, nil
		case err != nil:
			return r, err
		case !slices.Contains(retryable(), later.Fate.Outcome):
			return r, nil
		}
		r.Again = nextAttempt(r.Again)
	}
}

// nextAttempt returns the cause of the attempt that follows the one of the cause:
// whoever presses twice says it again once.
func nextAttempt(cause string) string {
	base, n := cause, 1
	if i := strings.LastIndexByte(cause, '.'); i >= 0 {
		if was, err := strconv.Atoi(cause[i+1:]); err == nil {
			base, n = cause[:i], was+1
		}
	}
	return base + "." + strconv.Itoa(n)
}

// TakeBack takes back the reply of the cause, which the actor wrote in the ticket,
// and puts its words into the actor's draft where that is blank. A *bot.RefusedError
// (FaultReplyLeft) when any of it has left or may have, or somebody else wrote it.
func (d *Desk) TakeBack(ctx context.Context, a bot.Actor, ticket, cause string) error {
	if err := a.Require(bot.WorkTickets); err != nil {
		return err
	}
	err := d.store.InTx(ctx, func(tx *storage.Tx) error {
		people, err := tx.TicketAddresses(ctx, ticket)
		if err != nil {
			return err
		}
		said, detail, err := saidAs(ctx, tx, people, cause)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (detail.User != a.User || detail.Ticket != ticket) {
			return bot.Refused("reply", bot.FaultReplyLeft, nil)
		}
		if err != nil || said.Fate.Outcome == bot.OutcomeUndone {
			return err // taken back already
		}
		back, err := tx.TakeBack(ctx, said.Address, cause)
		if err != nil {
			return err
		}
		if !back {
			return bot.Refused("reply", bot.FaultReplyLeft, nil)
		}
		draft, err := tx.Draft(ctx, ticket, a.User)
		if err != nil {
			return err
		}
		if draft.Blank() {
			draft.Text, draft.Markup, draft.Files = said.Text, !detail.Plain, detail.Files
			if err := tx.PutDraft(ctx, draft); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: a, Action: "ticket.takeback", Object: "ticket/" + ticket})
	})
	if err != nil {
		return fmt.Errorf("take back a reply: %w", err)
	}
	return nil
}
