package bot

import (
	"slices"
	"time"
)

// ArticleSpan says how the dates of an article follow those of its change, wherever
// these are moved to.
type ArticleSpan string

// The spans of an article.
const (
	SpanBefore ArticleSpan = "before" // until the change takes effect
	SpanSince  ArticleSpan = "since"  // from when it takes effect on
	SpanDuring ArticleSpan = "during" // from when it takes effect to its end
)

// ArticleSpans lists the spans.
func ArticleSpans() []ArticleSpan { return []ArticleSpan{SpanBefore, SpanSince, SpanDuring} }

// Bound returns the article with its dates bound to those of its change, where they are
// the very same: so they move with it.
func (a Article) Bound(c Change) Article {
	if a.Span != "" || a.Change == "" || a.Change != c.ID || c.From.IsZero() {
		return a
	}
	ends := !c.Until.IsZero() && a.Until.Equal(c.Until)
	switch {
	case a.From.IsZero() && a.Until.Equal(c.From):
		a.Span = SpanBefore
	case a.From.Equal(c.From) && a.Until.IsZero():
		a.Span = SpanSince
	case a.From.Equal(c.From) && ends:
		a.Span = SpanDuring
	}
	return a
}

// Dated returns the article with the dates that it has by its change's. Where the change
// has no end, neither has the article.
func (a Article) Dated(c Change) Article {
	switch a.Span {
	case SpanBefore:
		a.From, a.Until = time.Time{}, c.From
	case SpanSince:
		a.From, a.Until = c.From, time.Time{}
	case SpanDuring:
		a.From, a.Until = c.From, c.Until
	}
	return a
}

// InPlace returns the articles with the dates they have by each other: one whose place
// another takes is told until that one is valid, and not at all where it always is.
// Their own dates are told already; see Dated.
func InPlace(all []Article) []Article {
	begins := map[string]time.Time{} // by the article that is replaced
	for _, a := range all {
		if at, twice := begins[a.Replaces]; a.Replaces != "" && a.Replaces != a.ID && (!twice || a.From.Before(at)) {
			begins[a.Replaces] = a.From
		}
	}
	all = slices.DeleteFunc(slices.Clone(all), func(a Article) bool {
		at, is := begins[a.ID]
		return is && !at.After(a.From) && (at.IsZero() || !a.From.IsZero())
	})
	for i, a := range all {
		if at, is := begins[a.ID]; is && (a.Until.IsZero() || at.Before(a.Until)) {
			all[i].Until = at
		}
	}
	return all
}
