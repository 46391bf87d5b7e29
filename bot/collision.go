package bot

import (
	"slices"
	"time"
)

// DateKind is what happens at a moment of the calendar of changes and broadcasts.
type DateKind string

// The kinds of dates.
const (
	DateAnnounced DateKind = "announced" // a change is, or was
	DateFrom      DateKind = "from"      // it takes effect
	DateStage     DateKind = "stage"     // of its roll-out
	DateNews      DateKind = "news"      // by then more of it is promised
	DateUntil     DateKind = "until"     // it ends
	DateSend      DateKind = "send"      // a broadcast begins, or began
)

// DateKinds lists the kinds of dates, in the order in which they stand at one moment.
func DateKinds() []DateKind {
	return []DateKind{DateAnnounced, DateFrom, DateStage, DateNews, DateUntil, DateSend}
}

// Dated is what happens at a moment, as far as it may collide with something else.
type Dated struct {
	Kind DateKind
	ID   string // of the change, or of the broadcast
	At   time.Time
	Whom Segment
	// Apart is that it is only for those who asked for it or are owed it: whom it reaches
	// does not follow from Whom.
	Apart bool
	Free  bool   // the cap of the governor does not hold it
	Plan  string // the change in whose plan it is; waves of one plan tell nobody twice. "" is none
	Over  string // the broadcast in whose place it stands, or that it corrects; "" is none
}

// CollisionKind is how dates collide.
type CollisionKind string

// The kinds of collisions.
const (
	CollisionHour CollisionKind = "hour" // two broadcasts within an hour may reach the same people
	CollisionCap  CollisionKind = "cap"  // more broadcasts to everyone on a day than the cap lets through
	CollisionDate CollisionKind = "date" // two changes take effect on one day for people who may be the same
)

// CollisionKinds lists the kinds of collisions.
func CollisionKinds() []CollisionKind {
	return []CollisionKind{CollisionHour, CollisionCap, CollisionDate}
}

// Collision is dates that collide, by their places among all, the earlier place first.
type Collision struct {
	Kind CollisionKind
	Of   []int
}

// collideWithin is how near to each other two broadcasts to the same people collide.
const collideWithin = time.Hour

// Collisions finds what collides, by what is written of whom it is for: nobody is counted.
// All are in the order of their moments; a day is one of the calendar, and perDay is how many
// broadcasts the cap lets through to one person on it, where 0 is no bound.
func Collisions(all []Dated, c Calendar, perDay int) (found []Collision) {
	toAll := map[string][]int{}
	for i, a := range all {
		for j := i + 1; j < len(all) && all[j].At.Sub(a.At) <= 25*time.Hour; j++ { // no day is longer
			if kind := a.collides(all[j], c); kind != "" {
				found = append(found, Collision{kind, []int{i, j}})
			}
		}
		if day := c.Day(a.At); a.Kind == DateSend && !a.Apart && !a.Free && a.Whom.Everyone() {
			toAll[day] = append(toAll[day], i)
		}
	}
	for _, of := range toAll {
		if perDay > 0 && messages(all, of) > perDay {
			found = append(found, Collision{CollisionCap, of})
		}
	}
	slices.SortStableFunc(found, func(a, b Collision) int { return slices.Compare(a.Of, b.Of) })
	return found
}

// collides reports how it collides with what comes later; "" is not at all.
func (d Dated) collides(later Dated, c Calendar) CollisionKind {
	switch {
	case d.Kind != later.Kind || d.ID == later.ID || d.Apart || later.Apart:
		return ""
	case d.Kind == DateFrom && c.Day(d.At) == c.Day(later.At) && d.Whom.Meets(later.Whom):
		return CollisionDate
	case d.Kind == DateSend && later.At.Sub(d.At) < collideWithin && !d.beside(later) && d.Whom.Meets(later.Whom):
		return CollisionHour
	}
	return ""
}

// beside reports whether two broadcasts tell nobody twice, or are meant to.
func (d Dated) beside(o Dated) bool {
	return d.Plan != "" && d.Plan == o.Plan || d.Over == o.ID || o.Over == d.ID || d.Over != "" && d.Over == o.Over
}

// messages is how many of the broadcasts one person may be told: of a plan one, and of those
// in whose place another stands that one.
func messages(all []Dated, of []int) (n int) {
	for k, i := range of {
		if !slices.ContainsFunc(of[:k], func(j int) bool { return all[i].beside(all[j]) }) {
			n++
		}
	}
	return n
}
