package broadcasts

import (
	"visnyk/bot"
	"visnyk/bot/console"
)

// try sends the reader what they have written, as they look at it, and keeps it.
func (p pages) try(v *console.Visit, r request, l bot.Language) error {
	if !l.Known() {
		return console.ErrForm
	}
	rev, err := p.Broadcasts().Keep(v.Ctx(), v.Actor, r.m.shown, r.form.Rev)
	if err != nil {
		return p.again(v, r, err)
	}
	people, err := p.people(v, r.m.shown)
	if err != nil {
		return err
	}
	if err := p.Broadcasts().Try(v.Ctx(), v.Actor, r.m.shown, l, p.whoIs(r.m.shown, people, r.form.As).vars); err != nil {
		r.form.Rev = rev
		return p.again(v, r, unshown(err))
	}
	return v.See("/broadcasts/" + r.m.is.ID + "?done=tried")
}
