package storage_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMigrateAndReady(t *testing.T) {
	for name, url := range map[string]string{
		"postgres": storagetest.EmptyPostgresURL(t),
		"sqlite":   "sqlite:" + filepath.Join(t.TempDir(), "new.db"),
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s := storagetest.Open(t, url)
			if err := s.Ready(ctx); err == nil {
				t.Error("ready without tables")
			}
			applied := must[[]string](t)(s.Migrate(ctx))
			if len(applied) == 0 || applied[0] != "00001_start.sql" {
				t.Errorf("applied %v", applied)
			}
			ok(t, s.Ready(ctx))
			if again := must[[]string](t)(s.Migrate(ctx)); len(again) != 0 {
				t.Errorf("applied again: %v", again)
			}
			must[int](t)(s.Exec(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, TRUE)`))
			ok(t, s.Ready(ctx)) // a newer replica has been here
			must[int](t)(s.Exec(ctx, `DELETE FROM goose_db_version WHERE version_id > 0`))
			if err := s.Ready(ctx); err == nil {
				t.Error("ready with an old schema")
			}
		})
	}
}

func TestManyReplicasMigrate(t *testing.T) {
	url := storagetest.EmptyPostgresURL(t)
	results := make(chan int, 3)
	for range cap(results) {
		s := storagetest.Open(t, url)
		go func() {
			applied, err := s.Migrate(context.Background())
			if err != nil {
				t.Error(err)
			}
			results <- len(applied)
		}()
	}
	if sum := <-results + <-results + <-results; sum == 0 {
		t.Error("nobody migrated")
	}
	ok(t, storagetest.Open(t, url).Ready(t.Context()))
}

func TestTwinSchemas(t *testing.T) {
	pg := storagetest.Open(t, storagetest.PostgresURL(t))
	lite := storagetest.Open(t, storagetest.SQLiteURL(t))
	a := must[[]storage.Column](t)(pg.Columns(t.Context()))
	b := must[[]storage.Column](t)(lite.Columns(t.Context()))
	for i, c := range a {
		if c.Type == "BYTEA" {
			a[i].Type = "BLOB"
		}
		def, _, _ := strings.Cut(c.Default, "::")
		a[i].Default = strings.Trim(def, "'")
	}
	for i, c := range b {
		b[i].Default = strings.ToLower(strings.Trim(c.Default, "'"))
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error("PostgreSQL and SQLite differ:", diff)
	}
	if diff := cmp.Diff(must[[]string](t)(pg.Indexes(t.Context())), must[[]string](t)(lite.Indexes(t.Context()))); diff != "" {
		t.Error("PostgreSQL and SQLite differ in indexes:", diff)
	}
	if len(a) < 80 {
		t.Errorf("only %d columns seen", len(a))
	}
	for _, table := range []string{"inbox", "conversations", "history", "tickets", "timers", "outbox", "receipts"} {
		i := slices.IndexFunc(a, func(c storage.Column) bool { return c.Table == table && c.Name == "bot" })
		if i < 0 || a[i].Key != 1 {
			t.Errorf("the key of %s does not begin with the bot", table)
		}
	}
}

func TestSQLiteIsExclusive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "visnyk.db")
	first := must[*storage.Store](t)(storage.Open(t.Context(), "sqlite:"+path, storage.Options{Exclusive: true}))
	if _, err := storage.Open(t.Context(), "sqlite:"+path, storage.Options{Exclusive: true}); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("second: %v", err)
	}
	storagetest.Open(t, "sqlite:"+path) // a tool that reads does not ask for the lock
	ok(t, first.Close())
	second := must[*storage.Store](t)(storage.Open(t.Context(), "sqlite:"+path, storage.Options{Exclusive: true}))
	ok(t, second.Close())
}

// Whoever holds the lock of the file need not wait for the lease of a process
// that cannot be alive any more.
func TestSQLiteLeaseOfTheDead(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "visnyk.db")
	open := func() *storage.Store {
		s := must[*storage.Store](t)(storage.Open(ctx, "sqlite:"+path, storage.Options{Exclusive: true}))
		must[[]string](t)(s.Migrate(ctx))
		return s
	}
	dead := open()
	if _, _, taken, err := dead.Acquire(ctx, telegram, "dead", time.Hour); err != nil || !taken {
		t.Fatal(taken, err)
	}
	ok(t, dead.Close())
	s := open()
	l, clean, taken, err := s.Acquire(ctx, telegram, "me", time.Hour)
	if err != nil || !taken || clean || l.Epoch != 2 {
		t.Errorf("taken %v, clean %v, epoch %d, error %v", taken, clean, l.Epoch, err)
	}
	if _, _, taken, err = s.Acquire(ctx, telegram, "another", time.Hour); err != nil || taken {
		t.Errorf("a lease of this very process was taken away: %v, %v", taken, err)
	}
	ok(t, s.Close())
}

func TestSQLiteFileIsOursAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "strange name? #%41 їґ.db")
	s := storagetest.Open(t, "sqlite:"+path)
	must[[]string](t)(s.Migrate(t.Context()))
	info, err := os.Stat(path)
	ok(t, err)
	if info.Mode().Perm() != 0o600 || info.Size() == 0 {
		t.Errorf("%v, %d bytes", info.Mode(), info.Size())
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Setenv("PGSSLMODE", "")
	os.Unsetenv("PGSSLMODE")
	for name, c := range map[string]struct{ url, say string }{
		"another kind":         {"mysql://u:hunter2@localhost/x", "must begin with"},
		"nothing":              {"", "must begin with"},
		"memory":               {"sqlite::memory:", "must name a file"},
		"no file":              {"sqlite:", "must name a file"},
		"no folder":            {"sqlite:/nonexistent/visnyk.db", "no such file"},
		"unreadable URL":       {"postgres://u:hunter2@localhost:port/x", "cannot be read"},
		"bad setting":          {"postgres://u:hunter2@localhost/x?connect_timeout=hunter2", "does not accept"},
		"TestDSNPolicy":        {"postgres://u:hunter2@db.example.com/x", "sslmode=verify-full"},
		"S25, by address":      {"postgres://u:hunter2@192.0.2.1/x", "sslmode=verify-full"},
		"S25, one of many":     {"postgres://u:hunter2@localhost,db.example.com/x", "sslmode=verify-full"},
		"S25, by parameter":    {"postgres://u:hunter2@/x?host=db.example.com", "sslmode=verify-full"},
		"S25, by hostaddr":     {"postgres://u:hunter2@localhost/x?hostaddr=192.0.2.1", "sslmode=verify-full"},
		"nobody answers":       {"postgres://u:hunter2@127.0.0.1:1/x", "refused"},
		"TLS asked, not there": {strings.Replace(storagetest.PostgresURL(t), "disable", "verify-full", 1), "SSL"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := storage.Open(t.Context(), c.url, storage.Options{})
			if err == nil || !strings.Contains(err.Error(), c.say) {
				t.Fatalf("got %v, want %q", err, c.say)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password shows: %v", err)
			}
		})
	}
}

func TestOpenRefusesLossyCommits(t *testing.T) {
	url := storagetest.PostgresURL(t)
	storagetest.Open(t, strings.Replace(url, "?sslmode=disable", "", 1)) // loopback needs no sslmode
	_, err := storage.Open(t.Context(), url+"&synchronous_commit=off", storage.Options{})
	if err == nil || !strings.Contains(err.Error(), "synchronous_commit") {
		t.Errorf("got %v", err)
	}
}

func TestNewIDGrows(t *testing.T) {
	last := ""
	for range 1000 {
		id := storage.NewID()
		if id <= last {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
}

// A column that a later migration adds has its statistics set small as well:
// the finest of a table says how much of it ANALYZE reads.
func TestAnalyzeReadsLittle(t *testing.T) {
	s := storagetest.Open(t, storagetest.PostgresURL(t))
	for table, least := range map[string]int{"inbox": 1, "outbox": 1, "history": 1, "conversations": 1, "questions": 1, "articles": 0} {
		small := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM pg_attribute
			WHERE attrelid = CAST($1 AS regclass) AND attnum > 0 AND NOT attisdropped AND attstattarget = 10`, table))
		all := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM pg_attribute
			WHERE attrelid = CAST($1 AS regclass) AND attnum > 0 AND NOT attisdropped`, table))
		if small != all*least {
			t.Errorf("%s: %d of %d columns with small statistics", table, small, all)
		}
	}
}
