package bot

import (
	"slices"
	"time"
)

// ArticleState is where an article stands on its way to customers.
type ArticleState string

// The states of an article.
const (
	ArticleDraft    ArticleState = "draft"
	ArticleReview   ArticleState = "in review"
	ArticleApproved ArticleState = "approved"
	ArticleRetired  ArticleState = "retired"
)

// ArticleStates lists the states of an article, in their order.
func ArticleStates() []ArticleState {
	return []ArticleState{ArticleDraft, ArticleReview, ArticleApproved, ArticleRetired}
}

// ArticleMove is something that can be done to an article.
type ArticleMove string

// The moves of an article.
const (
	ArticleSubmit  ArticleMove = "submit"
	ArticleApprove ArticleMove = "approve"
	ArticleReturn  ArticleMove = "return" // to its writers, with a note
	ArticleRecall  ArticleMove = "recall" // back to its writers, who have thought better of it
	ArticleRetire  ArticleMove = "retire"
)

// ArticleMoves lists the moves of an article, in their usual order.
func ArticleMoves() []ArticleMove {
	return []ArticleMove{ArticleSubmit, ArticleApprove, ArticleReturn, ArticleRecall, ArticleRetire}
}

// articleMoves is the table of legal moves: by a move, from a state, to a state. Who may
// approve may take a draft as it stands, without its being submitted.
func articleMoves() map[ArticleMove]map[ArticleState]ArticleState {
	return map[ArticleMove]map[ArticleState]ArticleState{
		ArticleSubmit:  {ArticleDraft: ArticleReview},
		ArticleApprove: {ArticleDraft: ArticleApproved, ArticleReview: ArticleApproved},
		ArticleReturn:  {ArticleReview: ArticleDraft},
		ArticleRecall:  {ArticleReview: ArticleDraft},
		ArticleRetire:  {ArticleApproved: ArticleRetired},
	}
}

// Can returns the state the move leads to, and false when it is not legal from s.
func (s ArticleState) Can(m ArticleMove) (ArticleState, bool) {
	to, ok := articleMoves()[m][s]
	if !ok {
		return s, false
	}
	return to, true
}

// Moves returns the moves that are legal from s, by name.
func (s ArticleState) Moves() (legal []ArticleMove) {
	for _, m := range ArticleMoves() {
		if _, ok := s.Can(m); ok {
			legal = append(legal, m)
		}
	}
	return legal
}

// Article is one FAQ entry. Only approved and valid ones are ever told.
type Article struct {
	ID       string    `json:"id"`
	Question Bilingual `json:"question"`
	Answer   Bilingual `json:"answer"` // neutral Markdown subset
	Aliases  Aliases   `json:"aliases"`
	// Negatives are wordings that ask for something else: a message that holds
	// one never leads to this article.
	Negatives Aliases      `json:"negatives,omitzero"`
	State     ArticleState `json:"state,omitempty"`
	From      time.Time    `json:"valid_from,omitzero"` // zero: always
	Until     time.Time    `json:"valid_to,omitzero"`   // exclusive; zero: for good
	Change    string       `json:"change,omitempty"`    // the change it belongs to
	Span      ArticleSpan  `json:"span,omitempty"`      // how its dates follow those of the change; "": they are its own
	// Replaces is the article that this one takes the place of, once it is approved and
	// valid: until then the other goes on being told.
	Replaces string `json:"replaces,omitempty"`
	// TellAskers says that who has asked it and has no answer yet is told it, once it is
	// approved and valid.
	TellAskers bool `json:"tell_askers,omitempty"`
	Version    int  `json:"version,omitempty"` // grows with every new content; not in the exchange form
	// DecidedBy is the user who approved, retired or taught it last; "" for a
	// draft, and where an import decided.
	DecidedBy string `json:"-"`
	Note      string `json:"note,omitempty"` // why it was returned last; not in the exchange form
}

// Aliases are other wordings of a question, by language.
type Aliases struct {
	UK []string `json:"uk"`
	RU []string `json:"ru"`
}

// In returns the wordings in language l; Ukrainian where l is not known.
func (a Aliases) In(l Language) []string {
	if l == Russian {
		return a.RU
	}
	return a.UK
}

// With returns the wordings with one more in language l.
func (a Aliases) With(l Language, wording string) Aliases {
	if l == Russian {
		a.RU = append(slices.Clone(a.RU), wording)
	} else {
		a.UK = append(slices.Clone(a.UK), wording)
	}
	return a
}

// Wording is one way to ask for an article.
type Wording struct {
	Field string // where it stands in the article, such as "aliases.uk"
	Text  string
}

// Wordings returns all ways to ask for the article: its question and the other
// wordings, language by language.
func (a Article) Wordings() (all []Wording) {
	for _, l := range Languages() {
		all = append(all, Wording{"question." + string(l), a.Question.In(l)})
		for _, text := range a.Aliases.In(l) {
			all = append(all, Wording{"aliases." + string(l), text})
		}
	}
	return all
}

// Valid reports whether the article may be told at the moment.
func (a Article) Valid(now time.Time) bool {
	return a.State == ArticleApproved && !now.Before(a.From) && (a.Until.IsZero() || now.Before(a.Until))
}
