package bot

import (
	"cmp"
	"slices"
	"time"
)

// RecipientOutcome is what became of a person in a broadcast. A row leaves
// RecipientPending by exactly one end, so the counts of all of them add up to how
// many were listed.
type RecipientOutcome string

// The outcomes of recipients.
const (
	RecipientPending RecipientOutcome = "pending" // not yet, or on its way
	RecipientSent    RecipientOutcome = "sent"
	RecipientUnknown RecipientOutcome = "unknown" // may have arrived; never sent again by itself
	RecipientSkipped RecipientOutcome = "skipped" // never sent, for the reason
	RecipientFailed  RecipientOutcome = "failed"  // refused by the messenger, for the reason
)

// RecipientOutcomes lists the outcomes in the order of a report.
func RecipientOutcomes() []RecipientOutcome {
	return []RecipientOutcome{RecipientPending, RecipientSent, RecipientUnknown, RecipientSkipped, RecipientFailed}
}

// Why a recipient was left out, or a message failed.
const (
	ReasonNoAddress   = "no address"  // they never wrote to a bot of ours
	ReasonUnreachable = "unreachable" // only opened the chat
	ReasonBlocked     = "blocked"     // blocked the bot
	ReasonStopped     = "stopped"     // asked for nothing but answers
	ReasonNoConsent   = "no consent"  // does not want the topic
	ReasonNoText      = "no text"     // nothing was approved for their messenger
	ReasonJoined      = "joined"      // became one with a person who is a recipient themselves
	ReasonErased      = "erased"
	ReasonCancelled   = "cancelled"
	ReasonTooLate     = "window" // was over
	ReasonLeft        = "left segment"
	ReasonAnswered    = "answered" // meanwhile, what they had asked
	ReasonGone        = "gone"     // the messenger knows them no more
	ReasonMalformed   = "malformed"
	ReasonUnrendered  = "unrendered" // the text could not be filled
)

// RecipientMark is something that a recipient did, or that became known of theirs.
type RecipientMark string

// The marks of recipients, as they are counted.
const (
	RecipientDelivered    RecipientMark = "delivered"
	RecipientSeen         RecipientMark = "seen"
	RecipientClicked      RecipientMark = "clicked"
	RecipientAcknowledged RecipientMark = "acknowledged"
	RecipientAsked        RecipientMark = "asked"
	RecipientComplained   RecipientMark = "complained"
	RecipientUnsubscribed RecipientMark = "unsubscribed"
)

// RecipientMarks lists the marks in the order of a report.
func RecipientMarks() []RecipientMark {
	return []RecipientMark{
		RecipientDelivered, RecipientSeen, RecipientClicked, RecipientAcknowledged, RecipientAsked, RecipientComplained, RecipientUnsubscribed,
	}
}

// Reached is an address of a person, as far as it matters for where they are told.
type Reached struct {
	Address
	Reach   Reach
	Hushed  bool // asked here for nothing but answers
	Visited bool // they read it at their next visit: see Capabilities
	LastAt  time.Time
}

// ChooseAddress returns where the person is told of the topic: by the bot they
// prefer for it, else by the one they prefer, else where they wrote last, and where
// they have to come to us only if nothing else is there. Without one that can be
// written to it returns why.
func ChooseAddress(w Wishes, topic string, all []Reached) (a Address, reason string) {
	if len(all) == 0 {
		return Address{}, ReasonNoAddress
	}
	rank := func(r Reached) int {
		switch r.Bot {
		case w.PreferredFor[topic]:
			return 0
		case w.Preferred:
			return 1
		}
		if r.Visited {
			return 3
		}
		return 2
	}
	all = slices.SortedFunc(slices.Values(all), func(a, b Reached) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.LastAt.Compare(a.LastAt), cmp.Compare(a.Bot, b.Bot), cmp.Compare(a.Chat, b.Chat))
	})
	for _, r := range all {
		switch {
		case r.Reach == Blocked:
			reason = cmp.Or(reason, ReasonBlocked)
		case r.Reach == Opened:
			reason = cmp.Or(reason, ReasonUnreachable)
		case r.Hushed:
			reason = cmp.Or(reason, ReasonStopped)
		default:
			return r.Address, ""
		}
	}
	return all[0].Address, reason
}

// Report is what became of a broadcast. At every instant Planned is the sum of
// Sent, Pending, Unknown, all Skipped and all Failed.
type Report struct {
	Planned      int            `json:"planned"`
	Sent         int            `json:"sent"`
	Pending      int            `json:"pending"`
	Unknown      int            `json:"unknown"`
	Skipped      map[string]int `json:"skipped"`
	Failed       map[string]int `json:"failed"`
	Delivered    int            `json:"delivered"`
	Seen         int            `json:"seen"`
	Clicked      int            `json:"clicked"`
	Acknowledged int            `json:"acknowledged"`
	Asked        int            `json:"asked"`
	Complained   int            `json:"complained"`
	Unsubscribed int            `json:"unsubscribed"`
	Spent        []Money        `json:"spent,omitempty"`     // in each currency, what was not taken excepted
	Expanding    bool           `json:"expanding,omitempty"` // people are still being listed
}

// Add counts n recipients more with the outcome or mark.
func (r *Report) Add(what, reason string, n int) {
	outcomes := map[RecipientOutcome]*int{RecipientSent: &r.Sent, RecipientPending: &r.Pending, RecipientUnknown: &r.Unknown}
	marks := map[RecipientMark]*int{
		RecipientDelivered: &r.Delivered, RecipientSeen: &r.Seen, RecipientClicked: &r.Clicked, RecipientAcknowledged: &r.Acknowledged,
		RecipientAsked: &r.Asked, RecipientComplained: &r.Complained, RecipientUnsubscribed: &r.Unsubscribed,
	}
	reasons := map[RecipientOutcome]*map[string]int{RecipientSkipped: &r.Skipped, RecipientFailed: &r.Failed}
	switch {
	case what == ReportSpent:
		r.spend(Money{int64(n), reason})
		return
	case outcomes[RecipientOutcome(what)] != nil:
		*outcomes[RecipientOutcome(what)] += n
	case reasons[RecipientOutcome(what)] != nil:
		m := reasons[RecipientOutcome(what)]
		if *m == nil {
			*m = map[string]int{}
		}
		(*m)[reason] += n
	case marks[RecipientMark(what)] != nil:
		*marks[RecipientMark(what)] += n
		return
	default:
		return
	}
	r.Planned += n
}

// ReportSpent is what counts call the money that messages cost: n is its sum, the reason
// its currency.
const ReportSpent = "spent"

func (r *Report) spend(m Money) {
	i := slices.IndexFunc(r.Spent, func(s Money) bool { return s.Currency == m.Currency })
	if i < 0 {
		r.Spent = append(r.Spent, m)
		return
	}
	r.Spent[i].Sum += m.Sum
}

// SpentIn returns what was spent in the currency.
func (r Report) SpentIn(currency string) Money {
	m := Money{Currency: currency}
	for _, s := range r.Spent {
		if s.Currency == currency {
			m = s
		}
	}
	return m
}

// Sum returns how many recipients the report knows the outcome of, pending ones
// among them.
func (r Report) Sum() int {
	n := r.Sent + r.Pending + r.Unknown
	for _, reasons := range []map[string]int{r.Skipped, r.Failed} {
		for _, m := range reasons {
			n += m
		}
	}
	return n
}
