package bot

import (
	"slices"
	"time"
)

// State is where a conversation stands in its flow.
type State struct {
	Flow    string
	Step    string
	Vars    Vars
	Screen  int      // version of the buttons shown last; grows by one with every new screen
	Buttons []Button // what the current screen offers
}

// Offers reports whether the current screen has a button for the action.
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
	Leaning  Language // what the last message seemed to be in, where Language says otherwise or nothing
	Zone     string   // IANA time zone; "" is the service's own
	Stopped  bool     // asked to be sent nothing but answers
	External string   // the company's own id of the person; "" when not imported
	Kind     string   // client, partner, staff, management; "" counts as client
	Tier     string   // new, regular, vip
	Region   string
	Wishes   Wishes
}

// ContactKinds lists the kinds of contact; "" counts as the first.
func ContactKinds() []string { return []string{"client", "partner", "staff", "management"} }

// ContactTiers lists the tiers of contacts.
func ContactTiers() []string { return []string{"new", "regular", "vip"} }

// Wishes are how a person wants to be told of changes.
type Wishes struct {
	Muted       []ChangeKind // the kinds they do not want to be told of, sorted
	Quiet       Quiet
	PausedUntil time.Time // nothing is told before; zero: no pause
	// Granted are the topics that are off by themselves and that they asked for, sorted.
	Granted []string
	// Preferred is the bot by which they like to be told, PreferredFor by topic; "" is
	// where they wrote last.
	Preferred    string
	PreferredFor map[string]string
}

// Agrees reports whether the person wants to be told of the topic, whenever it is.
func (w Wishes) Agrees(t Topic) bool {
	if t.Starts {
		return !slices.Contains(w.Muted, ChangeKind(t.ID))
	}
	return slices.Contains(w.Granted, t.ID)
}

// Agree returns the wishes with the topic wanted, or refused.
func (w Wishes) Agree(t Topic, given bool) Wishes {
	if t.Starts {
		return w.Mute(ChangeKind(t.ID), !given)
	}
	w.Granted = slices.DeleteFunc(slices.Clone(w.Granted), func(id string) bool { return id == t.ID })
	if given {
		w.Granted = append(w.Granted, t.ID)
		slices.Sort(w.Granted)
	}
	return w
}

// PreferredBot returns the bot by which the person likes to be told of the topic;
// "" where they have said nothing.
func (w Wishes) PreferredBot(topic string) string {
	if bot := w.PreferredFor[topic]; bot != "" {
		return bot
	}
	return w.Preferred
}

// Paused reports whether the person wants to hear of no changes now.
func (w Wishes) Paused(now time.Time) bool { return now.Before(w.PausedUntil) }

// Wants reports whether the person may be told of changes of the kind now.
func (w Wishes) Wants(k ChangeKind, now time.Time) bool {
	return !w.Paused(now) && !slices.Contains(w.Muted, k)
}

// Mute returns the wishes with the kind unwanted, or wanted again.
func (w Wishes) Mute(k ChangeKind, unwanted bool) Wishes {
	w.Muted = slices.DeleteFunc(slices.Clone(w.Muted), func(m ChangeKind) bool { return m == k })
	if unwanted {
		w.Muted = append(w.Muted, k)
		slices.Sort(w.Muted)
	}
	return w
}

// Quiet is when a person sleeps, in their own zone: nothing but answers leaves
// then.
type Quiet string

// The quiet hours that can be chosen.
const (
	QuietUsual Quiet = ""      // as everyone: 21 to 9
	QuietLater Quiet = "22-8"  // 22 to 8
	QuietShort Quiet = "23-7"  // 23 to 7
	QuietNever Quiet = "never" // at any hour
)

// Reach tells whether an address can be written to.
type Reach string

// The reach of an address.
const (
	Reachable Reach = "open"    // we may write
	Blocked   Reach = "blocked" // the person blocked the bot, unsubscribed, or is gone
	Opened    Reach = "opened"  // the person only opened the chat, and never let us write
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
	Hushed  bool      // the person asked here, and for here alone, to be sent nothing but answers
	// Burst counts automatic replies since BurstAt: the breaker of loops.
	Burst   int
	BurstAt time.Time
	Thread  string // of the chat, where the person last did something; "" is the chat itself
}
