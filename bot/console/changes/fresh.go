package changes

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/storage"
)

// freshPage asks what a new change begins with.
type freshPage struct {
	Kinds  []kindKey
	Past   []pastView
	From   string
	Faults console.Faults
}

// pastView is a change that a new one may be copied from.
type pastView struct{ ID, Title string }

func (p pages) fresh(v *console.Visit) error {
	var q struct {
		From string `form:"from"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	page, err := p.freshPage(v)
	if err != nil {
		return err
	}
	page.From = q.From
	return v.Page(http.StatusOK, "fresh", page)
}

func (p pages) freshPage(v *console.Visit) (page freshPage, err error) {
	for _, k := range bot.ChangeKinds() {
		page.Kinds = append(page.Kinds, kindKey(k))
	}
	all, err := p.all(v)
	for _, s := range all {
		page.Past = append(page.Past, pastView{s.ID, cmp.Or(s.Title.In(v.Lang), s.ID)})
	}
	return page, err
}

// create makes a draft from the template of a kind, or as a copy.
func (p pages) create(v *console.Visit) error {
	var form struct {
		Kind string `form:"kind"`
		From string `form:"from"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	draft := bot.Change{Kind: bot.ChangeKind(form.Kind), Owner: v.User.Called()}
	switch {
	case form.From != "":
		past, err := p.Changes().Read(v.Ctx(), v.Actor, form.From)
		if err != nil {
			return err
		}
		draft = copied(past)
		draft.Owner = v.User.Called()
	case !draft.Kind.Known():
		return console.ErrForm
	default:
		fill(v, &draft)
	}
	made, err := p.Changes().Create(v.Ctx(), v.Actor, draft)
	if err != nil {
		return err
	}
	return v.See("/changes/" + made.ID + "?done=made")
}

// fill writes the template of the kind, with places left to be filled.
func fill(v *console.Visit, c *bot.Change) {
	texts := []*bot.Bilingual{&c.Title, &c.Summary, &c.Reason, &c.Consequence, &c.Benefit, &c.ToDo}
	for i, f := range templateFields() {
		key := "changes.template." + string(c.Kind) + "." + f
		*texts[i] = bot.Bilingual{UK: v.In(bot.Ukrainian, key), RU: v.In(bot.Russian, key)}
	}
}

// copied is what of a past change serves another one: its words and whom it concerns, and
// none of its days.
func copied(past storage.Sheet) bot.Change {
	c := past.Unsubmitted().Change
	c.ID, c.State, c.Version = "", "", 0
	c.From, c.Until, c.AcknowledgeBy, c.AnnounceAt, c.NextNews = time.Time{}, time.Time{}, time.Time{}, time.Time{}, time.Time{}
	c.ShortNotice, c.Wrong, c.Dates = "", bot.Bilingual{}, nil
	c.Stages = slices.Clone(c.Stages)
	for i := range c.Stages {
		c.Stages[i].At = time.Time{}
	}
	return c
}
