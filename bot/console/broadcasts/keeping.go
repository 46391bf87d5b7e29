package broadcasts

import (
	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
	"visnyk/bot/draft"
	"visnyk/storage"
)

type (
	// mineView is a broadcast with what of it the reader has before them.
	mineView = drafting.Mine[bot.Broadcast, storage.Mailing]
	// request is what was sent of a broadcast.
	request = drafting.Sent[bot.Broadcast, storage.Mailing, composeForm]
)

// writing is how a broadcast is kept as one writes.
func (p pages) writing() drafting.Pages[bot.Broadcast, storage.Mailing, composeForm] {
	return drafting.Pages[bot.Broadcast, storage.Mailing, composeForm]{
		At: "/broadcasts/",
		Drafts: func() *draft.Drafts[bot.Broadcast, storage.Mailing] {
			if p.Broadcasts() == nil {
				return nil
			}
			return p.Broadcasts().Drafts()
		},
		Read:    p.posted,
		Show:    p.show,
		Within:  []string{"add", "drop", "look", "try"},
		Press:   p.try,
		Next:    p.next,
		Between: p.between,
	}
}

// posted reads the form of a broadcast.
func (p pages) posted(v *console.Visit, r *request) (err error) {
	is := r.Is.Unsubmitted().Broadcast
	r.Rev, r.Seen, r.Do = r.Form.Rev, r.Form.Seen, r.Form.Do
	r.Shown, err = r.Form.broadcast(is, drafting.NewMoments(v, p.zone(is), r.Faults), r.Shown, is.Media, r.Shown.Media)
	if r.Form.File != "" {
		r.Faults["attachment"] = v.T("broadcasts.picture_unsent")
	}
	if r.Shown.Ceiling.UnmarshalText([]byte(drafting.Tidy(r.Form.Ceiling))) != nil {
		r.Faults["ceiling"] = v.T("fault." + string(bot.FaultMoney))
	}
	press(&r.Shown, r.Do)
	return err
}

// show answers with the page on which the broadcast is composed.
func (p pages) show(v *console.Visit, status int, r request) error {
	page, err := p.page(v, r.Mine, r.Form.As, r.Faults)
	if err != nil {
		return err
	}
	return v.Page(status, "broadcast", page)
}

// try sends the reader what they have written, as they look at it, where that was
// pressed.
func (p pages) try(v *console.Visit, r request) (string, error) {
	verb, language := r.Verb()
	if verb != "try" {
		return "", nil
	}
	l := bot.Language(language)
	if !l.Known() {
		return "", console.ErrForm
	}
	people, err := p.people(v, r.Shown)
	if err != nil {
		return "", err
	}
	err = p.Broadcasts().Try(v.Ctx(), v.Actor, r.Shown, l, p.whoIs(r.Shown, people, r.Form.As).vars)
	return "/broadcasts/" + r.Is.ID + "?done=tried", unshown(err)
}

// next leads to the forecast, where that was pressed.
func (p pages) next(_ *console.Visit, r request) (string, error) {
	way := "/broadcasts/" + r.Is.ID
	if r.Do == "next" {
		return way + "/forecast", nil
	}
	return way + "?done=saved", nil
}
