package bot

import (
	"strconv"
	"strings"
	"time"
)

// Stance is how far a person is with a change; each stands at exactly one.
type Stance string

// The stances, the farthest first.
const (
	StanceAcknowledged Stance = "acknowledged" // the version told last, or a newer one
	StanceTold         Stance = "told"
	StanceUnsure       Stance = "unsure"    // a message that told it may have arrived
	StanceUnreached    Stance = "unreached" // a message of ours passed them by, for the reason
	StanceWaiting      Stance = "waiting"   // nothing of ours has tried yet
	StanceErased       Stance = "erased"    // was one of them, and is forgotten
)

// Stances lists them in this order.
func Stances() []Stance {
	return []Stance{StanceAcknowledged, StanceTold, StanceUnsure, StanceUnreached, StanceWaiting, StanceErased}
}

// Standing is how a person and a change stand to each other: all that the ledger counts
// of it. People of one standing are counted by one number, so that the sum of all of
// them is the number of people.
type Standing struct {
	Stance   Stance
	Bot      string   // by which they were told; "" where they were not, or nobody noted it
	Language Language // in which
	Version  int      // that they were told, or acknowledged; 0 as above
	// Delivered and Seen are the messenger's word; Blind tells that theirs has no word for
	// seen, so that time stands for it: see ChangeLevel.Knows.
	Delivered, Seen, Blind bool
	Asked, Complained      bool
	Late                   bool   // came to the audience when everybody in it was listed
	Reason                 string // why a broadcast passed them by, with StanceUnreached
}

// standingMarks are the letters of what is true or not in the text of a standing.
func (s *Standing) marks() []struct {
	letter string
	is     *bool
} {
	return []struct {
		letter string
		is     *bool
	}{{"D", &s.Delivered}, {"S", &s.Seen}, {"B", &s.Blind}, {"Q", &s.Asked}, {"C", &s.Complained}, {"L", &s.Late}}
}

// String returns the standing in one word, as the ledger keeps it.
func (s Standing) String() string {
	marks := ""
	for _, m := range s.marks() {
		if *m.is {
			marks += m.letter
		}
	}
	return strings.Join([]string{string(s.Stance), s.Bot, string(s.Language), strconv.Itoa(s.Version), marks, s.Reason}, "|")
}

// ParseStanding reads what String wrote; false where it is nothing of that kind.
func ParseStanding(text string) (s Standing, ok bool) {
	parts := strings.SplitN(text, "|", 6)
	if len(parts) != 6 {
		return s, false
	}
	version, err := strconv.Atoi(parts[3])
	s = Standing{Stance: Stance(parts[0]), Bot: parts[1], Language: Language(parts[2]), Version: version, Reason: parts[5]}
	for _, m := range s.marks() {
		*m.is = strings.Contains(parts[4], m.letter)
	}
	return s, err == nil
}

// Heard reports whether the person was told, of whatever version.
func (s Standing) Heard() bool { return s.Stance == StanceTold || s.Stance == StanceAcknowledged }

// Acknowledges reports whether they acknowledged the version. Where nobody noted which one
// they did, it counts for the versions of that time, which is told by announced being
// zero.
func (s Standing) Acknowledges(version int, announced time.Time) bool {
	return s.Stance == StanceAcknowledged && (s.Version == version || s.Version == 0 && announced.IsZero())
}
