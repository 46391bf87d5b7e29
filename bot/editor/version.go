package editor

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// Versions returns the versions of an article, the newest first; storage.ErrNotFound when
// there is none.
func (e *Editor) Versions(ctx context.Context, by bot.Actor, id string) ([]storage.ArticleVersion, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, err
	}
	a, err := e.store.Article(ctx, id)
	if err != nil {
		return nil, err
	}
	all, err := e.store.ArticleVersions(ctx, id)
	if err == nil && (len(all) == 0 || all[0].Version != a.Version) { // from before they were kept
		all = append([]storage.ArticleVersion{{Article: a}}, all...)
	}
	return all, err
}
