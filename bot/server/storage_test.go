package server

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// rows returns the ids of the inbox in their order.
func rows(t *testing.T, s *storage.Store) []storage.InboxRow {
	t.Helper()
	all, err := s.Waiting(t.Context(), "fake", 10_000, storage.InHand{})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestIntoARealInbox(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		w := serve(t, s, func(c *Config) { c.Ready = asked(s.Ready) })
		if got := w.get(t, "/readyz"); got.status != 200 {
			t.Errorf("readyz %+v", got)
		}
		for _, body := range []string{"first \x00\xff{\"a\":1}", "second", "hello", "?garbage", "ping"} {
			if got := w.post(t, body); got.status != 200 {
				t.Errorf("%q: %+v", body, got)
			}
		}
		all := rows(t, s)
		if len(all) != 3 || all[0].ID != "first" || all[1].ID != "second" || !all[2].Greeted {
			t.Errorf("rows %+v", all)
		}
		if string(all[0].Payload) != "first \x00\xff{\"a\":1}" {
			t.Errorf("payload %q", all[0].Payload)
		}
		if parked, err := s.Parked(t.Context(), 10); err != nil || len(parked) != 1 || string(parked[0].Payload) != "?garbage" {
			t.Errorf("parked %+v, %v", parked, err)
		}
	})
}

func TestDuplicatesInParallelAreOneRow(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		// Two replicas, as behind a load balancer.
		worlds := []*world{serve(t, s, nil), serve(t, s, nil)}
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				status := 503 // on a slow machine a commit may not end in time: messengers come again
				for try := 0; status == 503 && try < 20; try++ {
					status = worlds[i%2].post(t, fmt.Sprintf("%d x", i/4)).status
				}
				if status != 200 {
					t.Errorf("status %d", status)
				}
			})
		}
		all.Wait()
		if n := len(rows(t, s)); n != 25 {
			t.Errorf("%d rows of 25 updates", n)
		}
		stored := worlds[0].figure(t, "visnyk_updates_total", "fake", "stored") + worlds[1].figure(t, "visnyk_updates_total", "fake", "stored")
		if stored != 25 {
			t.Errorf("counted %v stored", stored)
		}
	})
}

// killable is a database that a test can kill.
func killable(t *testing.T) (*storagetest.Cluster, *storage.Store) {
	t.Helper()
	cluster, err := storagetest.StartPostgres("", storagetest.ClusterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := storage.Open(t.Context(), cluster.URL("postgres"), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return cluster, s
}

// F3: what is acknowledged is stored, refusals are quick, and the first ACK
// comes within 3 s of the database's return.
func TestDatabaseDiesAndReturns(t *testing.T) {
	cluster, s := killable(t)
	w := serve(t, s, nil)
	defer w.stop()
	acked := map[string]bool{}
	next := 0
	post := func() answer {
		next++
		id := fmt.Sprint(next)
		got := w.post(t, id+" x")
		switch got.status {
		case 200:
			acked[id] = true
		case 503:
			if got.header.Get("Retry-After") != "2" {
				t.Errorf("no Retry-After: %+v", got)
			}
		default:
			t.Errorf("answer %+v", got)
		}
		return got
	}
	post()
	if err := cluster.Kill(); err != nil {
		t.Fatal(err)
	}
	// A session may outlive its server for a moment; what it commits counts.
	for began := time.Now(); post().status != 503; {
		if time.Since(began) > 5*time.Second {
			t.Fatal("the database is dead and requests are acknowledged")
		}
	}
	began, quick := time.Now(), 0
	for range 100 {
		one := time.Now()
		post()
		if time.Since(one) < 500*time.Millisecond {
			quick++
		}
	}
	if quick < 90 {
		t.Errorf("only %d of 100 refusals were quick, all took %v", quick, time.Since(began))
	}
	if err := cluster.Start(); err != nil {
		t.Fatal(err)
	}
	for began = time.Now(); post().status != 200; {
		if time.Since(began) > 3*time.Second {
			t.Fatal("no ACK within 3 s")
		}
	}
	stored := map[string]bool{}
	for _, r := range rows(t, s) {
		stored[r.ID] = true
	}
	for id := range acked {
		if !stored[id] {
			t.Errorf("update %s is acknowledged and not stored", id)
		}
	}
}
