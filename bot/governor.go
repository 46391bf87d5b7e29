package bot

import (
	"sync"
	"time"
)

// Cap is how much one person is told unasked, over all senders: of broadcasts, stages
// and surveys, never of answers. 0 is no bound.
type Cap struct {
	Day  int // on one day of the person's own
	Week int // on that day and the six before it
}

// The keys of the cap among the settings.
const (
	CapDaySetting  = "cap.day"
	CapWeekSetting = "cap.week"
)

// Governor says when a message that nobody asked for may leave, if at all. The same
// is asked when people are listed, when messages are released, and before anything
// is sent, for a forecast.
type Governor struct {
	Cap  Cap
	Zone *time.Location // of whoever has not said another; nil is UTC

	zones sync.Map // by the name: *time.Location
}

// Push is a message that leaves unasked, as far as the governor asks.
type Push struct {
	Topic Topic
	// Urgent goes over the cap and the night. It has a reason, and stands in the audit;
	// a pause, a refusal and «стоп» hold all the same.
	Urgent bool
	// Correction says that what was told was wrong: it goes over the cap, and over the
	// night only where it takes effect before the person wakes.
	Correction bool
	Effective  time.Time // when what it tells of takes effect; zero is never
	Until      time.Time // what has not left by then does not leave; zero is open
	// Visit says that the person is there just now, so nobody is woken.
	Visit bool
}

// Recipient of a push as the governor sees them: see Governor.Judge.
type Governed struct {
	Gone    bool // there is no such contact any more: erased, or joined to another
	Stopped bool // asked to be sent nothing but answers, everywhere or at this address
	Reach   Reach
	Held    bool   // an operator has a ticket of theirs
	Zone    string // IANA; "" is the service's own
	Wishes  Wishes
	// Told are the moments at which they were told something unasked, or when that was
	// put on its way, in the last eight days.
	Told []time.Time
}

// Why somebody is not told, or not yet. The words are those of reports.
type Withheld string

// What ends a recipient before anything was sent.
const (
	WithheldGone    Withheld = "gone"        // erased, or joined to another contact
	WithheldBlocked Withheld = "blocked"     // blocked the bot, unsubscribed, left
	WithheldUnmet   Withheld = "unreachable" // only opened the chat
	WithheldStopped Withheld = "stopped"     // «стоп»
	WithheldRefused Withheld = "no consent"  // to this topic
)

// What puts a recipient off, and ends them when the window of the message does.
const (
	WithheldPaused   Withheld = "paused"      // by the person
	WithheldUnserved Withheld = "unserved"    // nobody has said yet that a restored database may send
	WithheldHeld     Withheld = "held"        // an operator is talking with them
	WithheldQuiet    Withheld = "quiet"       // they sleep
	WithheldCap      Withheld = "cap"         // were told enough
	WithheldVisit    Withheld = "visit"       // they come to us, and have not yet
	WithheldLate     Withheld = ReasonTooLate // nothing stood in the way but the end of the window
)

// Verdict is what the governor says. The zero Verdict lets the message go.
type Verdict struct {
	Why   Withheld  // "" is nothing
	Until time.Time // when to ask again; zero where Why ends it
}

// Goes reports whether the message may leave now.
func (v Verdict) Goes() bool { return v.Why == "" }

// Ends reports whether the message never leaves.
func (v Verdict) Ends() bool { return v.Why != "" && v.Until.IsZero() }

// heldAgain is how long somebody is left alone before it is asked again whether an
// operator still has them. The end of that asks too.
const heldAgain = time.Minute

// Judge says whether the message may leave to the person now. What can be waited for
// is waited for while the window is open.
func (g *Governor) Judge(m Push, p Governed, now time.Time) Verdict {
	if why := refusal(m, p); why != "" {
		return Verdict{Why: why}
	}
	if !m.Until.IsZero() && !now.Before(m.Until) {
		return Verdict{Why: WithheldLate}
	}
	v := g.wait(m, p, now)
	if !m.Until.IsZero() && !v.Until.Before(m.Until) {
		v.Until = time.Time{}
	}
	return v
}

// refusal is what no waiting helps against.
func refusal(m Push, p Governed) Withheld {
	switch {
	case p.Gone:
		return WithheldGone
	case p.Reach == Blocked:
		return WithheldBlocked
	case p.Reach == Opened:
		return WithheldUnmet
	case p.Stopped:
		return WithheldStopped
	case !p.Wishes.Agrees(m.Topic):
		return WithheldRefused
	}
	return ""
}

// wait is what can be waited for, the longest first: whoever comes from one into
// another is asked about once.
func (g *Governor) wait(m Push, p Governed, now time.Time) Verdict {
	zone := g.zone(p.Zone)
	switch {
	case p.Wishes.Paused(now):
		return Verdict{Why: WithheldPaused, Until: p.Wishes.Quiet.Wakes(p.Wishes.PausedUntil, zone)}
	case p.Held:
		return Verdict{Why: WithheldHeld, Until: now.Add(heldAgain)}
	case m.Urgent:
		return Verdict{}
	}
	if !m.Correction && g.told(p.Told, now, zone) {
		day := Calendar{Now: now, Zone: zone}
		return Verdict{Why: WithheldCap, Until: p.Wishes.Quiet.Wakes(day.start(day.today().AddDate(0, 0, 1)), zone)}
	}
	if wakes := p.Wishes.Quiet.Wakes(now, zone); wakes.After(now) && !m.Visit && !(m.Correction && m.before(wakes)) {
		return Verdict{Why: WithheldQuiet, Until: wakes}
	}
	return Verdict{}
}

// before reports whether what is told takes effect before the moment.
func (m Push) before(t time.Time) bool { return !m.Effective.IsZero() && m.Effective.Before(t) }

// told reports whether the person was told as much as the cap has.
func (g *Governor) told(at []time.Time, now time.Time, zone *time.Location) bool {
	c := Calendar{Now: now, Zone: zone}
	day, week := c.start(c.today()), c.start(c.today().AddDate(0, 0, -6))
	var today, all int
	for _, t := range at {
		if !t.Before(day) {
			today++
		}
		if !t.Before(week) {
			all++
		}
	}
	return g.Cap.Day > 0 && today >= g.Cap.Day || g.Cap.Week > 0 && all >= g.Cap.Week
}

func (g *Governor) zone(name string) *time.Location {
	if known, ok := g.zones.Load(name); ok {
		return known.(*time.Location)
	}
	zone := ZoneOf(name, g.Zone)
	g.zones.Store(name, zone)
	return zone
}
