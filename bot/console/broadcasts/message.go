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
	m, err := p.mine(v)
	switch {
	case err != nil:
		return err
	case m.is.News != nil: // it says what its change does
		return v.See("/changes/" + m.is.Change + "/view")
	}
	page := messagePage{Head: p.head(v, m.is, "message"), Change: m.is.Change}
	if page.Whom, err = p.whom(v, m.shown); err != nil {
		return err
	}
	if page.Preview, err = p.preview(v, m.shown, q.As); err != nil {
		return err
	}
	return v.Page(http.StatusOK, "broadcast-message", page)
}
