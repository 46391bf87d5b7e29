package bot

import "time"

// TicketState is where a chat that needs a human stands.
type TicketState string

// The states of a ticket.
const (
	TicketWaiting TicketState = "waiting"
	TicketTaken   TicketState = "taken"
	TicketClosed  TicketState = "closed"
)

// TicketMove is something that can be done to a ticket.
type TicketMove string

// The moves of a ticket.
const (
	TicketTake     TicketMove = "take"
	TicketReply    TicketMove = "reply"    // words to the customer; the ticket stays as it is
	TicketTakeover TicketMove = "takeover" // take it from the colleague who holds it
	TicketRelease  TicketMove = "release"  // give it back to the queue
	TicketClose    TicketMove = "close"    // whoever closes a waiting ticket takes it by that
)

// ticketMoves is the table of legal moves: from a state, by a move, to a state.
func ticketMoves() map[TicketMove]map[TicketState]TicketState {
	return map[TicketMove]map[TicketState]TicketState{
		TicketTake:     {TicketWaiting: TicketTaken},
		TicketReply:    {TicketTaken: TicketTaken},
		TicketTakeover: {TicketTaken: TicketTaken},
		TicketRelease:  {TicketTaken: TicketWaiting},
		TicketClose:    {TicketWaiting: TicketClosed, TicketTaken: TicketClosed},
	}
}

// Can returns the state the move leads to, and false when it is not legal from s.
func (s TicketState) Can(m TicketMove) (TicketState, bool) {
	to, ok := ticketMoves()[m][s]
	return to, ok
}

// Reason says why a human is needed.
type Reason string

// The reasons of a hand-off.
const (
	ReasonAsked     Reason = "asked"     // the person asked for a human
	ReasonComplaint Reason = "complaint" // the person complains
	ReasonMisses    Reason = "misses"    // the bot could not answer twice
	ReasonUnhelped  Reason = "unhelped"  // an answer did not help
	ReasonChange    Reason = "change"    // a question about a change
	ReasonLoop      Reason = "loop"      // too many automatic replies in a minute
	ReasonPoisoned  Reason = "defect"    // an update of this chat could not be handled
)

// Ticket is a chat that needs a human.
type Ticket struct {
	ID       string
	Address  Address
	Contact  string
	State    TicketState
	Reason   Reason
	Topic    string // the change or article it is about; "" when none
	Holder   string // the id of the user who holds it, or held it when it was closed
	OpenedAt time.Time
	TakenAt  time.Time
	ClosedAt time.Time
}

// Allows reports whether the actor may make the move on the ticket as it stands.
// A taken ticket is its holder's: others can only take it over. A System that
// returns what nobody works on may release it, too.
func (t Ticket) Allows(m TicketMove, a Actor) bool {
	if _, legal := t.State.Can(m); !legal {
		return false
	}
	holds := t.Holder == a.User
	switch {
	case t.State != TicketTaken:
		return true
	case m == TicketTakeover:
		return !holds
	case m == TicketRelease && a.User == System().User:
		return true
	}
	return holds
}

// HolderAfter returns the id of the user who holds the ticket once the actor has
// made the move: "" when nobody does.
func (t Ticket) HolderAfter(m TicketMove, a Actor) string {
	switch {
	case m == TicketTake, m == TicketTakeover, m == TicketClose && t.State == TicketWaiting:
		return a.User
	case m == TicketRelease:
		return ""
	}
	return t.Holder
}

// Prevails tells which of two open tickets of one person goes on: one that an
// operator has taken, else the older one.
func (t Ticket) Prevails(other Ticket) bool {
	if taken := t.State == TicketTaken; taken != (other.State == TicketTaken) {
		return taken
	}
	return !t.OpenedAt.After(other.OpenedAt)
}

// AheadMost is where counting those who wait ends.
const AheadMost = 1000

// Desk is what a customer may be told of the people who help.
type Desk struct {
	Ahead int       // tickets that wait before this person's; AheadMost is that many or more
	Open  bool      // operators are at work now
	Opens time.Time // when they are back, if not Open
}
