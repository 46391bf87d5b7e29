package broadcast

import (
	"context"
	"encoding/json"
	"fmt"

	"visnyk/bot"
	"visnyk/storage"
)

// HaltCrowd says that a broadcast asks because it is for many more or fewer people than
// it was approved for.
const HaltCrowd = "crowd"

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
func guard(ctx context.Context, tx *storage.Tx, m storage.Mailing, now *int) (approved int, ok bool, err error) {
	if now == nil {
		return 0, false, nil
	}
	last, err := tx.LastEntry(ctx, object(m.ID), "broadcast."+string(bot.BroadcastApprove))
	if err != nil || last.Detail == "" {
		return 0, false, err
	}
	var detail struct {
		Hash   string `json:"hash"`
		People *int   `json:"people"`
	}
	if json.Unmarshal([]byte(last.Detail), &detail) != nil || detail.Hash != m.Hash || detail.People == nil {
		return 0, false, nil
	}
	return *detail.People, bot.Beyond(*detail.People, *now), nil
}
