package main

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

// spoil changes the database behind the service's back.
func spoil(t *testing.T, url, statement string) {
	t.Helper()
	driver, name := "postgres", url
	if file, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, name = "sqlite", file+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// removed reads the metric of the running service.
func (s *world) removed(what string) float64 {
	s.t.Helper()
	all, err := s.service.registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, family := range all {
		for _, m := range family.GetMetric() {
			if family.GetName() == "visnyk_rows_removed_total" && m.GetLabel()[0].GetValue() == what {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

// TestKeep lets three days pass: what came in and went out is no longer kept as
// it was, and the person and what was said are.
func TestKeep(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		a := s.onTelegram(1001, "Олена", bot.Ukrainian)
		a.write("/start")
		a.hears("@welcome.about")
		s.idle()
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		ago := (72 * time.Hour).Microseconds()
		for _, statement := range []string{
			"UPDATE inbox SET settled_at = settled_at - %d", "UPDATE outbox SET sent_at = sent_at - %d", "UPDATE history SET id = id - %d",
			"UPDATE bots SET lease_until = lease_until - %d",
		} {
			spoil(t, s.cfg.DatabaseURL, fmt.Sprintf(statement, ago))
		}
		s.start()
		s.await("the old rows to be removed", func() bool { return s.removed("inbox") > 0 && s.removed("replies") > 0 })
		history, err := s.service.store.Load().History(t.Context(), bot.Address{Bot: "telegram", Chat: "1001"}, 10)
		if err != nil || len(history) < 2 {
			t.Errorf("history %v, %v", history, err)
		}
	})
}
