package broadcasts

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/locales"
)

// calendarPage is what happens in a month, of changes and broadcasts, day by day.
type calendarPage struct {
	Month      monthKey
	Year       int
	Before     string // the months beside it, as addresses have them; "" is none
	After      string
	Now        bool // it is the month of today
	Days       []dayView
	Collisions []collisionView
	More       bool // there are more broadcasts than stand here
}

type (
	monthKey     string
	dateKey      string
	collisionKey string
)

// dayView is a day on which something happens.
type dayView struct {
	Day   string
	Today bool
	Rows  []dateView
}

// dateView is what happens at a moment.
type dateView struct {
	Kind     dateKey
	Clock    string // "" is the day alone
	Path     string
	Title    string
	Says     string // a stage in words
	State    textKey
	Tag      stateKey
	Owner    string
	Version  int // of a change; 0 of a broadcast
	Collides []besideView
}

// besideView is how a row collides, and with what.
type besideView struct {
	Kind  collisionKey
	With  []string
	Count int // of those on the day, itself among them
	Cap   int
}

// collisionView is how often dates collide so in the month.
type collisionView struct {
	Kind  collisionKey
	Count int
}

// calendarTexts are the keys of the words of the calendar that no template names whole.
func calendarTexts() (keys []string) {
	for m := time.January; m <= time.December; m++ {
		keys = append(keys, "calendar.month."+string(monthOf(m)))
	}
	for _, k := range bot.DateKinds() {
		keys = append(keys, "calendar.kind."+string(k))
	}
	for _, k := range bot.CollisionKinds() {
		keys = append(keys, "calendar.collision."+string(k), "calendar.beside."+string(k))
	}
	for _, s := range bot.ChangeStates() {
		keys = append(keys, string(changeState(s)))
	}
	return append(keys, "calendar.nav")
}

func monthOf(m time.Month) monthKey { return monthKey("m" + strconv.Itoa(int(m))) }

func changeState(s bot.ChangeState) textKey {
	return textKey("changes.state." + strings.ReplaceAll(string(s), " ", "_"))
}

// monthForm is a month as addresses have it, dayForm the beginning of a day as it is read in
// a zone.
const (
	monthForm = "2006-01"
	dayForm   = "2006-01-02T00:00"
)

// beside is how long before and after a month dates may collide with its own.
const beside = time.Hour

func (p pages) calendar(v *console.Visit) error {
	var q struct {
		Month string `form:"month"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	if p.Broadcasts() == nil {
		return console.ErrAway
	}
	zone := bot.ZoneOf("", p.Zone)
	now := time.Now().In(zone)
	month, err := time.Parse(monthForm, cmp.Or(q.Month, now.Format(monthForm)))
	if err != nil {
		return console.ErrNothing
	}
	next := month.AddDate(0, 1, 0)
	from, err := bot.MomentAt(month.Format(dayForm), zone)
	until, err2 := bot.MomentAt(next.Format(dayForm), zone)
	if errors.Join(err, err2) != nil || !bot.ValidMoment(from.Add(-beside)) {
		return console.ErrNothing
	}
	d, err := p.Broadcasts().Dates(v.Ctx(), v.Actor, from.Add(-beside), until.Add(beside))
	if err != nil {
		return err
	}
	page := calendarPage{
		Month: monthOf(month.Month()), Year: month.Year(), Now: month.Format(monthForm) == now.Format(monthForm),
		Before: month.AddDate(0, -1, 0).Format(monthForm), After: next.Format(monthForm), More: d.More,
	}
	within := func(i int) bool { at := d.All[i].At; return !at.Before(from) && at.Before(until) }
	for _, k := range bot.CollisionKinds() {
		n := collisionView{Kind: collisionKey(k)}
		for _, c := range d.Collisions {
			if c.Kind == k && slices.ContainsFunc(c.Of, within) {
				n.Count++
			}
		}
		if n.Count > 0 {
			page.Collisions = append(page.Collisions, n)
		}
	}
	for i, is := range d.All {
		if !within(i) {
			continue
		}
		at := is.At.In(zone)
		day := locales.Day(v.Lang, at, now)
		if n := len(page.Days); n == 0 || page.Days[n-1].Day != day {
			page.Days = append(page.Days, dayView{Day: day, Today: at.Format(time.DateOnly) == now.Format(time.DateOnly)})
		}
		here := &page.Days[len(page.Days)-1]
		here.Rows = append(here.Rows, p.dated(v, d, i, at))
	}
	return v.Page(http.StatusOK, "calendar", page)
}

// dated lays out what happens at the place, at that moment on the company's clock.
func (p pages) dated(v *console.Visit, d broadcast.Dates, i int, at time.Time) dateView {
	is := d.All[i]
	view := dateView{Kind: dateKey(is.Kind), Title: wordsOf(v, is.Title), Says: wordsOf(v, is.Says), Owner: is.Owner, Version: is.Version}
	if is.Kind == bot.DateSend {
		view.Path, view.State, view.Tag, view.Owner = "broadcasts/"+is.ID, textKey("broadcasts.state."+stateOf(is.Send)), stateOf(is.Send), p.Name(v.Ctx(), is.Owner)
		if is.Begun {
			view.Path += "/report"
		}
	} else {
		view.Path, view.State, view.Tag = "changes/"+is.ID, changeState(is.Change), stateKey(strings.ReplaceAll(string(is.Change), " ", "_"))
	}
	if clock := at.Format("15:04"); is.Kind == bot.DateSend || clock != "00:00" {
		view.Clock = clock
	}
	for _, k := range bot.CollisionKinds() {
		beside := besideView{Kind: collisionKey(k), Cap: d.Cap}
		for _, c := range d.Collisions {
			if c.Kind != k || !slices.Contains(c.Of, i) {
				continue
			}
			beside.Count = len(c.Of)
			for _, j := range c.Of {
				if j != i {
					beside.With = append(beside.With, cmp.Or(wordsOf(v, d.All[j].Title), v.T("broadcasts.untitled")))
				}
			}
		}
		if beside.Count > 0 {
			view.Collides = append(view.Collides, beside)
		}
	}
	return view
}

// wordsOf is what stands there in the reader's language, and where it does not yet, in
// whichever it does.
func wordsOf(v *console.Visit, w bot.Bilingual) string {
	return cmp.Or(firstWords(w.In(v.Lang)), firstWords(w.UK), firstWords(w.RU))
}
