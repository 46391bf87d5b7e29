package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"visnyk/storage"
)

// mainPages are what staff look at: the desk's as an operator sees them, the rest as a
// marketer does.
var mainPages = []string{
	"/console/desk?tab=open", "/console/desk/" + longest(),
	"/console/people", "/console/changes", "/console/articles", "/console/broadcasts", "/console/segments", "/console/wanted",
}

// underLoad measures the console beside a bot that does as much as it did flat out: every
// main page once a second, with so many desks open, and customers of the desk who write.
func (b *bench) underLoad(ctx context.Context, o options) error {
	for _, d := range []database{{"PostgreSQL", b.postgresURL}, {"SQLite", b.freshFile}} {
		if err := b.consoleUnderLoad(ctx, d, o.n); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return ctx.Err()
}

func (b *bench) consoleUnderLoad(ctx context.Context, d database, n int) error {
	url, err := d.url(ctx)
	if err != nil {
		return err
	}
	if err := b.staffed(ctx, url); err != nil {
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

	t, err := b.gather(ctx, s, tg, deskTickets, n, 1) // those before have a ticket
	if err != nil {
		return err
	}
	streams, err := openStreams(ctx, s.address)
	if err != nil {
		return err
	}
	fmt.Printf("\n(k) %s: the console beside %d updates a second, which is what the service did flat out; %d desks open\n\n", d.name, t.rate, deskBrowsers)
	before := t.spent()
	reading, read := context.WithCancel(ctx)
	defer read()
	pages := readPages(reading, s.address)
	told := make(chan error, 1)
	go func() { told <- streams.measure(ctx, s.address) }()
	f, err := t.load.flood(ctx, n, t.times, t.rate)
	if err != nil {
		return err
	}
	updates, messages, err := waiting(ctx, db)
	if err != nil {
		return err
	}
	after := t.spent()
	read()
	if err := <-told; err != nil {
		return err
	}
	if err := pages(); err != nil {
		return err
	}
	per := func(i int) float64 { return perThousand(after[i]-before[i], n*t.times) }
	fmt.Printf("\n%.0f updates a second taken, %d told to come again, ack p99 %.1f ms; %d updates and %d messages wait at the end; CPU s per 1,000: process %.2f, PostgreSQL %.2f, load and browsers %.2f, messenger %.2f; peak %.0f MiB\n",
		f.perSecond, f.refused, milliseconds(percentile(f.acks, 0.99)), updates, messages, per(0), per(1), per(2), per(3), peak(s.cmd.Process.Pid))
	return nil
}

// staffed makes a company whose desk has its tickets and operators, and a marketer.
func (b *bench) staffed(ctx context.Context, url string) error {
	if err := company(ctx, url); err != nil {
		return err
	}
	if err := addImporter(ctx, url); err != nil {
		return err
	}
	store, err := storage.Open(ctx, url, storage.Options{Secret: []byte(ownSecret)})
	if err != nil {
		return err
	}
	defer store.Close()
	return fillDesk(ctx, store)
}

// readPages reads each main page once a second until it is told to end; what it returns
// prints how long they took.
func readPages(ctx context.Context, address string) (end func() error) {
	var all sync.WaitGroup
	took := make([][]time.Duration, len(mainPages))
	errs := make(chan error, len(mainPages))
	for i, path := range mainPages {
		all.Go(func() {
			for n := 0; ; n++ {
				began := time.Now()
				err := readPage(ctx, address, path, n)
				if ctx.Err() != nil {
					return
				}
				if err != nil {
					errs <- fmt.Errorf("%s: %w", path, err)
					return
				}
				took[i] = append(took[i], time.Since(began))
				if !rested(ctx, time.Until(began.Add(time.Second))) {
					return
				}
			}
		})
	}
	return func() error {
		all.Wait()
		close(errs)
		fmt.Println("\n| page | asked | p50 ms | p99 ms | at most ms |")
		fmt.Println("|---|---|---|---|---|")
		for i, path := range mainPages {
			printPage(path, took[i])
		}
		printPage("all of them", slices.Concat(took...))
		return <-errs
	}
}

func readPage(ctx context.Context, address, path string, n int) (err error) {
	if strings.HasPrefix(path, "/console/desk") {
		_, _, err = deskGet(ctx, address, path, n)
	} else {
		_, err = importerPage(ctx, address, http.MethodGet, path, "", http.NoBody)
	}
	return err
}

func printPage(path string, took []time.Duration) {
	slices.Sort(took)
	fmt.Printf("| %s | %d | %.0f | %.0f | %.0f |\n", path, len(took), milliseconds(percentile(took, 0.5)), milliseconds(percentile(took, 0.99)), milliseconds(percentile(took, 1)))
}
