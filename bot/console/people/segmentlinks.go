package people

import (
	"net/http"

	"visnyk/bot/console"
	"visnyk/bot/contact"
	"visnyk/storage"
)

// segmentLinks hands out a file with a personal link for each of those in the segment
// who cannot be reached in a messenger: for a letter or an SMS.
func (p pages) segmentLinks(v *console.Visit) error {
	r, err := p.segmentRequest(v)
	if err != nil {
		return err
	}
	if !r.draft.whole || p.JoinPage == "" {
		return console.ErrForm
	}
	out := v.Download("links.csv", console.CSV)
	err = p.writeLinks(v, r, out)
	faults, told := v.Faults(err)
	if !told || out.Begun() {
		return err
	}
	page, err := p.segmentPage(r.known, r.form, r.draft)
	if err != nil {
		return err
	}
	page.Faults, page.Asks = faults, true
	return v.Page(http.StatusUnprocessableEntity, "segment", page)
}

func (p pages) writeLinks(v *console.Visit, r segmentRequest, to *console.Download) error {
	next, err := p.Audiences().Unreached(v.Ctx(), v.Actor, r.question(), r.form.Topic, p.Charge())
	if err != nil {
		return err
	}
	_, err = p.Contacts().WriteLinks(v.Ctx(), v.Actor, to, contact.LinkFile{Segment: r.form.ID, Page: p.JoinPage}, func() (all []contact.Linking, err error) {
		part, err := next()
		for _, u := range part {
			all = append(all, contact.Linking{ID: u.Contact, Why: v.T(whyNotKey(u.Why))})
		}
		return all, err
	})
	return err
}

// whyNotKey is the key of why somebody cannot be reached, of one person.
func whyNotKey(why storage.Unreachable) string { return "people.segment.why_not." + string(why) }
