package people

import (
	"net/http"
	"slices"
	"strconv"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/storage"
)

// attributesPage is what the company knows of people, as it is declared.
type attributesPage struct {
	Tabs     tabs
	Edits    bool
	Declared []declaredRow
	Types    []bot.AttributeType
	Form     attributeForm
	Old      bool // the form is of one that is declared
	Misfits  bool // somebody has what does not fit
	Done     deed
	Faults   console.Faults
}

// declaredRow is one attribute in the list.
type declaredRow struct {
	Name, Label string
	Type        bot.AttributeType
	Choices     []string
	Sensitive   bool
}

// attributeForm declares an attribute.
type attributeForm struct {
	Name      string `form:"name"`
	LabelUK   string `form:"label_uk"`
	LabelRU   string `form:"label_ru"`
	Type      string `form:"type"`
	Choices   string `form:"choices"` // one a line
	Sensitive bool   `form:"sensitive"`
	Position  string `form:"position"`
	Old       bool   `form:"old"` // it is declared
}

func (f attributeForm) attribute() bot.Attribute {
	at, _ := strconv.Atoi(f.Position) // what is no number stands first
	return bot.Attribute{
		Name: f.Name, Type: bot.AttributeType(f.Type), Label: bot.Bilingual{UK: f.LabelUK, RU: f.LabelRU},
		Choices: lines(f.Choices), Sensitive: f.Sensitive, Position: at,
	}
}

func (p pages) attributes(v *console.Visit) error {
	var query struct {
		Name string `form:"name"`
		Done string `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, declared, err := p.attributesPage(v)
	if err != nil {
		return err
	}
	page.Done = deedOf(query.Done)
	if i := slices.IndexFunc(declared, func(a bot.Attribute) bool { return a.Name == query.Name }); i >= 0 {
		page.Old, page.Form = true, attributeFormOf(declared[i])
	}
	return v.Page(http.StatusOK, "attributes", page)
}

func attributeFormOf(a bot.Attribute) attributeForm {
	f := attributeForm{Name: a.Name, LabelUK: a.Label.UK, LabelRU: a.Label.RU, Type: string(a.Type), Sensitive: a.Sensitive, Position: strconv.Itoa(a.Position), Old: true}
	for _, c := range a.Choices {
		f.Choices += c + "\n"
	}
	return f
}

func (p pages) attributesPage(v *console.Visit) (page attributesPage, declared []bot.Attribute, err error) {
	if declared, err = p.Contacts().Attributes(v.Ctx(), v.Actor); err != nil {
		return page, nil, err
	}
	misfits, _, err := p.Contacts().Misfits(v.Ctx(), v.Actor, "", 1)
	if err != nil {
		return page, nil, err
	}
	page = attributesPage{
		Tabs: tabsOf(v, "attributes"), Edits: v.Actor.May(bot.WriteContacts), Types: bot.AttributeTypes(), Misfits: len(misfits) > 0,
		Form: attributeForm{Type: string(bot.AttributeText), Position: strconv.Itoa(len(declared) + 1)},
	}
	for _, a := range declared {
		page.Declared = append(page.Declared, declaredRow{a.Name, a.Label.In(v.Lang), a.Type, a.Choices, a.Sensitive})
	}
	return page, declared, nil
}

func (p pages) declare(v *console.Visit) error {
	var form attributeForm
	if err := v.Form(&form); err != nil {
		return err
	}
	err := p.Contacts().Declare(v.Ctx(), v.Actor, form.attribute())
	if err == nil {
		return v.See("/people/attributes?done=declared")
	}
	faults, told := v.Faults(err)
	if !told {
		return err
	}
	page, _, err := p.attributesPage(v)
	if err != nil {
		return err
	}
	page.Form, page.Faults, page.Old = form, faults, form.Old
	return v.Page(http.StatusUnprocessableEntity, "attributes", page)
}

// takeBack undeclares an attribute: what people have of it stays.
func (p pages) takeBack(v *console.Visit) error {
	var form struct {
		Name string `form:"name"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if err := p.Contacts().TakeBack(v.Ctx(), v.Actor, form.Name); err != nil {
		return err
	}
	return v.See("/people/attributes?done=taken_back")
}

// misfitPeople is how many people a page of misfits shows.
const misfitPeople = 100

// misfitsPage is what does not fit its type.
type misfitsPage struct {
	Tabs tabs
	Rows []misfitRow
	Next string // the cursor of the rest; "" at the end
}

type misfitRow struct {
	ID, Name, Label string
	Type            bot.AttributeType
	Text            string // "" where it is shown for a reason alone
}

func (p pages) misfits(v *console.Visit) error {
	var query struct {
		After string `form:"after"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	declared, err := p.Contacts().Attributes(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	found, next, err := p.Contacts().Misfits(v.Ctx(), v.Actor, query.After, misfitPeople)
	if err != nil {
		return err
	}
	var ids []string
	for _, m := range found {
		ids = append(ids, m.Contact)
	}
	names, err := p.Contacts().Names(v.Ctx(), v.Actor, slices.Compact(ids))
	if err != nil {
		return err
	}
	page := misfitsPage{Tabs: tabsOf(v, "attributes"), Next: next}
	for _, m := range found {
		row := misfitRowOf(v.Lang, declared, m)
		row.Name = names[m.Contact]
		page.Rows = append(page.Rows, row)
	}
	return v.Page(http.StatusOK, "misfits", page)
}

func misfitRowOf(l bot.Language, declared []bot.Attribute, m storage.Misfit) misfitRow {
	row := misfitRow{ID: m.Contact, Label: m.Attribute, Type: bot.AttributeText, Text: m.Text}
	for _, a := range declared {
		if a.Name == m.Attribute {
			row.Label, row.Type = a.Label.In(l), a.Type
		}
	}
	return row
}
