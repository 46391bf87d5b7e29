package people

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/contact"
	"visnyk/storage"
)

// editPage is what may be changed of a person.
type editPage struct {
	Tabs       tabs
	ID         string
	Title      string // what the person is called now
	Form       editForm
	Chosen     bool         // they chose the language themselves
	Language   bot.Language // that they chose
	Kinds      []kind
	Tiers      []tier
	Languages  []bot.Language
	Regions    []regionChoice
	Bots       []botChoice
	Attributes []attributeField
	Topics     []topicField
	Faults     console.Faults
}

// editForm is what a colleague writes. The lists of attributes stand beside each
// other, as those of topics do.
type editForm struct {
	Name      string   `form:"name"`
	Language  string   `form:"language"`
	Kind      string   `form:"kind"`
	Tier      string   `form:"tier"`
	Region    string   `form:"region"`
	Zone      string   `form:"zone"`
	Phones    string   `form:"phones"` // one a line
	Tags      string   `form:"tags"`   // one a line
	Preferred string   `form:"preferred"`
	Names     []string `form:"attribute"`
	Values    []string `form:"value"`
	Clear     []string `form:"clear"` // sensitive ones that are taken away
	Topics    []string `form:"topic"`
	By        []string `form:"by"` // the bots of Topics
	Was       string   `form:"was"`
}

// attributeField is one attribute in the form.
type attributeField struct {
	ID             fieldName
	Name, Label    string
	Type           bot.AttributeType
	Value          string
	Choices        []string
	Misfit, Hidden bool
	Sensitive      bool
	Clear          bool
}

type topicField struct {
	ID               fieldName
	Topic, Label, By string
}

// edit is what the form means. A sensitive attribute that is left empty stays.
func (f editForm) edit(sensitive map[string]bool) (contact.Edit, bool) {
	if len(f.Names) != len(f.Values) || len(f.Topics) != len(f.By) {
		return contact.Edit{}, false
	}
	e := contact.Edit{Was: f.Was, PreferredFor: map[string]string{}}
	e.Record = contact.Record{
		Name: f.Name, Language: bot.Language(f.Language), Kind: f.Kind, Tier: f.Tier, Region: f.Region, Zone: strings.TrimSpace(f.Zone),
		Phones: lines(f.Phones), Tags: lines(f.Tags), Preferred: f.Preferred, Attributes: map[string]string{},
	}
	for i, name := range f.Names {
		if name = strings.TrimSpace(name); name != "" && (f.Values[i] != "" || !sensitive[name] || slices.Contains(f.Clear, name)) {
			e.Attributes[name] = f.Values[i]
		}
	}
	for i, topic := range f.Topics {
		if f.By[i] != "" {
			e.PreferredFor[topic] = f.By[i]
		}
	}
	return e, true
}

// lines returns the lines of a text that say something.
func lines(text string) (all []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

func (p pages) editing(v *console.Visit) error {
	c, err := p.Contacts().Card(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	return p.showEditing(v, http.StatusOK, c, formOf(c), nil)
}

// formOf is the form as it is before anybody writes.
func formOf(c contact.Card) editForm {
	f := editForm{
		Name: c.Name, Language: string(c.Language), Kind: c.Kind, Tier: c.Tier, Region: c.Region, Zone: c.Zone,
		Phones: strings.Join(c.Phones, "\n"), Tags: strings.Join(c.Tags, "\n"), Preferred: c.Preferred, Was: c.Seal(),
	}
	for _, values := range []map[string]string{c.Misfits, c.Attributes} {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			f.Names, f.Values = append(f.Names, name), append(f.Values, values[name])
		}
	}
	for topic, bot := range c.PreferredFor {
		f.Topics, f.By = append(f.Topics, topic), append(f.By, bot)
	}
	return f
}

func (p pages) showEditing(v *console.Visit, status int, c contact.Card, form editForm, faults console.Faults) error {
	declared, err := p.Contacts().Attributes(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	regions, err := p.Contacts().Regions(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	page := editPage{
		Tabs: tabsOf(v, ""), ID: c.ID, Title: c.Name, Form: form, Chosen: c.Chosen, Language: c.Language, Kinds: kinds(), Tiers: tiers(),
		Languages: bot.Languages(), Regions: regionChoices(v.Lang, regions), Bots: p.botChoices(),
		Attributes: attributeFields(v.Lang, declared, c.Record, form), Faults: faults,
	}
	for i, t := range c.Topics {
		field := topicField{ID: fieldOf("by", i), Topic: t.ID, Label: t.Label.In(v.Lang)}
		if i := slices.Index(form.Topics, t.ID); i >= 0 && i < len(form.By) {
			field.By = form.By[i]
		}
		page.Topics = append(page.Topics, field)
	}
	return v.Page(status, "editing", page)
}

// attributeFields are the fields of all attributes that are declared or known, with
// what the form says of them.
func attributeFields(l bot.Language, declared []bot.Attribute, r contact.Record, form editForm) (all []attributeField) {
	written := map[string]string{}
	for i, name := range form.Names {
		if i < len(form.Values) {
			written[name] = form.Values[i]
		}
	}
	for _, a := range declared {
		f := attributeField{
			Name: a.Name, Label: a.Label.In(l), Type: a.Type, Value: written[a.Name], Choices: a.Choices, Sensitive: a.Sensitive,
			Hidden: slices.Contains(r.Masked, a.Name), Clear: slices.Contains(form.Clear, a.Name),
		}
		f.Misfit = f.Value != "" && !a.Fits(f.Value)
		all = append(all, f)
		delete(written, a.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(written)) {
		if name != "" {
			all = append(all, attributeField{Name: name, Label: name, Type: bot.AttributeText, Value: written[name]})
		}
	}
	for i := range all {
		all[i].ID = fieldOf("attribute", i)
	}
	return all
}

func (p pages) edit(v *console.Visit) error {
	var form editForm
	if err := v.Form(&form); err != nil {
		return err
	}
	declared, err := p.Contacts().Attributes(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	sensitive := map[string]bool{}
	for _, a := range declared {
		sensitive[a.Name] = a.Sensitive
	}
	e, ok := form.edit(sensitive)
	if !ok {
		return console.ErrForm
	}
	id := v.Param("id")
	err = p.Contacts().Edit(v.Ctx(), v.Actor, id, e)
	if err == nil {
		return v.See("/people/" + id + "?done=edited")
	}
	faults, told := v.Faults(err)
	status := http.StatusUnprocessableEntity
	if errors.Is(err, storage.ErrConflict) {
		faults, told, status = console.Faults{"": v.T("people.edit.meanwhile")}, true, http.StatusConflict
	}
	if !told {
		return err
	}
	c, err := p.Contacts().Card(v.Ctx(), v.Actor, id)
	if err != nil {
		return err
	}
	if status == http.StatusConflict {
		form.Was = c.Seal()
	}
	return p.showEditing(v, status, c, form, faults)
}
