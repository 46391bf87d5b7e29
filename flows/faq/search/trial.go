package search

import (
	"slices"
	"strings"
	"sync"

	"visnyk/bot"
)

// Trials makes indexes of one base that differ little, as editors' checks do, who leave
// one wording out after the other: what the atlas says of a wording is looked up once for
// all of them. It may be used by many goroutines at once; the zero Trials compares by
// words alone.
type Trials struct {
	atlas *Atlas

	mu    sync.Mutex
	known map[string]profile // by the words of a text
}

// Trials returns trials with the atlas; with none, by words alone.
func (at *Atlas) Trials() *Trials { return &Trials{atlas: at, known: map[string]profile{}} }

// NewIndex returns an index that says which articles a text leads to (Pulls), not from
// what confidence on one of them is told.
func (t *Trials) NewIndex(articles []bot.Article) *Index {
	if t.atlas == nil {
		return NewIndex(articles)
	}
	x, _ := build(t.atlas, articles, nil, t.profile)
	x.model, x.ranking = shipped(), &shipped().Atlas
	return x
}

// Index returns the index of the articles, and of changes that are told, by which customers
// are answered.
func (t *Trials) Index(articles []bot.Article, changes ...bot.Change) *Index {
	if t.atlas == nil {
		return NewIndex(articles, changes...)
	}
	return t.atlas.NewIndex(articles, changes...)
}

// profile is Atlas.profile of what is looked up once.
func (t *Trials) profile(d *draft, ts []token) profile {
	words := make([]string, len(ts))
	for i, w := range ts {
		words[i] = w.word
	}
	key := strings.Join(words, " ")
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.known[key]
	if !ok {
		p = slices.Clone(t.atlas.profile(d, ts, general().hear(ts, false)))
		t.known[key] = p
	}
	return p
}
