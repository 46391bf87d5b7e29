package editor

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/faq/search"
	"visnyk/storage"
)

// Suggestion is a wording that led people to an article, offered to its editor. It
// changes nothing before it is accepted.
type Suggestion struct {
	ID       string       `json:"id"` // the article's id, a dot, and a hash of the words
	Article  string       `json:"article"`
	Language bot.Language `json:"language"`
	Phrase   string       `json:"phrase"`
	People   int          `json:"people"` // different ones who confirmed it
	// How they did: pressed it in «Did you mean», said that the answer helped;
	// and how often an operator said so for them.
	Picked    int       `json:"picked"`
	Helped    int       `json:"helped"`
	Confirmed int       `json:"confirmed"`
	LastAt    time.Time `json:"last_at"`
	// Found tells that the search is sure of the article for it already: there
	// is less to learn.
	Found bool `json:"found"`
}

// SuggestionMove is something that can be done to a suggestion. Each ends it.
type SuggestionMove string

// The moves of a suggestion.
const (
	SuggestionAccept   SuggestionMove = "accept"   // it becomes an alias
	SuggestionNegative SuggestionMove = "negative" // it becomes a negative phrase
	SuggestionReject   SuggestionMove = "reject"   // it is not offered again
)

// SuggestionMoves lists the moves of a suggestion.
func SuggestionMoves() []SuggestionMove {
	return []SuggestionMove{SuggestionAccept, SuggestionNegative, SuggestionReject}
}

const (
	mostLearnt      = 5000 // questions that are looked at for suggestions
	mostTold        = 200  // suggestions of one article that are looked at, those of most people
	mostSuggestions = 50   // of one article
)

// Suggestions returns the wordings offered for an article, those first that the search
// does not find for sure, and of these those of most people: at most 50, from the
// questions that are still kept. storage.ErrNotFound when
// there is no such article.
func (e *Editor) Suggestions(ctx context.Context, by bot.Actor, article string) ([]Suggestion, error) {
	if err := by.Require(bot.ReadQuestions); err != nil {
		return nil, err
	}
	return e.suggestions(ctx, article)
}

func (e *Editor) suggestions(ctx context.Context, article string) ([]Suggestion, error) {
	a, err := e.store.Article(ctx, article)
	if err != nil {
		return nil, err
	}
	if a.State == bot.ArticleRetired {
		return nil, nil
	}
	s, err := e.shelves.get(ctx, e.store)
	if err != nil {
		return nil, err
	}
	decided, err := e.store.Decided(ctx, article)
	if err != nil {
		return nil, err
	}
	learnt, err := e.store.LearntQuestions(ctx, article, mostLearnt)
	if err != nil {
		return nil, err
	}
	return gather(s, a, learnt, decided), nil
}

// gather makes suggestions of questions that the article answered.
func gather(s *Shelf, a bot.Article, learnt []bot.Question, decided map[string]bool) []Suggestion {
	known := map[string]bool{}
	for _, w := range a.Wordings() {
		known[search.PhraseID(w.Text)] = true
	}
	for _, l := range bot.Languages() {
		for _, text := range a.Negatives.In(l) {
			known[search.PhraseID(text)] = true
		}
	}
	all := map[string]*tally{}
	for _, q := range learnt {
		phrase, ok := s.index.Phrase(q.Text)
		if !ok {
			continue
		}
		id := search.PhraseID(phrase)
		if known[id] || decided[id] {
			continue
		}
		t, ok := all[id]
		if !ok {
			t = &tally{Suggestion: Suggestion{ID: a.ID + "." + id, Article: a.ID}, people: map[string]bool{}, spelt: map[string]int{}, in: map[bot.Language]int{}}
			all[id] = t
		}
		t.add(q, phrase)
	}
	suggestions := make([]Suggestion, 0, len(all))
	for _, t := range all {
		suggestions = append(suggestions, t.suggestion())
	}
	slices.SortFunc(suggestions, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(b.People, a.People), b.LastAt.Compare(a.LastAt), cmp.Compare(a.ID, b.ID))
	})
	suggestions = suggestions[:min(len(suggestions), mostTold)]
	for i, o := range suggestions {
		found := s.index.Find(o.Phrase, o.Language, time.Time{})
		suggestions[i].Found = found.Outcome == flows.Sure && found.Matches[0].Article.ID == a.ID
	}
	slices.SortStableFunc(suggestions, func(a, b Suggestion) int {
		switch {
		case a.Found == b.Found:
			return 0
		case b.Found:
			return -1
		}
		return 1
	})
	return suggestions[:min(len(suggestions), mostSuggestions)]
}

// tally is a suggestion being counted.
type tally struct {
	Suggestion
	people map[string]bool
	spelt  map[string]int
	in     map[bot.Language]int
}

func (t *tally) add(q bot.Question, phrase string) {
	switch q.Ending {
	case bot.EndedPicked:
		t.Picked++
	case bot.EndedHelped:
		t.Helped++
	case bot.EndedConfirmed:
		t.Confirmed++
	}
	t.people[q.Contact] = true
	t.spelt[phrase]++
	t.in[q.Language]++
	if q.At.After(t.LastAt) {
		t.LastAt = q.At
	}
}

// suggestion returns the suggestion in the spelling and the language of most.
func (t *tally) suggestion() Suggestion {
	t.People = len(t.people)
	t.Phrase = most(t.spelt)
	t.Language = most(t.in)
	if !t.Language.Known() {
		t.Language = bot.Ukrainian
	}
	return t.Suggestion
}

// most returns what was counted most often, of equals the first by its letters.
func most[T ~string](counts map[T]int) (best T) {
	for v, n := range counts {
		if m := counts[best]; n > m || n == m && v < best {
			best = v
		}
	}
	return best
}

// Decide moves a suggestion and gives its article as it is now. What was accepted
// counts at once, also in an approved article: it changes what people find, and
// nothing of what they are told. storage.ErrNotFound when it is offered no more.
func (e *Editor) Decide(ctx context.Context, by bot.Actor, suggestion string, m SuggestionMove) (bot.Article, error) {
	if err := by.Require(bot.WriteContent); err != nil {
		return bot.Article{}, err
	}
	article, phrase, _ := strings.Cut(suggestion, ".")
	suggestions, err := e.suggestions(ctx, article)
	if err != nil {
		return bot.Article{}, err
	}
	i := slices.IndexFunc(suggestions, func(o Suggestion) bool { return o.ID == suggestion })
	if i < 0 {
		return bot.Article{}, fmt.Errorf("offer %s: %w", suggestion, storage.ErrNotFound)
	}
	o := suggestions[i]
	return e.write(ctx, by, "article."+string(m), article, func(tx *storage.Tx, _ detail) (bot.Article, error) {
		a, err := tx.Article(ctx, article)
		if err != nil {
			return a, err
		}
		if err := tx.Decide(ctx, storage.Decision{Article: article, Phrase: phrase, As: string(m), Actor: by.User}); err != nil {
			return a, err
		}
		switch m {
		case SuggestionAccept:
			a.Aliases = a.Aliases.With(o.Language, o.Phrase)
		case SuggestionNegative:
			a.Negatives = a.Negatives.With(o.Language, o.Phrase)
		default:
			return a, nil
		}
		a.Version++
		if a.State != bot.ArticleDraft { // what is approved stays so: a wording is found, not told
			a.DecidedBy = by.User
			return a, nil
		}
		return a, tx.Wrote(ctx, object(article), by)
	})
}

// Confirm notes for an operator which article answers a question that was
// asked, named by its address and update: its words are offered to the
// article's editor. storage.ErrNotFound when either is not there.
func (e *Editor) Confirm(ctx context.Context, by bot.Actor, at bot.Address, update, article string) error {
	if err := by.Require(bot.WorkTickets); err != nil {
		return err
	}
	return e.store.InTx(ctx, func(tx *storage.Tx) error {
		if _, err := tx.Article(ctx, article); err != nil {
			return err
		}
		if err := tx.ConfirmQuestion(ctx, at, update, article); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "article.confirm", Object: object(article)})
	})
}
