package editor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/flows"
	"visnyk/storage"
)

// AskedWithin is how far back a question may lie whose answer is still told: whoever
// asked longer ago has found it out elsewhere or forgotten it, and an answer would only
// startle them.
const AskedWithin = 30 * 24 * time.Hour

// The margins beyond the search's own decision. It may answer somebody who is there and
// says at once that it is no answer; whom we write to has gone, so a guess is no service.
const (
	plainly = 0.95 // how likely the article must be meant
	another = 0.05 // and how likely another one may be, at most
)

// answersEvery is between two looks for articles whose askers are to be told.
const answersEvery = 5 * time.Second

// AnswerBack is how answers reach those who asked before there were any. The zero one
// tells nobody.
type AnswerBack struct {
	Broadcasts *broadcast.Broadcasts
	Live       func() flows.Finder // what customers are answered by just now
}

// answerBack is what an Editor needs for that.
type answerBack struct {
	AnswerBack
	done sync.Map // by the ids of broadcasts: that has been seen to

	mu    sync.Mutex
	asked map[string]askedOnce // by what the article says: found for its page
}

type askedOnce struct {
	questions []bot.Question
	all       bool
	until     time.Time // looked for again
}

// askedFor is for how long a page says of how many it was found.
const askedFor = time.Minute

// Answering has askers told the answers, and returns the editor.
func (e *Editor) Answering(with AnswerBack) *Editor {
	e.back.AnswerBack = with
	return e
}

// tells fails where the article is to be told to who asked it and cannot be: with their
// own words it has to fit one message.
func (e *Editor) tells(kept, dated bot.Article) error {
	if !kept.TellAskers || e.back.Broadcasts == nil {
		return nil
	}
	_, err := e.back.Broadcasts.Answering(kept, dated)
	var wrong *bot.InvalidError
	if errors.As(err, &wrong) {
		for i := range wrong.Faults {
			wrong.Faults[i].Field = "answer"
		}
	}
	return err
}

// answered reports whether the article surely answers the question, and is not what
// disappointed who asked it.
func answered(by flows.Finder, article string, q bot.Question, now time.Time) bool {
	if q.Article == article || slices.Contains(q.Shown, article) {
		return false
	}
	found := by.Find(q.Text, q.Language, now)
	if found.Outcome != flows.Sure || found.Doubtful || found.Elsewhere {
		return false
	}
	first := found.Matches[0]
	return first.Article.ID == article && first.Score >= plainly && (len(found.Matches) < 2 || found.Matches[1].Score < another)
}

// questions are those of the last days that ended badly and that the article answers, of
// the newest at most so many; all reports whether there are no more than these.
func (e *Editor) questions(ctx context.Context, by flows.Finder, article string, most int) (asked []bot.Question, all bool, err error) {
	bad, err := e.store.BadQuestions(ctx, AskedWithin, most)
	for _, q := range bad {
		if answered(by, article, q, e.now()) {
			asked = append(asked, q)
		}
	}
	return asked, len(bad) < most, err
}

// Askers returns how many people asked what the article answers within AskedWithin, have
// no answer to it yet, and may be told, as things stand: the article as it is given,
// beside those that are told today. Of very many questions only the newest are looked at:
// then all is false, and there may be more.
func (e *Editor) Askers(ctx context.Context, by bot.Actor, a bot.Article) (people int, all bool, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return 0, false, err
	}
	s, err := e.shelves.get(ctx, e.store)
	if err != nil {
		return 0, false, err
	}
	text, err := json.Marshal(a)
	if err != nil {
		return 0, false, err
	}
	e.back.mu.Lock()
	defer e.back.mu.Unlock() // one look at a time: it costs a search for each question
	once, known := e.back.asked[string(text)]
	if !known || !once.until.After(e.now()) {
		if once.questions, once.all, err = e.questions(ctx, s.told(a, e.now()), a.ID, mostLooked); err != nil {
			return 0, false, err
		}
		once.until = e.now().Add(askedFor)
		if len(e.back.asked) >= mostLooks {
			e.back.asked = nil
		}
		if e.back.asked == nil {
			e.back.asked = map[string]askedOnce{}
		}
		e.back.asked[string(text)] = once
	}
	people, err = e.store.Askers(ctx, a.ID, once.questions)
	return people, once.all, err
}

// mostLooked is how many questions a page waits for being looked at: each is a search.
const mostLooked = 2000

// mostLooks bounds of how many articles it is remembered who asked.
const mostLooks = 50

// told is the search that customers would have if the article were told beside those that
// are.
func (s *Shelf) told(a bot.Article, now time.Time) flows.Finder {
	a.State, a.From, a.Until, a.Span = bot.ArticleApproved, time.Time{}, time.Time{}, ""
	all := []bot.Article{a}
	for _, other := range s.articles {
		if other.ID != a.ID && other.ID != a.Replaces && other.Valid(now) {
			all = append(all, other)
		}
	}
	return s.trials.Index(all, s.changes...)
}

// AnswerBack has told to those who asked them the articles that are approved for it and
// told by now, each once, and returns which. Any replica may.
func (e *Editor) AnswerBack(ctx context.Context) (told []string, err error) {
	if e.back.Broadcasts == nil {
		return nil, nil
	}
	all, err := e.store.Articles(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a bot.Article) bool {
		_, done := e.back.done.Load(bot.AnsweringID(a))
		return done || !a.TellAskers || a.State != bot.ArticleApproved
	})
	dated, err := e.dated(ctx, all)
	if err != nil {
		return nil, err
	}
	for i, a := range all {
		live := e.back.Live()
		is, there := live.Article(a.ID, e.now())
		if !there || is.Answer != a.Answer || is.Version != a.Version { // it is not told yet, or this process has not read it
			continue
		}
		asked, _, err := e.questions(ctx, live, a.ID, mostBad)
		if err != nil {
			return told, err
		}
		people, err := e.answerBack(ctx, a, dated[i], asked)
		if err != nil {
			return told, fmt.Errorf("tell article %s to who asked it: %w", a.ID, err)
		}
		e.back.done.Store(bot.AnsweringID(a), true)
		if people > 0 {
			told = append(told, a.ID)
		}
	}
	if len(told) > 0 {
		e.store.Notify(storage.BroadcastsTopic)
	}
	return told, nil
}

// answeredBack is the action in the audit by which it is known that it was done.
const answeredBack = "article.tell"

func (e *Editor) answerBack(ctx context.Context, a, dated bot.Article, asked []bot.Question) (people int, err error) {
	err = e.store.InTx(ctx, func(tx *storage.Tx) error {
		people = 0
		if err := tx.EditContent(ctx); err != nil {
			return err
		}
		is, err := tx.Article(ctx, a.ID)
		if errors.Is(err, storage.ErrNotFound) || err == nil && (is.State != bot.ArticleApproved || is.ApprovedHash() != a.ApprovedHash()) {
			return nil // another approval has another look
		}
		if err != nil {
			return err
		}
		was, err := tx.AuditedOf(ctx, answeredBack, object(a.ID), "hash", a.ApprovedHash())
		if err != nil || was {
			return err
		}
		if people, err = e.back.Broadcasts.TellAskers(ctx, tx, a, dated, asked); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: bot.System(), Action: answeredBack, Object: object(a.ID), Detail: detail{"hash": a.ApprovedHash(), "people": people},
		})
	})
	return people, err
}

// LookAfter does what of articles goes by itself, until ctx ends: see AnswerBack. Every
// replica does; they do not disturb each other.
func (e *Editor) LookAfter(ctx context.Context, log *slog.Logger) {
	look := time.NewTicker(answersEvery)
	defer look.Stop()
	var failing bool
	for {
		told, err := e.AnswerBack(ctx)
		for _, id := range told {
			log.Info("an article is told to those who asked it", "article", id)
		}
		if err != nil && ctx.Err() == nil && !failing {
			log.Warn("answers are not told to those who asked, trying again", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}
