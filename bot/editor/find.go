package editor

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
)

// Lack is something that an article does without.
type Lack string

// What articles may do without.
const (
	LackFilled  Lack = "filled"  // a blank is left
	LackAliases Lack = "aliases" // it has no other wordings in some language
	LackTwin    Lack = "twin"    // one language says something that the other does not: see Uneven
)

// Lacks lists them.
func Lacks() []Lack { return []Lack{LackFilled, LackAliases, LackTwin} }

// Lacks reports whether the article does.
func (l Lack) of(a bot.Article) bool {
	switch l {
	case LackFilled:
		return len(Unfilled(a)) > 0
	case LackAliases:
		return len(a.Aliases.UK) == 0 || len(a.Aliases.RU) == 0
	case LackTwin:
		return Uneven(a)
	}
	return true
}

// halfAsMuch is how much shorter one language may be than the other.
const halfAsMuch = 2

// Uneven reports whether the answer in one language says much less than in the other, or
// is the very same text.
func Uneven(a bot.Article) bool {
	uk, ru := len([]rune(a.Answer.UK)), len([]rune(a.Answer.RU))
	return uk > halfAsMuch*ru || ru > halfAsMuch*uk || strings.Contains(strings.TrimSpace(a.Answer.UK), " ") && a.Answer.UK == a.Answer.RU
}

// Validity is where the moment stands in the dates of an article.
type Validity string

// The validities.
const (
	ValidNow   Validity = "now"
	ValidLater Validity = "later"
	ValidOver  Validity = "over"
)

// Validities lists them.
func Validities() []Validity { return []Validity{ValidNow, ValidLater, ValidOver} }

// ValidityOf returns the validity of the article, whatever its state.
func ValidityOf(a bot.Article, now time.Time) Validity {
	switch {
	case now.Before(a.From):
		return ValidLater
	case !a.Until.IsZero() && !now.Before(a.Until):
		return ValidOver
	}
	return ValidNow
}

// Filter chooses articles. The zero Filter chooses all.
type Filter struct {
	Words    string // beginnings of words, folded, all of which stand in the article
	State    bot.ArticleState
	Change   string
	Validity Validity
	Lack     Lack
}

func (f Filter) matches(a bot.Article, now time.Time) bool {
	return (f.State == "" || a.State == f.State) && (f.Change == "" || a.Change == f.Change) &&
		(f.Validity == "" || ValidityOf(a, now) == f.Validity) && (f.Lack == "" || f.Lack.of(a)) && spoken(a, f.Words)
}

// spoken reports whether each of the words begins some word of the article or of its id.
func spoken(a bot.Article, words string) bool {
	wanted := bot.FoldedWords(words)
	if len(wanted) == 0 {
		return true
	}
	text := []string{a.ID, a.Answer.UK, a.Answer.RU}
	for _, w := range a.Wordings() {
		text = append(text, w.Text)
	}
	all := bot.Fold(strings.Join(text, "\n"))
	return !slices.ContainsFunc(wanted, func(w string) bool { return !begins(all, w) })
}

// begins reports whether some word of the text begins so.
func begins(text, so string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], so)
		if at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:from+at])
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return true
		}
		from += at + len(so)
	}
}

// Found is a page of the articles that were found.
type Found struct {
	Articles []bot.Article
	Next     string // the id behind which more come; "" where none do
	All      int    // how many there are
	States   map[bot.ArticleState]int
	Unfilled int // drafts with blanks
}

// Find returns the articles that the filter chooses, by their questions in the language,
// at most limit of those behind the article with the id after.
func (e *Editor) Find(ctx context.Context, by bot.Actor, f Filter, l bot.Language, after string, limit int) (found Found, err error) {
	if err := by.Require(bot.ReadContent); err != nil {
		return found, err
	}
	all, err := e.store.Articles(ctx)
	if err != nil {
		return found, err
	}
	changes, err := e.store.Changes(ctx)
	if err != nil {
		return found, err
	}
	all = datedBy(all, changes)
	now := e.now()
	found.States = map[bot.ArticleState]int{}
	any := f
	any.State = ""
	var chosen []bot.Article
	for _, a := range all {
		if a.State == bot.ArticleDraft && LackFilled.of(a) {
			found.Unfilled++
		}
		if any.matches(a, now) {
			found.States[a.State]++
			if f.matches(a, now) {
				chosen = append(chosen, a)
			}
		}
	}
	found.All = len(all)
	keys := map[string]string{}
	for _, a := range chosen {
		keys[a.ID] = bot.Fold(a.Question.In(l))
	}
	slices.SortStableFunc(chosen, func(a, b bot.Article) int {
		return cmp.Or(cmp.Compare(keys[a.ID], keys[b.ID]), cmp.Compare(a.ID, b.ID))
	})
	if at := slices.IndexFunc(chosen, func(a bot.Article) bool { return a.ID == after }); at >= 0 {
		chosen = chosen[at+1:]
	}
	if len(chosen) > limit {
		chosen, found.Next = chosen[:limit], chosen[limit-1].ID
	}
	found.Articles = chosen
	return found, nil
}
