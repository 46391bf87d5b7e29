package broadcasts

import (
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/storage"
)

// mineView is a broadcast with what of it the reader has before them.
type mineView struct {
	is    storage.Mailing
	shown bot.Broadcast // as the reader left it: what they have kept, or the version there is
	rev   int
	kept  bool
}

func (p pages) read(v *console.Visit) (storage.Mailing, error) {
	all := p.Broadcasts()
	if all == nil {
		return storage.Mailing{}, console.ErrAway
	}
	return all.Read(v.Ctx(), v.Actor, v.Param("id"))
}

func (p pages) mine(v *console.Visit) (m mineView, err error) {
	if m.is, err = p.read(v); err != nil {
		return m, err
	}
	m.shown = m.is.Unsubmitted().Broadcast
	own, err := p.Broadcasts().Draft(v.Ctx(), v.Actor, m.is.ID)
	if own != nil && m.is.State == bot.BroadcastDraft {
		m.shown, m.rev, m.kept = own.Content, own.Rev, true
		m.shown.ID, m.shown.Version = m.is.ID, own.Version
	}
	return m, err
}

// compose shows a draft to who writes it, the way on to everybody else.
func (p pages) compose(v *console.Visit) error {
	var q struct {
		Done string `form:"done"`
		As   string `form:"as"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	m, err := p.mine(v)
	if err != nil {
		return err
	}
	switch {
	case begun(m.is):
		return v.See("/broadcasts/" + m.is.ID + "/report")
	case m.is.State != bot.BroadcastDraft || !v.Actor.May(bot.WriteContent):
		return v.See("/broadcasts/" + m.is.ID + "/forecast")
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

// request is what was sent of a broadcast.
type request struct {
	m      mineView
	form   composeForm
	faults console.Faults // what cannot be read
}

// posted reads the form of a broadcast.
func (p pages) posted(v *console.Visit) (r request, err error) {
	if err = v.Form(&r.form); err != nil {
		return r, err
	}
	if r.m.is, err = p.read(v); err != nil {
		return r, err
	}
	r.faults = console.Faults{}
	is := r.m.is.Unsubmitted().Broadcast
	r.m.shown, err = r.form.broadcast(is, reader{p.zone(is), r.faults, v.T("fault." + string(bot.FaultMoment)), v.T("fault." + string(bot.FaultMoney))})
	press(&r.m.shown, r.form.Do)
	r.m.rev = r.form.Rev
	return r, err
}

// keep keeps what was written so far, does what a button says, and shows it.
func (p pages) keep(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	return p.kept(v, r)
}

func (p pages) kept(v *console.Visit, r request) error {
	rev, err := p.Broadcasts().Keep(v.Ctx(), v.Actor, r.m.shown, r.form.Rev)
	if err != nil {
		return p.again(v, r, err)
	}
	r.m.rev, r.m.kept = rev, true
	page, err := p.page(v, r.m, r.form.As, r.faults)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "broadcast", page)
}

// save does what was pressed: makes a version of what was written, and goes on to the
// forecast where that was it; a button within the page keeps it.
func (p pages) save(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	verb, rest, _ := strings.Cut(r.form.Do, " ")
	way := "/broadcasts/" + r.m.is.ID
	switch verb {
	case "add", "drop", "look":
		return p.kept(v, r)
	case "try":
		return p.try(v, r, bot.Language(rest))
	case "theirs":
		if err := p.Broadcasts().Discard(v.Ctx(), v.Actor, r.m.is.ID); err != nil {
			return err
		}
		return v.See(way + "?done=discarded")
	case "mine": // it goes on from the version that they have seen
		if r.m.shown.Version, err = strconv.Atoi(rest); err != nil {
			return console.ErrForm
		}
	}
	if len(r.faults) > 0 {
		return p.again(v, r, nil)
	}
	if _, err := p.Broadcasts().Keep(v.Ctx(), v.Actor, r.m.shown, r.form.Rev); err != nil {
		return p.again(v, r, err)
	}
	if _, err := p.Broadcasts().Settle(v.Ctx(), v.Actor, r.m.is.ID); err != nil {
		return p.again(v, r, err)
	}
	if verb == "next" {
		return v.See(way + "/forecast")
	}
	return v.See(way + "?done=saved")
}

// again shows what could not be kept or saved, with what is wrong.
func (p pages) again(v *console.Visit, r request, why error) error {
	status := http.StatusUnprocessableEntity
	var stale *bot.StaleError
	tabbed := errors.Is(why, storage.ErrConflict)
	switch wrong, ok := v.Faults(why); {
	case tabbed || errors.As(why, &stale):
		status = http.StatusConflict
	case ok:
		maps.Copy(r.faults, wrong)
	case why != nil:
		return why
	}
	var err error
	if r.m.is, err = p.read(v); err != nil { // it may have moved on
		return err
	}
	own, err := p.Broadcasts().Draft(v.Ctx(), v.Actor, r.m.is.ID)
	if err != nil {
		return err
	}
	if r.m.kept = tabbed; own != nil && !tabbed {
		r.m.rev, r.m.kept = own.Rev, true
	}
	page, err := p.page(v, r.m, r.form.As, r.faults)
	if err != nil {
		return err
	}
	page.Tabbed = tabbed
	return v.Page(status, "broadcast", page)
}

// leave makes a version of what is written as the reader leaves. Nobody reads what it
// answers, so what cannot be a version waits.
func (p pages) leave(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	own, err := p.Broadcasts().Draft(v.Ctx(), v.Actor, r.m.is.ID)
	if err != nil {
		return err
	}
	if own != nil || !broadcast.Same(r.m.is.Unsubmitted().Broadcast, r.m.shown) {
		if len(r.faults) == 0 {
			_, err = p.Broadcasts().Keep(v.Ctx(), v.Actor, r.m.shown, r.form.Rev)
		}
		if err == nil {
			_, err = p.Broadcasts().Settle(v.Ctx(), v.Actor, r.m.is.ID)
		}
	}
	var stale *bot.StaleError
	var moved *bot.MoveError
	if _, waits := v.Faults(err); err != nil && !waits && !errors.As(err, &stale) && !errors.As(err, &moved) && !errors.Is(err, storage.ErrConflict) {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}
