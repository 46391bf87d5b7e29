package desk

import (
	"context"
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
	Leads    bool   // the reader leads the desk
	Drafts   bool   // the reader may write articles
	Previous string // the ticket it follows
	Outcomes []bot.TicketOutcome
	After    int64 // the page is as things stood at this moment, in microseconds
	User     string

	Lines   []bubble
	Earlier string // the way to earlier lines; "" when there are none
	Part    bool   // these are not the newest lines

	Compose compose
	Card    cardView
	List    *queuePage // stands beside; nil for none
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
		Before int64            `form:"before"`
		Tab    storage.QueueTab `form:"tab"`
	}
	if err := v.Query(&q); err != nil {
		return err
	}
	if q.Tab != "" {
		if _, err := tabOf(q.Tab); err != nil {
			return err
		}
	}
	page, err := p.ticketPage(v, v.Param("ticket"), q.Before, q.Tab)
	if err != nil {
		return err
	}
	return v.Page(http.StatusOK, "ticket", page)
}

// ticketPage reads everything that the page shows.
func (p pages) ticketPage(v *console.Visit, id string, before int64, tab storage.QueueTab) (ticketPage, error) {
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
		Leads: v.Actor.May(bot.LeadDesk), Drafts: v.Actor.May(bot.WriteContent), Previous: row.Previous, Outcomes: bot.TicketOutcomes(), After: now.UnixMicro(), User: v.Actor.User,
		Lines: p.bubbles(v, talk), Part: before != 0, Card: p.card(v, id, card),
	}
	if talk.Before != 0 {
		page.Earlier = "/console/desk/" + id + "?before=" + strconv.FormatInt(talk.Before, 10)
	}
	if page.List, err = p.beside(v, parts, tab, page.Row); err != nil {
		return ticketPage{}, err
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
