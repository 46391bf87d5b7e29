package broadcasts

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/locales"
)

// forecastPage is what would become of a broadcast, beside the button by which it does.
type forecastPage struct {
	Head headView
	Whom string // whom it is for; "" is everyone
	// StartSays and UntilSays are its moments as people of Zone write them; "" is none.
	StartSays, UntilSays, Zone string
	Ceiling                    string // what it may cost; "" is anything
	Urgent                     string
	Must                       bool
	Numbers                    *numbersView // nil while nobody has counted
	Halt                       reasonHalt   // why it paused by itself before it began; "" is not so
	Withheld                   bool         // no number may be told
	Moves                      []wayOn
	Review                     bool // it waits for somebody's approval
	Decides                    bool // of the reader
	Version                    int
	People                     int  // how many it is meant for after all; 0 before that was asked
	Changed                    bool // since it was read
	Faults                     []string
}

// wayOn is what may be done next.
type wayOn struct {
	Move broadcastMove
	Main bool
	May  bool
	Why  barredKey // where it may not be done now
}

type (
	reasonHalt    string
	broadcastMove string
	barredKey     string
)

// numbersView is the forecast.
type numbersView struct {
	About    bool // the numbers are so many, more or less
	People   int  // in the audience
	Told     int  // of them, who would be told
	Start    time.Time
	End      time.Time
	Channels []channelView
	Skipped  []countView // who would not be told, and why
	Late     []countView // of them, whom the end of the window leaves out
	Later    []countView // who is told later than they could be
	Held     int
	Charged  int
	Unpriced int
	Costs    []string // in each currency
	Ceiling  string   // what it may cost; "" is anything
	Over     bool     // it would be paused for that
}

// channelView is what leaves by one messenger.
type channelView struct {
	Channel textKey
	Bot     string
	People  int
	End     time.Time
	Visit   bool
}

// countView is how many people something is so of.
type countView struct {
	Why reasonKey
	N   int
}

// forecast shows what is foreseen; the numbers are counted by who asks for them.
func (p pages) forecast(v *console.Visit) error {
	var q struct {
		Done string `form:"done"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	page, err := p.ahead(v)
	if err != nil {
		return err
	}
	page.Head.Done = deedOf(q.Done)
	return v.Page(http.StatusOK, "forecast", page)
}

// foresee shows it with its numbers.
func (p pages) foresee(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	page, err := p.ahead(v)
	if err != nil {
		return err
	}
	m, err := p.writing().Mine(v)
	if err != nil {
		return err
	}
	b := m.Shown
	if m.Is.State != bot.BroadcastDraft { // to those who were in its segments when it was submitted
		b = m.Is.Broadcast
	}
	err = p.Audiences().Tells(v.Ctx(), v.Actor, audience.Question{Tree: b.Audience})
	if _, page.Withheld = v.Faults(err); page.Withheld { // a number would tell of values that are sensitive
		return v.Page(http.StatusOK, "forecast", page)
	}
	if err != nil {
		return err
	}
	f, err := p.Broadcasts().Foresee(v.Ctx(), v.Actor, b)
	if err != nil {
		return err
	}
	page.Numbers = p.numbersOf(f, b.Ceiling)
	return v.Page(http.StatusOK, "forecast", page)
}

// ahead is the page without its numbers.
func (p pages) ahead(v *console.Visit) (page forecastPage, err error) {
	m, err := p.writing().Mine(v)
	if err != nil {
		return page, err
	}
	b := m.Shown
	page = forecastPage{
		Head: p.head(v, m.Is, "forecast"), Zone: p.zone(b).String(), Urgent: b.Urgent, Must: b.Must, Ceiling: b.Ceiling.String(), Version: m.Is.Version,
		Review: m.Is.State == bot.BroadcastReview, Decides: v.Actor.May(bot.ApproveContent),
	}
	for _, at := range []struct {
		time.Time
		says *string
	}{{b.Start, &page.StartSays}, {b.Until, &page.UntilSays}} {
		if !at.IsZero() {
			*at.says = locales.When(v.Lang, at.In(p.zone(b)), time.Now().In(p.zone(b)))
		}
	}
	if page.Whom, err = p.whom(v, b); err != nil {
		return page, err
	}
	if m.Is.State == bot.BroadcastPaused && m.Is.Halt != "" {
		if page.Halt = "another"; slices.Contains(bot.Halts(), m.Is.Halt) {
			page.Halt = reasonHalt(m.Is.Halt)
		}
	}
	if page.Head.ApprovedWith, err = p.approvedWith(v, m); err != nil {
		return page, err
	}
	page.Moves = waysOn(v.Actor, m.Is.Broadcast, b, page.Head.ApprovedWith > 0)
	return page, nil
}

// whom says whom a broadcast is for; "" is everyone.
func (p pages) whom(v *console.Visit, b bot.Broadcast) (string, error) {
	if b.Audience.Everyone() {
		return "", nil
	}
	names, err := p.Audiences().Names(v.Ctx(), v.Actor, v.Lang)
	return b.Audience.Text(v.Lang, names), err
}

// waysOn are the moves of this page that are legal for the broadcast, of which the reader
// has b before them; approved says that a draft needs nobody's approval.
func waysOn(by bot.Actor, is, b bot.Broadcast, approved bool) (all []wayOn) {
	for _, m := range ways() {
		_, legal := is.Can(m)
		if legal = legal || approved && m == bot.BroadcastSchedule; !legal || m == bot.BroadcastStart && !b.Start.IsZero() && is.State != bot.BroadcastApproved {
			continue
		}
		one := wayOn{Move: broadcastMove(m), Main: m != bot.BroadcastCancel && m != bot.BroadcastRecall && !(approved && m == bot.BroadcastSubmit), May: true}
		switch {
		case broadcast.MayMove(by, m) != nil:
			one.May, one.Why = false, "role"
		case m == bot.BroadcastSchedule && b.Start.IsZero():
			continue
		case m == bot.BroadcastStart && !b.Start.IsZero():
			continue
		}
		all = append(all, one)
	}
	return all
}

// ways are the moves of this page, the next first.
func ways() []bot.BroadcastMove {
	return []bot.BroadcastMove{bot.BroadcastSchedule, bot.BroadcastSubmit, bot.BroadcastRecall, bot.BroadcastStart, bot.BroadcastResume, bot.BroadcastCancel}
}

func (p pages) numbersOf(f broadcast.Forecast, ceiling bot.Money) *numbersView {
	view := &numbersView{
		About: !f.Final, People: f.People, Told: f.Told(), Start: f.Start, End: f.End, Held: f.Held, Charged: f.Cost.Charged, Unpriced: f.Cost.Unpriced,
	}
	of := map[string]int{}
	for _, c := range f.Channels {
		of[c.Kind]++
	}
	for _, c := range f.Channels {
		one := channelView{textKey("channel." + c.Kind), "", c.People, c.End, c.Visit}
		if of[c.Kind] > 1 { // else the messenger says which bot it is
			one.Bot = c.Bot
		}
		view.Channels = append(view.Channels, one)
	}
	slices.SortFunc(view.Channels, func(a, b channelView) int { return cmp.Or(b.People-a.People, strings.Compare(a.Bot, b.Bot)) })
	view.Skipped = countsOf(f.Skipped)
	view.Late, view.Later = countsOf(f.Late), countsOf(f.Deferred)
	for currency, sum := range f.Cost.Sums {
		cost := bot.Money{Sum: sum, Currency: currency}
		view.Costs = append(view.Costs, cost.Up().String())
		view.Over = view.Over || !ceiling.IsZero() && (currency != ceiling.Currency || sum > ceiling.Sum)
	}
	view.Ceiling, view.Over = ceiling.String(), view.Over || !ceiling.IsZero() && f.Cost.Unpriced > 0
	slices.Sort(view.Costs)
	return view
}

func countsOf[K ~string](of map[K]int) (all []countView) {
	for why, n := range of {
		if n > 0 {
			all = append(all, countView{reasonOf(string(why)), n})
		}
	}
	slices.SortFunc(all, func(a, b countView) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Why, b.Why)) })
	return all
}

// go on does what was pressed.
func (p pages) goOn(v *console.Visit) error {
	var form struct {
		Do      string `form:"do"`
		Version int    `form:"version"`
		People  int    `form:"people"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	done := map[string]string{"submit": "submitted", "recall": "recalled", "schedule": "scheduled", "start": "started", "resume": "scheduled", "cancel": "called_off"}[form.Do]
	if done == "" || p.Broadcasts() == nil {
		return console.ErrForm
	}
	m := bot.BroadcastMove(form.Do)
	was, err := p.Broadcasts().Read(v.Ctx(), v.Actor, v.Param("id"))
	if err != nil {
		return err
	}
	if was.State == bot.BroadcastDraft && (m == bot.BroadcastSubmit || m == bot.BroadcastSchedule) { // what was kept is a version first
		is, err := p.Broadcasts().Drafts().Settle(v.Ctx(), v.Actor, v.Param("id"))
		if err != nil {
			return p.stuck(v, err)
		}
		form.Version = is.Version
	}
	is, err := p.Broadcasts().Move(v.Ctx(), v.Actor, v.Param("id"), m, form.Version, broadcast.Moved{People: form.People})
	switch {
	case err != nil:
		return p.stuck(v, err)
	case begun(is):
		return v.See("/broadcasts/" + is.ID + "/report")
	}
	return v.See("/broadcasts/" + is.ID + "/forecast?done=" + done + "#approval")
}

// stuck says why it does not go on; each thing that is wrong with a text by itself.
func (p pages) stuck(v *console.Visit, why error) error {
	var (
		stale   *bot.StaleError
		moved   *bot.MoveError
		invalid *bot.InvalidError
		refused *bot.RefusedError
	)
	page, err := p.ahead(v)
	if err != nil {
		return err
	}
	status := http.StatusUnprocessableEntity
	wrong, told := v.Faults(why)
	switch {
	case errors.As(why, &stale), errors.As(why, &moved):
		status, page.Changed = http.StatusConflict, true
	case errors.As(why, &invalid):
		for _, one := range invalid.Faults {
			words, _ := v.Faults(&bot.InvalidError{Faults: []bot.Fault{one}})
			for _, w := range words {
				page.Faults = append(page.Faults, p.fieldName(v, one.Field)+w)
			}
		}
	case told:
		status = http.StatusConflict
		if errors.As(why, &refused) && refused.Fault.Code == bot.FaultCrowd { // pressed once more it is meant
			page.People, _ = refused.Fault.Data["People"].(int)
		}
		for _, w := range wrong {
			page.Faults = append(page.Faults, w)
		}
	default:
		return why
	}
	return v.Page(status, "forecast", page)
}

// fieldName is what the page of the broadcast calls a field, to stand before what is
// wrong with it.
func (p pages) fieldName(v *console.Visit, field string) string {
	name, language, _ := strings.Cut(field, "/")
	key := map[string]string{"text": "text", "topic": "topic", "start": "start", "until": "until", "change": "change", "urgent": "urgent", "attachment": "picture", "alt": "alt", "ceiling": "ceiling", "segment": "segment"}[name]
	switch {
	case name == "buttons":
		return v.T("broadcasts.buttons") + ": "
	case name == "digest":
		return v.T("broadcasts.digest") + ": "
	case key == "":
		return ""
	case bot.Language(language).Known():
		return v.T("broadcasts.field."+key) + ", " + strings.ToLower(v.T("changes."+language)) + ": "
	}
	return v.T("broadcasts.field."+key) + ": "
}
