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
	TicketSleep    TicketMove = "sleep"    // put it aside for a while; the ticket stays as it is
	TicketRelease  TicketMove = "release"  // give it back to the queue
	TicketReturn   TicketMove = "return"   // give a colleague's back to the queue, which is for who leads the desk
	TicketClose    TicketMove = "close"    // whoever closes a waiting ticket takes it by that
	TicketForgive  TicketMove = "forgive"  // it was no abuse after all; the ticket stays closed
)

// ticketMoves is the table of legal moves: from a state, by a move, to a state.
func ticketMoves() map[TicketMove]map[TicketState]TicketState {
	return map[TicketMove]map[TicketState]TicketState{
		TicketTake:     {TicketWaiting: TicketTaken},
		TicketReply:    {TicketTaken: TicketTaken},
		TicketTakeover: {TicketTaken: TicketTaken},
		TicketSleep:    {TicketTaken: TicketTaken},
		TicketRelease:  {TicketTaken: TicketWaiting},
		TicketReturn:   {TicketTaken: TicketWaiting},
		TicketClose:    {TicketWaiting: TicketClosed, TicketTaken: TicketClosed},
		TicketForgive:  {TicketClosed: TicketClosed},
	}
}

// Can returns the state the move leads to, and false when it is not legal from s.
func (s TicketState) Can(m TicketMove) (TicketState, bool) {
	to, ok := ticketMoves()[m][s]
	return to, ok
}

// TicketTurn is whose word is next.
type TicketTurn string

// The turns of a ticket.
const (
	TurnOurs   TicketTurn = "ours"   // the customer waits for our word
	TurnTheirs TicketTurn = "theirs" // we wait for the customer's
)

// TicketOutcome is how a closed ticket ended.
type TicketOutcome string

// The outcomes of a ticket: those an operator chooses among, and the two of tickets
// that no operator closed.
const (
	OutcomeSolved    TicketOutcome = "solved"
	OutcomeUnsolved  TicketOutcome = "unsolved"
	OutcomeSilent    TicketOutcome = "silent"    // the customer did not answer
	OutcomeElsewhere TicketOutcome = "elsewhere" // it is not for this desk to solve
	OutcomeAbuse     TicketOutcome = "abuse"     // no new ticket for AbuseRest

	OutcomeRecalled TicketOutcome = "recalled" // the customer needs nobody any more
	OutcomeJoined   TicketOutcome = "joined"   // another ticket of the person goes on
)

// TicketOutcomes returns those that an operator chooses among, in the order they are
// offered in.
func TicketOutcomes() []TicketOutcome {
	return []TicketOutcome{OutcomeSolved, OutcomeUnsolved, OutcomeSilent, OutcomeElsewhere, OutcomeAbuse}
}

const (
	// AbuseRest is how long a person whose ticket was closed as abuse gets no new one.
	AbuseRest = 24 * time.Hour
	// OfferRest is how long a ticket that follows another is its old holder's first.
	OfferRest = 10 * time.Minute
	// FollowsWithin is how long after a closing a new ticket of the person follows
	// the old one.
	FollowsWithin = 24 * time.Hour
	// RatingRest is the least time between two questions to a person of how it was.
	RatingRest = 7 * 24 * time.Hour
	// BestScore is the highest score of a Rating, 1 the lowest.
	BestScore = 5
)

// Rating is what a customer thought of the help, once the ticket was closed.
type Rating struct {
	Ticket string
	Score  int // 1 to BestScore; 0 says that they are asked
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
	ReasonAgain     Reason = "again"     // what followed a talk was not surely answered
	ReasonWritten   Reason = "written"   // an operator wrote first
	ReasonUnsent    Reason = "unsent"    // a reply did not arrive, and its ticket was closed by then
)

// Reasons returns every reason that a ticket may have.
func Reasons() []Reason {
	return []Reason{
		ReasonAsked, ReasonComplaint, ReasonMisses, ReasonUnhelped, ReasonChange, ReasonLoop, ReasonPoisoned, ReasonAgain, ReasonWritten,
		ReasonUnsent,
	}
}

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

	Revision  int64     // grows by one with whatever the desk shows of the ticket
	ChangedAt time.Time // when it last did
	Turn      TicketTurn
	// TurnAt is when our turn began: with the customer's first unanswered line. It
	// stays while the turn is theirs.
	TurnAt       time.Time
	AnsweredAt   time.Time // when the latest reply was written; zero: none was
	WakeAt       time.Time // until then a held ticket sleeps; zero: awake
	Outcome      TicketOutcome
	Previous     string // the ticket it follows; "" for none
	Offered      string // the user it is offered to first, until OfferedUntil
	OfferedUntil time.Time
	OpenedBy     string // the user who wrote first; "" where the customer did
}

// Allows reports whether the actor may make the move on the ticket as it stands.
// A taken ticket is its holder's: others can only take it over, and who leads the desk
// may return it. A System that returns what nobody works on may release it, too.
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
	case m == TicketReturn:
		return !holds && a.May(LeadDesk)
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
	case m == TicketRelease, m == TicketReturn:
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

const (
	// AheadMost is where counting those who wait ends.
	AheadMost = 1000
	// NotInLine stands in place of how many wait before a person whose ticket is
	// offered to its former operator first: others pass it by until then.
	NotInLine = -1
)

// Desk is what a customer may be told of the people who help.
type Desk struct {
	Ahead int           // tickets that wait before this person's, or NotInLine; AheadMost is that many or more
	Usual time.Duration // how long people wait as a rule, in working time; 0: nobody can tell
	Open  bool          // operators are at work now
	Opens time.Time     // when they are back, if not Open
}
