// Package library keeps the approved articles and the changes that may be told in
// memory, for the turns: an immutable snapshot that is made anew when content
// changes. Where there is an embeddings endpoint it also knows what articles mean.
package library

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/flows"
	"visnyk/storage"
)

// Snapshot is the content at one moment. It is never changed after it is made.
type Snapshot struct {
	FAQ     flows.Finder
	Changes []bot.Change // those that may be told, the nearest date first
	// Expanding tells of which changes some people may not have their row of the
	// ledger yet: whether they concern a person is judged by their audience.
	Expanding map[string]bool
	// Bound is what was approved with changes, by their ids.
	Bound   map[string]bot.Bound
	Company bot.Bilingual // the company's name; zero where nobody has told it
	Look    bot.Look      // how its chat looks and greets
	// Signature is the name as it stands within «», and Greeting that of the look as it
	// stands where markup does.
	Signature, Greeting bot.Bilingual

	meanings *meanings // nil until they are learnt
}

// Library gives the newest snapshot to whoever asks.
type Library struct {
	store   *storage.Store
	index   func([]bot.Article, ...bot.Change) flows.Finder
	log     *slog.Logger
	current atomic.Pointer[loaded]
	changed chan struct{} // for Understand
}

type loaded struct {
	version  int64
	articles []bot.Article
	Snapshot
}

// NewLibrary returns a library that is empty until Refresh. index builds the
// search from approved articles and the changes that may be told.
func NewLibrary(store *storage.Store, index func([]bot.Article, ...bot.Change) flows.Finder, log *slog.Logger) *Library {
	l := &Library{store: store, index: index, log: log, changed: make(chan struct{}, 1)}
	l.current.Store(&loaded{version: -1, Snapshot: Snapshot{FAQ: index(nil)}})
	return l
}

// Now returns the newest snapshot.
func (l *Library) Now() Snapshot { return l.current.Load().Snapshot }

// Refresh reads the content again if it has changed.
func (l *Library) Refresh(ctx context.Context) error {
	for {
		have := l.current.Load()
		version, err := l.store.ContentVersion(ctx)
		if err != nil {
			return fmt.Errorf("content version: %w", err)
		}
		if version == have.version {
			return l.follow(ctx, have)
		}
		next, err := l.read(ctx, version, have)
		if err != nil {
			return err
		}
		if l.put(have, next) {
			l.log.Info("content loaded", "articles", len(next.articles), "changes", len(next.Changes))
			return nil
		}
	}
}

// read reads the content, which is of this version or newer. Most of what makes it grow is
// told to nobody yet, so the search stays as it was where nothing in it is other.
func (l *Library) read(ctx context.Context, version int64, have *loaded) (*loaded, error) {
	articles, err := l.store.Articles(ctx)
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	sheets, err := l.store.ToldSheets(ctx)
	if err != nil {
		return nil, fmt.Errorf("read changes: %w", err)
	}
	changes, bound := make([]bot.Change, len(sheets)), map[string]bot.Bound{}
	for i, s := range sheets {
		changes[i] = s.Change
		if len(s.Bound.Hashes) > 0 {
			bound[s.ID] = s.Bound
		}
	}
	// After the changes: of one that is among them, the rows are being made or
	// there.
	expanding, err := l.store.Expanding(ctx, storage.ExpandLedger)
	if err != nil {
		return nil, fmt.Errorf("read what is being expanded: %w", err)
	}
	articles = tellable(articles, changes)
	changes = slices.DeleteFunc(changes, func(c bot.Change) bool { return !c.Told() })
	slices.SortFunc(changes, func(a, b bot.Change) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.ID, b.ID))
	})
	company, err := l.company(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the company's name: %w", err)
	}
	look, err := l.look(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the company's look: %w", err)
	}
	find := have.FAQ
	if !reflect.DeepEqual(articles, have.articles) || !reflect.DeepEqual(changes, have.Changes) {
		find = l.index(articles, changes...)
	}
	return &loaded{version: version, articles: articles, Snapshot: Snapshot{
		FAQ: find, Changes: changes, Expanding: expanding, Bound: bound, Company: company, Look: look,
		Signature: company.Quoted(), Greeting: literal(look.Greeting),
	}}, nil
}

// literal is what people wrote as plain text, for where markup stands.
func literal(w bot.Bilingual) bot.Bilingual {
	return bot.Bilingual{UK: markup.Escape(w.UK), RU: markup.Escape(w.RU)}
}

// company returns the company's name as it is set.
func (l *Library) company(ctx context.Context) (bot.Bilingual, error) {
	set := map[bot.Language]string{}
	for _, in := range bot.Languages() {
		name, _, err := l.store.Setting(ctx, bot.CompanySetting(in))
		if err != nil {
			return bot.Bilingual{}, err
		}
		set[in] = name
	}
	return bot.Company(set), nil
}

// look returns the company's look as it is set. A logo that is none stays away: a
// chat without it is worth more than none.
func (l *Library) look(ctx context.Context) (look bot.Look, err error) {
	read := func(setting string) (value string) {
		if err == nil {
			value, _, err = l.store.Setting(ctx, setting)
		}
		return value
	}
	look.Greeting = bot.Bilingual{UK: read(bot.GreetingSetting(bot.Ukrainian)), RU: read(bot.GreetingSetting(bot.Russian))}
	look.Colour = read(bot.ColourSetting)
	logo, fault := bot.ParseLogo(read(bot.LogoSetting))
	if fault != nil {
		l.log.Error("the company's logo cannot be shown", "err", fault)
	}
	look.Logo = logo
	return look, err
}

// follow takes over which changes are still being expanded; nothing else is new.
// Where somebody puts something newer at the same moment, the next call does.
func (l *Library) follow(ctx context.Context, have *loaded) error {
	expanding, err := l.store.Expanding(ctx, storage.ExpandLedger)
	if err != nil {
		return fmt.Errorf("read what is being expanded: %w", err)
	}
	if !maps.Equal(expanding, have.Expanding) {
		next := *have
		next.Expanding = expanding
		l.current.CompareAndSwap(have, &next)
	}
	return nil
}

// tellable leaves the approved articles, with the dates they have by their changes and
// by each other. One that belongs to a change is silent until the change is public, and
// again when it is withdrawn: nothing of a change is told before it is announced, not
// even that what is told today ends with it.
func tellable(articles []bot.Article, changes []bot.Change) []bot.Article {
	public := map[string]bot.Change{"": {}}
	for _, c := range changes {
		if c.Public() {
			public[c.ID] = c
		}
	}
	articles = slices.DeleteFunc(articles, func(a bot.Article) bool {
		_, told := public[a.Change]
		return a.State != bot.ArticleApproved || !told
	})
	for i, a := range articles {
		articles[i] = a.Dated(public[a.Change])
	}
	return bot.InPlace(articles)
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
