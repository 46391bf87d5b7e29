package people

import (
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
)

// segmentForm is the editor of a segment as it is sent: its rows side by side, and the
// same as text. Every row has its part in each list of the first ones.
type segmentForm struct {
	Deep   []string `form:"deep"`
	Node   []string `form:"node"`
	Field  []string `form:"field"`
	Op     []string `form:"op"`
	Value  []string `form:"value"` // one a line
	Amount []string `form:"amount"`
	Unit   []string `form:"unit"`
	About  []string `form:"about"` // what a new condition of a group is about
	Pick   []string `form:"pick"`  // the number of a row, and a value that is chosen
	More   []string `form:"more"`  // the same of one that is added; "" is none

	ID      string `form:"id"` // "" while it has no name
	Version int64  `form:"version"`
	Name    string `form:"name"`
	Text    string `form:"text"`
	Was     string `form:"was"` // the hash of the text as the page had it, or asRows
	Place   string `form:"place"`
	Reason  string `form:"reason"`
	Topic   string `form:"topic"`
	Other   string `form:"other"`
	Find    string `form:"find"`
	Do      string `form:"do"`
}

// asRows is what a module sends for a text that it has seen put into rows.
const asRows = "="

// written reports whether somebody has changed the text since the page had it.
func (f segmentForm) written(text string) bool { return f.Was != asRows && bot.HashText(text) != f.Was }

// rows returns the rows; ok is false where they are none of ours.
func (f segmentForm) rows() (rows []segmentRow, ok bool) {
	for _, list := range [][]string{f.Node, f.Field, f.Op, f.Value, f.Amount, f.Unit, f.About} {
		if len(list) != len(f.Deep) {
			return nil, false
		}
	}
	picked := f.picked()
	for i := range f.Deep {
		deep, err := strconv.Atoi(f.Deep[i])
		if err != nil {
			return nil, false
		}
		row := segmentRow{Deep: deep, Node: node(f.Node[i]), Amount: f.Amount[i], Unit: f.Unit[i]}
		if !row.Node.group() {
			row.Condition = bot.Condition{Field: f.Field[i], Op: bot.Op(f.Op[i])}
			row.fill()
			row.Values = row.written(picked[i], lines(f.Value[i]))
		}
		rows = append(rows, row)
	}
	return rows, sound(rows)
}

// picked returns the values that are chosen, by the number of the row, each once.
func (f segmentForm) picked() map[int][]string {
	all := map[int][]string{}
	for _, list := range [][]string{f.Pick, f.More} {
		for _, one := range list {
			at, value, _ := strings.Cut(one, " ")
			if i, err := strconv.Atoi(at); err == nil && value != "" && !slices.Contains(all[i], value) {
				all[i] = append(all[i], value)
			}
		}
	}
	return all
}

// fill gives a comparison that has just been chosen something to compare with.
func (r *segmentRow) fill() {
	switch style := r.style(); {
	case style == "lapse" && r.Amount == "" && r.Unit == "":
		r.Amount, r.Unit = "30", string(bot.UnitDay)
	case style == "unit" && r.Unit == "":
		r.Unit = string(bot.UnitMonth)
	}
}

// written returns the values of a condition in the form that its comparison has.
func (r segmentRow) written(picked, lines []string) []string {
	switch r.style() {
	case "none":
		return nil
	case "lapse":
		unit := r.Unit
		if n, err := strconv.Atoi(strings.TrimSpace(r.Amount)); err == nil {
			return []string{bot.Lapse{N: n, Unit: bot.Unit(unit)}.String()}
		}
		return []string{strings.TrimSpace(r.Amount) + " " + unit}
	case "unit":
		return []string{r.Unit}
	}
	if len(picked) > 0 {
		return append(picked, lines...)
	}
	return lines
}

// style is how the values of the comparison are written: "none", "lapse", "unit" or
// "values".
func (r segmentRow) style() string {
	switch r.Op {
	case bot.OpKnown:
		return "none"
	case bot.OpAgo, bot.OpLast, bot.OpOver, bot.OpNext, bot.OpAhead, bot.OpAnniversary:
		return "lapse"
	case bot.OpThis:
		return "unit"
	}
	return "values"
}
