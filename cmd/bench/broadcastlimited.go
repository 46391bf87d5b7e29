package main

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
)

// limitedBroadcast measures a broadcast at Telegram's limit while people are answered:
// what of the rate is held, whether the messenger had to refuse anything, and how long
// people wait for a reply.
func (b *bench) limitedBroadcast(ctx context.Context, o options) error {
	const rate, talk = 30, 3 // messages a second, and people who write each second
	url, err := b.postgresURL(ctx)
	if err != nil {
		return err
	}
	tg, err := fakeTelegram(true)
	if err != nil {
		return err
	}
	defer tg.Close()
	r, err := b.newRun(ctx, audience{"PostgreSQL", url, o.limited}, tg.URL(), rate)
	if err != nil {
		return err
	}
	defer func() { r.side.stop() }()
	if _, err := r.start(ctx); err != nil {
		return err
	}
	if err := replied(ctx, tg, 2*rate); err != nil { // two seconds of it are the start
		return err
	}
	n := max(1, (o.limited-3*rate)/(rate-talk)*talk) // they write for as long as it leaves
	l := newLoad(r.side.address, n)
	before, began := tg.Stats().Sends, time.Now()
	if err := l.run(ctx, n, talk); err != nil {
		return err
	}
	held := float64(tg.Stats().Sends-before) / time.Since(began).Seconds()
	if err := r.watch(ctx, func(bot.Report, time.Duration) (bool, error) { return false, nil }); err != nil {
		return err
	}
	is, _, err := r.report(ctx)
	if err != nil {
		return err
	}
	if is.Sent != o.limited || is.Sum() != is.Planned {
		return fmt.Errorf("of %d people the report says %+v", o.limited, is)
	}
	lat, st := l.latencies(tg, n), tg.Stats()
	fmt.Printf("\n(h) a broadcast to %d people leaves at %d/s while %d people a second write\n\n", o.limited, rate, talk)
	fmt.Println("| messages/s held | of the rate | refused with 429 | replies | reply p50 ms | reply p99 ms | peak MiB |")
	fmt.Println("|---|---|---|---|---|---|---|")
	fmt.Printf("| %.2f | %.1f %% | %d | %d of %d | %.0f | %.0f | %.0f |\n", held, held/rate*100, st.Violations, len(lat), n,
		milliseconds(percentile(lat, 0.50)), milliseconds(percentile(lat, 0.99)), peak(r.side.cmd.Process.Pid))
	return nil
}
