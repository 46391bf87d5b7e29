package articles

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"visnyk/bot/console"
	"visnyk/flows/faq/starter"
)

// starterPage is the bases that a company may begin with.
type starterPage struct {
	Bases  []baseView
	Chosen string
}

// baseView is one base.
type baseView struct {
	ID, Name string
	Articles int
	Some     []exampleView
	Here     bool
}

// exampleView is an article of a base.
type exampleView struct{ Question, Answer string }

// examples is how many articles of a base are shown.
const examples = 4

func (p pages) starter(v *console.Visit) error {
	var q struct {
		Base string `form:"base"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	bases, err := starter.Bases()
	if err != nil {
		return err
	}
	page := starterPage{Chosen: q.Base}
	for _, b := range bases {
		view := baseView{ID: b.ID, Name: b.Name.In(v.Lang), Articles: len(b.Articles), Here: b.ID == q.Base}
		for _, a := range b.Articles[:min(examples, len(b.Articles))] {
			view.Some = append(view.Some, exampleView{a.Question.In(v.Lang), a.Answer.In(v.Lang)})
		}
		page.Bases = append(page.Bases, view)
	}
	return v.Page(http.StatusOK, "starter", page)
}

// begin takes a base in as drafts, and shows the blanks that are left to be filled.
func (p pages) begin(v *console.Visit) error {
	var form struct {
		Base string `form:"base"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if p.Articles() == nil {
		return console.ErrAway
	}
	bases, err := starter.Bases()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(bases, func(b starter.Base) bool { return b.ID == form.Base }) {
		return console.ErrForm
	}
	sum, err := p.Articles().Begin(v.Ctx(), v.Actor, form.Base)
	if err != nil {
		return err
	}
	return v.See("/articles?" + url.Values{"tab": {"draft"}, "lack": {"filled"}, "done": {"begun"}, "n": {strconv.Itoa(len(sum.Stored))}}.Encode())
}
