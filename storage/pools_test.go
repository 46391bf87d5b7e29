package storage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

// F5: what goes by key must not be planned by the statistics of a young table,
// what counts and lists must be; the latter writes nothing and ends in time.
func TestPoolsHaveTheirSettings(t *testing.T) {
	line := map[string]string{
		"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off",
		"default_transaction_read_only": "off", "statement_timeout": "10s", "lock_timeout": "3s",
		"idle_in_transaction_session_timeout": "5s", "synchronous_commit": "on",
	}
	reading := map[string]string{
		"enable_seqscan": "on", "enable_hashjoin": "on", "enable_mergejoin": "on", "jit": "off",
		"default_transaction_read_only": "on", "statement_timeout": "30s", "lock_timeout": "3s",
		"idle_in_transaction_session_timeout": "5s", "synchronous_commit": "on",
	}
	pg := storagetest.Open(t, storagetest.PostgresURL(t)).DB()
	for name, tt := range map[string]struct {
		conn db.Conn
		want map[string]string
	}{
		"door": {pg.Door(), line}, "writer": {pg.Writer(), line}, "reader": {pg.Reader(), line}, "reading": {pg.Reading(), reading},
	} {
		got := map[string]string{}
		for setting := range tt.want {
			var value string
			ok(t, tt.conn.Get(t.Context(), &value, `SELECT current_setting($1)`, setting))
			got[setting] = value
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	lite := storagetest.Open(t, storagetest.SQLiteURL(t)).DB()
	for name, tt := range map[string]struct {
		conn db.Conn
		want [4]int // query_only, synchronous, foreign_keys, busy_timeout
	}{
		"door": {lite.Door(), [4]int{0, 1, 1, 5000}}, "writer": {lite.Writer(), [4]int{0, 1, 1, 5000}},
		"reader": {lite.Reader(), [4]int{1, 1, 1, 5000}}, "reading": {lite.Reading(), [4]int{1, 1, 1, 5000}},
	} {
		var got [4]int
		for i, pragma := range []string{"query_only", "synchronous", "foreign_keys", "busy_timeout"} {
			ok(t, tt.conn.Get(t.Context(), &got[i], "PRAGMA "+pragma))
		}
		if got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	for _, d := range []*db.DB{pg, lite} {
		if _, err := d.Reading().Exec(t.Context(), `DELETE FROM settings`); err == nil {
			t.Error("the reading pool writes")
		}
	}
}

// busy opens the database with one connection for the line (SQLite: one for what
// the line reads), and holds it.
func busy(t *testing.T, url string) *storage.Store {
	t.Helper()
	s := must[*storage.Store](t)(storage.Open(t.Context(), url, storage.Options{MaxConns: 1}))
	rows, err := s.DB().Reader().Query(context.Background(), `SELECT 1`) // t's context is over before the cleanups
	ok(t, err)
	t.Cleanup(func() {
		ok(t, rows.Close())
		ok(t, s.Close())
	})
	return s
}

func TestListsTakeNoConnectionOfTheLine(t *testing.T) {
	lists := func(t *testing.T, url string) {
		seed := storagetest.Open(t, url)
		turn(t, seed, lease(t, seed, telegram, "me"), "1", storage.TurnWrite{Conversation: conversation("1", 1), Contact: contact("1")})
		s := busy(t, url)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		short, end := context.WithTimeout(ctx, 20*time.Millisecond)
		defer end()
		if _, err := s.Contact(short, "contact-1"); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("the line has a connection: %v", err)
		}
		for name, read := range map[string]func() error{
			"contacts":       func() error { return seen(s.ContactsAfter(ctx, "", 10)) },
			"articles":       func() error { return errOf(s.ArticlesAfter(ctx, "", 10)) },
			"changes":        func() error { return errOf(s.SheetsAfter(ctx, "", 10)) },
			"questions":      func() error { return errOf(s.BadQuestions(ctx, time.Hour, 10)) },
			"learnt":         func() error { return errOf(s.LearntQuestions(ctx, "a", 10)) },
			"decisions":      func() error { return errOf(s.Decided(ctx, "a")) },
			"parked":         func() error { return errOf(s.Parked(ctx, 10)) },
			"tickets":        func() error { return errOf(s.OpenTickets(ctx)) },
			"outbox depth":   func() error { return errOf(s.OutboxDepth(ctx)) },
			"inbox depth":    func() error { _, _, err := s.InboxDepth(ctx); return err },
			"audit":          func() error { return errOf(s.VerifyAudit(ctx, storage.AuditHead{})) },
			"marks":          func() error { return errOf(s.VerifyAuditMarks(ctx, storage.AuditHead{Entries: 0})) },
			"a whole person": func() error { return errOf(s.Dossier(ctx, "contact-1")) },
		} {
			if err := read(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	t.Run("postgres", func(t *testing.T) { lists(t, storagetest.PostgresURL(t)) })
	t.Run("sqlite", func(t *testing.T) { lists(t, storagetest.SQLiteURL(t)) })
}

// seen is an error when there is nothing.
func seen[T any](all []T, err error) error {
	if err == nil && len(all) == 0 {
		err = errors.New("nothing")
	}
	return err
}

// What came is taken in though all of the line waits.
func TestDoorIsOpenWhileTheLineWaits(t *testing.T) {
	s := busy(t, storagetest.PostgresURL(t))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if fresh := must[[]bool](t)(s.Receive(ctx, []storage.Incoming{update("1", "u1")})); len(fresh) != 1 || !fresh[0] {
		t.Error(fresh)
	}
}

// A reading that takes too long is broken off, and says so.
func TestReadingEndsInTime(t *testing.T) {
	const forever = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n`
	for name, url := range map[string]string{"postgres": storagetest.PostgresURL(t), "sqlite": storagetest.SQLiteURL(t)} {
		t.Run(name, func(t *testing.T) {
			d := must[*db.DB](t)(db.Open(t.Context(), url, db.Options{ReadingTime: 50 * time.Millisecond}))
			defer func() { ok(t, d.Close()) }()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			var n int
			err := d.Reading().Get(ctx, &n, forever)
			if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
				t.Errorf("it ended with %v", err)
			}
			for { // the next one is read, if the machine has a moment for it
				err := d.Reading().Get(ctx, &n, `SELECT 1`)
				if err == nil {
					break
				}
				if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// Migrations make transactions of their own.
func TestMigrateIsRefusedInside(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		err := s.Together(t.Context(), func(ctx context.Context) error { return errOf(s.Migrate(ctx)) })
		if !errors.Is(err, storage.ErrInside) {
			t.Error(err)
		}
	})
}
