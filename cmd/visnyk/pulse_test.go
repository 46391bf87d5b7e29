package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

// Whoever serves a copy is told once, by the log and a figure; one that was served all
// the time says nothing.
func TestHaltedBroadcastsAreCounted(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		var log bytes.Buffer
		s := &service{log: slog.New(slog.NewTextHandler(&log, nil)), halts: prometheus.NewCounter(prometheus.CounterOpts{Name: "halts"})}
		figures := prometheus.NewRegistry()
		figures.MustRegister(s.halts)
		beats := func(want float64) {
			t.Helper()
			if err := s.beat(t.Context(), store); err != nil {
				t.Fatal(err)
			}
			all, err := figures.Gather()
			if err != nil {
				t.Fatal(err)
			}
			if got := all[0].GetMetric()[0].GetCounter().GetValue(); got != want || strings.Count(log.String(), "are paused") != int(want) {
				t.Errorf("halted %v times, want %v; the log: %s", got, want, log.String())
			}
		}
		beats(0)
		beats(0)
		if err := store.MarkCopied(t.Context()); err != nil {
			t.Fatal(err)
		}
		beats(1)
		beats(1)
		err := store.DB().InTx(t.Context(), func(sql db.Conn) error {
			_, err := sql.Exec(t.Context(), `UPDATE pulse SET beat_at = beat_at - 901000000`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		beats(2)
		beats(2)
	})
}
