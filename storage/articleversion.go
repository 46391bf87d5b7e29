package storage

import (
	"context"
	"fmt"
	"time"

	"visnyk/bot"
)

// ArticleVersion is an article as it was written once.
type ArticleVersion struct {
	bot.Article
	User  string // who wrote it
	Login string // theirs, for colleagues
	At    time.Time
}

const (
	// A version is written once.
	putArticleVersion = `
INSERT INTO article_versions (article, version, user_id, content, at) VALUES ($1, CAST($2 AS BIGINT), $3, $4, {now})
ON CONFLICT (article, version) DO NOTHING`

	articleVersions = `SELECT v.content, v.user_id, COALESCE(u.login, '') AS login, v.at
FROM article_versions v LEFT JOIN users u ON u.id = v.user_id WHERE v.article = $1 ORDER BY v.version DESC`
)

// PutArticleVersion keeps the article as the version that it is, written by the user,
// unless that version is kept already.
func (t *Tx) PutArticleVersion(ctx context.Context, a bot.Article, user string) error {
	_, err := t.exec(ctx, putArticleVersion, clean(a.ID), a.Version, user, toJSON(a))
	return doing("put a version of an article", err)
}

// ArticleVersions returns the versions of an article, the newest first. Those from
// before they were kept are not among them.
func (s *Store) ArticleVersions(ctx context.Context, article string) ([]ArticleVersion, error) {
	var records []struct {
		Content string `db:"content"`
		User    string `db:"user_id"`
		Login   string `db:"login"`
		At      micros `db:"at"`
	}
	if err := s.r.sel(ctx, &records, articleVersions, article); err != nil {
		return nil, doing("versions of an article", err)
	}
	all := make([]ArticleVersion, len(records))
	for i, r := range records {
		all[i] = ArticleVersion{User: r.User, Login: r.Login, At: r.At.time()}
		if err := fromJSON(r.Content, &all[i].Article); err != nil {
			return nil, fmt.Errorf("version of article %s: %w", article, err)
		}
	}
	return all, nil
}
