package storage

import (
	"context"
	"crypto/hmac"
)

// mark signs the entry, which has its hash: whoever has the database and not the
// secret can write a good chain anew, but no marks.
func (r *auditRecord) mark(k key) { r.Mark, r.MarkKey = k.mac(r.marked(k.id)), k.id }

func (r *auditRecord) marked(id string) string { return id + "\x00" + r.Hash }

// AuditMarks is what there is to say of the marks of the audit's entries.
type AuditMarks struct {
	First   int64 // the first entry that has one; 0 where none has
	Checked int64 // entries whose mark is right; 0 without the secret
	// Other are entries marked with another secret than the one that is here, run
	// by run: they were not checked. Empty without the secret.
	Other []AuditRun
}

// AuditRun are entries, one behind another, marked with one key.
type AuditRun struct {
	Key         string
	First, Last int64
}

// VerifyAuditMarks looks at the marks of all entries up to the head that
// VerifyAudit gave, for the chain has been looked at then. The first entry whose
// mark is missing, though one before it has one, or wrong, is a
// *BrokenAuditError. Without the secret, marks are only seen to be there.
func (s *Store) VerifyAuditMarks(ctx context.Context, head AuditHead) (AuditMarks, error) {
	ours := keyFor(s.secret, auditMarks)
	var found AuditMarks
	for n := int64(0); n < head.Entries; {
		var page []auditRecord
		if err := s.reading.sel(ctx, &page, auditPage, n, head.Entries); err != nil {
			return found, doing("verify the audit's marks", err)
		}
		if len(page) == 0 {
			return found, &BrokenAuditError{n + 1, "is missing"}
		}
		for _, r := range page {
			n = r.ID
			if err := found.add(r, ours); err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

// add looks at the next entry.
func (f *AuditMarks) add(r auditRecord, ours key) error {
	switch {
	case r.Mark == "" && r.MarkKey == "" && f.First == 0:
		return nil // older than marks
	case r.Mark == "" || r.MarkKey == "":
		return &BrokenAuditError{r.ID, "has no mark, though an entry before it has: it was not written by this program"}
	}
	if f.First == 0 {
		f.First = r.ID
	}
	switch {
	case ours.bytes == nil:
	case r.MarkKey != ours.id:
		if n := len(f.Other); n == 0 || f.Other[n-1].Last != r.ID-1 || f.Other[n-1].Key != r.MarkKey {
			f.Other = append(f.Other, AuditRun{Key: r.MarkKey, First: r.ID})
		}
		f.Other[len(f.Other)-1].Last = r.ID
	case !hmac.Equal([]byte(r.Mark), []byte(ours.mac(r.marked(ours.id)))):
		return &BrokenAuditError{r.ID, "has a mark that is not right: it was written or changed by somebody without the secret"}
	default:
		f.Checked++
	}
	return nil
}

// Continued reports whether the secret that is here is the one in use: entries
// marked with another come before all of its own, as after a change of the
// secret, or there are none.
func (f AuditMarks) Continued() bool {
	others := int64(0)
	for _, o := range f.Other {
		others += o.Last - o.First + 1
	}
	return others == 0 || f.Checked > 0 && f.Other[len(f.Other)-1].Last == f.First+others-1
}
