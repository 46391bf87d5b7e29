package broadcast

import (
	"context"
	"encoding/json"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// Counting returns how many people are in a segment that has the segments within it in
// their places.
type Counting func(ctx context.Context, whom bot.Segment) (int, error)

// counted returns how many people the broadcast is for; nil where nobody counts.
func (s *Broadcasts) counted(ctx context.Context, m storage.Mailing) (*int, error) {
	if s.counting == nil || m.Derived() {
		return nil, nil
	}
	if m.Corrects != "" { // whom that one told is known, and is no audience
		r, err := s.store.Report(ctx, m.Corrects)
		n := r.Sent + r.Unknown
		return &n, err
	}
	n, err := s.counting(ctx, m.Audience)
	if err != nil {
		return nil, fmt.Errorf("count whom broadcast %s is for: %w", m.ID, err)
	}
	return &n, nil
}

// guard returns how many people the broadcast was approved for, where so many that are
// now are too different; ok is false where nothing stands against its start.
func guard(ctx context.Context, tx *storage.Tx, m storage.Mailing, now *int) (was int, differs bool, err error) {
	if now == nil {
		return 0, false, nil
	}
	last, err := tx.LastEntry(ctx, object(m.ID), approved)
	if err != nil {
		return 0, false, err
	}
	was, known := peopleOf(last, m.Hash)
	return was, known && bot.Beyond(was, *now), nil
}

// ApprovedFor returns for how many people the broadcast was approved; known is false where
// nobody counted, or what stands there was not approved.
func (s *Broadcasts) ApprovedFor(ctx context.Context, m storage.Mailing) (n int, known bool, err error) {
	last, err := s.store.AuditLines(ctx, storage.AuditQuery{Object: object(m.ID), Action: approved}, 1)
	if err != nil || len(last) == 0 {
		return 0, false, err
	}
	n, known = peopleOf(last[0], m.Hash)
	return n, known, nil
}

// peopleOf is how many people it was for as the entry of an approval has it; known is false
// where that is of another hash, or nobody counted.
func peopleOf(approval storage.AuditLine, hash string) (n int, known bool) {
	var detail struct {
		Hash   string `json:"hash"`
		People *int   `json:"people"`
	}
	if json.Unmarshal([]byte(approval.Detail), &detail) != nil || detail.Hash != hash || detail.People == nil {
		return 0, false
	}
	return *detail.People, true
}
