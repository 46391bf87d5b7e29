package storage

import (
	"context"
	"fmt"
	"testing"
)

// Tamper runs statements on the audit as somebody would who owns the database:
// with its guards off.
func (s *Store) Tamper(t *testing.T, statements string) {
	t.Helper()
	off, on := `DROP TRIGGER IF EXISTS audit_append_only; DROP TRIGGER IF EXISTS audit_append_only_too; DROP TRIGGER IF EXISTS audit_never_replaced; `, ``
	if !s.db.SQLite() {
		off = `ALTER TABLE audit DISABLE TRIGGER audit_append_only; `
		on = `; ALTER TABLE audit ENABLE TRIGGER audit_append_only`
	}
	if _, err := s.w.sql.Plainly().Exec(t.Context(), off+statements+on); err != nil {
		t.Fatal(err)
	}
}

// Age makes everything about idempotency keys older, as time does.
func (s *Store) Age(ctx context.Context, seconds int) error {
	_, err := s.w.exec(ctx, `UPDATE idempotency SET until = until - $1, created_at = created_at - $1`, seconds*1_000_000)
	return err
}

// OneWriter reports whether a transaction keeps all other writers out.
func (s *Store) OneWriter() bool { return s.db.SQLite() }

// Forge puts another actor into an entry of the audit and makes its hash right.
func (s *Store) Forge(t *testing.T, entry int64, actor string) {
	t.Helper()
	var pair []auditRecord
	if err := s.r.sel(t.Context(), &pair, auditPage, entry-2, entry); err != nil || len(pair) != 2 {
		t.Fatal(pair, err)
	}
	r := pair[1]
	r.Actor = actor
	s.Tamper(t, fmt.Sprintf(`UPDATE audit SET actor = '%s', hash = '%s' WHERE id = %d`, actor, r.chained(pair[0].Hash), entry))
}

// AuditBare appends an entry as it was before marks.
func (s *Store) AuditBare(t *testing.T, id int64, actor, action, object string) error {
	t.Helper()
	head, err := s.auditHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r := auditRecord{ID: id, At: 1, Actor: actor, Role: "approver", Action: action, Object: object, Detail: "{}"}
	r.Hash = r.chained(head.Hash)
	return s.InTx(t.Context(), func(tx *Tx) error {
		if _, err := tx.exec(t.Context(), `INSERT INTO audit (id, at, actor, role, action, object, detail, hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, r.ID, r.At, r.Actor, r.Role, r.Action, r.Object, r.Detail, r.Hash); err != nil {
			return err
		}
		_, err := tx.exec(t.Context(), `INSERT INTO audit_head (id, entries, hash) VALUES (1, $1, $2)
			ON CONFLICT (id) DO UPDATE SET entries = excluded.entries, hash = excluded.hash`, r.ID, r.Hash)
		return err
	})
}
