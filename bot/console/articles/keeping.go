package articles

import (
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/editor"
	"visnyk/storage"
)

// request is what was sent of an article.
type request struct {
	m      mineView
	form   articleForm
	faults console.Faults // what cannot be read
}

// posted reads the form of an article.
func (p pages) posted(v *console.Visit) (r request, err error) {
	if err = v.Form(&r.form); err != nil {
		return r, err
	}
	if r.m, err = p.mine(v); err != nil {
		return r, err
	}
	r.faults = console.Faults{}
	r.m.shown = r.form.article(r.m.is.ID, p.Zone, r.faults, v.T("fault."+string(bot.FaultMoment)))
	r.m.rev = r.form.Rev
	r.form.press(&r.m.shown)
	return r, nil
}

// keep keeps what was written so far, and shows it.
func (p pages) keep(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	return p.kept(v, r, true)
}

func (p pages) kept(v *console.Visit, r request, quick bool) error {
	status := http.StatusOK
	rev, err := p.Articles().Keep(v.Ctx(), v.Actor, r.m.shown, r.form.Rev)
	tabbed := errors.Is(err, storage.ErrConflict)
	switch wrong, told := v.Faults(err); {
	case tabbed:
		status, rev = http.StatusConflict, r.form.Rev
	case told:
		maps.Copy(r.faults, wrong)
	case err != nil:
		return err
	}
	r.m.rev, r.m.kept, r.m.quick = rev, true, quick
	page, err := p.page(v, r.m, r.faults)
	if err != nil {
		return err
	}
	page.Tabbed = tabbed
	return v.Page(status, "article", page)
}

// save does what was pressed: makes a version of what was written, and submits it where
// that was it; a button within the form keeps it.
func (p pages) save(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	verb, rest, _ := strings.Cut(r.form.Do, " ")
	switch verb {
	case "take":
		return p.kept(v, r, false)
	case "theirs":
		if err := p.Articles().Discard(v.Ctx(), v.Actor, r.m.is.ID); err != nil {
			return err
		}
		return v.See("/articles/" + r.m.is.ID + "?done=discarded")
	case "mine": // it goes on from the version that they have seen
		if r.m.shown.Version, err = strconv.Atoi(rest); err != nil {
			return console.ErrForm
		}
	}
	if len(r.faults) > 0 {
		return p.again(v, r, nil)
	}
	return p.settle(v, r, verb == "submit")
}

// settle makes a version, and submits it where that is wanted.
func (p pages) settle(v *console.Visit, r request, submit bool) error {
	if _, err := p.Articles().Keep(v.Ctx(), v.Actor, r.m.shown, r.form.Rev); err != nil {
		return p.again(v, r, err)
	}
	settled, err := p.Articles().Settle(v.Ctx(), v.Actor, r.m.is.ID)
	if err != nil {
		return p.again(v, r, err)
	}
	way := "/articles/" + r.m.is.ID
	if !submit {
		return v.See(way + "?done=saved")
	}
	if _, err := p.Articles().Move(v.Ctx(), v.Actor, r.m.is.ID, bot.ArticleSubmit, settled.Version); err != nil {
		r.m.shown.Version = settled.Version
		return p.again(v, r, err)
	}
	return v.See(way + "?done=submitted")
}

// again shows an article that could not be saved, with what is wrong.
func (p pages) again(v *console.Visit, r request, why error) error {
	status := http.StatusUnprocessableEntity
	var stale *bot.StaleError
	tabbed := errors.Is(why, storage.ErrConflict)
	switch wrong, told := v.Faults(why); {
	case tabbed || errors.As(why, &stale):
		status = http.StatusConflict
	case told:
		for field, words := range wrong { // a text of one language stands beside that of the other
			r.faults[strings.TrimSuffix(strings.TrimSuffix(field, ".uk"), ".ru")] = words
		}
	case why != nil:
		return why
	}
	now, err := p.mine(v) // it may have moved on
	if err != nil {
		return err
	}
	now.shown, now.kept = r.m.shown, now.kept || tabbed
	if tabbed {
		now.rev = r.form.Rev
	}
	page, err := p.page(v, now, r.faults)
	if err != nil {
		return err
	}
	page.Tabbed = tabbed
	return v.Page(status, "article", page)
}

// leave makes a version of what is written as the reader leaves. Nobody reads what it
// answers, so what cannot be a version waits.
func (p pages) leave(v *console.Visit) error {
	r, err := p.posted(v)
	if err != nil {
		return err
	}
	if r.m.kept || !editor.Same(r.m.is, r.m.shown) {
		if len(r.faults) == 0 {
			_, err = p.Articles().Keep(v.Ctx(), v.Actor, r.m.shown, r.form.Rev)
		}
		if err == nil {
			_, err = p.Articles().Settle(v.Ctx(), v.Actor, r.m.is.ID)
		}
	}
	var stale *bot.StaleError
	if _, waits := v.Faults(err); err != nil && !waits && !errors.As(err, &stale) && !errors.Is(err, storage.ErrConflict) {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}
