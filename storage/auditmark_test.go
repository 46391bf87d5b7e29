package storage_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// withSecret opens the database with another secret, or with none.
func withSecret(t *testing.T, url, secret string) *storage.Store {
	t.Helper()
	s := must[*storage.Store](t)(storage.Open(t.Context(), url, storage.Options{Secret: []byte(secret)}))
	t.Cleanup(func() { ok(t, s.Close()) })
	return s
}

func onBoth(t *testing.T, f func(t *testing.T, url string)) {
	t.Helper()
	for name, url := range map[string]func(testing.TB) string{
		"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL,
	} {
		t.Run(name, func(t *testing.T) {
			u := url(t)
			storagetest.Open(t, u)
			f(t, u)
		})
	}
}

func marks(t *testing.T, s *storage.Store) (storage.AuditMarks, error) {
	t.Helper()
	return s.VerifyAuditMarks(t.Context(), must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{})))
}

const (
	firstSecret  = "the first secret of all"
	secondSecret = "the second secret of all"
)

// Whoever owns the database can write a good chain anew, but not its marks.
func TestAttackChainWrittenAnewWithoutTheSecret(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s, bare := withSecret(t, url, firstSecret), withSecret(t, url, "")
		audit(t, s, "change/1", "change/2", "change/3")
		found, err := marks(t, s)
		if err != nil || found.First != 1 || found.Checked != 3 || !found.Continued() {
			t.Errorf("%+v, %v", found, err)
		}
		if found, err := marks(t, bare); err != nil || found.First != 1 || found.Checked != 0 || found.Other != nil {
			t.Errorf("without the secret: %+v, %v", found, err)
		}
		s.Forge(t, 3, "u2") // with its hash, and the head's
		s.Tamper(t, `UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE id = 3)`)
		must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{})) // a good chain
		_, err = marks(t, s)
		var broken *storage.BrokenAuditError
		if !errors.As(err, &broken) || broken.Entry != 3 || !strings.Contains(err.Error(), "mark that is not right") {
			t.Errorf("got %v", err)
		}
	})
}

// A replica of an older version that still runs cannot make the audit look forged.
func TestNothingWithoutAMarkFollowsMarks(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := withSecret(t, url, firstSecret)
		ok(t, s.AuditBare(t, 1, "u1", "article.approve", "article/1"))
		ok(t, s.AuditBare(t, 2, "u1", "article.approve", "article/2"))
		audit(t, s, "change/1")
		if err := s.AuditBare(t, 4, "u1", "article.approve", "article/3"); err == nil || !strings.Contains(err.Error(), "stop the older version") {
			t.Errorf("an entry without a mark after one with it: %v", err)
		}
		audit(t, s, "change/2")
		if found, err := marks(t, s); err != nil || found.First != 3 || found.Checked != 2 {
			t.Errorf("%+v, %v", found, err)
		}
	})
}

// What is older than marks has none, and from the first on none may be missing.
func TestAuditMarks(t *testing.T) {
	for name, c := range map[string]struct {
		tamper string
		entry  int64 // 0 when nothing is wrong
		why    string
	}{
		"untouched":     {`UPDATE audit SET mark = mark`, 0, ""},
		"older entries": {`UPDATE audit SET mark = '', mark_key = '' WHERE id <= 2`, 0, ""},
		"none":          {`UPDATE audit SET mark = '', mark_key = ''`, 0, ""},
		"one missing":   {`UPDATE audit SET mark = '', mark_key = '' WHERE id = 3`, 3, "has no mark"},
		"the last":      {`UPDATE audit SET mark = '', mark_key = '' WHERE id = 4`, 4, "has no mark"},
		"only its key":  {`UPDATE audit SET mark = '' WHERE id = 3`, 3, "has no mark"},
		"only the mark": {`UPDATE audit SET mark_key = '' WHERE id = 3`, 3, "has no mark"},
		"of another":    {`UPDATE audit SET mark = (SELECT mark FROM audit WHERE id = 1) WHERE id >= 3`, 3, "not right"},
		"made up":       {`UPDATE audit SET mark = 'aa' WHERE id = 2`, 2, "not right"},
	} {
		t.Run(name, func(t *testing.T) {
			s := withSecret(t, storagetest.SQLiteURL(t), firstSecret)
			audit(t, s, "change/1", "change/2", "change/3", "change/4")
			s.Tamper(t, c.tamper)
			_, err := marks(t, s)
			var broken *storage.BrokenAuditError
			switch {
			case c.entry == 0:
				ok(t, err)
			case !errors.As(err, &broken) || broken.Entry != c.entry || !strings.Contains(err.Error(), c.why):
				t.Errorf("got %v, want entry %d that %s", err, c.entry, c.why)
			}
		})
	}
}

// A changed secret is known by the name of its key.
func TestAuditOfAChangedSecret(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		first, second := withSecret(t, url, firstSecret), withSecret(t, url, secondSecret)
		audit(t, first, "change/1", "change/2")
		if found, err := marks(t, second); err != nil || found.Checked != 0 || len(found.Other) != 1 || found.Continued() {
			t.Errorf("before its first entry: %+v, %v", found, err)
		}
		audit(t, second, "change/3")
		found, err := marks(t, second)
		if err != nil || found.Checked != 1 || len(found.Other) != 1 || found.Other[0].First != 1 || found.Other[0].Last != 2 ||
			len(found.Other[0].Key) != 16 || !found.Continued() {
			t.Errorf("%+v, %v", found, err)
		}
		if found, err := marks(t, first); err != nil || found.Checked != 2 || found.Other[0].First != 3 || found.Continued() {
			t.Errorf("the old one: %+v, %v", found, err)
		}
		audit(t, first, "change/4")
		if found, err := marks(t, first); err != nil || found.Checked != 3 || found.Continued() {
			t.Errorf("there and back: %+v, %v", found, err)
		}
	})
}

func TestAuditNeedsASecret(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		bare := withSecret(t, url, "")
		err := bare.InTx(t.Context(), func(tx *storage.Tx) error {
			return tx.Audit(t.Context(), storage.AuditEntry{Action: "a", Object: "b"})
		})
		if !errors.Is(err, storage.ErrNoSecret) {
			t.Errorf("got %v", err)
		}
	})
}

// A database of before the marks: its entries stay good, its articles begin
// with version 1, what a user approved is known for theirs, and a join link that
// was kept in clear is gone.
func TestMigrationToMarks(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{
		"postgres": storagetest.EmptyPostgresURL,
		"sqlite":   func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "old.db") },
	} {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s := withSecret(t, url(t), firstSecret)
			ok(t, s.MigrateTo(ctx, 8))
			exec := func(query string, values ...any) {
				t.Helper()
				must[int](t)(s.Exec(ctx, query, values...))
			}
			for _, id := range []string{"theirs", "imported"} {
				exec(`INSERT INTO articles (id, state, content) VALUES ($1, 'approved', '{}')`, id)
			}
			for i, object := range []string{"article/theirs", "article/other"} {
				ok(t, s.AuditBare(t, int64(i+1), "u1", "article.approve", object))
			}
			for i, body := range []string{`{"url":"https://x.example/join/abc"}`, `{"id":"c"}`} {
				exec(`INSERT INTO idempotency (id, request, claim, until, status, body, created_at)
					SELECT $1, 'r', 'c', 0, 200, $2, 4102444800000000`, fmt.Sprint("k", i), []byte(body))
			}
			must[[]string](t)(s.Migrate(ctx))
			for id, decided := range map[string]string{"theirs": "u1", "imported": ""} {
				if a, err := s.Article(ctx, id); err != nil || a.Version != 1 || a.DecidedBy != decided {
					t.Errorf("%+v, %v", a, err)
				}
			}
			audit(t, s, "change/3")
			if found, err := marks(t, s); err != nil || found.First != 3 || found.Checked != 1 {
				t.Errorf("%+v, %v", found, err)
			}
			if _, _, err := s.WriteOnce(ctx, "k0", "r", nil); !errors.Is(err, storage.ErrAnswerGone) {
				t.Errorf("the link: %v", err)
			}
			if a, replayed, err := s.WriteOnce(ctx, "k1", "r", nil); err != nil || !replayed || string(a.Body) != `{"id":"c"}` {
				t.Errorf("%+v, %t, %v", a, replayed, err)
			}
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM idempotency WHERE length(body) > 20`)); n != 0 {
				t.Error("the link stands there still")
			}
		})
	}
}
