package audience

import (
	"context"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// WarningKind is what somebody should look at before a segment is used.
type WarningKind string

// The warnings.
const (
	WarnTiny   WarningKind = "tiny"   // so few that figures about them are about persons
	WarnHuge   WarningKind = "huge"   // nearly everybody
	WarnAlmost WarningKind = "almost" // almost the same people as another segment
	WarnJoined WarningKind = "joined" // who came lately counts as silent for long
	// WarnVariants: there are people of so many kinds that one text does not do for all.
	WarnVariants WarningKind = "variants"
)

const (
	tinyMost  = 10
	hugeShare = 0.9
	sameShare = 0.95
	// variantsLeast is of how many kinds people are to need as many texts.
	variantsLeast = 3
	// sameMost is how many segments are compared.
	sameMost = 20
)

// Warning is one of them: how many people it is about, of WarnVariants how many kinds of
// them, and of WarnAlmost the other segment.
type Warning struct {
	Kind   WarningKind
	People int
	Other  bot.SavedSegment
}

// Warnings returns what somebody should look at, by the count. Another segment is
// compared by the sample alone.
func (a *Audiences) Warnings(ctx context.Context, by bot.Actor, q Question, c Count) (all []Warning, err error) {
	tree, err := a.asked(ctx, by, bot.ReadAudience, q, "")
	if err != nil {
		return nil, err
	}
	return a.warnings(ctx, tree, q, c)
}

func (a *Audiences) warnings(ctx context.Context, tree bot.Segment, q Question, c Count) (all []Warning, err error) {
	if c.People <= tinyMost {
		all = append(all, Warning{Kind: WarnTiny, People: c.People})
	}
	if c.Of > tinyMost && float64(c.People) >= hugeShare*float64(c.Of) {
		all = append(all, Warning{Kind: WarnHuge, People: c.People})
	}
	if joined, ok := Lately(tree); ok && c.People > 0 {
		n, err := a.store.CountSegment(ctx, bot.All(tree, joined), a.calendar())
		if err != nil {
			return nil, err
		}
		if n > 0 {
			all = append(all, Warning{Kind: WarnJoined, People: n})
		}
	}
	kinds, err := a.kinds(ctx, tree, c)
	if err != nil {
		return nil, err
	}
	if kinds >= variantsLeast {
		all = append(all, Warning{Kind: WarnVariants, People: kinds})
	}
	same, err := a.almost(ctx, tree, q)
	return append(all, same...), err
}

// kinds counts the kinds of people in the segment: partners and the company's own want
// other words than clients. Of many people the sample tells.
func (a *Audiences) kinds(ctx context.Context, tree bot.Segment, c Count) (n int, err error) {
	if c.People < variantsLeast {
		return 0, nil
	}
	for _, kind := range bot.ContactKinds() {
		people, err := a.some(ctx, bot.All(tree, bot.In("kind", kind)), c)
		if err != nil {
			return 0, err
		}
		if people > 0 {
			n++
		}
	}
	return n, nil
}

// some counts the people in the segment: of the sample alone where there are many.
func (a *Audiences) some(ctx context.Context, tree bot.Segment, c Count) (int, error) {
	if c.Of < sampleLeast {
		return a.store.CountSegment(ctx, tree, a.calendar())
	}
	n, err := a.store.SampleSegment(ctx, tree, a.calendar())
	return n.In, err
}

// Lately returns who came within the time for which a segment wants them to have been
// silent: they have not been there long enough to be. ok is false where it asks for no
// silence, or says itself when they came.
func Lately(tree bot.Segment) (joined bot.Segment, ok bool) {
	asksFirst := false
	tree.Conditions(func(c bot.Condition) {
		asksFirst = asksFirst || c.Field == "first"
		if c.Field == "last" && slices.Contains([]bot.Op{bot.OpLast, bot.OpOver}, c.Op) {
			ok = true
			joined = bot.Segment{Condition: bot.Condition{Field: "first", Op: bot.OpLast, Values: c.Values}}
		}
	})
	return joined, ok && !asksFirst
}

// almost finds the segments with almost the same people.
func (a *Audiences) almost(ctx context.Context, tree bot.Segment, q Question) (all []Warning, err error) {
	saved, err := a.store.Segments(ctx)
	if err != nil {
		return nil, err
	}
	now := a.calendar()
	mine, err := a.store.SampleSegment(ctx, tree, now)
	if err != nil || mine.In == 0 {
		return nil, err
	}
	for _, s := range saved[:min(len(saved), sameMost)] {
		other, err := s.Tree.Whole("tree", bot.ByID(saved))
		if s.ID == q.Segment || err != nil || slices.Contains(q.Tree.Within(), s.ID) {
			continue
		}
		theirs, err := a.store.SampleSegment(ctx, other, now)
		if err != nil {
			return nil, err
		}
		both, err := a.store.SampleSegment(ctx, bot.All(tree, other), now)
		if err != nil {
			return nil, err
		}
		if float64(both.In) >= sameShare*float64(max(mine.In, theirs.In)) {
			all = append(all, Warning{Kind: WarnAlmost, People: scaled(both.In, storage.SampleShare), Other: s})
		}
	}
	return all, nil
}
