// Command chaos breaks real processes of the service on purpose and counts what
// became of every update: kill -9, a database that is away, a messenger that
// fails, a full disk, a clock that jumps. Every scenario is seeded, runs against
// fake messengers on loopback, kills by process id only, and fails on a breach.
//
//	go run ./cmd/chaos -s order -seed 3 -db sqlite
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	names := flag.String("s", "all", "which scenarios, with commas between")
	seeds := flag.String("seed", "1", "a seed, or a range as 1-3")
	only := flag.String("db", "", "postgres or sqlite; both where nothing is said")
	long := flag.Bool("long", false, "the long forms: a backlog of 100,000, a file of 2 GB")
	atOnce := flag.Int("j", 3, "runs side by side; those that measure time run alone")
	mutated := flag.Bool("mutants", false, "instead: breaks the service on purpose, and fails where no scenario notices")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: chaos [flags]\n\nscenarios:")
		for _, s := range scenarios() {
			fmt.Fprintf(flag.CommandLine.Output(), "  %-9s %s\n", s.name, s.says)
		}
		fmt.Fprintln(flag.CommandLine.Output(), "\nflags:")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o := options{only: *only, size: usual, atOnce: max(*atOnce, 1), mutants: *mutated}
	if *long {
		o.size = large
	}
	var err error
	if o.scenarios, err = choose(*names); err == nil {
		o.first, o.last, err = seedRange(*seeds)
	}
	if err == nil {
		err = perform(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		stop()
		os.Exit(1)
	}
}

type options struct {
	scenarios   []scenario
	first, last uint64
	only        string // database
	size        size
	atOnce      int
	mutants     bool
}

// choose returns the scenarios of the names.
func choose(names string) ([]scenario, error) {
	all := scenarios()
	if names == "all" {
		return all, nil
	}
	var chosen []scenario
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(all, func(s scenario) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no scenario %q; there are %s", name, strings.Join(scenarioNames(), " "))
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

func seedRange(s string) (first, last uint64, err error) {
	from, to, ranged := strings.Cut(s, "-")
	if !ranged {
		to = from
	}
	if first, err = strconv.ParseUint(from, 10, 64); err == nil {
		last, err = strconv.ParseUint(to, 10, 64)
	}
	if err != nil || last < first {
		return 0, 0, fmt.Errorf("-seed wants a number or a range as 1-3, not %q", s)
	}
	return first, last, nil
}

// perform plays everything that was asked for and prints a line for each.
func perform(ctx context.Context, o options) error {
	r, err := newRig()
	if err != nil {
		return err
	}
	defer r.close()
	if o.mutants {
		return r.hunt(ctx)
	}
	var runs, breaches atomic.Int64
	run := func(s scenario, database string, seed uint64) {
		began := time.Now()
		tr := r.try(ctx, s, database, seed, o.size, "")
		runs.Add(1)
		word := "ok"
		if tr.Failed() {
			breaches.Add(1)
			word = "BREACH\n" + tr.why()
		}
		fmt.Printf("%-8s %-8s seed=%d %s (%.1f s) %s\n", s.name, database, seed, tr.says(), time.Since(began).Seconds(), word)
	}
	for _, alone := range []bool{false, true} {
		var side errgroup.Group
		side.SetLimit(o.atOnce)
		if alone {
			side.SetLimit(1)
		}
		for _, s := range o.scenarios {
			for _, database := range s.databases {
				for seed := o.first; seed <= o.last; seed++ {
					if s.alone == alone && (o.only == "" || o.only == database) && ctx.Err() == nil {
						side.Go(func() error { run(s, database, seed); return nil })
					}
				}
			}
		}
		_ = side.Wait() // a run returns no error
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case breaches.Load() > 0:
		return fmt.Errorf("%d of %d runs broke a promise", breaches.Load(), runs.Load())
	}
	return nil
}
