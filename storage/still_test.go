package storage_test

import (
	"context"
	"testing"
	"time"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// The PostgreSQL that writes stands still, and its standby takes its place: whoever
// waits for the first is let go, and what was stored is found at the second, where the
// next is stored.
func TestServerStandsStill(t *testing.T) {
	first := must[*storagetest.Cluster](t)(storagetest.StartPostgres("", storagetest.ClusterOptions{}))
	t.Cleanup(func() { ok(t, first.Kill()); ok(t, first.Close()) })
	standby := must[*storagetest.Cluster](t)(first.StartStandby(t.Context()))
	t.Cleanup(func() { ok(t, standby.Close()) })
	// A new connection tries the first one first, and must not do so for long.
	url := storagetest.EitherURL("postgres", first, standby) + "&connect_timeout=1"
	s := must[*storage.Store](t)(storage.OpenAsking(t.Context(), url, 100*time.Millisecond))
	t.Cleanup(func() { ok(t, s.Close()) })
	must[[]string](t)(s.Migrate(t.Context()))
	receive(t, s, "1", "kept")
	ctx, stop := context.WithCancel(t.Context())
	heard, done := make(chan string, 64), make(chan error)
	go func() { done <- s.Listen(ctx, func(topic string) { heard <- topic }) }()
	<-heard

	ok(t, first.Freeze())
	if _, err := s.Receive(t.Context(), []storage.Incoming{update("1", "in vain")}); err == nil {
		t.Error("stored where nobody answers")
	}
	ok(t, standby.Promote(t.Context()))
	for topic := range heard {
		if topic == "" { // it listens to the second
			break
		}
	}
	for _, err := s.Receive(t.Context(), []storage.Incoming{update("1", "more")}); err != nil; {
		t.Log(err)
		_, err = s.Receive(t.Context(), []storage.Incoming{update("1", "more")})
	}
	if ids := waitingIDs(t, s); len(ids) != 2 || ids[0] != "kept" || ids[1] != "more" {
		t.Errorf("waiting: %v", ids)
	}
	stop()
	ok(t, <-done)
}
