package approval

import (
	"context"
	"errors"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// CallWords are what somebody reads who is called to approve something, or reminded of it.
type CallWords func(l bot.Language, w storage.Awaiting, again bool) (string, error)

// The hours of a day in which people are reminded: the call itself comes at once, for
// whoever submits something at night has a reason.
const (
	morning = 9
	evening = 20
)

// Call calls whoever may approve what waits, in the messenger they have linked: once when
// it is submitted and once more when it has waited for as long as the setting says. Of
// what is decided nobody is called any more: see storage.Tx.EndCalls.
func (a *Approvals) Call(ctx context.Context, now time.Time, words CallWords) error {
	people, err := a.store.ApproversReached(ctx)
	if err != nil || len(people) == 0 {
		return err
	}
	hours, err := a.store.Number(ctx, bot.ApprovalReminderSetting)
	if err != nil {
		return err
	}
	all, err := a.store.Awaiting(ctx)
	if err != nil {
		return err
	}
	called, err := a.store.ApprovalCalls(ctx)
	if err != nil {
		return err
	}
	day := now.In(a.zone).Hour()
	errs := a.sweep(ctx, all, called)
	for _, w := range all {
		again := !w.Since.IsZero() && now.Sub(w.Since) >= time.Duration(hours)*time.Hour && day >= morning && day < evening
		for _, to := range people {
			if _, judged := w.Approval.By(bot.Actor{User: to.User, Role: to.Role}); judged != nil {
				continue
			}
			for _, c := range []storage.ApprovalCall{{Object: w.Object(), Since: w.Since, User: to.User}, {Object: w.Object(), Since: w.Since, User: to.User, Again: true}} {
				if (again || !c.Again) && !slices.ContainsFunc(called, c.Same) {
					errs = append(errs, a.call(ctx, w, to, c, words))
				}
			}
		}
	}
	return errors.Join(errs...)
}

// sweep ends the calls to what waits no more: something was decided otherwise than by a
// move.
func (a *Approvals) sweep(ctx context.Context, all []storage.Awaiting, called []storage.ApprovalCall) (errs []error) {
	swept := map[string]bool{}
	for _, c := range called {
		if swept[c.Object] || slices.ContainsFunc(all, func(w storage.Awaiting) bool { return w.Object() == c.Object }) {
			continue
		}
		swept[c.Object] = true
		errs = append(errs, a.store.InTx(ctx, func(tx *storage.Tx) error { return tx.EndStrayCalls(ctx, c.Object) }))
	}
	return errs
}

// call puts one call on its way, unless it is already or the thing is decided.
func (a *Approvals) call(ctx context.Context, w storage.Awaiting, to storage.Colleague, c storage.ApprovalCall, words CallWords) error {
	ch, ok := a.channels[to.Address.Bot]
	if !ok { // it is configured no more
		return nil
	}
	l := to.Language
	if !l.Known() {
		l = bot.Ukrainian
	}
	text, err := words(l, w, c.Again)
	if err != nil {
		return err
	}
	rows, err := bot.Queue(ch, bot.Outgoing{Lane: bot.LaneDesk, To: to.Address, Message: bot.Message{Text: text}, Cause: c.Cause()})
	if err != nil {
		return err
	}
	var is bool
	err = a.store.InTx(ctx, func(tx *storage.Tx) error {
		if is, err = tx.CallToApprove(ctx, w, c); err != nil || !is {
			return err
		}
		_, err := tx.Enqueue(ctx, rows)
		return err
	})
	if err == nil && is {
		a.store.Notify("outbox:" + to.Address.Bot)
	}
	return err
}
