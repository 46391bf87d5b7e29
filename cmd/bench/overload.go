package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// tooMuch is how many times what the service did flat out (o) asks of it.
const tooMuch = 2

// overload measures twice the capacity for half a minute: what the door answers, where
// what is not yet answered stands, and what everybody has heard in the end.
func (b *bench) overload(ctx context.Context, o options) error {
	fmt.Printf("\n(o) %d people write at twice the rate of the same run flat out for %d s over %d connections, waiting for no reply\n\n", o.n, floodSpan, crowded)
	fmt.Println("| database | flat out: replies/s | taken/s | told to come again | ack p50 / p99 / max ms | waiting at the end: updates | messages | drained after s | CPU s per 1,000: process | PostgreSQL | load | messenger | peak MiB | messages | lost | doubled | out of order |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|")
	for _, a := range []database{{"PostgreSQL", b.postgresURL}, {"SQLite", b.freshFile}} {
		if err := b.overloaded(ctx, a, o.n); err != nil {
			return fmt.Errorf("%s: %w", a.name, err)
		}
	}
	return ctx.Err()
}

// database is one kind of them, made when it is asked for.
type database struct {
	name string
	url  func(context.Context) (string, error)
}

func (b *bench) overloaded(ctx context.Context, d database, n int) error {
	url, err := d.url(ctx)
	if err != nil {
		return err
	}
	if err := company(ctx, url); err != nil {
		return err
	}
	db, err := audience{url: url}.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	tg, err := b.startSide(ctx, "side-messenger", "", "")
	if err != nil {
		return err
	}
	defer tg.stop()
	s, err := b.startService(ctx, url, "http://"+tg.address, 0)
	if err != nil {
		return err
	}
	defer s.stop()

	t, err := b.gather(ctx, s, tg, 0, n, tooMuch)
	if err != nil {
		return err
	}
	before := t.spent()
	f, err := t.load.flood(ctx, n, t.times, t.rate)
	if err != nil {
		return err
	}
	updates, messages, err := waiting(ctx, db)
	if err != nil {
		return err
	}
	ended := time.Now()
	if err := drained(ctx, db); err != nil {
		return err
	}
	drain, after := time.Since(ended), t.spent()
	held := peak(s.cmd.Process.Pid)
	want, err := b.alone(ctx, s, tg, db, n, 2+t.times)
	if err != nil {
		return err
	}
	h, err := t.people.compare(ctx, n, want)
	if err != nil {
		return err
	}
	per := func(i int) float64 { return perThousand(after[i]-before[i], n*t.times) }
	fmt.Printf("| %s | %.0f | %.0f | %d (%.1f %%) | %.1f / %.1f / %.0f | %d | %d | %.1f | %.2f | %.2f | %.2f | %.2f | %.0f | %d | %d | %d | %d |\n", d.name,
		t.able.perSecond, f.perSecond, f.refused, 100*float64(f.refused)/float64(len(f.acks)),
		milliseconds(percentile(f.acks, 0.5)), milliseconds(percentile(f.acks, 0.99)), milliseconds(percentile(f.acks, 1)),
		updates, messages, drain.Seconds(), per(0), per(1), per(2), per(3), held, h.messages, h.lost, h.doubled, h.disordered)
	return nil
}

// waiting is what stands in the database: updates without a turn, and messages that
// have not left.
func waiting(ctx context.Context, db *sqlx.DB) (updates, messages int, err error) {
	if err = db.GetContext(ctx, &updates, `SELECT count(*) FROM inbox WHERE state = 'waiting'`); err == nil {
		err = db.GetContext(ctx, &messages, `SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending')`)
	}
	return updates, messages, err
}

// drained waits until nothing stands there any more.
func drained(ctx context.Context, db *sqlx.DB) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		updates, messages, err := waiting(ctx, db)
		if err != nil || updates+messages == 0 {
			return err
		}
		if !rested(ctx, 50*time.Millisecond) {
			return fmt.Errorf("%d updates and %d messages still wait: %w", updates, messages, ctx.Err())
		}
	}
}
