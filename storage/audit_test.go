package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func audit(t *testing.T, s *storage.Store, objects ...string) {
	t.Helper()
	for _, o := range objects {
		ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
			return tx.Audit(t.Context(), storage.AuditEntry{
				Actor: bot.Actor{User: "u1", Login: "olena", Role: bot.Approver}, Action: "change.approve", Object: o,
				Detail: map[string]string{"note": "ґ\x00 <&>"},
			})
		}))
	}
}

// TestAuditChain shows that each way to tamper with the audit is found, and that
// the entry at fault is named (S79).
func TestAuditChain(t *testing.T) {
	for name, c := range map[string]struct {
		tamper string
		entry  int64 // 0 when nothing is wrong
		why    string
	}{
		"untouched":           {``, 0, ""},
		"another actor":       {`UPDATE audit SET actor = 'u2' WHERE id = 3`, 3, "was changed"},
		"another time":        {`UPDATE audit SET at = at + 1 WHERE id = 1`, 1, "was changed"},
		"another detail":      {`UPDATE audit SET detail = '{}' WHERE id = 5`, 5, "was changed"},
		"moved letters":       {`UPDATE audit SET action = 'change.approv', object = 'e' || object WHERE id = 2`, 2, "was changed"},
		"another hash":        {`UPDATE audit SET hash = 'aa' WHERE id = 2`, 2, "was changed"},
		"removed":             {`DELETE FROM audit WHERE id = 3`, 3, "is missing"},
		"first removed":       {`DELETE FROM audit WHERE id = 1`, 1, "is missing"},
		"removed and closed":  {`DELETE FROM audit WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4; UPDATE audit SET id = 4 WHERE id = 5`, 3, "was changed"},
		"reordered":           {`UPDATE audit SET id = 100 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 100`, 2, "was changed"},
		"cut off":             {`DELETE FROM audit WHERE id = 5`, 5, "is missing"},
		"emptied":             {`DELETE FROM audit`, 1, "is missing"},
		"head set back":       {`UPDATE audit_head SET entries = 4, hash = (SELECT hash FROM audit WHERE id = 4)`, 5, "was added by hand"},
		"head removed":        {`DELETE FROM audit_head`, 5, "was added by hand"},
		"head of another":     {`UPDATE audit_head SET hash = 'aa'`, 5, "is not the one the head"},
		"added behind":        {`INSERT INTO audit SELECT 6, at, actor, role, action, object, detail, hash, mark, mark_key FROM audit WHERE id = 5`, 6, "was added by hand"},
		"added in front":      {`INSERT INTO audit SELECT 0, at, actor, role, action, object, detail, hash, mark, mark_key FROM audit WHERE id = 5`, 0, ""},
		"cut off with a head": {`DELETE FROM audit WHERE id = 5; UPDATE audit_head SET entries = 4, hash = (SELECT hash FROM audit WHERE id = 4)`, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, s *storage.Store) {
				audit(t, s, "change/1", "change/2", "change/3", "change/4", "change/5")
				before := must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{}))
				if before.Entries != 5 || len(before.Hash) != 64 {
					t.Fatalf("head %+v", before)
				}
				s.Tamper(t, c.tamper)
				_, err := s.VerifyAudit(t.Context(), storage.AuditHead{})
				var broken *storage.BrokenAuditError
				switch {
				case name == "added in front":
					if !errors.As(err, &broken) || broken.Entry != 0 {
						t.Errorf("got %v", err)
					}
				case c.entry == 0:
					ok(t, err)
				case !errors.As(err, &broken) || broken.Entry != c.entry || !strings.Contains(err.Error(), c.why):
					t.Errorf("got %v, want entry %d that %s", err, c.entry, c.why)
				}
				// A head that was written down finds even what a new head hides.
				if _, err = s.VerifyAudit(t.Context(), before); (err == nil) != (name == "untouched") {
					t.Errorf("with a known head: %v", err)
				}
			})
		})
	}
}

// An entry that was replaced together with its hash no longer carries the next.
func TestAuditForged(t *testing.T) {
	for entry, found := range map[int64]int64{2: 3, 4: 5, 5: 5} {
		storagetest.Each(t, func(t *testing.T, s *storage.Store) {
			audit(t, s, "change/1", "change/2", "change/3", "change/4", "change/5")
			s.Forge(t, entry, "u2")
			_, err := s.VerifyAudit(t.Context(), storage.AuditHead{})
			var broken *storage.BrokenAuditError
			if !errors.As(err, &broken) || broken.Entry != found {
				t.Errorf("entry %d: %v", entry, err)
			}
		})
	}
}

func TestAuditWrittenAnew(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		audit(t, s, "change/1", "change/2")
		before := must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{}))
		s.Tamper(t, `DELETE FROM audit; DELETE FROM audit_head`)
		audit(t, s, "change/1", "change/other", "change/3")
		must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{})) // by itself it is a good chain
		_, err := s.VerifyAudit(t.Context(), before)
		var broken *storage.BrokenAuditError
		if !errors.As(err, &broken) || broken.Entry != 2 || !strings.Contains(err.Error(), "written anew") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAuditIsAppendOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		audit(t, s, "change/1")
		queries := []string{`UPDATE audit SET actor = ''`, `DELETE FROM audit`}
		if s.OneWriter() {
			queries = append(queries,
				`INSERT OR REPLACE INTO audit (id, at, actor, role, action, object, detail, hash) VALUES (1, 1, '', '', '', '', '', '')`,
				`REPLACE INTO audit (id, at, actor, role, action, object, detail, hash) SELECT id, at, 'u2', role, action, object, detail, hash FROM audit`,
				`UPDATE OR REPLACE audit SET actor = 'u2'`)
		} else {
			queries = append(queries, `TRUNCATE audit`, `TRUNCATE audit_head, audit CASCADE`)
		}
		for _, q := range queries {
			if _, err := s.Exec(t.Context(), q); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", q, err)
			}
		}
		must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{}))
	})
}

// What is rolled back leaves no entry, and many writers make one chain while it
// is read.
func TestAuditAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const writers, each = 8, 10
		failure := errors.New("not this time")
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					err := s.InTx(context.Background(), func(tx *storage.Tx) error {
						err := tx.Audit(context.Background(), storage.AuditEntry{Action: "a", Object: fmt.Sprint(w, "/", i)})
						if err == nil && i%2 == 1 {
							err = failure
						}
						return err
					})
					if (i%2 == 1) != errors.Is(err, failure) {
						t.Error(err)
					}
				}
			})
		}
		for range 5 {
			must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{}))
		}
		wg.Wait()
		head := must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{}))
		if head.Entries != writers*each/2 {
			t.Errorf("%d entries", head.Entries)
		}
	})
}
