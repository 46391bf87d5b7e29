// Package segmenttest draws segments for property tests. What their conditions ask for
// is the test's: what people write, what databases treat differently.
package segmenttest

import (
	"pgregory.net/rapid"

	"visnyk/bot"
)

// Kinds are what a test draws segments of.
type Kinds struct {
	Fields []string // of bot.SegmentFields
	// Attribute draws the name of an attribute.
	Attribute func(*rapid.T) string
	// Values draws what a condition compares with; its Field and Op are drawn.
	Values func(rt *rapid.T, field bot.SegmentField, op bot.Op) []string
	// Units and N are those of lapses of days.
	Units []bot.Unit
	N     func(rt *rapid.T, unit bot.Unit) int
}

// Draw draws a tree with at most so many groups within each other.
func (k Kinds) Draw(rt *rapid.T, depth int) bot.Segment {
	form := 0
	if depth > 0 {
		form = rapid.IntRange(0, 4).Draw(rt, "form")
	}
	parts := func() (all []bot.Segment) {
		for range rapid.IntRange(1, 3).Draw(rt, "parts") {
			all = append(all, k.Draw(rt, depth-1))
		}
		return all
	}
	switch form {
	case 1:
		return bot.All(parts()...)
	case 2:
		return bot.Any(parts()...)
	case 3:
		return bot.None(k.Draw(rt, depth-1))
	}
	return bot.Segment{Condition: k.condition(rt)}
}

func (k Kinds) condition(rt *rapid.T) bot.Condition {
	named := rapid.SampledFrom(k.Fields).Draw(rt, "field")
	if named == bot.AttributeField {
		named += k.Attribute(rt)
	}
	field, _, _ := bot.FieldOf(named)
	c := bot.Condition{Field: named, Op: rapid.SampledFrom(field.Ops).Draw(rt, "op")}
	switch c.Op {
	case bot.OpKnown:
	case bot.OpAgo, bot.OpLast, bot.OpOver, bot.OpNext, bot.OpAhead, bot.OpAnniversary:
		unit := rapid.SampledFrom(k.Units).Draw(rt, "unit")
		c.Values = []string{bot.Lapse{N: k.N(rt, unit), Unit: unit}.String()}
	case bot.OpThis:
		c.Values = []string{string(rapid.SampledFrom(bot.Units()).Draw(rt, "unit"))}
	default:
		c.Values = k.Values(rt, field, c.Op)
	}
	return c
}
