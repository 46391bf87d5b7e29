package storage

import (
	"context"
)

// Decision is what an editor made of a wording that was offered for an article.
type Decision struct {
	Article string
	Phrase  string // names the wording, and holds none of its words
	As      string // accept, reject or negative
	Actor   string // the user's id
}

const putDecision = `
INSERT INTO phrases (article_id, id, decision, actor, decided_at) VALUES ($1, $2, $3, $4, {now})
ON CONFLICT (article_id, id) DO NOTHING`

// Decide keeps the decision; ErrConflict when there already is one.
func (t *Tx) Decide(ctx context.Context, d Decision) error {
	n, err := t.exec(ctx, putDecision, d.Article, d.Phrase, d.As, d.Actor)
	if err == nil && n == 0 {
		err = ErrConflict
	}
	return doing("decide about a phrase", err)
}

const decided = `SELECT id FROM phrases WHERE article_id = $1`

// Decided returns the phrases of the article, by name, that an editor has decided about.
func (s *Store) Decided(ctx context.Context, article string) (map[string]bool, error) {
	var ids []string
	if err := s.reading.sel(ctx, &ids, decided, article); err != nil {
		return nil, doing("decisions about phrases", err)
	}
	all := make(map[string]bool, len(ids))
	for _, id := range ids {
		all[id] = true
	}
	return all, nil
}
