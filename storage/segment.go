package storage

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"visnyk/bot"
)

// condition is SQL over the contact {k} and its placeholders' values.
type condition struct {
	sql    string
	values []any
}

// segment compiles a segment to SQL that is true of the contact k exactly where
// Segment.Matches is, and never NULL. Placeholders begin at first; values stand
// in them and nowhere in the text. It is the one place where SQL says who is in a
// segment.
func (c conn) segment(s bot.Segment, now bot.Calendar, k string, first int) (condition, error) {
	return compiler{sqlite: c.sql.SQLite(), now: now, k: k, first: first}.segment(s)
}

// wholeSegment is segment for a question about all people at once.
func (c conn) wholeSegment(s bot.Segment, now bot.Calendar, first int) (condition, error) {
	return compiler{sqlite: c.sql.SQLite(), whole: true, now: now, k: "k", first: first}.segment(s)
}

func (c compiler) segment(s bot.Segment) (condition, error) {
	w := &c
	sql, err := w.node(s)
	return condition{sql, w.values}, err
}

// compiler writes one segment.
type compiler struct {
	sqlite bool
	// whole says that it is asked about all people at once: what other tables tell is
	// read once for all, not looked for again for each.
	whole  bool
	now    bot.Calendar
	k      string
	first  int
	values []any
}

// bind keeps the value and returns its placeholder.
func (c *compiler) bind(v any) string {
	c.values = append(c.values, v)
	return fmt.Sprintf("$%d", c.first+len(c.values)-1)
}

func (c *compiler) node(s bot.Segment) (string, error) {
	switch {
	case len(s.And) > 0:
		return c.list(s.And, " AND ")
	case len(s.Or) > 0:
		return c.list(s.Or, " OR ")
	case s.Not != nil:
		inner, err := c.node(*s.Not)
		return "NOT " + inner, err
	case s.Field == "":
		return "(TRUE)", nil
	}
	return c.condition(s.Condition)
}

// list writes the parts, the cheap ones first: both databases read no further than
// they must.
func (c *compiler) list(parts []bot.Segment, between string) (string, error) {
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b bot.Segment) int { return cmp.Compare(segmentCost(a), segmentCost(b)) })
	texts := make([]string, len(parts))
	for i, part := range parts {
		var err error
		if texts[i], err = c.node(part); err != nil {
			return "", err
		}
	}
	return "(" + strings.Join(texts, between) + ")", nil
}

// segmentCost tells about how much it costs to judge one person by the segment.
func segmentCost(s bot.Segment) (cost int) {
	s.Conditions(func(c bot.Condition) {
		field, _, _ := bot.FieldOf(c.Field)
		f := segmentFields(true)[field.Name]
		switch {
		case f.from != "" || f.table != "":
			cost += 20
		case field.Name == bot.AttributeField:
			cost += 5
		default:
			cost++
		}
	})
	return cost
}

// among reports that the value is one of the list, which is one parameter, so that
// the text does not depend on how many there are.
func (c *compiler) among(value string, list []string) string {
	if !c.sqlite {
		return value + " = ANY (" + c.array(list) + ")"
	}
	return value + " IN (SELECT value FROM json_each(" + c.bind(toJSON(cleaned(list))) + "))"
}

// like reports that the text is like one of the list, each of which stands in the
// pattern in the place of %s; a blank one is any sign. In PostgreSQL alone.
func (c *compiler) like(value, pattern string, list []string) string {
	patterns := make([]string, len(list))
	for i, v := range list {
		patterns[i] = fmt.Sprintf(pattern, cmp.Or(likeSigns.Replace(clean(v)), "_"))
	}
	return value + " LIKE ANY (" + c.array(patterns) + ")"
}

// likeSigns makes a text stand for itself in a pattern.
var likeSigns = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// array binds the texts as an array of PostgreSQL's.
func (c *compiler) array(list []string) string {
	array, _ := pq.StringArray(cleaned(list)).Value() // a text, and never an error
	return "CAST(" + c.bind(array) + " AS TEXT[])"
}

func cleaned(list []string) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = clean(v)
	}
	return all
}

// some reports that the test holds of one of the list, which is v.value there.
func (c *compiler) some(list []string, test string) string {
	if c.sqlite {
		return "EXISTS (SELECT 1 FROM json_each(" + c.bind(toJSON(cleaned(list))) + ") v WHERE " + test + ")"
	}
	return "EXISTS (SELECT 1 FROM unnest(" + c.array(list) + ") v (value) WHERE " + test + ")"
}

// segmentText is the column of a segment; "" is everyone.
func segmentText(s bot.Segment) string {
	if s.Everyone() {
		return ""
	}
	return toJSON(s)
}

func segmentOf(text string) (s bot.Segment, err error) {
	if text != "" {
		err = fromJSON(text, &s)
	}
	return s, err
}
