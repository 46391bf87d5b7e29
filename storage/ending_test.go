package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A statement ends with its context, at the server too, and its connection goes on; who
// waits for a connection meanwhile waits no longer than their own context.
func TestStatementsEndWithTheirContext(t *testing.T) {
	const asleep = `SELECT 1 AS n FROM pg_sleep(CAST($1 AS DOUBLE PRECISION))`
	url := storagetest.PostgresURL(t)
	watching := storagetest.Open(t, url).DB().Reading()
	// Nothing but the context ends it.
	s := must[*storage.Store](t)(storage.Open(t.Context(), url+"&statement_timeout=0", storage.Options{MaxConns: 1}))
	t.Cleanup(func() { ok(t, s.Close()) })
	line := s.DB().Writer()
	process := func() (pid int) {
		t.Helper()
		ok(t, line.Get(t.Context(), &pid, `SELECT pg_backend_pid()`))
		return pid
	}
	pid := process()
	sleeps := func() bool {
		var n int
		ok(t, watching.Get(t.Context(), &n, `SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'`, pid))
		return n > 0
	}
	for name, sleep := range map[string]func(ctx context.Context, seconds int) error{
		"a row": func(ctx context.Context, seconds int) error {
			var n int
			return line.Get(ctx, &n, asleep, seconds)
		},
		"rows": func(ctx context.Context, seconds int) error {
			var all []int
			return line.Select(ctx, &all, asleep, seconds)
		},
		"none": func(ctx context.Context, seconds int) error { return errOf(line.Exec(ctx, asleep, seconds)) },
	} {
		ok(t, sleep(t.Context(), 0)) // it is kept
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- sleep(ctx, 3600) }()
		for !sleeps() {
			time.Sleep(time.Millisecond)
		}
		short, end := context.WithTimeout(t.Context(), 10*time.Millisecond)
		if err := sleep(short, 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: who waits for the connection: %v", name, err)
		}
		end()
		cancel()
		if err := <-ended; err == nil {
			t.Errorf("%s: it slept to its end", name)
		}
		if sleeps() {
			t.Errorf("%s: the server sleeps on", name)
		}
		if now := process(); now != pid {
			t.Errorf("%s: the connection is another", name)
		}
	}
}
