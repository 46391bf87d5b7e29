package changes

import (
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
)

// newsPage is the roll-out of a change: what was told of it stage by stage, and the form of
// the next.
type newsPage struct {
	Head      headView
	Followers int
	Heard     int
	Next      time.Time
	Late      bool
	Public    string // the address of its public page; "" where there is none
	Stages    []stageView
	Version   int  // in force
	Tells     bool // the reader may add a stage now
	Waits     bool // another version is being made
	Ends      bool // the reader may close or withdraw it
	UK, RU    string
	At, By    string // as the form has them
	Faults    console.Faults
	Missing   string // messengers for which nothing is approved, by name
	Extends   bool   // the reader may approve it for them
}

// stageView is one stage.
type stageView struct {
	At     time.Time
	UK, RU string
	State  deliveryKey
	Sent   int
}

// deliveryKey is the end of a key: what became of a stage.
type deliveryKey string

// deliveries are what becomes of a stage.
func deliveries() []string { return []string{"planned", "told", "telling", "halted", "untold"} }

// newsForm is what was written of the next stage.
type newsForm struct {
	Version int    `form:"version"`
	UK      string `form:"text_uk"`
	RU      string `form:"text_ru"`
	At      string `form:"at"`
	By      string `form:"next_news"`
}

func (p pages) news(v *console.Visit) error {
	page, err := p.newsOf(v)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "news", page)
}

func (p pages) newsOf(v *console.Visit) (page newsPage, err error) {
	var q struct {
		Done string `form:"done"`
	}
	if err := v.Query(&q); err != nil {
		return page, err
	}
	is, err := p.read(v)
	if err != nil {
		return page, err
	}
	r, err := p.Changes().RollOut(v.Ctx(), v.Actor, is.ID)
	if err != nil {
		return page, err
	}
	writes := v.Actor.May(bot.WriteContent)
	page = newsPage{
		Head: p.head(v, is, "news"), Followers: r.Followers, Heard: r.Heard, Next: r.Sheet.NextNews, Late: r.Late, Version: is.InForce,
		Tells: writes && is.InForce != 0 && is.InForce == is.Version, Waits: is.InForce != 0 && is.InForce != is.Version, Ends: writes && is.InForce != 0,
	}
	page.Head.Done = deedOf(q.Done)
	if r.Sheet.Public() && p.Follow != nil {
		page.Public = p.Follow(r.Sheet.Change)
	}
	kinds, err := p.Changes().Unshown(r.Sheet)
	if err != nil {
		return page, err
	}
	for i, kind := range kinds {
		kinds[i] = v.T("channel." + kind)
	}
	page.Missing = strings.Join(kinds, ", ")
	page.Extends = v.Actor.May(bot.ApproveContent) && v.Actor.User != r.Sheet.Editor && v.Actor.User != r.Sheet.Author
	for _, s := range r.Stages {
		page.Stages = append(page.Stages, stageView{s.At, s.Text.UK, s.Text.RU, delivered(r, s, time.Now()), s.Report.Sent})
	}
	return page, nil
}

// delivered says what became of a stage.
func delivered(r change.RollOut, s change.RolledStage, now time.Time) deliveryKey {
	switch {
	case s.Broadcast.ID == "" && (s.At.After(now) || !r.Sheet.Told()):
		return "planned"
	case s.Broadcast.ID == "":
		return "untold"
	case s.Broadcast.State == bot.BroadcastSent:
		return "told"
	case s.Broadcast.State == bot.BroadcastSending:
		return "telling"
	}
	return "halted"
}

// addNews submits the next stage.
func (p pages) addNews(v *console.Visit) error {
	var form newsForm
	if err := v.Form(&form); err != nil {
		return err
	}
	faults := console.Faults{}
	at := drafting.NewMoments(v, p.Zone, faults)
	stage, next := bot.Stage{At: at.At("at", form.At), Text: drafting.Both(form.UK, form.RU)}, at.At("next_news", form.By)
	if !stage.Text.Complete() {
		faults["text"] = v.T("fault." + string(bot.FaultBlank))
	}
	if len(faults) == 0 {
		_, err := p.Changes().AddStage(v.Ctx(), v.Actor, v.Param("id"), form.Version, stage, next)
		if err == nil {
			return v.See("/changes/" + v.Param("id") + "/news?done=submitted")
		}
		wrong, ok := v.Faults(err)
		if !ok {
			return err
		}
		faults = wrong
	}
	page, err := p.newsOf(v)
	if err != nil {
		return err
	}
	page.UK, page.RU, page.At, page.By, page.Faults = form.UK, form.RU, form.At, form.By, faults
	return v.Page(http.StatusUnprocessableEntity, "news", page)
}

// extend approves the version in force for messengers that were connected later.
func (p pages) extend(v *console.Visit) error {
	var form struct {
		Version int `form:"version"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if _, err := p.Changes().Extend(v.Ctx(), v.Actor, v.Param("id"), form.Version); err != nil {
		return err
	}
	return v.See("/changes/" + v.Param("id") + "/news?done=extended")
}
