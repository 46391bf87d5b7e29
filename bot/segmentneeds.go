package bot

// Needs is what has to be read of people, besides their Contact, before a segment can
// judge them. Whoever judges reads no more than that: most segments need nothing.
type Needs uint8

// The needs there are.
const (
	NeedsRow       Needs = 1 << iota // Attributes, Tags and RegionPath
	NeedsAddresses                   // Addresses
	NeedsChats                       // First and Last of the Facts
	NeedsTickets                     // Tickets of the Facts
	NeedsChanges                     // Changes of the Facts
)

// Needs returns what Matches and Explain look at, for any person. A segment within it must
// have been put in its place: see Whole.
func (s Segment) Needs() (all Needs) {
	s.Conditions(func(c Condition) {
		field, _, _ := FieldOf(c.Field)
		all |= field.needs
	})
	return all
}

// Include reports whether any of the others is among the needs.
func (n Needs) Include(others Needs) bool { return n&others != 0 }
