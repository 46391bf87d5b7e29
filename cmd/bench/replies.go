package main

import (
	"context"
	"fmt"
	"time"
)

// result is what one side did in one round.
type result struct {
	perSecond float64
	p50, p99  time.Duration
	cpu       float64 // CPU seconds of the process for 1,000 updates
	database  float64 // the same of PostgreSQL
	memory    float64 // MiB at the peak
}

// contender is one side of the comparison of replies.
type contender struct {
	name  string
	start func(ctx context.Context, api string) (*side, error)
}

// replies measures update → reply, ours and the other side's in turn: flat out,
// and ours at two steady rates.
func (b *bench) replies(ctx context.Context, o options) error {
	postgres := func(start func(context.Context, string, string) (*side, error), migrate bool) func(context.Context, string) (*side, error) {
		return func(ctx context.Context, api string) (*side, error) {
			url, err := b.postgresURL(ctx)
			if err != nil {
				return nil, err
			}
			if migrate {
				if err := migrated(ctx, url); err != nil {
					return nil, err
				}
			}
			return start(ctx, url, api)
		}
	}
	ours := func(ctx context.Context, url, api string) (*side, error) { return b.startService(ctx, url, api, 0) }
	sides := []contender{
		{"Visnyk, PostgreSQL", postgres(ours, true)},
		{"the usual bot, PostgreSQL", postgres(func(ctx context.Context, url, api string) (*side, error) {
			return b.startSide(ctx, "side-bot", url, api)
		}, false)},
		{"Visnyk, SQLite", func(ctx context.Context, api string) (*side, error) {
			url := b.sqliteURL()
			if err := migrated(ctx, url); err != nil {
				return nil, err
			}
			return ours(ctx, url, api)
		}},
	}
	fmt.Printf("\n(a) update → reply, %d chats that wrote before, %d connections, limits off, flat out; %d rounds, medians (min–max)\n\n", o.n, connections, o.rounds)
	flat := make([][]result, len(sides))
	for range o.rounds {
		for i, c := range sides {
			r, err := b.round(ctx, c, o.n, 0)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			flat[i] = append(flat[i], r)
		}
	}
	table(sides, flat)
	fmt.Printf("\nreplies a second, Visnyk ÷ the usual bot: %s\n", ratio(flat[0], flat[1]))
	fmt.Printf("replies a second, Visnyk on SQLite ÷ on PostgreSQL: %s\n", ratio(flat[2], flat[0]))
	for _, rate := range []int{200, 1000} {
		n := min(o.n, rate*10)
		fmt.Printf("\n(a) at %d updates a second, %d updates\n\n", rate, n)
		paced := make([][]result, len(sides))
		for range o.rounds {
			for i, c := range sides {
				r, err := b.round(ctx, c, n, rate)
				if err != nil {
					return fmt.Errorf("%s: %w", c.name, err)
				}
				paced[i] = append(paced[i], r)
			}
		}
		table(sides, paced)
	}
	return nil
}

// round runs one side once.
func (b *bench) round(ctx context.Context, c contender, n, rate int) (result, error) {
	tg, err := fakeTelegram(false)
	if err != nil {
		return result{}, err
	}
	defer tg.Close()
	s, err := c.start(ctx, tg.URL())
	if err != nil {
		return result{}, err
	}
	defer s.stop()
	// Everybody writes once before anything is counted: most people who write
	// to a bot are known to it.
	l := newLoad(s.address, n)
	if err := l.run(ctx, n, 0); err != nil {
		return result{}, err
	}
	if err := replied(ctx, tg, n); err != nil {
		return result{}, err
	}
	l.first += n
	cpuBefore, dbBefore, began := cpu(s.cmd.Process.Pid), cpu(b.postgres), time.Now()
	if err := l.run(ctx, n, rate); err != nil {
		return result{}, err
	}
	if err := replied(ctx, tg, 2*n); err != nil {
		return result{}, err
	}
	took := time.Since(began)
	lat := l.latencies(tg, n)
	return result{
		perSecond: float64(n) / took.Seconds(), p50: percentile(lat, 0.50), p99: percentile(lat, 0.99),
		cpu:      (cpu(s.cmd.Process.Pid) - cpuBefore).Seconds() / float64(n) * 1000,
		database: (cpu(b.postgres) - dbBefore).Seconds() / float64(n) * 1000,
		memory:   peak(s.cmd.Process.Pid),
	}, nil
}
