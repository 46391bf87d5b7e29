package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
)

// mishap is what befalls a broadcast once so many messages have left.
type mishap struct {
	after int64
	kill  bool // else it is paused
}

// mishaps spreads kills and pauses over the way of a broadcast.
func mishaps(people, kills, pauses int) (all []mishap) {
	for i := range kills {
		all = append(all, mishap{int64(people * (2*i + 1) / (2 * kills)), true})
	}
	for i := range pauses {
		all = append(all, mishap{int64(people * (i + 1) / (pauses + 1)), false})
	}
	slices.SortFunc(all, func(a, b mishap) int { return cmp.Compare(a.after, b.after) })
	return all
}

// brokenBroadcast kills the service and pauses the broadcast on its way.
func (b *bench) brokenBroadcast(ctx context.Context, o options) error {
	fmt.Printf("\n(h) a broadcast to %d people, kill -9 %d times and paused %d times on its way\n\n", o.recipients, o.kills, o.pauses)
	fmt.Println("| database | people | told once | twice | sent | unknown | pending | failed | skipped | sum | the last message after a pause, at most ms | over after s |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|")
	sides, err := b.audiences(ctx, o.recipients)
	if err != nil {
		return err
	}
	for _, a := range sides {
		if err := b.breakBroadcast(ctx, a, o); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
	}
	return nil
}

func (b *bench) breakBroadcast(ctx context.Context, a audience, o options) error {
	rest, err := fakeTelegram(false)
	if err != nil {
		return err
	}
	defer rest.Close()
	t, err := newTally(rest, a.people)
	if err != nil {
		return err
	}
	defer t.close()
	r, err := b.newRun(ctx, a, t.url(), 0)
	if err != nil {
		return err
	}
	defer func() { r.side.stop() }()
	if _, err := r.start(ctx); err != nil {
		return err
	}
	var latest time.Duration
	for _, m := range mishaps(a.people, o.kills, o.pauses) {
		if err := r.until(ctx, t, m.after); err != nil {
			return err
		}
		if m.kill {
			r.side.stop()
			if err := r.serve(ctx); err != nil {
				return err
			}
			continue
		}
		after, err := r.pause(ctx, t)
		if err != nil {
			return err
		}
		latest = max(latest, after)
	}
	if err := r.watch(ctx, func(bot.Report, time.Duration) (bool, error) { return false, nil }); err != nil {
		return err
	}
	took := time.Since(r.began)
	is, err := r.check(ctx, t)
	if err != nil {
		return err
	}
	_, once, more := t.heard()
	fmt.Printf("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %.0f | %.0f |\n", a.name, a.people, once, more, is.Sent, is.Unknown, is.Pending,
		total(is.Failed), total(is.Skipped), is.Sum(), milliseconds(latest), took.Seconds())
	return nil
}

func total(of map[string]int) (n int) {
	for _, k := range of {
		n += k
	}
	return n
}

// until waits until so many messages have left.
func (r *run) until(ctx context.Context, t *tally, n int64) error {
	ctx, cancel := context.WithTimeout(ctx, 4*patience)
	defer cancel()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for t.sent.Load() < n {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d of %d messages left: %w", t.sent.Load(), n, ctx.Err())
		case <-tick.C:
		}
	}
	return nil
}

// pause pauses the broadcast for a while, and returns how long after its answer the
// last message left.
func (r *run) pause(ctx context.Context, t *tally) (after time.Duration, err error) {
	if err := r.move(ctx, bot.BroadcastPause); err != nil {
		return 0, err
	}
	answered := time.Now()
	if err := idle(ctx, 3*time.Second); err != nil {
		return 0, err
	}
	after = max(0, time.UnixMicro(t.last.Load()).Sub(answered))
	return after, r.move(ctx, bot.BroadcastResume)
}
