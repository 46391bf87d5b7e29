package broadcast

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	// DraftIdle is how long nobody writes in a broadcast until what was written becomes a
	// version.
	DraftIdle = 10 * time.Minute
	// draftMost is how much is kept of a broadcast that somebody is writing, in bytes.
	draftMost = 128 << 10
	// settleAtOnce is how many drafts Idle looks at.
	settleAtOnce = 500
)

// Draft returns what the actor has written in the broadcast and no version holds yet, nil
// where there is nothing.
func (s *Broadcasts) Draft(ctx context.Context, by bot.Actor, id string) (*storage.BroadcastDraft, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	all, err := s.store.BroadcastDrafts(ctx, id)
	for i, d := range all {
		if d.User == by.User {
			return &all[i], err
		}
	}
	return nil, err
}

// Keep keeps what the actor has written so far in a draft: it makes no version, and
// nobody is told. b.Version is the version it was begun from, rev that of what was kept
// last, 0 where nothing was. It returns the rev of what is kept now: storage.ErrConflict
// when another page of the actor kept something meanwhile, *bot.MoveError when it is no
// draft any more.
func (s *Broadcasts) Keep(ctx context.Context, by bot.Actor, b bot.Broadcast, rev int) (int, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return 0, err
	}
	if b.Version == 0 {
		return 0, bot.ErrNoVersion
	}
	m, err := s.store.Broadcast(ctx, b.ID)
	if err != nil {
		return 0, err
	}
	if m.State != bot.BroadcastDraft {
		return 0, notDraft(m.State)
	}
	if text, err := json.Marshal(b); err != nil || len(text) > draftMost {
		return 0, bot.Invalid("text", bot.FaultLong, bot.Data{"Max": maxText})
	}
	err = s.store.PutBroadcastDraft(ctx, storage.BroadcastDraft{Broadcast: b.ID, User: by.User, Version: b.Version, Rev: rev, Content: b})
	return rev + 1, err
}

func notDraft(s bot.BroadcastState) error {
	return &bot.MoveError{Noun: "broadcast", From: string(s), Move: bot.EditMove, Legal: bot.Choices(s.Moves())}
}

// Settle makes a version of what the actor has written, and returns the broadcast as it
// stands then; where they have written nothing, or nothing else than stands there, none
// is made. *bot.StaleError when a colleague's version came between: what was written
// stays, for both to be seen.
func (s *Broadcasts) Settle(ctx context.Context, by bot.Actor, id string) (m storage.Mailing, err error) {
	own, err := s.Draft(ctx, by, id)
	if err != nil {
		return m, err
	}
	if own == nil {
		return s.Read(ctx, by, id)
	}
	err = s.store.Together(ctx, func(ctx context.Context) error {
		if m, err = s.Read(ctx, by, id); err != nil {
			return err
		}
		if !Same(m.Broadcast, own.Content) {
			own.Content.ID, own.Content.Version = id, own.Version
			if m, err = s.Replace(ctx, by, own.Content); err != nil {
				return err
			}
		}
		return s.store.DropBroadcastDraft(ctx, *own)
	})
	return m, err
}

// Same reports whether somebody has written what a version says.
func Same(version, written bot.Broadcast) bool {
	plain := func(b bot.Broadcast) string {
		b.ID, b.State, b.Version, b.ChangeVersion, b.Renderings, b.News = "", "", 0, 0, nil, nil
		text, err := json.Marshal(b)
		if err != nil { // neither is the same as anything
			return err.Error()
		}
		return string(text)
	}
	return plain(version) == plain(written)
}

// Discard forgets what the actor has written and no version holds.
func (s *Broadcasts) Discard(ctx context.Context, by bot.Actor, id string) error {
	own, err := s.Draft(ctx, by, id)
	if err != nil || own == nil {
		return err
	}
	return s.store.DropBroadcastDraft(ctx, *own)
}

// Idle makes versions of what nobody has written in for DraftIdle, and returns how many.
// What cannot become one, because a colleague's came between or something is wrong with
// it, waits for its writer.
func (s *Broadcasts) Idle(ctx context.Context) (made int, err error) {
	all, err := s.store.IdleBroadcastDrafts(ctx, DraftIdle, settleAtOnce)
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		by := bot.Actor{User: d.User, Login: d.Login, Role: bot.Marketer} // as who wrote it could then
		var (
			stale   *bot.StaleError
			invalid *bot.InvalidError
			move    *bot.MoveError
		)
		switch _, err := s.Settle(ctx, by, d.Broadcast); {
		case err == nil:
			made++
		case errors.As(err, &stale), errors.As(err, &invalid), errors.As(err, &move), errors.Is(err, storage.ErrNotFound):
		default:
			return made, fmt.Errorf("settle the broadcast %s: %w", d.Broadcast, err)
		}
	}
	return made, nil
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
