package storage

import (
	"context"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
)

// An answer that was wanted goes to those who asked. Which questions it answers is said
// once, by the broadcast's id on each; who still waits for it is judged when people are
// listed and again when their message is made.

const (
	// sameTalk is for how long after a question that ended badly another that ended well
	// is taken for the same, asked in other words.
	sameTalk = time.Hour

	// unanswered is true of a question q whose person has no answer to it yet: no word of
	// an operator since, no later question that ended well in the same talk or with the
	// same article, and no such article before them just now.
	unanswered = `q.ending IN ('unanswered', 'rejected', 'unhelped', 'human')
	AND NOT EXISTS (SELECT 1 FROM tickets t WHERE t.contact = q.contact AND (t.answered_at > q.at OR t.outcome = 'solved' AND t.closed_at > q.at))
	AND NOT EXISTS (SELECT 1 FROM conversations c JOIN questions o ON o.bot = c.bot AND o.chat = c.chat
		WHERE c.contact = q.contact AND o.at > q.at AND o.ending IN ('picked', 'helped', 'confirmed') AND (o.article_id = {article} OR o.at <= q.at + 3600000000))
	AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.contact = q.contact AND c.last_at > q.at AND c.vars LIKE '%"article":"' || {article} || '"%')`
)

// The condition has the number.
var _ = [1]struct{}{}[sameTalk-3600000000*time.Microsecond]

// askersSQL fills a query with the placeholder of the article.
func askersSQL(article, query string) string {
	return strings.ReplaceAll(strings.ReplaceAll(query, "{unanswered}", unanswered), "{article}", article)
}

// askersOf is whom an answer is for, of the contacts k; its placeholders begin with the
// one with the number.
func askersOf(m Mailing, number int) condition {
	by, article := fmt.Sprintf("CAST($%d AS TEXT)", number), fmt.Sprintf("CAST($%d AS TEXT)", number+1)
	sql := `(k.id IN (SELECT q.contact FROM questions q WHERE q.answered_by <> '' AND q.answered_by = ` + by + ` AND {unanswered}))`
	return condition{sql: askersSQL(article, sql), values: []any{m.ID, m.Answers.Article}}
}

// languageOf is the column of the language in which a contact k is told the broadcast: an
// answer is told in that of their question.
func languageOf(m Mailing) string {
	if m.Answers == nil {
		return "k.language"
	}
	return `COALESCE((SELECT q.language FROM questions q WHERE q.answered_by <> '' AND q.answered_by = $1 AND q.contact = k.id ORDER BY q.at DESC, q.cause LIMIT 1), k.language)`
}

const askedBy = `
WITH v (place, contact, language) AS (VALUES {rows (CAST($ AS BIGINT), $, $)})
SELECT v.place, COALESCE((SELECT q.text FROM questions q WHERE q.answered_by <> '' AND q.answered_by = $1 AND q.contact = v.contact AND {unanswered}
	ORDER BY CASE WHEN q.language = v.language THEN 0 ELSE 1 END, q.at DESC, q.cause LIMIT 1), '') AS asked
FROM v ORDER BY v.place`

// dueAnswers says what each of the recipients asked; nothing where it is answered.
func (t *Tx) dueAnswers(ctx context.Context, m Mailing, all []Waiting) error {
	if m.Answers == nil {
		return nil
	}
	rows := make([][]any, len(all))
	for i, w := range all {
		rows[i] = []any{i, w.Contact.ID, w.Language}
	}
	var asked []struct {
		Place int    `db:"place"`
		Asked string `db:"asked"`
	}
	if err := selRows(ctx, t.conn, &asked, askersSQL("CAST($2 AS TEXT)", askedBy), []any{m.ID, m.Answers.Article}, rows); err != nil {
		return fmt.Errorf("answers: %w", err)
	}
	for _, a := range asked {
		all[a.Place].Asked = a.Asked
	}
	return nil
}

const (
	// What may have reached its person with another answer is answered.
	openQuestions = `
WITH v (place, bot, chat, cause) AS (VALUES {rows (CAST($ AS BIGINT), $, $, $)})
SELECT v.place, k.id AS contact FROM v JOIN questions q ON q.bot = v.bot AND q.chat = v.chat AND q.cause = v.cause
JOIN contacts k ON k.id = q.contact
WHERE NOT k.stopped AND {unanswered} AND NOT EXISTS (SELECT 1 FROM recipients r WHERE r.contact = q.contact AND r.broadcast = q.answered_by
	AND r.outcome IN ('pending', 'sent', 'unknown'))
ORDER BY v.place`

	answerQuestions = `
WITH v (bot, chat, cause) AS (VALUES {rows ($, $, $)})
UPDATE questions SET answered_by = $1 FROM v WHERE questions.bot = v.bot AND questions.chat = v.chat AND questions.cause = v.cause`
)

// openQuestion is a question that has no answer yet, of somebody who may be told one.
type openQuestion struct {
	Place   int    `db:"place"`
	Contact string `db:"contact"`
}

func (c conn) openQuestions(ctx context.Context, article string, all []bot.Question) (open []openQuestion, err error) {
	rows := make([][]any, len(all))
	for i, q := range all {
		rows[i] = []any{i, q.Address.Bot, q.Address.Chat, q.Cause}
	}
	err = selRows(ctx, c, &open, askersSQL("CAST($1 AS TEXT)", openQuestions), []any{article}, rows)
	return open, doing("questions without an answer", err)
}

// Askers returns how many people asked one of the questions, have no answer to it but the
// article would be one, and may be told.
func (s *Store) Askers(ctx context.Context, article string, all []bot.Question) (people int, err error) {
	open, err := s.reading.openQuestions(ctx, article, all)
	return distinctAskers(open), err
}

func distinctAskers(open []openQuestion) int {
	people := map[string]bool{}
	for _, q := range open {
		people[q.Contact] = true
	}
	return len(people)
}

// AnswerQuestions notes on those of the questions that have no answer yet that the
// broadcast tells the article to who asked them, and returns how many people these are.
func (t *Tx) AnswerQuestions(ctx context.Context, broadcast, article string, all []bot.Question) (people int, err error) {
	open, err := t.openQuestions(ctx, article, all)
	if err != nil {
		return 0, err
	}
	rows := make([][]any, len(open))
	for i, o := range open {
		q := all[o.Place]
		rows[i] = []any{q.Address.Bot, q.Address.Chat, q.Cause}
	}
	_, err = t.execRows(ctx, answerQuestions, []any{broadcast}, rows)
	return distinctAskers(open), doing("answer questions", err)
}

const changeTold = `SELECT EXISTS (SELECT 1 FROM changes c WHERE c.id = $1 AND c.state IN ('announced', 'closed'))`

// answers reports whether the article is told just now as it was approved. Where its dates
// are its change's, the broadcast's window has them.
func (c conn) answers(ctx context.Context, of bot.Answering) (bool, error) {
	all, err := c.articles(ctx, articleByID, of.Article)
	if err != nil || len(all) == 0 || all[0].ApprovedHash() != of.Hash {
		return false, err
	}
	now, err := c.calendar(ctx, "")
	if err != nil || !all[0].Valid(now.Now) {
		return false, err
	}
	is := true
	if all[0].Change != "" {
		err = c.get(ctx, &is, changeTold, all[0].Change)
	}
	return is, err
}
