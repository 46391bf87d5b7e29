package change

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
)

// News is how the roll-out of changes reaches people. The zero one tells nobody.
type News struct {
	Broadcasts *broadcast.Broadcasts
	// Texts are all that is told of the roll-out of a version in the words that were bound
	// with it; earlier are the versions that customers have heard of before it.
	Texts func(c bot.Change, earlier []bot.Change, bound bot.Bound) ([]bot.NewsText, error)
	// Late makes the message that tells a colleague at their messenger that news of a change
	// are late; nil where that messenger is not there.
	Late func(to storage.Colleague, cause string, c bot.Change) ([]bot.Queued, error)
	// Waits makes the message that tells a colleague there that a change was not announced at
	// its moment, and why; nil where no messenger is.
	Waits func(to storage.Colleague, cause string, c bot.Change, why bot.Fault) ([]bot.Queued, error)
}

// Telling has the roll-out of changes told, and returns them.
func (s *Changes) Telling(n News) *Changes {
	s.news = n
	return s
}

// rollOuts is what Changes need for news.
type rollOuts struct {
	news   News
	staged *sync.Map // what Tend has done, by the names of its doing
}

// earlierWait bounds how long the database is waited for by what is rendered.
const earlierWait = 5 * time.Second

// earlier are the versions that customers have heard of before the version. Each was
// announced in a commit of its own before this one could be made.
func earlier(store *storage.Store, c bot.Change) (all []bot.Change, err error) {
	if c.Version <= 1 {
		return nil, nil
	}
	ctx, done := context.WithTimeout(context.Background(), earlierWait)
	defer done()
	versions, err := store.SheetVersions(ctx, c.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	for _, v := range versions {
		if v.Version < c.Version && (!v.Announced.IsZero() || v.State == bot.ChangeAnnounced) {
			all = append(all, v.Change)
		}
	}
	return all, err
}

// rolled settles in the transaction of a move what it means for the news of the change.
// before is the version that was in force; the zero one where none was.
func (s *Changes) rolled(ctx context.Context, tx *storage.Tx, m bot.ChangeMove, before, moved storage.Sheet) error {
	switch {
	case s.news.Broadcasts == nil:
		return nil
	case m == bot.ChangeAnnounce && before.ID != "":
		return s.succeeds(ctx, tx, before, moved)
	case m == bot.ChangeWithdraw && moved.Version == before.Version:
		return s.news.Broadcasts.EndNews(ctx, tx, moved.ID)
	}
	return nil
}

// succeeds has told what a version tells that stands in the place of another: what was
// wrong of those before it, and the stages that have come and that they did not have. A
// correction and a stage together are one message.
func (s *Changes) succeeds(ctx context.Context, tx *storage.Tx, before, sheet storage.Sheet) error {
	texts, wrong, err := s.newsOf(sheet)
	if err != nil {
		return err
	}
	last := 0 // the newest stage that is news, with which a correction goes
	for i, stage := range sheet.Stages {
		if !stage.At.After(s.now()) && isNews(stage, before) && (last == 0 || !stage.At.Before(sheet.Stages[last-1].At)) {
			last = i + 1
		}
	}
	for i, stage := range sheet.Stages {
		if stage.At.After(s.now()) {
			continue
		}
		n, with := i+1, []int(nil)
		if n == last {
			with = wrong
		}
		if err := s.tell(ctx, tx, bot.StageNewsID(sheet.ID, stage.At), sheet, news(texts, n, with), isNews(stage, before)); err != nil {
			return err
		}
	}
	if last == 0 && len(wrong) > 0 {
		if err := s.tell(ctx, tx, bot.CorrectionNewsID(sheet.ID, sheet.Version), sheet, news(texts, 0, wrong), true); err != nil {
			return err
		}
	}
	return s.news.Broadcasts.Succeed(ctx, tx, sheet.Change, before.Change)
}

func (s *Changes) tell(ctx context.Context, tx *storage.Tx, id string, sheet storage.Sheet, n bot.News, fresh bool) error {
	if len(n.Texts) == 0 { // it was approved before news were, so nobody has approved any
		return nil
	}
	return s.news.Broadcasts.TellNews(ctx, tx, id, sheet.Change, n, fresh)
}

// isNews reports whether nobody can have been told the stage by the version before.
func isNews(stage bot.Stage, before storage.Sheet) bool {
	had := slices.ContainsFunc(before.Stages, func(was bot.Stage) bool { return was.At.Equal(stage.At) })
	return !had || stage.At.After(before.Announced)
}

// newsOf is what was approved to be told of the roll-out of the version, and which
// versions it corrects.
func (s *Changes) newsOf(sheet storage.Sheet) (texts []bot.NewsText, wrong []int, err error) {
	before, err := earlier(s.store, sheet.Change)
	if err != nil {
		return nil, nil, err
	}
	if texts, err = s.news.Texts(sheet.Change, before, sheet.Bound); err != nil {
		return nil, nil, fmt.Errorf("news of change %s: %w", sheet.ID, err)
	}
	texts = slices.DeleteFunc(texts, func(t bot.NewsText) bool { return !slices.Contains(sheet.Bound.Hashes, t.Hash) })
	for _, was := range sheet.Corrected(before) {
		wrong = append(wrong, was.Version)
	}
	return texts, wrong, nil
}

// news are those of the texts that tell the stage and correct the versions.
func news(texts []bot.NewsText, stage int, wrong []int) bot.News {
	n := bot.News{Stage: stage, Wrong: wrong}
	var parts []bot.RenderingPart
	if stage > 0 {
		parts = append(parts, bot.StagePart(stage), bot.FollowedCardPart(stage, false), bot.FollowedCardPart(stage, true))
	}
	for _, version := range wrong {
		parts = append(parts, bot.CorrectionPart(version, stage))
	}
	for _, t := range texts {
		if slices.Contains(parts, t.Part) {
			n.Texts = append(n.Texts, t)
		}
	}
	return n
}

// stagesDue has the stages told whose moment has come since their version was announced,
// and returns of which changes.
func (s *Changes) stagesDue(ctx context.Context, told []storage.Sheet) (due []string, err error) {
	for _, sheet := range told {
		for i, stage := range sheet.Stages {
			id := bot.StageNewsID(sheet.ID, stage.At)
			if _, known := s.staged.Load(id); known || stage.At.After(s.now()) || !stage.At.After(sheet.Announced) {
				continue
			}
			if _, err := s.store.Broadcast(ctx, id); !errors.Is(err, storage.ErrNotFound) {
				if err != nil {
					return due, err
				}
				s.staged.Store(id, true)
				continue
			}
			var same bool // else another version tells its own, now or as soon as it is looked at
			err := s.store.InTx(ctx, func(tx *storage.Tx) error {
				is, err := tx.ToldSheet(ctx, sheet.ID)
				if same = is.Version == sheet.Version; err != nil || !same {
					return err
				}
				texts, _, err := s.newsOf(is)
				if err != nil {
					return err
				}
				return s.tell(ctx, tx, id, is, news(texts, i+1, nil), true)
			})
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return due, fmt.Errorf("tell a stage of %s: %w", sheet.ID, err)
			}
			if !same {
				break
			}
			s.staged.Store(id, true)
			due = append(due, sheet.ID)
		}
	}
	if len(due) > 0 {
		s.store.Notify(storage.BroadcastsTopic)
	}
	return due, nil
}

// Late reports whether the company has promised news of the change by a moment that has
// passed, and told none.
func Late(sheet storage.Sheet, now time.Time) bool {
	return sheet.Told() && !sheet.NextNews.IsZero() && !sheet.NextNews.After(now) &&
		!slices.ContainsFunc(sheet.Stages, func(st bot.Stage) bool { return !st.At.Before(sheet.NextNews) && !st.At.After(now) })
}

// maker is who is told of a change where nobody is called as its owner is: who made it, or
// where no user did, as in what a command brought in, who wrote its version.
func maker(sheet storage.Sheet) string { return cmp.Or(sheet.Author, sheet.Editor) }

// lateNews tells the owners of changes, where they have linked a messenger, that what was
// promised is late: each once of each promise. It returns of which changes.
func (s *Changes) lateNews(ctx context.Context, told []storage.Sheet) (late []string, err error) {
	for _, sheet := range told {
		if !Late(sheet, s.now()) {
			continue
		}
		by := sheet.NextNews.UTC().Format(time.RFC3339)
		promise := object(sheet.ID) + "/" + by
		if _, known := s.staged.Load(promise); known {
			continue
		}
		var noted bool
		var rows []bot.Queued
		err := s.store.InTx(ctx, func(tx *storage.Tx) error {
			noted, rows = false, nil
			was, err := tx.AuditedOf(ctx, "change.late", object(sheet.ID), "next_news", by)
			if err != nil || was {
				return err
			}
			to, ok, err := tx.OwnerOf(ctx, sheet.Owner, maker(sheet))
			if err != nil {
				return err
			}
			if ok && s.news.Late != nil {
				if rows, err = s.news.Late(to, "late/"+promise, sheet.Change); err != nil {
					return err
				}
			}
			if _, err := tx.Enqueue(ctx, rows); err != nil {
				return err
			}
			noted = true
			return tx.Audit(ctx, storage.AuditEntry{
				Actor: bot.System(), Action: "change.late", Object: object(sheet.ID),
				Detail: map[string]any{"next_news": by, "told": len(rows) > 0},
			})
		})
		if err != nil {
			return late, fmt.Errorf("tell that news of %s are late: %w", sheet.ID, err)
		}
		s.staged.Store(promise, true)
		if noted {
			late = append(late, sheet.ID)
		}
		for _, q := range rows {
			s.store.Notify("outbox:" + q.To.Bot)
		}
	}
	return late, nil
}

func notThere(err error) bool { return errors.Is(err, storage.ErrNotFound) }
