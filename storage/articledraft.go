package storage

import (
	"context"
	"time"

	"visnyk/bot"
)

// ArticleDraft is what a user has written in an article and no version holds yet.
type ArticleDraft struct {
	Article, User string
	Login         string // of the user, for colleagues
	Version       int    // that it was begun from
	Rev           int    // grows with each time it is kept
	Content       bot.Article
	UpdatedAt     time.Time
}

// articleDrafts is where they are kept.
var articleDrafts = unversioned[bot.Article]{table: "article_drafts", key: "article"}

func articleDraft(d draft[bot.Article]) ArticleDraft {
	return ArticleDraft{d.Of, d.User, d.Login, d.Version, d.Rev, d.Content, d.UpdatedAt}
}

// ArticleDrafts returns what users have written in the article, the newest first.
func (s *Store) ArticleDrafts(ctx context.Context, article string) ([]ArticleDraft, error) {
	all, err := articleDrafts.of(ctx, s.r, article)
	return mapped(all, articleDraft), err
}

// IdleArticleDrafts returns those that nobody has written in for so long, the oldest
// first, at most limit.
func (s *Store) IdleArticleDrafts(ctx context.Context, idle time.Duration, limit int) ([]ArticleDraft, error) {
	all, err := articleDrafts.idle(ctx, s.r, idle, limit)
	return mapped(all, articleDraft), err
}

// PutArticleDraft keeps the draft in place of the user's last one of the article, whose
// Rev it has: ErrConflict where that was kept anew meanwhile, by another page.
func (s *Store) PutArticleDraft(ctx context.Context, d ArticleDraft) error {
	return articleDrafts.put(ctx, s, draft[bot.Article]{Of: d.Article, User: d.User, Version: d.Version, Rev: d.Rev, Content: d.Content})
}

// DropArticleDraft removes the draft, unless it was kept anew meanwhile.
func (s *Store) DropArticleDraft(ctx context.Context, d ArticleDraft) error {
	return articleDrafts.drop(ctx, s, d.Article, d.User, d.Rev)
}
