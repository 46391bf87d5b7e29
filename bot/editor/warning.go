package editor

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
	"visnyk/flows"
	"visnyk/flows/faq/search"
)

// Warning is something about an article that an editor should look at. It
// keeps nobody from approving it, but for a blank.
type Warning struct {
	bot.Fault
	Article string // the other article it speaks of
}

// longTitle is how many characters of a button a phone shows in one line.
const longTitle = 45

// Warnings returns what an editor should know of the article, as it stands among
// those on the shelf, by the moment.
func Warnings(s *Shelf, a bot.Article, now time.Time) []Warning {
	if a.State == bot.ArticleRetired {
		return nil
	}
	a = datedBy([]bot.Article{a}, s.changes)[0]
	s = s.with(a)
	w := &watch{shelf: s, a: a, now: now}
	w.itself()
	for _, p := range a.Wordings() {
		w.same(p)
	}
	return append(w.found, s.rivalry(a, true)...)
}

// Quick returns those of the Warnings that need no search, for an article that is being
// written: what it is taken for takes a while to find.
func Quick(s *Shelf, a bot.Article, now time.Time) []Warning {
	w := &watch{shelf: s, a: datedBy([]bot.Article{a}, s.changes)[0], now: now}
	w.itself()
	for _, p := range a.Wordings() {
		w.same(p)
	}
	return w.found
}

// Check returns the warnings of every article of the shelf, each said once: of
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

func (w *watch) say(code bot.FaultCode, field, article string, data bot.Data) {
	w.found = append(w.found, Warning{bot.Fault{Field: field, Code: code, Data: data}, article})
}

// itself looks at what needs no other article.
func (w *watch) itself() {
	for _, l := range bot.Languages() {
		if len(w.a.Aliases.In(l)) == 0 {
			w.say(bot.WarnNoPhrase, "aliases."+string(l), "", bot.Data{"Language": l})
		}
		if n := utf8.RuneCountInString(w.a.Question.In(l)); n > longTitle {
			w.say(bot.WarnLong, "question."+string(l), "", bot.Data{"Has": n, "Max": longTitle})
		}
	}
	for _, l := range bot.Languages() {
		for _, word := range markup.Stray(w.a.Answer.In(l)) {
			w.say(bot.WarnStray, "answer."+string(l), "", bot.Data{"Wording": word})
		}
		// A question is shown on a button, where no mark styles anything.
		if q := bot.InLine(w.a.Question.In(l)); markup.Parse(q).Plain() != q {
			w.say(bot.WarnStray, "question."+string(l), "", bot.Data{"Wording": q})
		}
	}
	if !w.a.Until.IsZero() && !w.now.Before(w.a.Until) {
		w.say(bot.WarnOver, "valid_to", "", nil)
	}
	for _, f := range Unfilled(w.a) {
		w.found = append(w.found, Warning{Fault: f})
	}
	w.lacking()
	alone := search.NewIndex([]bot.Article{{ID: w.a.ID, State: bot.ArticleApproved, Question: w.a.Question, Aliases: w.a.Aliases, Negatives: w.a.Negatives}})
	for _, p := range w.a.Wordings() {
		if c := flows.ParseCommand(p.Text); c != flows.None {
			w.say(bot.WarnCommand, p.Field, "", bot.Data{"Wording": p.Text, "Command": c})
		}
		if id, ok := w.shelf.titled(p.Text); ok {
			w.say(bot.WarnTitle, p.Field, "", bot.Data{"Wording": p.Text, "Change": id})
		}
		if alone.Barred(p.Text, w.a.ID) {
			w.say(bot.WarnBarred, p.Field, "", bot.Data{"Wording": p.Text})
		}
	}
}

// titled returns the change whose title the text is, in either language; those that
// are over do not count.
func (s *Shelf) titled(text string) (id string, ok bool) {
	key := search.Key(text)
	for _, c := range s.changes {
		if c.State == bot.ChangeClosed || c.State == bot.ChangeWithdrawn {
			continue
		}
		for _, l := range bot.Languages() {
			if title := c.Title.In(l); title != "" && search.Key(title) == key {
				return c.ID, true
			}
		}
	}
	return "", false
}

// same warns of other articles that have the very same wording.
func (w *watch) same(p bot.Wording) {
	for _, o := range w.shelf.having(search.Key(p.Text)) {
		switch {
		case o.ID == w.a.ID:
		case together(w.a, o):
			w.say(bot.WarnSame, p.Field, o.ID, bot.Data{"Wording": p.Text, "Other": o.ID})
		case p.Field == "question.uk" && apart(w.a, o) > 0:
			w.say(bot.WarnGap, "valid_from", o.ID, bot.Data{"Other": o.ID})
		}
	}
}

// hasKey reports whether the article has a wording of that key.
func hasKey(a bot.Article, key string) bool {
	return slices.ContainsFunc(a.Wordings(), func(p bot.Wording) bool { return search.Key(p.Text) == key })
}

// together reports whether there is a moment at which both may be told.
func together(a, b bot.Article) bool {
	return a.Replaces != b.ID && b.Replaces != a.ID && apart(a, b) < 0
}

// apart returns how much time lies between two articles; less than 0 when they
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

// Warnings returns what an editor should know of the article as it is given.
func (e *Editor) Warnings(ctx context.Context, by bot.Actor, a bot.Article) ([]Warning, error) {
	return e.warnings(ctx, by, a, Warnings)
}

// QuickWarnings returns what Quick finds.
func (e *Editor) QuickWarnings(ctx context.Context, by bot.Actor, a bot.Article) ([]Warning, error) {
	return e.warnings(ctx, by, a, Quick)
}

func (e *Editor) warnings(ctx context.Context, by bot.Actor, a bot.Article, look func(*Shelf, bot.Article, time.Time) []Warning) ([]Warning, error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return nil, err
	}
	s, err := e.shelves.get(ctx, e.store)
	if err != nil {
		return nil, err
	}
	return look(s, a, e.now()), nil
}
