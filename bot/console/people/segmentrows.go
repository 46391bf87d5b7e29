package people

import (
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
)

// node is what a row of the builder is: the end of a key.
type node string

// The nodes: groups of conditions, and conditions.
const (
	nodeAnd    node = "and"
	nodeOr     node = "or"
	nodeNone   node = "none"    // none of them is true
	nodeNotAll node = "not_all" // not all of them are
	nodeIs     node = "is"
	nodeIsNot  node = "is_not"
)

func groupNodes() []node { return []node{nodeAnd, nodeOr, nodeNone, nodeNotAll} }

func (n node) group() bool { return slices.Contains(groupNodes(), n) }

// rowsMost is how many rows a form has at most.
const rowsMost = 2 * bot.MaxSegmentConditions

// segmentRow is one node of the builder, behind the group that it stands in.
type segmentRow struct {
	Deep int // 0 is the whole
	Node node
	bot.Condition
	Amount, Unit string // of a lapse, as they were written
}

// rowsOf lays a segment out in rows; the first is a group that is the whole.
func rowsOf(s bot.Segment) []segmentRow {
	rows := layOut(nil, s, 0, false)
	if len(rows) > 0 && rows[0].Node.group() {
		return rows
	}
	for i := range rows {
		rows[i].Deep++
	}
	return append([]segmentRow{{Node: nodeAnd}}, rows...)
}

func layOut(rows []segmentRow, s bot.Segment, deep int, not bool) []segmentRow {
	list := func(is, isNot node, parts []bot.Segment) []segmentRow {
		if not {
			is = isNot
		}
		rows = append(rows, segmentRow{Deep: deep, Node: is})
		for _, part := range parts {
			rows = layOut(rows, part, deep+1, false)
		}
		return rows
	}
	switch {
	case s.Not != nil:
		return layOut(rows, *s.Not, deep, !not)
	case len(s.And) > 0:
		return list(nodeAnd, nodeNotAll, s.And)
	case len(s.Or) > 0:
		return list(nodeOr, nodeNone, s.Or)
	case s.Field == "":
		return rows
	}
	row := segmentRow{Deep: deep, Node: nodeIs, Condition: s.Condition}
	if not {
		row.Node = nodeIsNot
	}
	if len(s.Values) == 1 {
		if lapse, ok := bot.LapseOf(s.Values[0]); ok {
			row.Amount, row.Unit = strconv.Itoa(lapse.N), string(lapse.Unit)
		}
		if s.Op == bot.OpThis {
			row.Unit = s.Values[0]
		}
	}
	return append(rows, row)
}

// sound reports whether rows are a tree: a group that is the whole, and all else in
// groups.
func sound(rows []segmentRow) bool {
	if len(rows) == 0 || len(rows) > rowsMost || rows[0].Deep != 0 || !rows[0].Node.group() {
		return false
	}
	for i, r := range rows[1:] {
		above, most := rows[i], rows[i].Deep
		if above.Node.group() {
			most++
		}
		if r.Deep < 1 || r.Deep > most || !r.Node.group() && r.Node != nodeIs && r.Node != nodeIsNot {
			return false
		}
	}
	return true
}

// treeOf returns the segment of sound rows. A group of one is what stands in it, and
// an empty one is nothing.
func treeOf(rows []segmentRow) bot.Segment {
	s, _ := branch(rows)
	return s
}

// branch returns the segment of the first row and of what stands in it; there is false
// where that is nothing.
func branch(rows []segmentRow) (s bot.Segment, there bool) {
	r := rows[0]
	if !r.Node.group() {
		s = bot.Segment{Condition: r.Condition}
		if r.Node == nodeIsNot {
			s = bot.None(s)
		}
		return s, true
	}
	var parts []bot.Segment
	for i := 1; i < within(rows, 0); i = within(rows, i) {
		if part, there := branch(rows[i:]); there {
			parts = append(parts, part)
		}
	}
	switch {
	case len(parts) == 0:
		return bot.Segment{}, false
	case len(parts) == 1:
		s = parts[0]
	case r.Node == nodeAnd || r.Node == nodeNotAll:
		s = bot.All(parts...)
	default:
		s = bot.Any(parts...)
	}
	if r.Node == nodeNone || r.Node == nodeNotAll {
		s = bot.None(s)
	}
	return s, true
}

// within returns the place behind the row and all that stands in it.
func within(rows []segmentRow, i int) int {
	end := i + 1
	for end < len(rows) && rows[end].Deep > rows[i].Deep {
		end++
	}
	return end
}

// press does what a button of the builder says: "add", "group" or "drop", and the row.
// ok is false where that is none.
func press(rows []segmentRow, do string, about []string) (now []segmentRow, ok bool) {
	what, at, _ := strings.Cut(do, " ")
	i, err := strconv.Atoi(at)
	if err != nil || i < 0 || i >= len(rows) || len(about) != len(rows) {
		return rows, false
	}
	switch {
	case what == "drop" && i > 0:
		return slices.Delete(slices.Clone(rows), i, within(rows, i)), true
	case what == "add" && rows[i].Node.group():
		if about[i] == "" {
			return rows, true
		}
		return slices.Insert(slices.Clone(rows), within(rows, i), begun(about[i], rows[i].Deep+1)), true
	case what == "group" && rows[i].Node.group():
		kind := nodeOr
		if rows[i].Node == nodeOr || rows[i].Node == nodeNone {
			kind = nodeAnd
		}
		return slices.Insert(slices.Clone(rows), within(rows, i), segmentRow{Deep: rows[i].Deep + 1, Node: kind}), true
	}
	return rows, false
}

// begun returns the row of a new condition.
func begun(about string, deep int) segmentRow {
	row := segmentRow{Deep: deep, Node: nodeIs, Condition: bot.Condition{Field: about}}
	field, _, ok := bot.FieldOf(about)
	if !ok {
		return row
	}
	row.Op = field.Ops[0]
	switch {
	case about == bot.ChangeField:
		row.Op = bot.OpUntold
	case field.Moments():
		row.Op = bot.OpLast
	}
	row.fill()
	row.Values = row.written(nil, nil)
	return row
}
