package changes

import (
	"net/http"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/change"
	"visnyk/bot/console"
)

// peopleView is how many people a change concerns.
type peopleView struct {
	About  bool // so many, more or less: they are being counted
	People int
}

// estimate answers with the part of the page that says how many people the change
// concerns, about and at once.
func (p pages) estimate(v *console.Visit) error {
	return p.people(v, func(q audience.Question) (audience.Count, error) {
		return p.Audiences().Estimate(v.Ctx(), v.Actor, q)
	})
}

// count answers with the same once they are counted.
func (p pages) count(v *console.Visit) error {
	return p.people(v, func(q audience.Question) (audience.Count, error) {
		return p.Audiences().Count(v.Ctx(), v.Actor, q, "change "+v.Param("id"))
	})
}

// people counts those whom the sheet concerns as the reader last kept it. Where no
// number may be told, because it would tell of values that are sensitive, there is none.
func (p pages) people(v *console.Visit, count func(audience.Question) (audience.Count, error)) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	m, err := p.writing().Mine(v)
	if err != nil {
		return err
	}
	tree := m.Shown.Audience
	if groups := change.Grouped(m.Shown).Groups; len(groups) > 0 {
		tree = bot.Whom(groups)
	}
	if p.Audiences == nil {
		return v.NoContent(http.StatusNoContent)
	}
	c, err := count(audience.Question{Tree: tree})
	if _, told := v.Faults(err); told {
		return v.NoContent(http.StatusNoContent)
	}
	if err != nil {
		return err
	}
	part, err := v.Fragment("sheet", "people", peopleView{!c.Final, c.People})
	if err != nil {
		return err
	}
	return v.HTMLBlob(http.StatusOK, part)
}
