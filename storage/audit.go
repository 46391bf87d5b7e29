package storage

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"visnyk/bot"
)

// AuditEntry is one thing that staff did. It holds no personal data of
// customers: an erased person must not live on in the audit.
type AuditEntry struct {
	Actor  bot.Actor
	Action string // "change.approve": a noun of the glossary and its move
	Object string // "change/tariff-2027": the noun and its id
	Detail any    // more about it, for a JSON column; nil for nothing
}

// An absent head is that of an empty chain. The upsert also locks the row, so
// that entries are chained one after another until each commit.
const lockAuditHead = `
INSERT INTO audit_head (id, entries, hash) VALUES (1, 0, '')
ON CONFLICT (id) DO UPDATE SET entries = audit_head.entries
RETURNING entries, hash, {now} AS now`

const addAudit = `
INSERT INTO audit (id, at, actor, role, action, object, detail, hash, mark, mark_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

const moveAuditHead = `UPDATE audit_head SET entries = $1, hash = $2 WHERE id = 1`

// Audit appends an entry to the chain, marked with a key of VISNYK_SECRET;
// without it ErrNoSecret. It commits with the transaction, so what is done and
// what is told of it are never apart. Other writers of the audit wait until
// then: call it last.
func (t *Tx) Audit(ctx context.Context, e AuditEntry) error {
	marks := keyFor(t.secret, auditMarks)
	if marks.bytes == nil {
		return fmt.Errorf("audit %s: %w", e.Action, ErrNoSecret)
	}
	detail := []byte("{}")
	if e.Detail != nil {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("audit %s: %w", e.Action, err)
		}
	}
	var head struct {
		Entries int64  `db:"entries"`
		Hash    string `db:"hash"`
		Now     int64  `db:"now"`
	}
	if err := t.get(ctx, &head, lockAuditHead); err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	r := auditRecord{
		ID: head.Entries + 1, At: head.Now, Actor: clean(e.Actor.User), Role: clean(string(e.Actor.Role)),
		Action: clean(e.Action), Object: clean(e.Object), Detail: clean(string(detail)),
	}
	r.Hash = r.chained(head.Hash)
	r.mark(marks)
	if _, err := t.exec(ctx, addAudit,
		r.ID, r.At, r.Actor, r.Role, r.Action, r.Object, r.Detail, r.Hash, r.Mark, r.MarkKey); err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	if _, err := t.exec(ctx, moveAuditHead, r.ID, r.Hash); err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	return nil
}

// LockAudit has other writers of the audit wait until the commit, for what must not
// happen twice and has no row of its own to lock.
func (t *Tx) LockAudit(ctx context.Context) error {
	var head struct {
		Entries int64  `db:"entries"`
		Hash    string `db:"hash"`
		Now     int64  `db:"now"`
	}
	return doing("lock the audit", t.get(ctx, &head, lockAuditHead))
}

// auditRecord is an entry as it is stored.
type auditRecord struct {
	ID     int64  `db:"id"`
	At     int64  `db:"at"`
	Actor  string `db:"actor"`
	Role   string `db:"role"`
	Action string `db:"action"`
	Object string `db:"object"`
	Detail string `db:"detail"`
	Hash   string `db:"hash"`
	// The hash under the key of that name; "" in what is older than marks.
	Mark    string `db:"mark"`
	MarkKey string `db:"mark_key"`
}

// chained returns the hash of the entry behind the one whose hash is before.
// Every field goes in with its length, so that no two entries read the same.
func (r auditRecord) chained(before string) string {
	var b []byte
	b = binary.BigEndian.AppendUint64(b, uint64(r.ID))
	b = binary.BigEndian.AppendUint64(b, uint64(r.At))
	for _, field := range []string{before, r.Actor, r.Role, r.Action, r.Object, r.Detail} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(field)))
		b = append(b, field...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// AuditHead is the end of the chain. Written down elsewhere, it later shows
// whether everything up to it is still as it was.
type AuditHead struct {
	Entries int64
	Hash    string // of the last entry, in hexadecimal; "" when there is none
}

// BrokenAuditError says where the audit chain is not what was written.
type BrokenAuditError struct {
	Entry int64 // its number, counted from 1
	Why   string
}

// Error implements error.
func (e *BrokenAuditError) Error() string { return fmt.Sprintf("audit entry %d %s", e.Entry, e.Why) }

const (
	auditHead = `SELECT entries, hash FROM audit_head WHERE id = 1`
	auditPage = `
SELECT id, at, actor, role, action, object, detail, hash, mark, mark_key FROM audit
WHERE id > $1 AND id <= $2 ORDER BY id LIMIT 1000`
	auditEnds = `SELECT COALESCE(min(id), 1) AS first, COALESCE(max(id), 0) AS last FROM audit`
)

// VerifyAudit reads the whole chain and gives its head. Entries that were
// changed, removed, moved, added by hand or cut off at the end are a
// *BrokenAuditError that names the first. known, unless it is zero, is a head
// seen before: it also finds a chain that was written anew from some entry on.
// The service may go on meanwhile.
func (s *Store) VerifyAudit(ctx context.Context, known AuditHead) (AuditHead, error) {
	head, err := s.auditHead(ctx)
	if err != nil {
		return AuditHead{}, doing("verify the audit", err)
	}
	if known.Entries > head.Entries {
		return head, &BrokenAuditError{head.Entries + 1, fmt.Sprintf("is missing: there were %d entries once", known.Entries)}
	}
	last := ""
	for n := int64(0); n < head.Entries; {
		var page []auditRecord
		if err := s.reading.sel(ctx, &page, auditPage, n, head.Entries); err != nil {
			return head, doing("verify the audit", err)
		}
		for _, r := range page {
			n++
			switch {
			case r.ID != n:
				return head, &BrokenAuditError{n, "is missing"}
			case r.Hash != r.chained(last):
				return head, &BrokenAuditError{n, "was changed, or the entry before it was replaced"}
			case n == known.Entries && r.Hash != known.Hash:
				return head, &BrokenAuditError{n, "is not the one that was seen before: the chain up to it was written anew"}
			}
			last = r.Hash
		}
		if len(page) == 0 {
			return head, &BrokenAuditError{n + 1, "is missing"}
		}
	}
	if last != head.Hash {
		return head, &BrokenAuditError{head.Entries, "is not the one the head of the chain names"}
	}
	return head, s.auditEnds(ctx)
}

// auditEnds finds entries outside of what the head counts.
func (s *Store) auditEnds(ctx context.Context) error {
	var ends struct {
		First int64 `db:"first"`
		Last  int64 `db:"last"`
	}
	if err := s.reading.get(ctx, &ends, auditEnds); err != nil {
		return doing("verify the audit", err)
	}
	head, err := s.auditHead(ctx) // it may have moved on meanwhile
	if err != nil {
		return doing("verify the audit", err)
	}
	switch {
	case ends.First < 1:
		return &BrokenAuditError{ends.First, "was added by hand"}
	case ends.Last > head.Entries:
		return &BrokenAuditError{ends.Last, fmt.Sprintf("was added by hand, or the head was set back to %d", head.Entries)}
	}
	return nil
}

func (s *Store) auditHead(ctx context.Context) (AuditHead, error) {
	var h struct {
		Entries int64  `db:"entries"`
		Hash    string `db:"hash"`
	}
	if err := s.reading.get(ctx, &h, auditHead); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return AuditHead{}, err
	}
	return AuditHead{Entries: h.Entries, Hash: h.Hash}, nil
}
