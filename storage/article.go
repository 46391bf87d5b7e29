package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// articleContent are the texts of an article, as their JSON column.
type articleContent struct {
	Question  bot.Bilingual `json:"question"`
	Answer    bot.Bilingual `json:"answer"`
	Aliases   bot.Aliases   `json:"aliases"`
	Negatives bot.Aliases   `json:"negatives,omitzero"`

	Span     bot.ArticleSpan `json:"span,omitempty"`
	Replaces string          `json:"replaces,omitempty"`
	Tells    bool            `json:"tell_askers,omitempty"`
}

const putArticles = `
WITH v (id, state, valid_from, valid_to, change_id, content, version, decided_by, note) AS (
	VALUES {rows ($, $, CAST($ AS BIGINT), CAST($ AS BIGINT), $, $, CAST($ AS BIGINT), $, $)}
)
INSERT INTO articles (id, state, valid_from, valid_to, change_id, content, version, decided_by, note)
SELECT id, state, valid_from, valid_to, change_id, content, version, decided_by, note FROM v WHERE TRUE
ON CONFLICT (id) DO UPDATE SET state = excluded.state, valid_from = excluded.valid_from,
	valid_to = excluded.valid_to, change_id = excluded.change_id, content = excluded.content,
	version = excluded.version, decided_by = excluded.decided_by, note = excluded.note`

// PutArticles inserts or replaces articles, and makes ContentVersion grow. It is
// for content that comes from elsewhere; see bot/editor for what people do.
func (s *Store) PutArticles(ctx context.Context, all []bot.Article) error {
	return s.putContent(ctx, func(t *Tx) error { return t.PutArticles(ctx, all) })
}

// PutArticles inserts or replaces articles; EditContent comes before. The first
// version is 1, also where none is said.
func (t *Tx) PutArticles(ctx context.Context, all []bot.Article) error {
	rows := lastByID(all, func(a bot.Article) []any {
		content := articleContent{Question: a.Question, Answer: a.Answer, Aliases: a.Aliases, Negatives: a.Negatives, Span: a.Span, Replaces: a.Replaces, Tells: a.TellAskers}
		return []any{
			clean(a.ID), a.State, a.From, a.Until, a.Change, toJSON(content), max(1, a.Version), a.DecidedBy, clean(a.Note),
		}
	})
	_, err := t.execRows(ctx, putArticles, nil, rows)
	return doing("put articles", err)
}

type articleRecord struct {
	ID      string           `db:"id"`
	State   bot.ArticleState `db:"state"`
	From    micros           `db:"valid_from"`
	To      micros           `db:"valid_to"`
	Change  string           `db:"change_id"`
	Content string           `db:"content"`
	Version int              `db:"version"`
	Decided string           `db:"decided_by"`
	Note    string           `db:"note"`
}

const (
	articleColumns = `
SELECT id, state, valid_from, valid_to, change_id, content, version, decided_by, note FROM articles `
	articles      = articleColumns + `ORDER BY id`
	articlesAfter = articleColumns + `WHERE id > $1 ORDER BY id LIMIT $2`
	articleByID   = articleColumns + `WHERE id = $1`
)

// Articles returns every article, in whatever state, by id.
func (s *Store) Articles(ctx context.Context) ([]bot.Article, error) {
	all, err := s.r.articles(ctx, articles)
	return all, doing("articles", err)
}

// ArticlesAfter returns the articles whose ids come after the given one, at most
// limit.
func (s *Store) ArticlesAfter(ctx context.Context, id string, limit int) ([]bot.Article, error) {
	all, err := s.reading.articles(ctx, articlesAfter, id, limit)
	return all, doing("articles", err)
}

// Article returns one article; ErrNotFound when there is none.
func (s *Store) Article(ctx context.Context, id string) (bot.Article, error) {
	return s.r.article(ctx, id)
}

// Article returns one article as it is in the transaction; ErrNotFound when there
// is none.
func (t *Tx) Article(ctx context.Context, id string) (bot.Article, error) { return t.article(ctx, id) }

func (c conn) article(ctx context.Context, id string) (bot.Article, error) {
	all, err := c.articles(ctx, articleByID, id)
	if err == nil && len(all) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return bot.Article{}, doing("article", err)
	}
	return all[0], nil
}

func (c conn) articles(ctx context.Context, query string, values ...any) ([]bot.Article, error) {
	var records []articleRecord
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, err
	}
	all := make([]bot.Article, len(records))
	for i, r := range records {
		var content articleContent
		if err := fromJSON(r.Content, &content); err != nil {
			return nil, fmt.Errorf("article %s: %w", r.ID, err)
		}
		all[i] = bot.Article{
			ID: r.ID, State: r.State, From: r.From.time(), Until: r.To.time(), Change: r.Change,
			Question: content.Question, Answer: content.Answer, Aliases: content.Aliases, Negatives: content.Negatives,
			Span: content.Span, Replaces: content.Replaces, TellAskers: content.Tells, Version: r.Version, DecidedBy: r.Decided, Note: r.Note,
		}
	}
	return all, nil
}
