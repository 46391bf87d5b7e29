package editor

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"visnyk/bot"
	"visnyk/flows/faq/search"
	"visnyk/flows/faq/starter"
	"visnyk/locales"
	"visnyk/storage"
)

// Begin takes in the starter bases that the name means as drafts, all of a trade or one
// of them, and leaves alone what is there. storage.ErrNotFound where the name means none.
func (e *Editor) Begin(ctx context.Context, by bot.Actor, name string) (Imported, error) {
	bases, err := starter.Of(name)
	if err != nil {
		return Imported{}, err
	}
	if len(bases) == 0 {
		return Imported{}, fmt.Errorf("starter base %q: %w", name, storage.ErrNotFound)
	}
	return e.Import(ctx, by, starter.Articles(bases), Import{Add: true})
}

// asAlike is which part of the words of two wordings must be the same for their articles
// to answer one need.
const asAlike = 0.6

// mostOffered is how many wordings are offered in each language.
const mostOffered = 4

// likeBase is an article of a starter base, by the words of its wordings.
type likeBase struct {
	base    starter.Base
	article bot.Article
	words   []map[string]bool
}

// likeBases are those of all bases.
var likeBases = sync.OnceValues(func() (all []likeBase, err error) {
	bases, err := starter.Bases()
	for _, b := range bases {
		for _, a := range b.Articles {
			one := likeBase{base: b, article: a}
			for _, w := range a.Wordings() {
				one.words = append(one.words, wordsIn(w.Text))
			}
			all = append(all, one)
		}
	}
	return all, err
})

func wordsIn(text string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(search.Key(text)) {
		all[w] = true
	}
	return all
}

// alike returns the part of the words of both that are the same.
func alike(a, b map[string]bool) float64 {
	same := 0
	for w := range a {
		if b[w] {
			same++
		}
	}
	if same == 0 {
		return 0
	}
	return float64(same) / float64(len(a)+len(b)-same)
}

// Wordings offers other wordings for an article that has none in some language: those of
// the article of a starter base that answers the same need, and how customers of such
// companies ask for it. None where no base has one.
func (e *Editor) Wordings(ctx context.Context, by bot.Actor, a bot.Article) (offered bot.Aliases, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return offered, err
	}
	if len(a.Aliases.UK) > 0 && len(a.Aliases.RU) > 0 {
		return offered, nil
	}
	s, err := e.shelves.get(ctx, e.store)
	if err != nil {
		return offered, err
	}
	near, ok, err := nearBase(a)
	if err != nil || !ok {
		return offered, err
	}
	for _, l := range bot.Languages() {
		if len(a.Aliases.In(l)) > 0 {
			continue
		}
		for _, text := range append(slices.Clone(near.article.Aliases.In(l)), near.asked(l)...) {
			phrase, says := s.index.Phrase(text)
			if known := slices.Contains(offered.In(l), phrase); says && !known && len(offered.In(l)) < mostOffered && !s.has(a.ID, phrase) {
				offered = offered.With(l, phrase)
			}
		}
	}
	return offered, nil
}

// nearBase finds the article of a starter base that answers the same need.
func nearBase(a bot.Article) (near likeBase, ok bool, err error) {
	all, err := likeBases()
	best := 0.0
	for _, w := range a.Wordings() {
		words := wordsIn(w.Text)
		for _, one := range all {
			for _, theirs := range one.words {
				if as := alike(words, theirs); as >= asAlike && as > best {
					near, ok, best = one, true, as
				}
			}
		}
	}
	return near, ok, err
}

// asked are the messages of customers in the language that the article answers.
func (b likeBase) asked(l bot.Language) (all []string) {
	for _, text := range b.base.Asked[b.article.ID] {
		if in, _ := locales.Detect(text); in == l {
			all = append(all, text)
		}
	}
	return all
}

// has reports whether an article has the wording, other than the one with the id.
func (s *Shelf) has(but, wording string) bool {
	return slices.ContainsFunc(s.having(search.Key(wording)), func(o bot.Article) bool { return o.ID != but })
}
