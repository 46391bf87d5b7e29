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
	ChangeReplaced  ChangeState = "replaced" // a newer version stands in its place
)

// ChangeStates lists the states of a version of a change, in their usual order.
func ChangeStates() []ChangeState {
	return []ChangeState{
		ChangeDraft, ChangeReview, ChangeApproved, ChangeAnnounced, ChangeClosed, ChangeWithdrawn, ChangeReplaced,
	}
}

// Change is one version of what the company announces: its fact sheet. Colleagues
// see it once it is approved, customers once it is announced, and it cannot be
// approved with a blank. A version in force stays so until a newer one is announced.
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
	Audience    Segment     `json:"audience,omitzero"` // whom it concerns: all of Groups, where there are any
	Particulars
}

// ChangeMove is something that can be done to a change.
type ChangeMove string

// The moves of a change.
const (
	ChangeSubmit   ChangeMove = "submit"
	ChangeApprove  ChangeMove = "approve"
	ChangeReturn   ChangeMove = "return"
	ChangeRecall   ChangeMove = "recall" // before it is decided, by those who write it
	ChangeUndo     ChangeMove = "undo"   // takes an approval back, at once: see UndoApproval
	ChangeRevise   ChangeMove = "revise" // to a draft: the approval is void by it
	ChangeAnnounce ChangeMove = "announce"
	ChangeCorrect  ChangeMove = "correct" // opens the next version, as a draft
	ChangeClose    ChangeMove = "close"
	ChangeWithdraw ChangeMove = "withdraw"
)

// UndoApproval is how long whoever approved a change or a broadcast may take that back as if it had
// not been: it waits for an approval again. So long nothing is announced by itself.
const UndoApproval = 10 * time.Second

// ChangeMoves lists the moves of a change, in their usual order.
func ChangeMoves() []ChangeMove {
	return []ChangeMove{
		ChangeSubmit, ChangeApprove, ChangeReturn, ChangeRecall, ChangeUndo, ChangeRevise, ChangeAnnounce, ChangeCorrect,
		ChangeClose, ChangeWithdraw,
	}
}

// changeMoves is the table of legal moves of a version: by a move, from a state, to a
// state. The version that is corrected stays as it is.
func changeMoves() map[ChangeMove]map[ChangeState]ChangeState {
	return map[ChangeMove]map[ChangeState]ChangeState{
		ChangeSubmit:   {ChangeDraft: ChangeReview},
		ChangeApprove:  {ChangeReview: ChangeApproved},
		ChangeReturn:   {ChangeReview: ChangeDraft},
		ChangeRecall:   {ChangeReview: ChangeDraft},
		ChangeUndo:     {ChangeApproved: ChangeReview},
		ChangeRevise:   {ChangeApproved: ChangeDraft},
		ChangeAnnounce: {ChangeApproved: ChangeAnnounced},
		ChangeCorrect:  {ChangeAnnounced: ChangeAnnounced},
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

// Leads returns the state that the move leads to, wherever it is legal.
func (m ChangeMove) Leads() (to ChangeState) {
	for _, to = range changeMoves()[m] {
	}
	return to
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

// Open reports whether a version in the state is still being made: it is in nobody's
// hands but ours.
func (s ChangeState) Open() bool {
	return s == ChangeDraft || s == ChangeReview || s == ChangeApproved
}

// Locked reports whether the content of a version in the state is what was approved.
func (s ChangeState) Locked() bool {
	return s == ChangeApproved || s == ChangeAnnounced || s == ChangeClosed
}

// Told reports whether customers may hear of the change.
func (c Change) Told() bool { return c.State == ChangeAnnounced }

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
	return append(slices.Clip(blanks), c.Particulars.blanks()...)
}
