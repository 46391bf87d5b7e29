// Package library keeps the approved articles and the changes that may be told in
// memory, for the turns: an immutable snapshot that is made anew when content
// changes. Where there is an embeddings endpoint it also knows what articles mean.
package library

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// Snapshot is the content at one moment. It is never changed after it is made.
type Snapshot struct {
	FAQ     flows.Finder
	Changes []bot.Change // those that may be told, the nearest date first

	meanings *meanings // nil until they are learnt
}

// Library gives the newest snapshot to whoever asks.
type Library struct {
	store   *storage.Store
	index   func([]bot.Article) flows.Finder
	log     *slog.Logger
	current atomic.Pointer[held]
	changed chan struct{} // for Understand
}

type held struct {
	version  int64
	articles []bot.Article
	Snapshot
}

// NewLibrary gives a library that is empty until Refresh. index builds the FAQ
// search from approved articles.
func NewLibrary(store *storage.Store, index func([]bot.Article) flows.Finder, log *slog.Logger) *Library {
	l := &Library{store: store, index: index, log: log, changed: make(chan struct{}, 1)}
	l.current.Store(&held{version: -1, Snapshot: Snapshot{FAQ: index(nil)}})
	return l
}

// Now gives the newest snapshot.
func (l *Library) Now() Snapshot { return l.current.Load().Snapshot }

// Refresh reads the content again if it has changed.
func (l *Library) Refresh(ctx context.Context) error {
	version, err := l.store.ContentVersion(ctx)
	if err != nil {
		return fmt.Errorf("content version: %w", err)
	}
	if version == l.current.Load().version {
		return nil
	}
	articles, err := l.store.Articles(ctx)
	if err != nil {
		return fmt.Errorf("read articles: %w", err)
	}
	changes, err := l.store.Changes(ctx)
	if err != nil {
		return fmt.Errorf("read changes: %w", err)
	}
	articles = tellable(articles, changes)
	changes = slices.DeleteFunc(changes, func(c bot.Change) bool { return !c.Told() })
	slices.SortFunc(changes, func(a, b bot.Change) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID))
	})
	l.put(&held{version: version, articles: articles, Snapshot: Snapshot{FAQ: l.index(articles), Changes: changes}})
	l.log.Info("content loaded", "articles", len(articles), "changes", len(changes))
	return nil
}

// tellable leaves the approved articles. One that belongs to a change is silent
// until the change is public, and again when it is withdrawn: nothing of a
// change is told before its approval.
func tellable(articles []bot.Article, changes []bot.Change) []bot.Article {
	public := map[string]bool{"": true}
	for _, c := range changes {
		public[c.ID] = c.Public()
	}
	return slices.DeleteFunc(articles, func(a bot.Article) bool {
		return a.State != bot.ArticleApproved || !public[a.Change]
	})
}

// Watch refreshes on every signal of wake and every interval, until ctx ends.
func (l *Library) Watch(ctx context.Context, wake <-chan struct{}, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := l.Refresh(ctx); err != nil && ctx.Err() == nil {
			l.log.Warn("content not refreshed, the last one stays", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
		case <-tick.C:
		}
	}
}
