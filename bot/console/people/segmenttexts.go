package people

import (
	"visnyk/bot"
)

// segmentTexts are the keys of the words of the pages of segments.
func segmentTexts() []string {
	keys := []string{"people.segment.nav", "people.segment.no_value", "people.segment.unready", "people.segment.meanwhile", "people.yes", "people.no"}
	for _, field := range segmentFields() {
		if field != bot.AttributeField {
			keys = append(keys, fieldKey(field))
		}
		known, _, _ := bot.FieldOf(field)
		for _, op := range known.Ops {
			keys = append(keys, "people.segment.op."+string(op))
		}
		for _, value := range known.Values {
			keys = append(keys, valueKey(known.Name, value))
		}
	}
	for _, op := range []bot.Op{bot.OpIn, bot.OpKnown, bot.OpBegins, bot.OpContains, bot.OpAnniversary} {
		keys = append(keys, "people.segment.op."+string(op))
	}
	for _, op := range orders() {
		keys = append(keys, "people.segment.op."+string(op), "people.segment.op.day_"+string(op))
	}
	for _, n := range append(groupNodes(), nodeIs, nodeIsNot) {
		keys = append(keys, "people.segment.node."+string(n))
	}
	for _, u := range bot.Units() {
		keys = append(keys, "people.segment.unit."+string(u), "people.segment.this."+string(u))
	}
	for _, w := range warnings() {
		keys = append(keys, "people.segment.warning."+string(w))
	}
	for _, w := range unreachables() {
		keys = append(keys, "people.segment.unreached."+string(w), whyNotKey(w))
	}
	for _, f := range whyForms() {
		keys = append(keys, "people.segment.why."+string(f))
	}
	return keys
}
