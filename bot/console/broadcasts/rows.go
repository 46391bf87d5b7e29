package broadcasts

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/storage"
)

// reportRows is how many people a page of a report shows.
const reportRows = 50

// rowsQuery is what somebody chose of a report, as the address says it.
type rowsQuery struct {
	Of       string `form:"of"`
	Reason   string `form:"reason"`
	Bot      string `form:"bot"`
	Language string `form:"language"`
	Segment  string `form:"segment"` // of its audience
	After    string `form:"after"`
	Done     string `form:"done"`
}

// numbers are those that open their rows.
func numbers() (all []string) {
	for _, o := range bot.RecipientOutcomes() {
		all = append(all, string(o))
	}
	for _, m := range bot.RecipientMarks() {
		all = append(all, string(m))
	}
	return all
}

func (q rowsQuery) known() bool { return q.Of == "" || slices.Contains(numbers(), q.Of) }

func (q rowsQuery) filter() storage.RecipientFilter {
	return storage.RecipientFilter{What: q.Of, Reason: q.Reason, Bot: q.Bot, Language: bot.Language(q.Language)}
}

// query is the address of what is chosen, from "?" on.
func (q rowsQuery) query() string {
	return console.AsQuery("of", q.Of, "reason", q.Reason, "bot", q.Bot, "language", q.Language, "segment", q.Segment, "after", q.After)
}

// peopleView are the people of a number.
type peopleView struct {
	ID          string
	Query       rowsQuery
	Reason      reasonKey // that was chosen
	Numbers     []outcomeKey
	Bots        []botView
	Languages   []bot.Language
	Rows        []personView
	Listed      bool // somebody is listed at all
	Reads       bool // the reader may see people
	Exports     bool
	File        string // what is chosen, for the file
	First, Next string // the addresses of other pages; "" where there are none
}

// botView is a bot to choose from, by its kind of messenger.
type botView struct {
	Name    string
	Channel channelKey
	Here    bool
}

// personView is one recipient.
type personView struct {
	ID, Name, External string
	Channel            channelKey
	Language           bot.Language
	Outcome            outcomeKey
	Reason             reasonKey
	Until              time.Time // when who waits is looked at again
	At                 time.Time // of the outcome
	Marks              []outcomeKey
}

func (p pages) peopleView(v *console.Visit, is broadcast.Progress, q rowsQuery) (view peopleView, err error) {
	view = peopleView{
		ID: is.ID, Query: q, Listed: is.Planned > 0, Languages: bot.Languages(), Reads: v.Actor.May(bot.ReadContacts), Exports: v.Actor.May(bot.ExportContacts),
	}
	if q.Reason != "" {
		view.Reason = reasonOf(q.Reason)
	}
	for _, n := range numbers() {
		view.Numbers = append(view.Numbers, outcomeKey(n))
	}
	for _, name := range p.Bots() {
		view.Bots = append(view.Bots, botView{name, p.kindOf(name), name == q.Bot})
	}
	file := q
	file.After = ""
	view.File = file.query()
	if !view.Reads || !view.Listed {
		return view, nil
	}
	filter, err := p.filterOf(v, is.ID, q)
	if err != nil {
		return view, err
	}
	rows, next, err := p.Broadcasts().Recipients(v.Ctx(), v.Actor, is.ID, filter, q.After, reportRows)
	if errors.Is(err, storage.ErrNoRecipientPlace) {
		err = console.ErrNothing
	}
	if err != nil {
		return view, err
	}
	for _, r := range rows {
		view.Rows = append(view.Rows, p.personView(r))
	}
	if q.After != "" {
		view.First = cmp.Or(file.query(), "?")
	}
	if following := q; next != "" {
		following.After = next
		view.Next = following.query()
	}
	return view, nil
}

func (p pages) personView(r storage.RecipientRow) personView {
	row := personView{
		ID: r.Contact, Name: r.Name, External: r.External, Channel: p.kindOf(r.Bot), Language: r.Language, Outcome: outcomeKey(r.Outcome), At: r.Ended,
	}
	if r.Reason != "" {
		row.Reason = reasonOf(r.Reason)
	}
	if r.Outcome == bot.RecipientSent {
		row.At = r.Sent
	}
	if r.Outcome == bot.RecipientPending && r.Waits != "" {
		row.Reason = reasonOf(string(r.Waits))
		if r.Waits != bot.WithheldVisit { // there is no moment
			row.Until = r.NotBefore
		}
	}
	for i, at := range []time.Time{r.Delivered, r.Seen, r.Clicked, r.Acknowledged, r.Asked, r.Complained, r.Unsubscribed} {
		if !at.IsZero() {
			row.Marks = append(row.Marks, outcomeKey(bot.RecipientMarks()[i]))
		}
	}
	return row
}

// reportFile hands out those whom the filter chooses as a file.
func (p pages) reportFile(v *console.Visit) error {
	var q rowsQuery
	if err := v.Query(&q); err != nil {
		return err
	}
	var form struct{}
	if err := v.Form(&form); err != nil {
		return err
	}
	if !q.known() {
		return console.ErrNothing
	}
	if p.Broadcasts() == nil {
		return console.ErrAway
	}
	filter, err := p.filterOf(v, v.Param("id"), q)
	if err != nil {
		return err
	}
	_, err = p.Broadcasts().WriteRecipients(v.Ctx(), v.Actor, v.Download("report.csv", console.CSV), v.Param("id"), filter)
	return err
}
