package desk

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
	"visnyk/storage"
)

// ticketPage is the talk with one customer.
type ticketPage struct {
	Row      queueRow
	Closed   bool
	Waiting  bool
	Previous string // the ticket it follows
	Outcomes []bot.TicketOutcome
	After    int64 // the page is as things stood at this moment, in microseconds
	User     string

	Lines   []bubble
	Earlier string // the way to earlier lines; "" when there are none
	Part    bool   // these are not the newest lines

	Compose compose
	Card    cardView
}

// compose is where the reader writes.
type compose struct {
	Ticket   string
	Mine     bool
	Closed   bool
	Waiting  bool
	Holder   string
	Warning  deskwork.Warning
	Language bool // the customer's is known
	Key      string
	Text     string
	Markup   bool
	Seen     int64
	Files    []fileView
	Others   []otherDraft
	Ask      askKind // what must be confirmed; "" for nothing
	Price    string
	Fault    string
	Preview  [][]bot.Run
	Previews bool
	// What was confirmed stays confirmed until it is sent.
	LanguageOK, PriceOK bool
	Undo                int // seconds
}

// otherDraft is what a colleague has begun to write.
type otherDraft struct {
	Name, Text string
	At         time.Time
}

// ticket shows the talk with one customer.
func (p pages) ticket(v *console.Visit) error {
	var q struct {
		Before int64 `form:"before"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	page, err := p.ticketPage(v, v.Param("ticket"), q.Before)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "ticket", page)
}

// ticketPage reads everything that the page shows.
func (p pages) ticketPage(v *console.Visit, id string, before int64) (ticketPage, error) {
	parts := p.parts()
	if parts == nil {
		return ticketPage{}, console.ErrAway
	}
	now, err := p.live.Now(v)
	if err != nil {
		return ticketPage{}, err
	}
	row, err := parts.Desk.QueueRow(v.Ctx(), v.Actor, id)
	if err != nil {
		return ticketPage{}, err
	}
	talk, err := parts.Desk.Talk(v.Ctx(), v.Actor, id, before)
	if err != nil {
		return ticketPage{}, err
	}
	card, err := parts.Desk.Card(v.Ctx(), v.Actor, id)
	if err != nil {
		return ticketPage{}, err
	}
	page := ticketPage{
		Row: p.shown(v, row), Closed: row.State == bot.TicketClosed, Waiting: row.State == bot.TicketWaiting,
		Previous: row.Previous, Outcomes: bot.TicketOutcomes(), After: now.UnixMicro(), User: v.Actor.User,
		Lines: p.bubbles(v, talk), Part: before != 0, Card: p.card(v, id, card),
	}
	if talk.Before != 0 {
		page.Earlier = "/console/desk/" + id + "?before=" + strconv.FormatInt(talk.Before, 10)
	}
	page.Compose, err = p.compose(v.Ctx(), v, parts, row, talk)
	return page, err
}

// compose reads where the reader writes.
func (p pages) compose(ctx context.Context, v *console.Visit, parts *Parts, row storage.QueueRow, t deskwork.Talk) (compose, error) {
	c := compose{
		Ticket: row.ID, Mine: row.State == bot.TicketTaken && row.Holder == v.Actor.User, Closed: row.State == bot.TicketClosed,
		Waiting: row.State == bot.TicketWaiting, Holder: row.HolderName, Seen: t.Newest, Undo: v.User.Preferences.Undo,
	}
	var err error
	if c.Warning, err = parts.Desk.Warn(ctx, row.Ticket); err != nil {
		return c, err
	}
	own, others, err := parts.Desk.Drafts(ctx, v.Actor, row.ID)
	if err != nil {
		return c, err
	}
	c.Key, c.Text, c.Markup = own.Key, own.Text, own.Markup
	for _, o := range others {
		c.Others = append(c.Others, otherDraft{o.Name, o.Text, o.UpdatedAt})
	}
	c.Files, err = p.attached(ctx, v, parts, row.Ticket, own.Draft.Files)
	return c, err
}

// attached are the files that go with a reply.
func (p pages) attached(ctx context.Context, v *console.Visit, parts *Parts, t bot.Ticket, ids []string) (all []fileView, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	kept, err := parts.Desk.Files(ctx, v.Actor, t, ids)
	for _, f := range kept {
		all = append(all, keptView(f, fileView{Kind: bot.File}))
	}
	return all, err
}

// move makes a move of the desk, and shows the ticket as it is then.
func (p pages) move(m bot.TicketMove) console.Handler {
	return func(v *console.Visit) error {
		if err := v.Form(&struct{}{}); err != nil {
			return err
		}
		parts := p.parts()
		if parts == nil {
			return console.ErrAway
		}
		id := v.Param("ticket")
		if _, err := parts.Desk.Move(v.Ctx(), id, m, v.Actor); err != nil {
			return err
		}
		return v.See("/desk/" + id)
	}
}

// end closes the ticket with the outcome.
func (p pages) end(v *console.Visit) error {
	var form struct {
		Outcome string `form:"outcome"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	_, err := parts.Desk.Close(v.Ctx(), id, bot.TicketOutcome(form.Outcome), v.Actor)
	var refused *bot.RefusedError
	if errors.As(err, &refused) {
		return p.again(v, id, refused, nil)
	}
	if err != nil {
		return err
	}
	return v.See("/desk/" + id)
}

// forgive takes back that the ticket was abuse.
func (p pages) forgive(v *console.Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id := v.Param("ticket")
	if _, err := parts.Desk.Forgive(v.Ctx(), id, v.Actor); err != nil {
		return err
	}
	return v.See("/desk/" + id)
}

// naps are how long a ticket may be put aside by one press, as the page names them.
func naps() map[string]time.Duration {
	return map[string]time.Duration{
		"hour": time.Hour, "hours": 4 * time.Hour, "day": 24 * time.Hour, "days": 3 * 24 * time.Hour, "week": 7 * 24 * time.Hour,
	}
}

// sleep puts the ticket aside until a moment; "" wakes it.
func (p pages) sleep(v *console.Visit) error {
	var form struct {
		For string `form:"for"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	parts := p.parts()
	if parts == nil {
		return console.ErrAway
	}
	id, now := v.Param("ticket"), time.Now()
	var until time.Time
	if form.For != "" {
		nap, ok := naps()[form.For]
		if !ok {
			return storage.ErrNotFound
		}
		until = now.Add(nap)
	}
	err := parts.Desk.Sleep(v.Ctx(), id, until, now, v.Actor)
	var refused *bot.RefusedError
	if errors.As(err, &refused) {
		return p.again(v, id, refused, nil)
	}
	if err != nil {
		return err
	}
	return v.See("/desk/" + id)
}

// again shows the ticket with what was refused, and what the reader had written.
func (p pages) again(v *console.Visit, id string, refused error, written func(*compose)) error {
	page, err := p.ticketPage(v, id, 0)
	if err != nil {
		return err
	}
	if written != nil {
		written(&page.Compose)
	}
	if faults, ok := v.Faults(refused); ok {
		for _, words := range faults {
			page.Compose.Fault = words
		}
	}
	return v.Page(http.StatusConflict, "ticket", page)
}
