package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// NoticeWords are what a colleague reads of so many chats that wait.
type NoticeWords func(l bot.Language, waiting int) string

// Notice tells colleagues in the messenger they have linked that a chat waits and
// nobody looks: within working hours, when it has waited for as many working minutes
// as the setting says and nobody who works at the desk has used a page for as long.
// Of one that waits longest it tells each of them once, so a burst is told once.
func (d *Desk) Notice(ctx context.Context, now time.Time, words NoticeWords) error {
	after, err := d.noticeAfter(ctx)
	if err != nil || after == 0 {
		return wrap("tell colleagues what waits", err)
	}
	u, err := d.store.Unwatched(ctx)
	if err != nil || u.Ticket == "" || len(u.To) == 0 || now.Sub(u.Used) < after {
		return wrap("tell colleagues what waits", err)
	}
	hours, err := d.Hours(ctx)
	if err != nil {
		return err
	}
	if open, _ := hours.At(now); !open || hours.Between(u.Since, now) < after {
		return nil
	}
	var errs []error
	for _, to := range u.To {
		errs = append(errs, d.noticeOne(ctx, u, to, words))
	}
	return wrap("tell colleagues what waits", errors.Join(errs...))
}

func (d *Desk) noticeOne(ctx context.Context, u storage.Unwatched, to storage.Colleague, words NoticeWords) error {
	ch, ok := d.channels[to.Address.Bot]
	if !ok { // it is configured no more
		return nil
	}
	l := to.Language
	if !l.Known() {
		l = bot.Ukrainian
	}
	rows, err := bot.Queue(ch, bot.Outgoing{
		Lane: bot.LaneDesk, To: to.Address, Message: bot.Message{Text: words(l, u.Waiting)}, Cause: fmt.Sprintf("notice/%s", u.Ticket),
	})
	if err != nil {
		return err
	}
	var done storage.Enqueued
	if err := d.store.InTx(ctx, func(tx *storage.Tx) (err error) {
		done, err = tx.Enqueue(ctx, rows)
		return err
	}); err != nil {
		return err
	}
	if len(done.Omitted) < len(rows) {
		d.store.Notify("outbox:" + to.Address.Bot)
	}
	return nil
}

// noticeAfter is after how much working time colleagues are told; 0 is never.
func (d *Desk) noticeAfter(ctx context.Context) (time.Duration, error) {
	setting, ok, err := d.store.Setting(ctx, bot.NoticeSetting)
	if err != nil || !ok {
		return bot.NoticeAfter, err
	}
	after, err := bot.ParseMinutes(setting)
	if err != nil {
		d.log.Error("the time until colleagues are told cannot be read, the usual one holds", "err", err)
		return bot.NoticeAfter, nil
	}
	return after, nil
}
