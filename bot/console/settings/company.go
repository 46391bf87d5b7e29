package settings

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
)

// companyForm is what the company is called, how it greets, and its colour.
type companyForm struct {
	NameUK     string `form:"name_uk"`
	NameRU     string `form:"name_ru"`
	GreetingUK string `form:"greeting_uk"`
	GreetingRU string `form:"greeting_ru"`
	Colour     string `form:"colour"`
}

// companyPage is the form, and beside it the chat as it will look.
type companyPage struct {
	companyForm
	Was        companyForm // as it is saved
	Logo       string      // its name; "" is ours
	Style      string      // the address of the stylesheet of the colour; "" is our own colour
	Chats      []chat
	Schemes    []scheme
	Faults     console.Faults
	Done, Seen bool // it is saved; it is shown and not saved
}

// chat is the head of the web chat and its first words.
type chat struct {
	Language    bot.Language
	Dark        bool
	Title, Logo string
	Hello, Own  string
	Press, Mine string // a button, and what somebody writes
}

// scheme is how the company's colour does on one of the looks.
type scheme struct {
	Dark, Readable bool
	Contrast       string
	Shade          string // that stands in for it
}

// edits are the settings as the form has them; was is what it was filled with.
func (f companyForm) edits(was companyForm) []staff.Edit {
	edit := func(name, value, was string) staff.Edit { return staff.Edit{Name: name, Value: value, Was: &was} }
	return []staff.Edit{
		edit(bot.CompanySetting(bot.Ukrainian), f.NameUK, was.NameUK), edit(bot.CompanySetting(bot.Russian), f.NameRU, was.NameRU),
		edit(bot.GreetingSetting(bot.Ukrainian), f.GreetingUK, was.GreetingUK), edit(bot.GreetingSetting(bot.Russian), f.GreetingRU, was.GreetingRU),
		edit(bot.ColourSetting, f.Colour, was.Colour),
	}
}

// tidy leaves out what a browser adds, and what nobody sees.
func (f companyForm) tidy() companyForm {
	for _, s := range []*string{&f.NameUK, &f.NameRU, &f.GreetingUK, &f.GreetingRU, &f.Colour} {
		*s = strings.TrimSpace(strings.ReplaceAll(*s, "\r\n", "\n"))
	}
	f.Colour = strings.ToLower(f.Colour)
	return f
}

func (p pages) company(v *console.Visit) error {
	var query struct {
		Done bool `form:"done"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	page, err := p.companySaved(v)
	if err != nil {
		return err
	}
	page.Done = query.Done
	return page.show(v, http.StatusOK)
}

// companySaved is the page as it is saved.
func (p pages) companySaved(v *console.Visit) (companyPage, error) {
	values, err := p.values(v)
	if err != nil {
		return companyPage{}, err
	}
	saved := companyForm{
		NameUK: values[bot.CompanySetting(bot.Ukrainian)], NameRU: values[bot.CompanySetting(bot.Russian)],
		GreetingUK: values[bot.GreetingSetting(bot.Ukrainian)], GreetingRU: values[bot.GreetingSetting(bot.Russian)],
		Colour: values[bot.ColourSetting],
	}
	page := companyPage{companyForm: saved, Was: saved}
	if logo, err := bot.ParseLogo(values[bot.LogoSetting]); err == nil && logo != nil {
		page.Logo = logo.Name
	}
	return page, nil
}

// values are the settings in force, by name.
func (p pages) values(v *console.Visit) (map[string]string, error) {
	all, err := p.Staff().Settings(v.Ctx(), v.Actor)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, one := range all {
		values[one.Name] = one.Value
	}
	return values, nil
}

// show answers with the page and the chat as the form has it.
func (page companyPage) show(v *console.Visit, status int) error {
	names := bot.Company(map[bot.Language]string{bot.Ukrainian: page.NameUK, bot.Russian: page.NameRU})
	for i, l := range bot.Languages() {
		c := chat{Language: l, Dark: i == 1, Title: names.In(l), Logo: page.Logo, Hello: v.In(l, "welcome.hello")}
		c.Press, c.Mine = v.In(l, "button.menu"), v.In(l, "settings.company.sample")
		c.Own = bot.Bilingual{UK: page.GreetingUK, RU: page.GreetingRU}.In(l)
		switch {
		case c.Own != "":
		case names.Complete():
			c.Own = v.In(l, "welcome.about_company", "Company", names.Quoted().In(l))
		default:
			c.Own = v.In(l, "welcome.about")
		}
		if c.Title == "" {
			c.Title = v.In(l, "settings.company.untitled")
		}
		page.Chats = append(page.Chats, c)
	}
	if colour, ok := bot.ParseColour(page.Colour); ok {
		page.Style = console.Prefix + "/settings/look?" + url.Values{"colour": {page.Colour}}.Encode()
		light, dark := colour.Schemes()
		for _, s := range []bot.Scheme{light, dark} {
			page.Schemes = append(page.Schemes, scheme{Dark: s.Dark, Readable: s.Readable(), Contrast: decimal(s.Contrast), Shade: s.Accent.String()})
		}
	}
	return v.Page(status, "company", page)
}

func (p pages) setCompany(v *console.Visit) error {
	var form struct {
		NameUK        string `form:"name_uk"`
		NameRU        string `form:"name_ru"`
		GreetingUK    string `form:"greeting_uk"`
		GreetingRU    string `form:"greeting_ru"`
		Colour        string `form:"colour"`
		WasNameUK     string `form:"was_name_uk"`
		WasNameRU     string `form:"was_name_ru"`
		WasGreetingUK string `form:"was_greeting_uk"`
		WasGreetingRU string `form:"was_greeting_ru"`
		WasColour     string `form:"was_colour"`
		Preview       bool   `form:"preview"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	wanted := companyForm{form.NameUK, form.NameRU, form.GreetingUK, form.GreetingRU, form.Colour}.tidy()
	was := companyForm{form.WasNameUK, form.WasNameRU, form.WasGreetingUK, form.WasGreetingRU, form.WasColour}.tidy()
	err := staff.CheckSettings(wanted.edits(was)...)
	if err == nil && !form.Preview {
		if err = p.Staff().SetAll(v.Ctx(), v.Actor, wanted.edits(was)...); err == nil {
			return v.See("/settings/company?done=1")
		}
	}
	status, faults, err := refused(v, err)
	if err != nil {
		return err
	}
	page, err := p.companySaved(v)
	if err != nil {
		return err
	}
	page.companyForm, page.Faults, page.Seen = wanted, faults, form.Preview && status == http.StatusOK
	if form.Preview { // what was seen when the form was filled stays what was seen
		page.Was = was
	}
	return page.show(v, status)
}

// refused returns how a form is shown again; the error where it is none that the form
// can say. Nothing wrong is a preview.
func refused(v *console.Visit, err error) (int, console.Faults, error) {
	if err == nil {
		return http.StatusOK, nil, nil
	}
	faults, ok := v.Faults(err)
	var meanwhile *staff.MeanwhileError
	switch {
	case !ok:
		return 0, nil, err
	case errors.As(err, &meanwhile):
		faults[""] = v.T("settings.form.meanwhile")
		return http.StatusConflict, faults, nil
	}
	return http.StatusUnprocessableEntity, faults, nil
}

// look serves the stylesheet of a colour that somebody considers.
func (p pages) look(v *console.Visit) error {
	var query struct {
		Colour string `form:"colour"`
	}
	if err := v.Query(&query); err != nil {
		return err
	}
	style := bot.Look{Colour: query.Colour}.Style(".chat")
	if style == nil {
		return console.ErrForm
	}
	return v.Blob(http.StatusOK, "text/css; charset=utf-8", style)
}

// logo serves the logo that is saved.
func (p pages) logo(v *console.Visit) error {
	values, err := p.values(v)
	if err != nil {
		return err
	}
	logo, err := bot.ParseLogo(values[bot.LogoSetting])
	if err != nil || logo == nil || logo.Name != v.Param("name") {
		return console.ErrNothing
	}
	return v.Blob(http.StatusOK, logo.Kind, logo.Data)
}

// logoForm is the most of a form with a logo: a larger picture than a logo may be
// comes through, to be told so.
const logoForm = 4 * bot.LogoMost

func (p pages) setLogo(v *console.Visit) error {
	fields, err := readParts(v)
	if err != nil {
		return err
	}
	return v.InTurn(func() error { return p.putLogo(v, fields) })
}

// putLogo makes what came the logo.
func (p pages) putLogo(v *console.Visit, fields map[string][]byte) error {
	edit := staff.Edit{Name: bot.LogoSetting}
	if fields["remove"] == nil {
		logo, err := bot.NewLogo(fields["logo"])
		switch {
		case errors.Is(err, bot.ErrLogoLarge):
			return p.logoWrong(v, bot.Invalid(bot.LogoSetting, bot.FaultLogoLarge, bot.Data{"Max": bot.LogoMost >> 10}))
		case errors.Is(err, bot.ErrLogoSide):
			return p.logoWrong(v, bot.Invalid(bot.LogoSetting, bot.FaultLogoSide, bot.Data{"Max": bot.LogoSide}))
		case err != nil:
			return p.logoWrong(v, bot.Invalid(bot.LogoSetting, bot.FaultLogoKind, nil))
		}
		edit.Value = logo.Setting()
	}
	values, err := p.values(v)
	if err != nil {
		return err
	}
	was := values[bot.LogoSetting]
	now, _ := bot.ParseLogo(was)
	if seen := string(fields["was"]); now == nil && seen != "" || now != nil && seen != now.Name {
		was = "?" // another than they saw
	}
	edit.Was = &was
	if err := p.Staff().SetAll(v.Ctx(), v.Actor, edit); err != nil {
		return p.logoWrong(v, err)
	}
	return v.See("/settings/company?done=1")
}

// logoWrong shows the page as it is saved, with what is wrong with a logo.
func (p pages) logoWrong(v *console.Visit, err error) error {
	status, faults, err := refused(v, err)
	if err != nil {
		return err
	}
	page, err := p.companySaved(v)
	if err != nil {
		return err
	}
	page.Faults = faults
	return page.show(v, status)
}

// readParts reads a form with a file; parts that the page has none of are refused.
func readParts(v *console.Visit) (map[string][]byte, error) {
	fields := map[string][]byte{}
	err := v.Parts(func(name, _ string, body io.Reader) error {
		data, err := io.ReadAll(body)
		if err == nil && (fields[name] != nil || name != "logo" && name != "was" && name != "remove") {
			err = console.ErrForm
		}
		fields[name] = data
		return err
	})
	return fields, err
}
