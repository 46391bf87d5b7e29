package broadcast

import (
	"context"
	"time"

	"visnyk/bot"
	"visnyk/bot/draft"
	"visnyk/storage"
)

// Drafts are what people have written in broadcasts and no version holds yet.
func (s *Broadcasts) Drafts() *draft.Drafts[bot.Broadcast, storage.Mailing] {
	return &draft.Drafts[bot.Broadcast, storage.Mailing]{
		Name: "broadcast", Store: s.store, Kept: s.store.BroadcastDrafts(), Reads: bot.ReadAudience, Read: s.Read, Replace: s.Replace,
		Content:  func(m storage.Mailing) bot.Broadcast { return m.Unsubmitted().Broadcast },
		Names:    func(b *bot.Broadcast) (*string, *int) { return &b.ID, &b.Version },
		Writable: writable,
		Plain:    said,
		Long:     bot.Invalid("text", bot.FaultLong, bot.Data{"Max": TextMost}),
	}
}

// writable returns an error where the broadcast is no draft.
func writable(m storage.Mailing) error {
	if m.State == bot.BroadcastDraft {
		return nil
	}
	return &bot.MoveError{Noun: "broadcast", From: string(m.State), Move: bot.EditMove, Legal: bot.Choices(m.Moves())}
}

// said returns what people write of a broadcast.
func said(b bot.Broadcast) bot.Broadcast {
	b.ID, b.State, b.Version, b.ChangeVersion, b.Renderings, b.News = "", "", 0, 0, nil, nil
	b.Mends, b.Corrects, b.Filled = "", "", nil // which nobody writes
	return b
}

// Copy makes a draft of what another broadcast says, to the same people: with no moment
// of its own yet. storage.ErrNotFound when there is no other; news of a change are no
// text to copy: *bot.RefusedError.
func (s *Broadcasts) Copy(ctx context.Context, by bot.Actor, id string) (storage.Mailing, error) {
	m, err := s.Read(ctx, by, id)
	if err != nil {
		return m, err
	}
	if m.Derived() {
		return m, bot.Refused("broadcast", bot.FaultNews, nil)
	}
	b := m.Unsubmitted().Broadcast
	b.ID, b.Start, b.Until = "", time.Time{}, time.Time{}
	return s.Create(ctx, by, b)
}
