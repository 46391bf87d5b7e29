package people

import (
	"cmp"
	"net/http"
	"slices"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/contact"
)

// columnsPage shows what is understood of a file, and asks what its columns are.
type columnsPage struct {
	ID, Name string
	Step     string
	Encoding string
	Between  separator
	Rows     int
	Columns  []columnView
	DayOrder bot.DayOrder
	Order    bot.DayOrder // in which all days are; "" where somebody must say
	Asks     bool
	Faults   console.Faults
}

// columnView is a column of the file and what it may be.
type columnView struct {
	Field  fieldName
	Name   string
	Place  int // from 1
	First  []string
	Is     string
	As     []columnChoice
	Named  []segmentWay // the declared attributes, by their values, and what they are called
	Own    string       // its value as an attribute of its own name; "" where it has none, or that is declared
	Report bool
	Fault  string
}

// fieldName is the name of a column's field.
type fieldName string

// columnChoice is one thing that a column may be.
type columnChoice string

// separator is what stands between cells, by a word.
type separator string

func separators() []string { return []string{"comma", "semicolon", "tab", "bar"} }

func separatorOf(sep string) separator {
	return map[string]separator{",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[sep]
}

func steps() []string { return []string{"file", "columns", "check", "run"} }

// columnsForm is what somebody said of a file.
type columnsForm struct {
	Columns  []string `form:"column"`
	DayOrder string   `form:"day_order"`
}

func (p pages) columns(v *console.Visit) error {
	l, plan, err := p.Contacts().LookAtImport(v.Ctx(), v.Actor, v.Param("id"))
	if _, told := v.Faults(err); told { // it is not kept any more, and its page says so
		return v.See("/people/import/" + v.Param("id"))
	}
	if err != nil {
		return err
	}
	return p.showColumns(v, http.StatusOK, l, plan, nil)
}

func (p pages) showColumns(v *console.Visit, status int, l contact.Look, plan bot.ImportPlan, faults console.Faults) error {
	i, _, err := p.Contacts().ReadImport(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	page := columnsPage{
		ID: i.ID, Name: i.Name, Step: "columns", Encoding: l.Encoding, Between: separatorOf(l.Between), Rows: l.Rows,
		DayOrder: plan.DayOrder, Order: l.Order, Asks: l.Asks(), Faults: faults,
	}
	declared, err := p.Contacts().Attributes(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	var named []segmentWay
	for _, a := range declared {
		named = append(named, segmentWay{contact.AttributeOf("", bot.AttributeField+a.Name), cmp.Or(a.Label.In(v.Lang), a.Name)})
	}
	for n, c := range l.Columns {
		view := columnView{
			Field: fieldName(contact.PlanField(n)), Name: c.Name, Place: n + 1, First: c.First, Is: plan.Columns[n], Report: c.Report,
			Fault: faults[contact.PlanField(n)],
		}
		for _, as := range contact.PlanColumns() {
			view.As = append(view.As, columnChoice(as))
		}
		view.Named, view.Own = named, contact.AttributeOf(c.Name, plan.Columns[n])
		if slices.ContainsFunc(named, func(w segmentWay) bool { return w.ID == view.Own }) {
			view.Own = ""
		}
		page.Columns = append(page.Columns, view)
	}
	return v.Page(status, "columns", page)
}

// check begins to try the file by what its columns are.
func (p pages) check(v *console.Visit) error {
	var form columnsForm
	if err := v.Form(&form); err != nil {
		return err
	}
	plan := bot.ImportPlan{Columns: form.Columns, DayOrder: bot.DayOrder(form.DayOrder)}
	_, err := p.Contacts().CheckImport(v.Ctx(), v.Actor, v.Param("id"), plan)
	if faults, told := v.Faults(err); told {
		l, kept, err := p.Contacts().LookAtImport(v.Ctx(), v.Actor, v.Param("id"))
		if _, gone := v.Faults(err); gone {
			return v.See("/people/import/" + v.Param("id"))
		}
		if err != nil {
			return err
		}
		if len(plan.Columns) != len(l.Columns) { // of another page
			plan = kept
		}
		return p.showColumns(v, http.StatusUnprocessableEntity, l, plan, faults)
	}
	if err != nil {
		return err
	}
	return v.See("/people/import/" + v.Param("id"))
}
