package broadcasts

import (
	"net/http"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/storage"
)

// compose shows a draft to who writes it, the way on to everybody else.
func (p pages) compose(v *console.Visit) error {
	var q struct {
		Done string `form:"done"`
		As   string `form:"as"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	m, err := p.writing().Mine(v)
	if err != nil {
		return err
	}
	switch {
	case begun(m.Is):
		return v.See("/broadcasts/" + m.Is.ID + "/report")
	case m.Is.Template && m.Is.State == bot.BroadcastApproved:
		return v.See("/broadcasts/" + m.Is.ID + "/fill")
	case m.Is.State != bot.BroadcastDraft || !v.Actor.May(bot.WriteContent):
		return v.See("/broadcasts/" + m.Is.ID + "/forecast")
	}
	page, err := p.page(v, m, q.As, nil)
	if err != nil {
		return err
	}
	page.Head.Done = deedOf(q.Done)
	return v.Page(http.StatusOK, "broadcast", page)
}

func begun(m storage.Mailing) bool {
	return !m.Started.IsZero() || m.State == bot.BroadcastSending || m.State == bot.BroadcastSent
}
