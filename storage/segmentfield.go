package storage

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"

	"visnyk/bot"
)

// segmentField is how SQL finds what a condition asks about, by {k} the contact:
// one value; or many, which value names, of a FROM, or of the rows of a table that are
// the contact's. Neither gives NULL.
type segmentField struct {
	one, from, table, value string
	pick                    string // "min" or "max" of the moments that the table has; "" is any of them
}

// segmentFields has in SQL what bot.SegmentFields lists.
func segmentFields(sqlite bool) map[string]segmentField {
	tags := `json_each({k}.tags) x`
	if !sqlite {
		tags = `jsonb_array_elements_text({k}.tags_b) x (value)`
	}
	const chats, tickets = "conversations", "tickets"
	return map[string]segmentField{
		"kind":             {one: `CASE {k}.kind WHEN '' THEN 'client' ELSE {k}.kind END`},
		"tier":             {one: `{k}.tier`},
		"region":           {one: `{k}.region`},
		"language":         {one: `{k}.language`},
		"zone":             {one: `{k}.zone`},
		"tags":             {from: tags, value: "x.value"},
		"bot":              {table: chats, value: "x.bot"},
		"first":            {table: chats, value: "x.joined_at", pick: "min"},
		"last":             {table: chats, value: "x.last_at", pick: "max"},
		"ticket":           {table: tickets, value: "x.state"},
		"ticket.reason":    {table: tickets, value: "x.reason"},
		"ticket.about":     {table: tickets, value: "x.topic"},
		"ticket.opened":    {table: tickets, value: "x.opened_at"},
		bot.AreaField:      {one: `{k}.region_path`},
		bot.ChangeField:    {table: "ledger"},
		bot.SavedField:     {},
		bot.AttributeField: {},
	}
}

// attribute gives the value of the attribute of the name, blank where there is none. It
// is the one place that knows how they are kept.
func (c *compiler) attribute(name string) string {
	if c.sqlite {
		return "attribute(" + c.k + ".attributes, " + c.bind(name) + ")"
	}
	return "(" + c.k + ".attributes_b ->> CAST(" + c.bind(name) + " AS TEXT))" // or NULL
}

func (c *compiler) condition(is bot.Condition) (string, error) {
	field, name, ok := bot.FieldOf(is.Field)
	f, known := segmentFields(c.sqlite)[field.Name]
	if !ok || !known {
		return "", fmt.Errorf("segment: no field %q", is.Field)
	}
	if !field.Takes(is.Op) {
		return "", fmt.Errorf("segment: no comparison %q of the field %q", is.Op, is.Field)
	}
	f.one, f.from = strings.ReplaceAll(f.one, "{k}", c.k), strings.ReplaceAll(f.from, "{k}", c.k)
	switch {
	case field.Name == bot.ChangeField:
		return c.aware(is), nil
	case field.Name == bot.SavedField:
		return "", fmt.Errorf("segment: a segment stands within it by its id %q", is.Values)
	case field.Moments():
		return c.moments(is, f), nil
	case field.Name == bot.AreaField:
		test := f.one + " <> ''"
		if is.Op == bot.OpIn {
			test += " AND " + c.contains(f.one, "/%s/", notBlank(is.Values))
		}
		return "(" + test + ")", nil
	case field.Name == bot.AttributeField:
		if test := c.owned(is, clean(name)); test != "" {
			return test, nil
		}
		bound := len(c.values)
		if f.one = c.attribute(clean(name)); !c.sqlite {
			test := c.text(is, f.one)
			if test == "FALSE" { // without the name, which nothing asks for
				c.values = c.values[:bound]
			}
			return "COALESCE(" + test + ", FALSE)", nil
		}
	case field.Name == "tags":
		if test := c.tagged(is); test != "" {
			return test, nil
		}
	}
	switch {
	case f.table != "":
		return c.theirs(f.table, f.value+" <> '' AND "+c.text(is, f.value)), nil
	case f.from != "":
		return "EXISTS (SELECT 1 FROM " + f.from + " WHERE " + f.value + " <> '' AND " + c.text(is, f.value) + ")", nil
	}
	return "(" + f.one + " <> '' AND " + c.text(is, f.one) + ")", nil
}

func (c *compiler) position(text, part string) string {
	if c.sqlite {
		return "instr(" + text + ", " + part + ")"
	}
	return "strpos(" + text + ", " + part + ")"
}

// text tests a value that is not blank, as bot.Condition.text does.
func (c *compiler) text(is bot.Condition, value string) string {
	switch is.Op {
	case bot.OpIn:
		return c.among(value, notBlank(is.Values))
	case bot.OpKnown:
		return value + " <> ''"
	case bot.OpContains:
		return c.contains(value, "%s", is.Values)
	case bot.OpBegins:
		if c.sqlite {
			return c.some(is.Values, "substr("+value+", 1, length(v.value)) = v.value")
		}
		return c.like(value, "%s%%", is.Values)
	}
	if numbers, _ := is.Orders(); numbers {
		return c.number(is, value)
	}
	if spans, ok := is.Anniversaries(c.now); ok {
		first, last := spans[0], spans[len(spans)-1]
		day := c.bytewise("substr(" + value + ", 6)")
		return "(" + day + " >= " + c.bind(first[0]) + " AND " + day + " <= " + c.bind(first[1]) +
			" OR " + day + " >= " + c.bind(last[0]) + " AND " + day + " <= " + c.bind(last[1]) + ") AND " + c.day(value)
	}
	days, ok := is.Days(c.now)
	if !ok {
		return "FALSE"
	}
	from, until := days.Texts()
	return c.bytewise(value) + " >= " + c.bind(from) + " AND " + c.bytewise(value) + " < " + c.bind(until) + " AND " + c.day(value)
}

// contains reports that one of the list, put in the place of %s, stands in the text,
// which is not blank.
func (c *compiler) contains(value, around string, list []string) string {
	if c.sqlite {
		before, behind, _ := strings.Cut(around, "%s")
		return c.some(list, c.position(value, "'"+before+"' || v.value || '"+behind+"'")+" > 0")
	}
	return c.like(value, "%%"+around+"%%", list)
}

// notBlank are those of the values that are anybody's.
func notBlank(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return clean(v) == "" })
}

// bytewise has the text compared as Go does it.
func (c *compiler) bytewise(text string) string {
	if c.sqlite {
		return text
	}
	return text + ` COLLATE "C"`
}

// day reports that the text has the form of a day; see bot.IsDay.
func (c *compiler) day(value string) string {
	if c.sqlite {
		return value + " GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
	}
	return value + " ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'"
}

// number compares what is a number; see bot.IsNumber.
func (c *compiler) number(is bot.Condition, value string) string {
	sign := map[bot.Op]string{bot.OpLess: "<", bot.OpMost: "<=", bot.OpMore: ">", bot.OpLeast: ">="}[is.Op]
	form, float := value+" ~ '^-?[0-9]+([.][0-9]+)?$'", "DOUBLE PRECISION"
	if c.sqlite {
		form, float = "("+value+" GLOB '[0-9]*' OR "+value+" GLOB '-[0-9]*') AND "+value+" GLOB '*[0-9]' AND "+
			value+" NOT GLOB '*[^0-9.-]*' AND "+value+" NOT GLOB '?*-*' AND "+value+" NOT GLOB '*.*.*'", "REAL"
	}
	cast := func(v string) string { return "CAST(" + v + " AS " + float + ")" }
	return fmt.Sprintf("CASE WHEN length(%s) <= %d AND ", value, longestNumber) + form +
		" THEN " + cast(value) + " " + sign + " " + cast("CAST("+c.bind(is.Values[0])+" AS TEXT)") + " ELSE FALSE END"
}

// theirs reports that the test holds of one of the rows x of the table that are the
// contact's.
func (c *compiler) theirs(table, test string) string {
	if c.whole {
		return c.k + ".id IN (SELECT x.contact FROM " + table + " x WHERE " + test + ")"
	}
	// No planner can turn it into a join, and begin with all that the table has.
	return "COALESCE((SELECT TRUE FROM " + table + " x WHERE x.contact = " + c.k + ".id AND " + test + " LIMIT 1), FALSE)"
}

// moments tests moments of a table, as bot.Condition.moment does. Of the first one, or
// the last, is asked by those before it, or behind.
func (c *compiler) moments(is bot.Condition, f segmentField) string {
	some := func(test string) string { return c.theirs(f.table, f.value+" <> 0"+test) }
	switch is.Op {
	case bot.OpKnown:
		return some("")
	case bot.OpIn:
		return c.onDays(is.Values, f)
	}
	days, ok := is.Days(c.now)
	if !ok {
		return "FALSE"
	}
	start, end := c.now.Moments(days)
	from, until := int64(math.MinInt64), int64(math.MaxInt64)
	if !start.IsZero() {
		from = int64(microsOf(start))
	}
	if !end.IsZero() {
		until = int64(microsOf(end))
	}
	since := func() string { return " AND " + f.value + " >= " + c.bind(from) }
	before := func() string { return " AND " + f.value + " < " + c.bind(until) }
	switch f.pick {
	case "max":
		return "(" + some(since()) + " AND NOT " + some(" AND "+f.value+" >= "+c.bind(until)) + ")"
	case "min":
		return "(" + some(before()) + " AND NOT " + some(" AND "+f.value+" < "+c.bind(from)) + ")"
	}
	return some(since() + before())
}

// onDays reports that the moment is on one of the days.
func (c *compiler) onDays(days []string, f segmentField) string {
	var from, until []int64
	for _, v := range days {
		if day, err := time.Parse(time.DateOnly, v); err == nil {
			start, end := c.now.Moments(bot.Days{From: day, Until: day.AddDate(0, 0, 1)})
			from, until = append(from, int64(microsOf(start))), append(until, int64(microsOf(end)))
		}
	}
	value := f.value
	if f.pick != "" {
		value = f.pick + "(" + f.value + ")"
	}
	spans := "unnest(" + c.numbers(from) + ", " + c.numbers(until) + ") v (a, b)"
	if c.sqlite {
		pairs := make([][2]int64, len(from))
		for i := range from {
			pairs[i] = [2]int64{from[i], until[i]}
		}
		spans = "(SELECT j.value ->> 0 AS a, j.value ->> 1 AS b FROM json_each(" + c.bind(toJSON(pairs)) + ") j) v"
	}
	among := func(columns, where, group string) string {
		if f.pick == "" {
			group = ""
		}
		return "FROM (SELECT " + columns + value + " AS value FROM " + f.table + " x WHERE " + where + f.value + " <> 0" + group +
			") m CROSS JOIN " + spans + " WHERE m.value >= v.a AND m.value < v.b)"
	}
	if c.whole {
		return c.k + ".id IN (SELECT m.contact " + among("x.contact, ", "", " GROUP BY x.contact")
	}
	return "EXISTS (SELECT 1 " + among("", "x.contact = "+c.k+".id AND ", "")
}

func (c *compiler) numbers(all []int64) string {
	if c.sqlite {
		return ""
	}
	array, _ := pq.Int64Array(all).Value()
	if all == nil {
		array = "{}"
	}
	return "CAST(" + c.bind(array) + " AS BIGINT[])"
}

// aware tests what people know of changes, as bot.Condition.aware does.
func (c *compiler) aware(is bot.Condition) string {
	ledger := func(test string) string {
		return c.theirs("ledger", c.among("x.change_id", is.Values)+" AND ("+test+")")
	}
	switch is.Op {
	case bot.OpTold:
		return ledger("x.told_at <> 0")
	case bot.OpAcknowledged:
		return ledger("x.acknowledged_at <> 0")
	case bot.OpAsked:
		return ledger("x.asked_at <> 0")
	case bot.OpUntold:
		return "NOT " + ledger("x.told_at <> 0 OR x.on_its_way_at <> 0 OR x.unsure_at <> 0")
	case bot.OpSeen:
		return c.theirs("tellings", c.among("x.change_id", is.Values)+" AND x.seen_at <> 0")
	}
	return c.theirs("tickets", c.among("x.topic", is.Values)+" AND x.topic <> '' AND x.reason = "+c.bind(string(bot.ReasonComplaint)))
}
