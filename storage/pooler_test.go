package storage_test

import (
	"context"
	"strings"
	"testing"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// Behind a pooler that lends sessions all is as before PostgreSQL itself: what is kept
// prepared, what is set, and what is heard.
func TestPoolerThatLendsSessions(t *testing.T) {
	url := storagetest.Pooled(t, "session")
	s := storagetest.Open(t, url)
	must[[]string](t)(s.Migrate(t.Context()))
	for name, want := range map[string]string{"lock_timeout": "3s", "enable_seqscan": "off", "application_name": "visnyk"} {
		var have string
		ok(t, s.DB().Writer().Get(t.Context(), &have, "SELECT current_setting($1)", name))
		if have != want {
			t.Errorf("%s is %q", name, have)
		}
	}
	if _, err := s.DB().Reading().Exec(t.Context(), "DELETE FROM inbox"); err == nil {
		t.Error("who reads may write")
	}
	heard := make(chan string, 8)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- s.Listen(ctx, func(topic string) { heard <- topic }) }()
	<-heard
	receive(t, s, "1", "kept")
	receive(t, s, "2", "kept too")
	storagetest.Open(t, url).Notify("inbox:telegram")
	for topic := range heard {
		if topic == "inbox:telegram" {
			break
		}
	}
	stop()
	ok(t, <-done)
	if ids := waitingIDs(t, s); strings.Join(ids, " ") != "kept kept too" {
		t.Errorf("waiting: %v", ids)
	}
}

// Where a session is lent for less, nothing begins, and nothing is set in a session
// that others go on with.
func TestPoolerThatLendsLess(t *testing.T) {
	for _, mode := range []string{"transaction", "statement"} {
		t.Run(mode, func(t *testing.T) {
			_, err := storage.Open(t.Context(), storagetest.Pooled(t, mode), storage.Options{})
			if err == nil || !strings.Contains(err.Error(), "pool_mode=session") {
				t.Errorf("got %v", err)
			}
		})
	}
}
