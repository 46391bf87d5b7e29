package broadcasts

import (
	"net/http"

	"visnyk/bot/console"
)

// messagePage is what a broadcast says and to whom, once nothing of it is written any more.
type messagePage struct {
	Head    headView
	Change  string // that it tells; "" is none
	Whom    string // whom it is for; "" is everyone
	Preview previewView
}

// message shows what messengers show of a broadcast that is no draft.
func (p pages) message(v *console.Visit) error {
	var q struct {
		As string `form:"as"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	m, err := p.writing().Mine(v)
	switch {
	case err != nil:
		return err
	case m.Is.News != nil: // it says what its change does
		return v.See("/changes/" + m.Is.Change + "/view")
	}
	page := messagePage{Head: p.head(v, m.Is, "message"), Change: m.Is.Change}
	if page.Whom, err = p.whom(v, m.Shown); err != nil {
		return err
	}
	if page.Preview, err = p.preview(v, m.Shown, q.As); err != nil {
		return err
	}
	return v.Page(http.StatusOK, "broadcast-message", page)
}
