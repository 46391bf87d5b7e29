package storage

import (
	"context"
	"time"

	"visnyk/bot"
)

// BroadcastDraft is what a user has written in a broadcast and no version holds yet.
type BroadcastDraft struct {
	Broadcast, User string
	Login           string // of the user, for colleagues
	Version         int    // that it was begun from
	Rev             int    // grows with each time it is kept
	Content         bot.Broadcast
	UpdatedAt       time.Time
}

// broadcastDrafts is where they are kept.
var broadcastDrafts = unversioned[bot.Broadcast]{table: "broadcast_drafts", key: "broadcast"}

func broadcastDraft(d draft[bot.Broadcast]) BroadcastDraft {
	return BroadcastDraft{d.Of, d.User, d.Login, d.Version, d.Rev, d.Content, d.UpdatedAt}
}

// BroadcastDrafts returns what users have written in the broadcast, the newest first.
func (s *Store) BroadcastDrafts(ctx context.Context, broadcast string) ([]BroadcastDraft, error) {
	all, err := broadcastDrafts.of(ctx, s.r, broadcast)
	return mapped(all, broadcastDraft), err
}

// IdleBroadcastDrafts returns those that nobody has written in for so long, the oldest
// first, at most limit.
func (s *Store) IdleBroadcastDrafts(ctx context.Context, idle time.Duration, limit int) ([]BroadcastDraft, error) {
	all, err := broadcastDrafts.idle(ctx, s.r, idle, limit)
	return mapped(all, broadcastDraft), err
}

// PutBroadcastDraft keeps the draft in place of the user's last one of the broadcast, whose
// Rev it has: ErrConflict where that was kept anew meanwhile, by another page.
func (s *Store) PutBroadcastDraft(ctx context.Context, d BroadcastDraft) error {
	return broadcastDrafts.put(ctx, s, draft[bot.Broadcast]{Of: d.Broadcast, User: d.User, Version: d.Version, Rev: d.Rev, Content: d.Content})
}

// DropBroadcastDraft removes the draft, unless it was kept anew meanwhile.
func (s *Store) DropBroadcastDraft(ctx context.Context, d BroadcastDraft) error {
	return broadcastDrafts.drop(ctx, s, d.Broadcast, d.User, d.Rev)
}
