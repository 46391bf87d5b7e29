package broadcasts

import (
	"net/http"

	"visnyk/bot/audience"
	"visnyk/bot/console"
)

// crowdView is how many people a broadcast is for.
type crowdView struct {
	About  bool // so many, more or less: they are being counted
	People int
}

// estimate answers with the part of the page that says how many people the broadcast is
// for, about and at once.
func (p pages) estimate(v *console.Visit) error {
	return p.counted(v, func(q audience.Question) (audience.Count, error) {
		return p.Audiences().Estimate(v.Ctx(), v.Actor, q)
	})
}

// count answers with the same once they are counted.
func (p pages) count(v *console.Visit) error {
	return p.counted(v, func(q audience.Question) (audience.Count, error) {
		return p.Audiences().Count(v.Ctx(), v.Actor, q, "broadcast "+v.Param("id"))
	})
}

// counted counts those whom the broadcast is for as the reader last kept it. Where no
// number may be told, because it would tell of values that are sensitive, there is none.
func (p pages) counted(v *console.Visit, count func(audience.Question) (audience.Count, error)) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	m, err := p.writing().Mine(v)
	if err != nil {
		return err
	}
	if m.Is.Mends != "" || m.Is.Corrects != "" { // of its audience it is for some alone: the forecast counts them
		return v.NoContent(http.StatusNoContent)
	}
	c, err := count(audience.Question{Tree: m.Shown.Audience})
	if _, told := v.Faults(err); told {
		return v.NoContent(http.StatusNoContent)
	}
	if err != nil {
		return err
	}
	part, err := v.Fragment("broadcast", "people", crowdView{!c.Final, c.People})
	if err != nil {
		return err
	}
	return v.HTMLBlob(http.StatusOK, part)
}
