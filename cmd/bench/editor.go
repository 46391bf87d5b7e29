package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// editings is how often the editor is opened, and a count broken off.
const editings = 20

// edit measures how long the editor of segments takes to open, and how soon a newer
// count ends the one before; it prints the end of the row.
func (b *bench) edit(ctx context.Context, database string) error {
	if err := addImporter(ctx, database); err != nil {
		return err
	}
	tg, err := fakeTelegram(false)
	if err != nil {
		return err
	}
	defer tg.Close()
	s, err := b.startService(ctx, database, tg.URL(), 0)
	if err != nil {
		return err
	}
	defer s.stop()
	var opened, ended []time.Duration
	for tries := 1; len(ended) < editings; tries++ {
		began := time.Now()
		if _, err := importerPage(ctx, s.address, http.MethodGet, "/console/segments/new", "", nil); err != nil {
			return err
		}
		opened = append(opened, time.Since(began))
		took, err := overtaken(ctx, s.address)
		if err != nil && tries < 3*editings {
			continue // on a busy machine the older one may come last, and end the newer
		}
		if err != nil {
			return err
		}
		ended = append(ended, took)
	}
	slices.Sort(opened)
	slices.Sort(ended)
	fmt.Printf(" %.0f | %.0f | %.0f | %.0f |\n", milliseconds(percentile(opened, 0.5)), milliseconds(percentile(opened, 0.95)),
		milliseconds(percentile(ended, 0.5)), milliseconds(percentile(ended, 0.95)))
	return nil
}

// overtaken asks for a count, and for another at the same place before it is there, and
// returns how long after that the first is over.
func overtaken(ctx context.Context, address string) (time.Duration, error) {
	count := func(text string) error {
		form := url.Values{
			"text": {text}, "was": {"-"}, "place": {"bench"}, // and the empty group that the page shows beside
			"deep": {"0"}, "node": {"and"}, "field": {""}, "op": {""}, "value": {""}, "amount": {""}, "unit": {""}, "about": {""},
		}
		_, err := importerPage(ctx, address, http.MethodPost, "/console/segments/count", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
		return err
	}
	first := make(chan time.Time, 1)
	go func() {
		// Broken off, it is no page: what it answers says nothing here.
		_ = count(`не (хто = клієнт та (рівень = VIP або мітка = "борг"))`)
		first <- time.Now()
	}()
	time.Sleep(20 * time.Millisecond) // it is at the database
	began := time.Now()
	if err := count("хто = партнер"); err != nil {
		return 0, err
	}
	return max((<-first).Sub(began), 0), nil
}
