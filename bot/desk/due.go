package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// DueEvery is the time between two calls of Due, over all replicas.
const DueEvery = 5 * time.Second

// dueLease is the lease of whoever does what is due. No bot has such a name.
const dueLease = "~desk"

// Due does what goes by time: tickets that nobody works on go back to the queue, at
// their old place; those whose moment has come wake, and offers end. owner names the
// process: of all replicas one does it at a time.
func (d *Desk) Due(ctx context.Context, owner string, now time.Time) error {
	// Kept until it runs out, so that the others wait too.
	_, _, ours, err := d.store.Acquire(ctx, dueLease, owner, DueEvery-DueEvery/5)
	if err != nil || !ours {
		return wrap("what is due at the desk", err)
	}
	if err := d.store.WakeTickets(ctx); err != nil {
		return wrap("what is due at the desk", err)
	}
	return wrap("what is due at the desk", d.returnSilent(ctx, now))
}

func wrap(doing string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// returnSilent returns the tickets that were in our turn for too long in the hands of
// one operator.
func (d *Desk) returnSilent(ctx context.Context, now time.Time) error {
	after, err := d.returnAfter(ctx)
	if err != nil || after == 0 {
		return err
	}
	silent, err := d.store.SilentTickets(ctx)
	if err != nil || len(silent) == 0 {
		return err
	}
	hours, err := d.Hours(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range silent {
		if overdue(hours, t, after, now) {
			errs = append(errs, d.returnOne(ctx, hours, t.ID, after, now))
		}
	}
	return errors.Join(errs...)
}

// overdue reports whether the holder has let the customer wait for so long in working
// time, since the customer asked or the holder took it.
func overdue(h bot.Hours, t bot.Ticket, after time.Duration, now time.Time) bool {
	since := t.TurnAt
	if t.TakenAt.After(since) {
		since = t.TakenAt
	}
	return t.State == bot.TicketTaken && t.Turn == bot.TurnOurs && h.Between(since, now) >= after
}

func (d *Desk) returnOne(ctx context.Context, hours bot.Hours, id string, after time.Duration, now time.Time) error {
	a := bot.System()
	_, err := d.move(ctx, bot.TicketRelease, a, func(tx *storage.Tx) ([]moved, error) {
		t, err := tx.TicketFor(ctx, id, bot.TicketRelease, a)
		if err != nil || !overdue(hours, t, after, now) { // they were quicker
			return nil, err
		}
		was, is, err := tx.MoveTicket(ctx, id, bot.TicketRelease, a)
		return []moved{{was: was, is: is}}, err
	})
	var gone *bot.MoveError
	if errors.As(err, &gone) || errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// returnAfter is after how much working time a silent ticket returns; 0 is never.
func (d *Desk) returnAfter(ctx context.Context) (time.Duration, error) {
	setting, ok, err := d.store.Setting(ctx, bot.ReturnSetting)
	if err != nil || !ok {
		return bot.ReturnAfter, err
	}
	after, err := bot.ParseMinutes(setting)
	if err != nil { // nobody is left with a silent operator because of a setting
		d.log.Error("the time until a ticket returns cannot be read, the usual one holds", "err", err)
		return bot.ReturnAfter, nil
	}
	return after, nil
}
