package storage

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
)

// A later ending of a question takes the place of the earlier one; what was
// asked, and when, stays.
const (
	putQuestions = `WITH v ` + questionRows + putEndings

	questionRows = `(bot, chat, cause, contact, text, language, ending, shown, article_id, change_id) AS (
	VALUES {rows ($, $, $, $, $, $, $, $, $, $)}
)`
	putEndings = `
INSERT INTO questions (bot, chat, cause, contact, text, language, ending, shown, article_id, change_id, at)
SELECT bot, chat, cause, contact, text, language, ending, shown, article_id, change_id, {now} FROM v ORDER BY bot, chat, cause
ON CONFLICT (bot, chat, cause) DO UPDATE SET ending = excluded.ending, article_id = excluded.article_id,
	shown = CASE WHEN excluded.shown = '[]' THEN questions.shown ELSE excluded.shown END`
)

// putQuestions writes how questions ended.
func (t *Tx) putQuestions(ctx context.Context, all []bot.Question) error {
	if _, err := t.apart().execRows(ctx, putQuestions, nil, endings(all)); err != nil {
		return fmt.Errorf("questions: %w", err)
	}
	return nil
}

// endings returns a row for each question; of two endings of one the last counts.
func endings(all []bot.Question) [][]any {
	type key struct{ bot, chat, cause string }
	place := map[key]int{}
	var rows [][]any
	for _, q := range all {
		shown := q.Shown
		if shown == nil {
			shown = []string{}
		}
		row := []any{
			q.Address.Bot, q.Address.Chat, q.Cause, q.Contact, q.Text, q.Language, q.Ending, toJSON(shown), q.Article, q.Change,
		}
		k := key{clean(q.Address.Bot), clean(q.Address.Chat), clean(q.Cause)}
		if i, ok := place[k]; ok {
			rows[i] = row
			continue
		}
		place[k] = len(rows)
		rows = append(rows, row)
	}
	return rows
}

const confirmQuestion = `
UPDATE questions SET ending = 'confirmed', article_id = $4 WHERE bot = $1 AND chat = $2 AND cause = $3`

// ConfirmQuestion notes which article answers a question; ErrNotFound when the
// question is not kept (any more).
func (t *Tx) ConfirmQuestion(ctx context.Context, at bot.Address, cause, article string) error {
	n, err := t.exec(ctx, confirmQuestion, at.Bot, at.Chat, cause, article)
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return doing("confirm a question", err)
}

var (
	questionColumns = `SELECT bot, chat, cause, contact, text, language, ending, shown, article_id, change_id, at FROM questions x `

	badQuestions = questionColumns + `
WHERE ending IN ('unanswered', 'rejected', 'unhelped', 'human') AND at >= {now} - $1 AND NOT ` + ofErased("questions") + `
ORDER BY at DESC, bot, chat, cause LIMIT $2`

	learntQuestions = questionColumns + `
WHERE ending IN ('picked', 'helped', 'confirmed') AND article_id = $1 AND NOT ` + ofErased("questions") + `
ORDER BY at DESC, bot, chat, cause LIMIT $2`

	changeQuestions = questionColumns + `
WHERE change_id <> '' AND change_id = $1 AND NOT ` + ofErased("questions") + `
ORDER BY at DESC, bot, chat, cause LIMIT $2`
)

// BadQuestions returns the questions that ended badly within the time, the newest
// first, at most limit.
func (s *Store) BadQuestions(ctx context.Context, within time.Duration, limit int) ([]bot.Question, error) {
	all, err := s.reading.questions(ctx, badQuestions, within, limit)
	return all, doing("questions that ended badly", err)
}

// LearntQuestions returns the questions that the article answered, as people or
// operators said, the newest first, at most limit.
func (s *Store) LearntQuestions(ctx context.Context, article string, limit int) ([]bot.Question, error) {
	all, err := s.reading.questions(ctx, learntQuestions, article, limit)
	return all, doing("questions that an article answered", err)
}

// ChangeQuestions returns what people asked about the change, and the complaints about
// it, the newest first, at most limit.
func (s *Store) ChangeQuestions(ctx context.Context, change string, limit int) ([]bot.Question, error) {
	all, err := s.reading.questions(ctx, changeQuestions, change, limit)
	return all, doing("questions about a change", err)
}

func (c conn) questions(ctx context.Context, query string, values ...any) ([]bot.Question, error) {
	var records []struct {
		Bot      string       `db:"bot"`
		Chat     string       `db:"chat"`
		Cause    string       `db:"cause"`
		Contact  string       `db:"contact"`
		Text     string       `db:"text"`
		Language bot.Language `db:"language"`
		Ending   bot.Ending   `db:"ending"`
		Shown    string       `db:"shown"`
		Article  string       `db:"article_id"`
		Change   string       `db:"change_id"`
		At       micros       `db:"at"`
	}
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, err
	}
	all := make([]bot.Question, len(records))
	for i, r := range records {
		all[i] = bot.Question{
			Address: bot.Address{Bot: r.Bot, Chat: r.Chat}, Cause: r.Cause, Contact: r.Contact,
			Text: r.Text, Language: r.Language, Ending: r.Ending, Article: r.Article, Change: r.Change, At: r.At.time(),
		}
		if err := fromJSON(r.Shown, &all[i].Shown); err != nil {
			return nil, fmt.Errorf("question %s: %w", r.Cause, err)
		}
	}
	return all, nil
}
