package editor

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/faq/search"
)

// Warning is something about an article that an editor should look at. It
// keeps nobody from approving it.
type Warning struct {
	Code    string `json:"code"`
	Field   string `json:"field"`
	Detail  string `json:"detail"`            // what is wrong and what to do, in words
	Article string `json:"article,omitempty"` // the other article it speaks of
}

// The codes of warnings.
const (
	WarnCaught   = "caught"     // a wording leads to another article first, or as well
	WarnCatches  = "catches"    // a wording of another article leads here
	WarnSame     = "same"       // a wording is also another article's
	WarnCommand  = "command"    // a wording works in any step, so it never reaches the search
	WarnNoPhrase = "no_phrase"  // no wording but the question in a language
	WarnBarred   = "barred"     // a negative phrase stands in a wording of its own
	WarnLong     = "long_title" // the question is cut on a button
	WarnGap      = "gap"        // between two articles of one question nobody is answered
	WarnOver     = "over"       // its time is over
)

// longTitle is how many characters of a button a phone shows in one line.
const longTitle = 45

// Warnings gives what an editor should know of the article, as it stands among
// those on the shelf, by the moment.
func Warnings(s *Shelf, a bot.Article, now time.Time) []Warning {
	if a.State == bot.ArticleRetired {
		return nil
	}
	s = s.with(a)
	w := &watch{shelf: s, a: a, now: now}
	w.itself()
	for _, p := range a.Wordings() {
		w.same(p)
	}
	return append(w.found, s.rivalry(a, true)...)
}

// Check gives the warnings of every article of the shelf, each said once: of
// the two articles, by the one whose wording leads astray.
func Check(s *Shelf, now time.Time) map[string][]Warning {
	all := map[string][]Warning{}
	for _, a := range s.articles {
		w := &watch{shelf: s, a: a, now: now}
		w.itself()
		for _, p := range a.Wordings() {
			w.same(p)
		}
		if found := append(w.found, s.rivalry(a, false)...); len(found) > 0 {
			all[a.ID] = found
		}
	}
	return all
}

// watch looks at one article.
type watch struct {
	shelf *Shelf
	a     bot.Article
	now   time.Time
	found []Warning
}

func (w *watch) say(code, field, article, format string, args ...any) {
	w.found = append(w.found, Warning{Code: code, Field: field, Detail: fmt.Sprintf(format, args...), Article: article})
}

// itself looks at what needs no other article.
func (w *watch) itself() {
	for _, l := range bot.Languages() {
		if len(w.a.Aliases.In(l)) == 0 {
			w.say(WarnNoPhrase, "aliases."+string(l), "", "has no other wording in %q: people seldom ask as we do", l)
		}
		if n := utf8.RuneCountInString(w.a.Question.In(l)); n > longTitle {
			w.say(WarnLong, "question."+string(l), "", "has %d characters: a button shows about %d, and the rest is cut", n, longTitle)
		}
	}
	if !w.a.Until.IsZero() && !w.now.Before(w.a.Until) {
		w.say(WarnOver, "valid_to", "", "is over: nobody is told it any more")
	}
	alone := search.NewIndex([]bot.Article{{ID: w.a.ID, State: bot.ArticleApproved, Question: w.a.Question, Aliases: w.a.Aliases, Negatives: w.a.Negatives}})
	for _, p := range w.a.Wordings() {
		if c := flows.Word(p.Text); c != flows.None {
			w.say(WarnCommand, p.Field, "", "%q works in any step (%s), so it never reaches the search: take it away", p.Text, c)
		}
		if alone.Barred(p.Text, w.a.ID) {
			w.say(WarnBarred, p.Field, "", "%q holds a negative phrase of the same article, so it never leads here", p.Text)
		}
	}
}

// same warns of other articles that have the very same wording.
func (w *watch) same(p bot.Wording) {
	key := search.Key(p.Text)
	for _, o := range w.shelf.articles {
		switch {
		case o.ID == w.a.ID || !hasKey(o, key):
		case together(w.a, o):
			w.say(WarnSame, p.Field, o.ID, "%q is a wording of %s too: whoever writes it is asked back", p.Text, o.ID)
		case p.Field == "question.uk" && apart(w.a, o) > 0:
			w.say(WarnGap, "valid_from", o.ID, "leaves a time between it and %s when nobody is answered", o.ID)
		}
	}
}

// hasKey tells whether the article has a wording of that key.
func hasKey(a bot.Article, key string) bool {
	return slices.ContainsFunc(a.Wordings(), func(p bot.Wording) bool { return search.Key(p.Text) == key })
}

// together tells whether there is a moment at which both may be told.
func together(a, b bot.Article) bool { return apart(a, b) < 0 }

// apart gives how much time lies between two articles; less than 0 when they
// are valid at the same time.
func apart(a, b bot.Article) time.Duration {
	if b.From.Before(a.From) {
		a, b = b, a
	}
	if a.Until.IsZero() || b.From.Before(a.Until) {
		return -1
	}
	return b.From.Sub(a.Until)
}

// Warnings gives what an editor should know of the article as it is given.
func (e *Editor) Warnings(ctx context.Context, by bot.Actor, a bot.Article) ([]Warning, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, err
	}
	s, err := e.shelves.get(ctx, e.store)
	if err != nil {
		return nil, err
	}
	return Warnings(s, a, e.now()), nil
}
