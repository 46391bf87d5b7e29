// Command bench measures the service beside the bot that people write first,
// on this machine: real processes, PostgreSQL with fsync and synchronous_commit
// on, a fake Telegram without latency, rounds interleaved so that both sides
// meet the same noise. It prints ratios with their spread; single figures of a
// shared machine say little.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

func main() {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "side-") { // this binary is also the other side
		if err := runSide(os.Args[1], os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	rounds := flag.Int("rounds", 3, "rounds of each measurement; the sides take turns")
	n := flag.Int("n", 20_000, "updates of a round, one for each chat")
	only := flag.String("only", "acdefghkloprst", "which measurements: a replies and rates, c the door, d announcements, e approvals, f the desk, g imports, h broadcasts, k the console under load, l a large database, o too much at once, p pages, r replicas, s segments, t the start")
	seconds := flag.Int("seconds", 60, "how long announcements leave in d")
	contacts := flag.Int("contacts", 1_000_000, "contacts of PostgreSQL in e; SQLite has a fifth")
	people := flag.Int("people", 200_000, "rows of the file in g")
	recipients := flag.Int("recipients", 100_000, "recipients of a broadcast in h; SQLite has 100,000 at most")
	kills := flag.Int("kills", 5, "how often the service is killed in h on the way of one broadcast more")
	pauses := flag.Int("pauses", 3, "how often that one is paused")
	limited := flag.Int("limited", 2_000, "recipients of a broadcast in h that leaves at 30 a second")
	crowded := flag.Int("crowd", 1_000_000, "contacts of PostgreSQL in l, p and s; SQLite has 100,000 at most")
	against := flag.String("against", "", "a revision: instead of all that, compare the service with that of it, and fail where it is slower")
	worst := flag.Float64("worst", 0.9, "the least ratio to that revision that is no failure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := measure(ctx, options{
		rounds: *rounds, n: *n, only: *only, seconds: *seconds, contacts: *contacts, people: *people, crowd: *crowded,
		recipients: *recipients, kills: *kills, pauses: *pauses, limited: *limited, against: *against, worst: *worst,
	}); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	rounds, n, seconds, contacts, people, crowd int
	recipients, kills, pauses, limited          int
	only, against                               string
	worst                                       float64
}

// measure runs what was asked for and prints each table as it is done.
func measure(ctx context.Context, o options) error {
	b, err := newBench(ctx)
	if err != nil {
		return err
	}
	defer b.close()
	if o.against != "" {
		return b.against(ctx, o)
	}
	for _, m := range []struct {
		name string
		run  func(context.Context, options) error
	}{
		{"a", b.replies},
		{"c", b.door},
		{"d", b.announcements},
		{"e", b.expansions},
		{"f", b.desks},
		{"g", b.imports},
		{"h", b.broadcasts},
		{"k", b.underLoad},
		{"o", b.overload},
		{"p", b.pages},
		{"r", b.replicas},
		{"s", b.segments},
		{"l", b.growth},
		{"t", b.starts},
	} {
		if strings.Contains(o.only, m.name) && ctx.Err() == nil {
			if err := m.run(ctx, o); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}
