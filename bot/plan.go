package bot

import (
	"slices"
	"time"
)

// WaveKind is whom a wave of a plan is for.
type WaveKind string

// The kinds of waves.
const (
	WaveStaff    WaveKind = "staff"
	WavePartners WaveKind = "partners"
	WaveVIP      WaveKind = "vip"
	WaveHigh     WaveKind = "high" // groups by how strongly the change touches them
	WaveMedium   WaveKind = "medium"
	WaveLow      WaveKind = "low"
	WaveEveryone WaveKind = "everyone" // whom the change concerns
	WaveUnaware  WaveKind = "unaware"  // of them, who do not know of it yet
	WaveOwn      WaveKind = "own"      // whom a draft was for before it was put into the plan
)

// WaveKinds lists the kinds that can be made, in their usual order.
func WaveKinds() []WaveKind {
	return []WaveKind{WaveStaff, WavePartners, WaveVIP, WaveHigh, WaveMedium, WaveLow, WaveEveryone, WaveUnaware}
}

// Wave is one broadcast with a place in the plan of its change. Waves order what is pushed
// and nothing else: who asks is answered once the change is announced.
type Wave struct {
	Broadcast string
	Change    string
	Kind      WaveKind
	Place     int    // waves are in this order; a broadcast in the place of another shares it
	Owner     string // the user who answers for it; "" is nobody
	// Gate is how many percent of those of the wave before have to know before it begins; 0
	// asks only that the one before has begun.
	Gate   int
	Opened WaveOpened // by hand, whatever is known
}

// WaveOpened says who let a wave begin before its gate would, and why.
type WaveOpened struct {
	By  string // the user; "" is nobody
	Why string
	At  time.Time
}

// Knowing is how many people of a wave know of the change, of all whom it reached or may
// reach yet.
type Knowing struct{ Know, People int }

// Passes reports whether at least so many percent know. Of nobody everybody does.
func (k Knowing) Passes(percent int) bool { return k.Know*100 >= percent*k.People }

// Percent is how many of a hundred know, rounded down; 100 of nobody.
func (k Knowing) Percent() int {
	if k.People == 0 {
		return 100
	}
	return k.Know * 100 / k.People
}

// Only reports whether the segment leaves out everybody who has none of the values in the
// field, by what is written in it.
func (s Segment) Only(field string, values ...string) bool {
	within := func(part Segment) bool { return part.Only(field, values...) }
	switch {
	case len(s.And) > 0:
		return slices.ContainsFunc(s.And, within)
	case len(s.Or) > 0:
		return !slices.ContainsFunc(s.Or, func(part Segment) bool { return !within(part) })
	}
	return s.Field == field && s.Op == OpIn && len(s.Values) > 0 &&
		!slices.ContainsFunc(s.Values, func(v string) bool { return !slices.Contains(values, v) })
}

// ForStaff reports whether the broadcast is for people of the company alone: they hear of a
// change before its customers do.
func (b Broadcast) ForStaff() bool { return b.News == nil && b.Audience.Only("kind", Colleagues()...) }

// Colleagues are the kinds of contacts who are people of the company.
func Colleagues() []string { return []string{"staff", "management"} }

// WaveFor returns whom a wave of the kind is for: people of the company and partners whatever
// the change says, everybody else of those whom it concerns.
func (c Change) WaveFor(kind WaveKind) Segment {
	whom := c.Audience
	if len(c.Groups) > 0 {
		whom = Whom(c.Groups)
	}
	narrowed := func(by Segment) Segment {
		if whom.Everyone() {
			return by
		}
		return All(whom, by)
	}
	switch kind {
	case WaveStaff:
		return In("kind", Colleagues()...)
	case WavePartners:
		return In("kind", "partner")
	case WaveVIP:
		return narrowed(In("tier", "vip"))
	case WaveHigh, WaveMedium, WaveLow:
		return Whom(c.Graded(Impact(kind)))
	case WaveUnaware:
		return narrowed(None(Segment{Condition: Condition{Field: ChangeField, Op: OpKnows, Values: []string{c.ID}}}))
	}
	return whom
}

// Graded are the groups that the change touches so strongly.
func (c Change) Graded(i Impact) (groups []ChangeGroup) {
	for _, g := range c.Groups {
		if g.Impact == i {
			groups = append(groups, g)
		}
	}
	return groups
}

// Waves proposes the order in which a change is told: the company's own people, partners
// and the best customers before everybody else, and whom it touches most before whom it
// touches less.
func (c Change) Waves() []WaveKind {
	kinds := []WaveKind{WaveStaff, WavePartners, WaveVIP}
	for _, k := range []WaveKind{WaveHigh, WaveMedium, WaveLow} {
		if len(c.Graded(Impact(k))) > 0 {
			kinds = append(kinds, k)
		}
	}
	return append(kinds, WaveEveryone)
}

// The gates that are proposed: colleagues have to know before anybody asks them.
const (
	GateStaff = 80
	GateUsual = 50
)
