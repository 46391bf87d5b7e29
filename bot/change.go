package bot

import (
	"slices"
	"time"
)

// ChangeKind is what sort of thing changes.
type ChangeKind string

// The kinds of change.
const (
	Tariff  ChangeKind = "tariff"
	Move    ChangeKind = "move"
	Outage  ChangeKind = "outage"
	Rules   ChangeKind = "rules"
	Product ChangeKind = "product"
)

// ChangeKinds lists the kinds of change.
func ChangeKinds() []ChangeKind { return []ChangeKind{Tariff, Move, Outage, Rules, Product} }

// Known reports whether k is a kind of change.
func (k ChangeKind) Known() bool { return slices.Contains(ChangeKinds(), k) }

// ChangeState is where a change stands.
type ChangeState string

// The states of a change.
const (
	ChangeDraft     ChangeState = "draft"
	ChangeReview    ChangeState = "in review"
	ChangeApproved  ChangeState = "approved"
	ChangeAnnounced ChangeState = "announced"
	ChangeClosed    ChangeState = "closed"
	ChangeWithdrawn ChangeState = "withdrawn"
)

// Change is what the company announces. Customers learn of it only once it is
// approved, and it cannot be approved with a blank.
type Change struct {
	ID          string      `json:"id"`
	Kind        ChangeKind  `json:"kind"`
	State       ChangeState `json:"state"`
	Version     int         `json:"version"`
	Title       Bilingual   `json:"title"`
	Summary     Bilingual   `json:"summary"` // what changes, in two or three sentences
	Reason      Bilingual   `json:"reason"`
	Consequence Bilingual   `json:"consequence"` // what it means for the person
	Benefit     Bilingual   `json:"benefit"`
	ToDo        Bilingual   `json:"to_do"` // what the person should do
	From        time.Time   `json:"from"`  // when it takes effect
	Owner       string      `json:"owner,omitempty"`
	Audience    Segment     `json:"audience,omitzero"` // whom it concerns
}

// ChangeMove is something that can be done to a change.
type ChangeMove string

// The moves of a change.
const (
	ChangeSubmit   ChangeMove = "submit"
	ChangeApprove  ChangeMove = "approve"
	ChangeReturn   ChangeMove = "return"
	ChangeAnnounce ChangeMove = "announce"
	ChangeClose    ChangeMove = "close"
	ChangeWithdraw ChangeMove = "withdraw"
)

// changeMoves is the table of legal moves: by a move, from a state, to a state.
func changeMoves() map[ChangeMove]map[ChangeState]ChangeState {
	return map[ChangeMove]map[ChangeState]ChangeState{
		ChangeSubmit:   {ChangeDraft: ChangeReview},
		ChangeApprove:  {ChangeReview: ChangeApproved},
		ChangeReturn:   {ChangeReview: ChangeDraft},
		ChangeAnnounce: {ChangeApproved: ChangeAnnounced},
		ChangeClose:    {ChangeAnnounced: ChangeClosed},
		ChangeWithdraw: {
			ChangeDraft: ChangeWithdrawn, ChangeReview: ChangeWithdrawn,
			ChangeApproved: ChangeWithdrawn, ChangeAnnounced: ChangeWithdrawn,
		},
	}
}

// Can returns the state the move leads to, and false when it is not legal from s.
func (s ChangeState) Can(m ChangeMove) (ChangeState, bool) {
	to, ok := changeMoves()[m][s]
	return to, ok
}

// Moves returns the moves that are legal from s, by name.
func (s ChangeState) Moves() (legal []ChangeMove) {
	for m, from := range changeMoves() {
		if _, ok := from[s]; ok {
			legal = append(legal, m)
		}
	}
	slices.Sort(legal)
	return legal
}

// Told reports whether customers may hear of the change.
func (c Change) Told() bool { return c.State == ChangeApproved || c.State == ChangeAnnounced }

// Public reports whether the change is no secret: what else belongs to it may be
// told. A closed change is news to nobody, and true.
func (c Change) Public() bool { return c.Told() || c.State == ChangeClosed }

// Blanks names the required texts that are missing in some language.
func (c Change) Blanks() []string {
	var blanks []string
	for _, f := range []struct {
		name string
		w    Bilingual
	}{
		{"title", c.Title},
		{"summary", c.Summary},
		{"reason", c.Reason},
		{"consequence", c.Consequence},
		{"benefit", c.Benefit},
		{"to_do", c.ToDo},
	} {
		if !f.w.Complete() {
			blanks = append(blanks, f.name)
		}
	}
	if c.From.IsZero() {
		blanks = append(blanks, "from")
	}
	return slices.Clip(blanks)
}

// Mark is one thing the ledger knows of a person and a change.
type Mark string

// The marks of the ledger, in the order they usually come.
const (
	MarkMentioned    Mark = "mentioned"    // a line said that there is such a change; it is not told yet
	MarkTold         Mark = "told"         // a message that told it was sent
	MarkAcknowledged Mark = "acknowledged" // pressed «Зрозуміло / Понятно»
	MarkAsked        Mark = "asked"        // pressed «Маю запитання»
)

// LedgerEntry is a change that concerns a person, and what they know of it.
type LedgerEntry struct {
	Change       Change
	Mentioned    bool
	MentionedAt  time.Time // zero: never
	OnItsWay     bool      // a message that tells or mentions it has not ended yet
	Told         bool
	Unsure       bool // a message that told it may have arrived
	Acknowledged bool
	Followed     bool // wants to hear of its later stages
}

// With returns the notice with one more mark, as the turn that makes it knows it:
// what the turn says is on its way.
func (n LedgerEntry) With(m Mark) LedgerEntry {
	switch m {
	case MarkMentioned, MarkTold:
		n.OnItsWay = true
	case MarkAcknowledged:
		n.Acknowledged = true
	}
	return n
}

// Heard reports whether the person was told of the change, or is about to be: it
// is not offered again then, until a message of it turns out to have told nothing.
func (n LedgerEntry) Heard() bool { return n.Told || n.OnItsWay || n.Unsure || n.Acknowledged }
