package storage

import (
	"fmt"
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
func (c conn) segment(s bot.Segment, k string, first int) (condition, error) {
	w := compiler{sqlite: c.sql.SQLite(), k: k, first: first}
	sql, err := w.node(s)
	return condition{sql, w.values}, err
}

// compiler writes one segment.
type compiler struct {
	sqlite bool
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

func (c *compiler) list(parts []bot.Segment, between string) (string, error) {
	texts := make([]string, len(parts))
	for i, part := range parts {
		var err error
		if texts[i], err = c.node(part); err != nil {
			return "", err
		}
	}
	return "(" + strings.Join(texts, between) + ")", nil
}

// segmentField is how SQL finds what a condition asks about, by {k} the contact
// and {name} the attribute's name: one value, or many of a FROM with a column
// value. Neither gives NULL.
type segmentField struct{ one, many string }

// segmentFields has in SQL what bot.SegmentFields lists.
func segmentFields(sqlite bool) map[string]segmentField {
	attribute := `attribute({k}.attributes, {name})`
	tags := `json_each({k}.tags) x`
	if !sqlite {
		attribute = `COALESCE({k}.attributes_b ->> CAST({name} AS TEXT), '')`
		tags = `jsonb_array_elements_text({k}.tags_b) x (value)`
	}
	return map[string]segmentField{
		"kind":             {one: `CASE {k}.kind WHEN '' THEN 'client' ELSE {k}.kind END`},
		"tier":             {one: `{k}.tier`},
		"region":           {one: `{k}.region`},
		"language":         {one: `{k}.language`},
		"zone":             {one: `{k}.zone`},
		"tags":             {many: tags},
		"bot":              {many: `(SELECT a.bot AS value FROM conversations a WHERE a.contact = {k}.id) x`},
		bot.AttributeField: {one: attribute},
	}
}

func (c *compiler) condition(is bot.Condition) (string, error) {
	field, name, ok := bot.FieldOf(is.Field)
	f, known := segmentFields(c.sqlite)[field.Name]
	if !ok || !known {
		return "", fmt.Errorf("segment: no field %q", is.Field)
	}
	places := strings.NewReplacer("{k}", c.k)
	if name != "" {
		places = strings.NewReplacer("{k}", c.k, "{name}", c.bind(name))
	}
	value, from := places.Replace(f.one), places.Replace(f.many)
	if f.many != "" {
		value = "x.value"
	}
	test := value + " <> ''"
	switch is.Op {
	case bot.OpIn:
		test += " AND " + c.among(value, is.Values)
	case bot.OpKnown:
	default:
		return "", fmt.Errorf("segment: no comparison %q", is.Op)
	}
	if f.many != "" {
		test = "EXISTS (SELECT 1 FROM " + from + " WHERE " + test + ")"
	}
	return "(" + test + ")", nil
}

// among reports that the value is one of the list, which is one parameter, so that
// the text does not depend on how many there are.
func (c *compiler) among(value string, list []string) string {
	cleaned := make([]string, len(list))
	for i, v := range list {
		cleaned[i] = clean(v)
	}
	if !c.sqlite {
		array, _ := pq.StringArray(cleaned).Value() // a text, and never an error
		return value + " = ANY (CAST(" + c.bind(array) + " AS TEXT[]))"
	}
	return value + " IN (SELECT value FROM json_each(" + c.bind(toJSON(cleaned)) + "))"
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
