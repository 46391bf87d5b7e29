package people

import (
	"strings"

	"visnyk/bot"
)

// whyView is why a person is in a segment or is not.
type whyView struct {
	ID    string
	Name  string // "" where the reader may not see it, or there is none
	Opens bool   // the reader may see the person
	In    bool
	Blank bool // they are in only because something is not known of them
	Lines []whyLine
}

// whyLine is one node of the segment: whether the person is in it.
type whyLine struct {
	Inset   int
	In      bool
	Missing bool
	Form    whyForm // of a group; "" of a condition
	Words   string  // of a condition
	About   string  // what a condition asks about
	Has     string  // what the person has there
}

// whyForm is what a group wants: the end of a key.
type whyForm string

func whyForms() []whyForm { return []whyForm{"and", "or", "not", "everyone"} }

func (p pages) why(r segmentRequest, contact string) (*whyView, error) {
	v := r.known.v
	e, err := p.Audiences().Explain(v.Ctx(), v.Actor, r.question(), contact)
	if err != nil {
		return nil, err
	}
	view := &whyView{ID: contact, In: e.In, Blank: e.OnlyBlank, Lines: r.known.explained(nil, e.Why, 0), Opens: v.Actor.May(bot.ReadContacts)}
	if view.Opens {
		c, err := p.Contacts().Card(v.Ctx(), v.Actor, contact)
		if err != nil {
			return nil, err
		}
		view.Name = c.Name
	}
	return view, nil
}

// explained lays out why, a line for each node.
func (k known) explained(lines []whyLine, e bot.Explanation, inset int) []whyLine {
	line := whyLine{Inset: min(inset, deepest), In: e.In, Missing: e.Missing, Form: whyForm(e.Form)}
	if e.Form == "condition" {
		line.Form, line.Words = "", bot.Segment{Condition: e.Condition}.Text(k.v.Lang, k.names)
		line.About, line.Has = k.called(e.Condition.Field), k.hasOf(e)
	}
	lines = append(lines, line)
	for _, part := range e.Parts {
		lines = k.explained(lines, part, inset+1)
	}
	return lines
}

// hasOf says what the person has there, in words where there are words for it.
func (k known) hasOf(e bot.Explanation) string {
	if len(e.Has) == 0 {
		return ""
	}
	all := make([]string, len(e.Has))
	choices, _ := k.choices(segmentRow{Condition: bot.Condition{Field: e.Condition.Field, Op: bot.OpIn}})
	for i, has := range e.Has {
		all[i] = has
		for _, c := range choices {
			if c.Value == has {
				all[i] = c.Label
			}
		}
	}
	return strings.Join(all, ", ")
}

// whyAtOnce adds to the page of a segment why the person is in or not; where somebody
// must say first why they ask, the button that asks.
func (p pages) whyAtOnce(r segmentRequest, contact string, page *segmentPage) (err error) {
	page.Why, err = p.why(r, contact)
	faults, told := r.known.v.Faults(err)
	if !told {
		return err
	}
	page.Faults, page.Asks = faults, true
	if r.known.v.Actor.May(bot.ReadContacts) {
		names, err := p.Contacts().Names(r.known.v.Ctx(), r.known.v.Actor, []string{contact})
		if err != nil {
			return err
		}
		page.Found = []segmentWay{{contact, names[contact]}}
	}
	return nil
}
