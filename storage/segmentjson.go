package storage

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
)

// The JSON of a contact's tags and attributes is written by toJSON alone, so what is
// asked of it in SQLite can be looked for in its text, without reading the JSON:
// a key or an element begins behind a comma, or the bracket. A quotation mark within a
// value has a backslash before it, so only one that ends a value could be taken for a
// beginning, and what follows that is a comma, a colon or a bracket.

// listed is the most values that are looked for one by one.
const listed = 8

// plainJSON reports whether a name or an element can be looked for in the text.
func plainJSON(v string) bool { return v != "" && !strings.ContainsRune(",:]}", rune(v[0])) }

// encoded returns the text as it stands in JSON, without the quotation marks.
func encoded(v string) string {
	text := toJSON(clean(v))
	return text[1 : len(text)-1]
}

// has reports that one of the texts stands in the column.
func (c *compiler) has(column string, texts ...string) string {
	tests := make([]string, len(texts))
	for i, text := range texts {
		tests[i] = c.position(column, c.bind(text)) + " > 0"
	}
	return "(" + strings.Join(tests, " OR ") + ")"
}

// holds reports that one of the patterns stands in the column behind a comma, or the
// bracket. Most people are told by that they have none of it anywhere, without their
// text being copied.
func (c *compiler) holds(column, bracket string, patterns ...string) string {
	tests := make([]string, len(patterns))
	for i, pattern := range patterns {
		tests[i] = "(" + c.has(column, pattern) + " AND " + c.has(column, ","+pattern, bracket+pattern) + ")"
	}
	return "(" + strings.Join(tests, " OR ") + ")"
}

// tagged tests the tags by their text; "" where they must be read.
func (c *compiler) tagged(is bot.Condition) string {
	column := c.k + ".tags"
	if is.Op == bot.OpIn && !c.sqlite { // an empty one is nobody's
		return "jsonb_exists_any(" + c.k + ".tags_b, array_remove(" + c.array(is.Values) + ", ''))"
	}
	if is.Op != bot.OpIn || len(is.Values) > listed {
		return ""
	}
	var patterns []string
	for _, v := range is.Values {
		switch v = clean(v); {
		case v == "": // nobody has it
		case !plainJSON(v):
			return ""
		default:
			patterns = append(patterns, `"`+encoded(v)+`"`)
		}
	}
	if len(patterns) < len(is.Values) {
		return "" // the text must not depend on which values there are
	}
	return c.holds(column, "[", patterns...)
}

// owned tests an attribute by the text of all; "" where the value must be read.
func (c *compiler) owned(is bot.Condition, name string) string {
	if !c.sqlite || !plainJSON(name) { // PostgreSQL reads one value without reading all
		return ""
	}
	const bracket = "{"
	column, key := c.k+".attributes", `"`+encoded(name)+`":"`
	var patterns []string
	switch is.Op {
	case bot.OpKnown:
		return "(" + c.holds(column, bracket, key) + " AND NOT " + c.holds(column, bracket, key+`"`) + ")"
	case bot.OpIn, bot.OpBegins:
		if len(is.Values) > listed || slices.Contains(is.Values, "") {
			return ""
		}
		for _, v := range is.Values {
			if clean(v) == "" {
				return ""
			}
			pattern := key + encoded(v)
			if is.Op == bot.OpIn {
				pattern += `"`
			}
			patterns = append(patterns, pattern)
		}
		return c.holds(column, bracket, patterns...)
	case bot.OpContains: // the needle stands in the text of all, if it does in the value
		if len(is.Values) > listed || slices.Contains(is.Values, "") {
			return ""
		}
		for _, v := range is.Values {
			patterns = append(patterns, encoded(v))
		}
		value := c.attribute(name)
		return "(" + c.has(column, patterns...) + " AND " + value + " <> '' AND " + c.text(is, value) + ")"
	}
	// Numbers and days hold nothing that is written otherwise in JSON, and whatever is
	// cut off at a quotation mark of its own ends in a backslash. What is longer is
	// neither.
	place := func(before string) string { return "nullif(" + c.position(column, c.bind(before+key)) + ", 0)" }
	has := c.has(column, key)
	start := "ifnull(" + place(",") + ", " + place(bracket) + ")"
	rest := "substr(" + column + ", " + start + " + " + c.bind(utf8.RuneCountInString(bracket+key)) + fmt.Sprintf(", %d)", longestNumber+1)
	value := "SELECT substr(r.rest, 1, " + c.position("r.rest", `'"'`) + " - 1) AS value FROM (SELECT " + rest + " AS rest LIMIT 1) r LIMIT 1"
	return "CASE WHEN " + has + " THEN EXISTS (SELECT 1 FROM (" + value + ") v WHERE " + c.text(is, "v.value") + ") ELSE FALSE END"
}

// longestNumber is how many signs what is a number or a day has at most.
const longestNumber = 15
