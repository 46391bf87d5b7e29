package bot

import "time"

// State is where a conversation stands in its flow.
type State struct {
	Flow    string            `json:"flow"`
	Step    string            `json:"step"`
	Vars    map[string]string `json:"vars,omitempty"`
	Screen  int               `json:"screen"`            // version of the buttons shown last; grows by one with every new screen
	Buttons []Button          `json:"buttons,omitempty"` // what the current screen offers
}

// Offers tells whether the current screen has a button for the action.
func (s State) Offers(action string) bool {
	for _, b := range s.Buttons {
		if action != "" && b.Action == action {
			return true
		}
	}
	return false
}

// Contact is one person.
type Contact struct {
	ID       string
	Name     string
	Language Language // the language we answer in; Unsure until we know
	Chosen   bool     // the person chose Language by a button
	Zone     string   // IANA time zone; "" is the service's own
	Stopped  bool     // asked to be sent nothing but answers
	External string   // the company's own id of the person; "" when not imported
	Kind     string   // client, partner, staff, management; "" counts as client
	Tier     string   // new, regular, vip
	Region   string
}

// Reach tells whether an address can be written to.
type Reach string

// The reach of an address.
const (
	Reachable Reach = "open"    // we may write
	Blocked   Reach = "blocked" // the person blocked the bot, unsubscribed, or is gone
)

// Conversation is where one address stands. Version grows by one with every
// turn, so that a writer who lost the lease can never overwrite a newer state.
type Conversation struct {
	Address Address
	Contact string
	State   State
	Version int64
	Reach   Reach
	ReachAt time.Time // when the messenger says the reach last changed
	LastAt  time.Time // when the person last did something, by the messenger's clock
	// Burst counts automatic replies since BurstAt: the breaker of loops.
	Burst   int
	BurstAt time.Time
}
