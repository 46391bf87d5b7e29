package editor

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/flows/faq/search"
	"visnyk/storage"
)

// Shelf is every article that is not retired, drafts and those of other days
// included, with a search over them, and the changes that are or may be told: what
// editors compare with. Its content
// never changes after it is made.
type Shelf struct {
	articles []bot.Article
	changes  []bot.Change
	trials   *search.Trials
	index    *search.Index
	byKey    map[string][]int // articles by the keys of their wordings

	mu     sync.Mutex
	rivals map[rivalsOf][]Warning // what rivalry found; it takes a while to find
}

// rivalsOf is one question to rivalry.
type rivalsOf struct {
	article string
	both    bool
}

// NewShelf puts the articles on a shelf, beside the changes. Wordings are compared with
// the atlas as messages are; by words alone where it is nil.
func NewShelf(at *search.Atlas, articles []bot.Article, changes ...bot.Change) *Shelf {
	return newShelf(at.Trials(), articles, changes)
}

func newShelf(trials *search.Trials, articles []bot.Article, changes []bot.Change) *Shelf {
	s := &Shelf{trials: trials, changes: changes, rivals: map[rivalsOf][]Warning{}, articles: slices.DeleteFunc(datedBy(articles, changes), func(a bot.Article) bool { return a.State == bot.ArticleRetired })}
	always := slices.Clone(s.articles)
	for i := range always {
		always[i].State, always[i].From, always[i].Until = bot.ArticleApproved, time.Time{}, time.Time{}
	}
	s.index = trials.NewIndex(always)
	s.byKey = map[string][]int{}
	for i, a := range s.articles {
		for _, w := range a.Wordings() {
			key := search.Key(w.Text)
			if all := s.byKey[key]; len(all) == 0 || all[len(all)-1] != i {
				s.byKey[key] = append(all, i)
			}
		}
	}
	return s
}

// having returns the articles with a wording of the key, in their order.
func (s *Shelf) having(key string) (all []bot.Article) {
	for _, i := range s.byKey[key] {
		all = append(all, s.articles[i])
	}
	return all
}

// article returns an article of the shelf.
func (s *Shelf) article(id string) (bot.Article, bool) {
	i := slices.IndexFunc(s.articles, func(a bot.Article) bool { return a.ID == id })
	if i < 0 {
		return bot.Article{}, false
	}
	return s.articles[i], true
}

// with returns the shelf with the article as it is given.
func (s *Shelf) with(a bot.Article) *Shelf {
	have, ok := s.article(a.ID)
	have.State = a.State // a draft stands where it will stand when it is approved
	if ok && reflect.DeepEqual(have, a) {
		return s
	}
	others := slices.DeleteFunc(slices.Clone(s.articles), func(o bot.Article) bool { return o.ID == a.ID })
	return newShelf(s.trials, append(others, a), s.changes)
}

// known returns what rivalry found of the article before.
func (s *Shelf) known(a bot.Article, both bool) ([]Warning, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.rivals[rivalsOf{a.ID, both}]
	return found, ok
}

func (s *Shelf) cacheRivals(a bot.Article, both bool, found []Warning) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rivals[rivalsOf{a.ID, both}] = found
}

// shelves keeps the newest shelf.
type shelves struct {
	atlas   *search.Atlas
	mu      sync.Mutex
	version int64
	newest  *Shelf
}

// get returns the shelf of the content as it is now.
func (k *shelves) get(ctx context.Context, store *storage.Store) (*Shelf, error) {
	version, err := store.ContentVersion(ctx)
	if err != nil {
		return nil, fmt.Errorf("content version: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.newest != nil && k.version == version {
		return k.newest, nil
	}
	articles, err := store.Articles(ctx)
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	changes, err := store.Changes(ctx)
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	k.newest, k.version = NewShelf(k.atlas, articles, changes...), version
	return k.newest, nil
}
