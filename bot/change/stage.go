package change

import (
	"context"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// AddStage opens the next version of the change with one more stage of its roll-out, told
// to whoever follows it once somebody else has approved and it is announced, and submits
// it. version is the one in force that whoever writes has read. Without a moment the stage
// is of now; next is by when there is more, and zero promises nothing. *bot.MoveError where
// another version is being made, *bot.InvalidError for what no version may be.
func (s *Changes) AddStage(ctx context.Context, by bot.Actor, id string, version int, stage bot.Stage, next time.Time) (storage.Sheet, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return storage.Sheet{}, err
	}
	if version == 0 {
		return storage.Sheet{}, bot.ErrNoVersion
	}
	if stage.At.IsZero() {
		stage.At = s.now()
	}
	return s.write(ctx, func(tx *storage.Tx) (storage.Sheet, error) {
		is, err := tx.Sheet(ctx, id)
		if err != nil {
			return is, err
		}
		if is.Version != is.InForce { // another one is being made, or none is in force
			return is, &bot.MoveError{Noun: "change", From: string(is.State), Move: string(bot.ChangeCorrect), To: string(bot.ChangeAnnounced), Legal: bot.Choices(is.State.Moves())}
		}
		if err := bot.CheckVersion(version, is.Version); err != nil {
			return is, fmt.Errorf("change %s: %w", id, err)
		}
		draft, err := s.move(ctx, tx, by, is, bot.ChangeCorrect, Said{})
		if err != nil {
			return is, err
		}
		draft.Stages = append(draft.Stages, stage)
		draft.NextNews, draft.AnnounceAt, draft.Editor = next, time.Time{}, by.User
		if err := s.check(ctx, tx, draft.Change); err != nil {
			return is, err
		}
		if draft, err = s.put(ctx, tx, by, "change.edit", draft, map[string]any{"version": draft.Version}); err != nil {
			return is, err
		}
		return s.move(ctx, tx, by, draft, bot.ChangeSubmit, Said{})
	})
}

// RollOut is how far the roll-out of a change has come.
type RollOut struct {
	Sheet     storage.Sheet // in force; the newest where none is
	Heard     int           // how many people have heard of it, or may have
	Followers int
	Late      bool // news were promised by a moment that has passed
	Stages    []RolledStage
}

// RolledStage is a stage and what became of it.
type RolledStage struct {
	bot.Stage
	// Broadcast tells it; the zero one while nothing does: it has not come, or had come
	// before anybody could follow.
	Broadcast storage.Mailing
	Report    bot.Report
}

// RollOut returns how far the roll-out of the change has come; storage.ErrNotFound when
// there is no such change.
func (s *Changes) RollOut(ctx context.Context, by bot.Actor, id string) (r RollOut, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return r, err
	}
	if r.Sheet, err = s.store.Sheet(ctx, id); err != nil {
		return r, err
	}
	if r.Sheet.InForce != 0 {
		if r.Sheet, err = s.store.SheetVersion(ctx, id, r.Sheet.InForce); err != nil {
			return r, err
		}
	}
	r.Late = Late(r.Sheet, s.now())
	if r.Heard, err = s.store.Heard(ctx, id); err != nil {
		return r, err
	}
	if r.Followers, err = s.store.Followers(ctx, id); err != nil {
		return r, err
	}
	stages := slices.Clone(r.Sheet.Stages) // as they come, whichever was written first
	slices.SortStableFunc(stages, func(a, b bot.Stage) int { return a.At.Compare(b.At) })
	for _, stage := range stages {
		one := RolledStage{Stage: stage}
		one.Broadcast, err = s.store.Broadcast(ctx, bot.StageNewsID(id, stage.At))
		if err == nil {
			one.Report, err = s.store.Report(ctx, one.Broadcast.ID)
		}
		if err != nil && !notThere(err) {
			return r, err
		}
		r.Stages = append(r.Stages, one)
	}
	return r, nil
}
