package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// articleContent and changeContent are the texts of content, as their JSON column.
type articleContent struct {
	Question bot.Words   `json:"question"`
	Answer   bot.Words   `json:"answer"`
	Aliases  bot.Aliases `json:"aliases"`
}

type changeContent struct {
	Title       bot.Words `json:"title"`
	Summary     bot.Words `json:"summary"`
	Reason      bot.Words `json:"reason"`
	Consequence bot.Words `json:"consequence"`
	Benefit     bot.Words `json:"benefit"`
	ToDo        bot.Words `json:"to_do"`
}

const growContent = `UPDATE content SET version = version + 1 WHERE id = 1`

// putContent runs f in a transaction that makes the content's version grow,
// alone: other writers of content and the turns of new contacts wait.
func (s *Store) putContent(ctx context.Context, f func(*Tx) error) error {
	err := s.InTx(ctx, func(t *Tx) error {
		if _, err := t.exec(ctx, growContent); err != nil {
			return err
		}
		return f(t)
	})
	if err == nil {
		s.Notify("content")
	}
	return err
}

const putArticles = `
WITH v (id, state, valid_from, valid_to, change_id, content) AS (
	VALUES {rows ($, $, CAST($ AS BIGINT), CAST($ AS BIGINT), $, $)}
)
INSERT INTO articles (id, state, valid_from, valid_to, change_id, content)
SELECT id, state, valid_from, valid_to, change_id, content FROM v WHERE TRUE
ON CONFLICT (id) DO UPDATE SET state = excluded.state, valid_from = excluded.valid_from,
	valid_to = excluded.valid_to, change_id = excluded.change_id, content = excluded.content`

// PutArticles inserts or replaces articles, and makes ContentVersion grow.
func (s *Store) PutArticles(ctx context.Context, all []bot.Article) error {
	rows := lastByID(all, func(a bot.Article) []any {
		content := articleContent{Question: a.Question, Answer: a.Answer, Aliases: a.Aliases}
		return []any{clean(a.ID), a.State, a.From, a.Until, a.Change, toJSON(content)}
	})
	err := s.putContent(ctx, func(t *Tx) error {
		_, err := t.execRows(ctx, putArticles, nil, rows)
		return err
	})
	return doing("put articles", err)
}

// lastByID makes one row for each id (its first column); the last one counts.
func lastByID[T any](all []T, row func(T) []any) [][]any {
	place := map[any]int{}
	var rows [][]any
	for _, one := range all {
		r := row(one)
		if i, twice := place[r[0]]; twice {
			rows[i] = r
			continue
		}
		place[r[0]] = len(rows)
		rows = append(rows, r)
	}
	return rows
}

const articles = `
SELECT id, state, valid_from, valid_to, change_id, content FROM articles ORDER BY id`

// Articles gives every article, in whatever state, by id.
func (s *Store) Articles(ctx context.Context) ([]bot.Article, error) {
	var records []struct {
		ID      string           `db:"id"`
		State   bot.ArticleState `db:"state"`
		From    micros           `db:"valid_from"`
		To      micros           `db:"valid_to"`
		Change  string           `db:"change_id"`
		Content string           `db:"content"`
	}
	if err := s.r.sel(ctx, &records, articles); err != nil {
		return nil, doing("articles", err)
	}
	all := make([]bot.Article, len(records))
	for i, r := range records {
		var c articleContent
		if err := fromJSON(r.Content, &c); err != nil {
			return nil, doing("article "+r.ID, err)
		}
		all[i] = bot.Article{
			ID: r.ID, State: r.State, From: r.From.time(), Until: r.To.time(), Change: r.Change,
			Question: c.Question, Answer: c.Answer, Aliases: c.Aliases,
		}
	}
	return all, nil
}

const putChanges = `
WITH v (id, kind, state, version, valid_from, owner, content) AS (
	VALUES {rows ($, $, $, CAST($ AS BIGINT), CAST($ AS BIGINT), $, $)}
)
INSERT INTO changes (id, kind, state, version, valid_from, owner, content)
SELECT id, kind, state, version, valid_from, owner, content FROM v WHERE TRUE
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, state = excluded.state, version = excluded.version,
	valid_from = excluded.valid_from, owner = excluded.owner, content = excluded.content`

const concernEveryone = `
WITH v (change_id) AS (VALUES {rows ($)})
INSERT INTO ledger (contact, change_id, created_at)
SELECT k.id, v.change_id, {now} FROM contacts k CROSS JOIN v ORDER BY k.id, v.change_id
ON CONFLICT (contact, change_id) DO NOTHING`

// PutChanges inserts or replaces changes, and makes ContentVersion grow. Those
// that may be told concern every contact from now on: each gets its ledger row.
func (s *Store) PutChanges(ctx context.Context, all []bot.Change) error {
	var told [][]any
	rows := lastByID(all, func(c bot.Change) []any {
		content := changeContent{
			Title: c.Title, Summary: c.Summary, Reason: c.Reason,
			Consequence: c.Consequence, Benefit: c.Benefit, ToDo: c.ToDo,
		}
		return []any{clean(c.ID), c.Kind, c.State, c.Version, c.From, c.Owner, toJSON(content)}
	})
	for _, row := range rows {
		if (bot.Change{State: row[2].(bot.ChangeState)}).Told() {
			told = append(told, []any{row[0]})
		}
	}
	err := s.putContent(ctx, func(t *Tx) error {
		if _, err := t.execRows(ctx, putChanges, nil, rows); err != nil {
			return err
		}
		if _, err := t.execRows(ctx, concernEveryone, nil, told); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		return nil
	})
	return doing("put changes", err)
}

const changes = `
SELECT id, kind, state, version, valid_from, owner, content FROM changes ORDER BY id`

// Changes gives every change, in whatever state, by id.
func (s *Store) Changes(ctx context.Context) ([]bot.Change, error) {
	var records []struct {
		ID      string          `db:"id"`
		Kind    bot.ChangeKind  `db:"kind"`
		State   bot.ChangeState `db:"state"`
		Version int             `db:"version"`
		From    micros          `db:"valid_from"`
		Owner   string          `db:"owner"`
		Content string          `db:"content"`
	}
	if err := s.r.sel(ctx, &records, changes); err != nil {
		return nil, doing("changes", err)
	}
	all := make([]bot.Change, len(records))
	for i, r := range records {
		var c changeContent
		if err := fromJSON(r.Content, &c); err != nil {
			return nil, doing("change "+r.ID, err)
		}
		all[i] = bot.Change{
			ID: r.ID, Kind: r.Kind, State: r.State, Version: r.Version, From: r.From.time(), Owner: r.Owner,
			Title: c.Title, Summary: c.Summary, Reason: c.Reason,
			Consequence: c.Consequence, Benefit: c.Benefit, ToDo: c.ToDo,
		}
	}
	return all, nil
}

const contentVersion = `SELECT version FROM content WHERE id = 1`

// ContentVersion grows with every PutArticles and PutChanges.
func (s *Store) ContentVersion(ctx context.Context) (version int64, err error) {
	err = s.r.get(ctx, &version, contentVersion)
	return version, doing("content version", err)
}
