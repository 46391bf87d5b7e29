package audience

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/storage/storagetest"
)

// The database ends the statement of a count as soon as a newer one breaks it off:
// otherwise whoever types would leave one behind for each letter.
func TestANewerCountEndsTheStatementOfTheOlder(t *testing.T) {
	t.Parallel()
	url := storagetest.PostgresURL(t) + "&lock_timeout=0"
	a := town(t, storagetest.Open(t, url))
	db, err := sqlx.ConnectContext(t.Context(), "postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if _, err := tx.Exec(`LOCK TABLE contacts`); err != nil { // so no count ends by itself
		t.Fatal(err)
	}
	wait := func(counts int) {
		t.Helper()
		for n := -1; n != counts; {
			if err := db.GetContext(t.Context(), &n, `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'SELECT count(*)%'`); err != nil {
				t.Fatalf("%d statements count, want %d: %v", n, counts, err)
			}
			select {
			case <-t.Context().Done():
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	begin := func(ctx context.Context) <-chan error {
		ended := make(chan error, 1)
		go func() { _, err := a.Count(ctx, marketer, Question{Tree: untold()}, "page"); ended <- err }()
		return ended
	}
	ctx, stop := context.WithCancel(t.Context())
	older := begin(ctx)
	wait(1)
	newer := begin(ctx)
	if err := <-older; !errors.Is(err, context.Canceled) {
		t.Errorf("the older count: %v", err)
	}
	wait(1) // the newer one alone
	stop()
	if err := <-newer; !errors.Is(err, context.Canceled) {
		t.Errorf("the newer count: %v", err)
	}
	wait(0) // while contacts are still locked
}
