package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/storage"
)

func ticketRoutes() []route {
	move := func(m bot.TicketMove) route {
		return route{method: http.MethodPost, path: "/tickets/:id/" + string(m), run: moveTicket(m)}
	}
	return []route{
		{method: http.MethodGet, path: "/tickets", query: append([]string{"state", "holder"}, pageQuery()...), run: listTickets},
		{method: http.MethodGet, path: "/tickets/:id", run: readTicket},
		move(bot.TicketTake), move(bot.TicketTakeover), move(bot.TicketRelease), move(bot.TicketReturn),
		{method: http.MethodPost, path: "/tickets/:id/close", run: closeTicket},
		{method: http.MethodPost, path: "/tickets/:id/reply", run: replyToTicket},
		{method: http.MethodGet, path: "/stats", run: readStats},
	}
}

// ticketShown is a ticket as clients see it.
type ticketShown struct {
	ID       string            `json:"id"`
	State    bot.TicketState   `json:"state"`
	Turn     bot.TicketTurn    `json:"turn"`
	Reason   bot.Reason        `json:"reason,omitempty"`
	About    string            `json:"about,omitempty"`
	Contact  string            `json:"contact,omitempty"`
	Name     string            `json:"name,omitempty"`
	Language bot.Language      `json:"language,omitempty"`
	Address  string            `json:"address"`
	Holder   string            `json:"holder,omitempty"` // the login
	Outcome  bot.TicketOutcome `json:"outcome,omitempty"`
	Previous string            `json:"previous,omitempty"`
	Revision int64             `json:"revision"`
	OpenedAt time.Time         `json:"opened_at"`
	TurnAt   time.Time         `json:"turn_at,omitzero"`
	TakenAt  time.Time         `json:"taken_at,omitzero"`
	ClosedAt time.Time         `json:"closed_at,omitzero"`
	WakeAt   time.Time         `json:"wake_at,omitzero"`
	// Newest is the customer's last line, for a reply to name; only of one ticket.
	Newest int64 `json:"newest,omitempty"`
}

func showTicket(r storage.QueueRow) ticketShown {
	return ticketShown{
		ID: r.ID, State: r.State, Turn: r.Turn, Reason: r.Reason, About: r.Topic, Contact: r.Contact, Name: r.Name,
		Language: r.Language, Address: r.Address.Bot + ":" + r.Address.Chat, Holder: r.HolderLogin, Outcome: r.Outcome,
		Previous: r.Previous, Revision: r.Revision, OpenedAt: r.OpenedAt, TurnAt: r.TurnAt, TakenAt: r.TakenAt,
		ClosedAt: r.ClosedAt, WakeAt: r.WakeAt,
	}
}

// ticketLists are the lists by what the query calls them.
func ticketLists() map[string]storage.QueueTab {
	return map[string]storage.QueueTab{
		"": storage.QueueOpen, "open": storage.QueueOpen, "waiting": storage.QueueWaiting, "taken": storage.QueueTaken,
		"theirs": storage.QueueTheirs, "closed": storage.QueueClosed,
	}
}

func listTickets(_ *API, ctx context.Context, q *request) (answer, error) {
	tab, known := ticketLists()[q.echo.QueryParam("state")]
	if !known {
		return answer{}, problemParameter("state is open, waiting, taken, theirs or closed.")
	}
	f := storage.QueueFilter{Tab: tab}
	if login := q.echo.QueryParam("holder"); login != "" {
		u, err := q.parts.Store.User(ctx, strings.ToLower(login))
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return answer{}, err
		}
		f.User = cmp.Or(u.ID, "nobody") // who is not known holds nothing
	}
	return lists(ctx, q, func(ctx context.Context, actor bot.Actor, cursor string, limit int) ([]storage.QueueRow, string, error) {
		after, ok := storage.ReadQueuePlace(cursor)
		if !ok {
			return nil, "", problemParameter(`cursor is what "next" of the page before says, as it is; leave it out for the first page.`)
		}
		f.After, f.Limit = after, limit+1
		rows, err := q.parts.Desk.Queue(ctx, actor, f)
		if err != nil || len(rows) <= limit {
			return rows, "", err
		}
		return rows[:limit], rows[limit-1].Place(tab).String(), nil
	}, showTicket)
}

func readTicket(_ *API, ctx context.Context, q *request) (answer, error) {
	row, err := q.parts.Desk.QueueRow(ctx, q.actor, q.id())
	if err != nil {
		return answer{}, err
	}
	shown := showTicket(row)
	talk, err := q.parts.Desk.Talk(ctx, q.actor, q.id(), 0)
	shown.Newest = talk.Newest
	return answer{status: http.StatusOK, body: shown}, err
}

// moveTicket makes the move that the path names.
func moveTicket(m bot.TicketMove) func(*API, context.Context, *request) (answer, error) {
	return func(_ *API, ctx context.Context, q *request) (answer, error) {
		if err := decodeNothing(q.body); err != nil {
			return answer{}, err
		}
		return q.moved(ctx, func() error {
			_, err := q.parts.Desk.Move(ctx, q.id(), m, q.actor)
			return err
		})
	}
}

// moved does something to the path's ticket, and answers with it as it is then.
func (q *request) moved(ctx context.Context, do func() error) (answer, error) {
	if err := do(); err != nil {
		return answer{}, err
	}
	row, err := q.parts.Desk.QueueRow(ctx, q.actor, q.id())
	q.after = func() { // what the desk told of came before the commit
		for _, topic := range []string{storage.DeskTopic, "inbox:" + row.Address.Bot, "outbox:" + row.Address.Bot} {
			q.parts.Store.Notify(topic)
		}
	}
	return answer{status: http.StatusOK, body: showTicket(row)}, err
}

// closeBody says how a ticket ended.
type closeBody struct {
	Outcome bot.TicketOutcome `json:"outcome"`
}

func closeTicket(_ *API, ctx context.Context, q *request) (answer, error) {
	var b closeBody
	if len(q.body) > 0 {
		if err := decode(q.body, &b); err != nil {
			return answer{}, err
		}
	}
	return q.moved(ctx, func() error {
		_, err := q.parts.Desk.Close(ctx, q.id(), cmp.Or(b.Outcome, bot.OutcomeSolved), q.actor)
		return err
	})
}

// replyBody is what is said to the customer.
type replyBody struct {
	Text       string `json:"text"`
	Markup     bool   `json:"markup"`
	Seen       int    `json:"seen"`
	LanguageOK bool   `json:"language_ok"`
	PriceOK    bool   `json:"price_ok"`
}

func replyToTicket(_ *API, ctx context.Context, q *request) (answer, error) {
	var b replyBody
	if err := decode(q.body, &b); err != nil {
		return answer{}, err
	}
	key := storage.NewID()
	if given := q.echo.Request().Header.Get(headerKey); given != "" {
		key = keyHash(q, given)
	}
	return q.moved(ctx, func() error {
		_, err := q.parts.Desk.Reply(ctx, q.actor, desk.ReplyTo{
			Ticket: q.id(), Key: key, Words: bot.Words{Text: b.Text, Markup: b.Markup}, Seen: int64(b.Seen),
			LanguageOK: b.LanguageOK, PriceOK: b.PriceOK,
		})
		return err
	})
}

// statsShown are figures of the service as they are now.
type statsShown struct {
	Tickets ticketStats `json:"tickets"`
}

// ticketStats is how many tickets the desk's lists have.
type ticketStats struct {
	Waiting int        `json:"waiting"`
	Theirs  int        `json:"theirs"`
	Taken   int        `json:"taken"`
	Open    int        `json:"open"`
	Oldest  time.Time  `json:"waiting_since,omitzero"` // of the one that waits longest
	Held    []heldStat `json:"held"`
}

// heldStat is what one user holds.
type heldStat struct {
	Holder string `json:"holder"` // the login
	storage.Held
}

func readStats(_ *API, ctx context.Context, q *request) (answer, error) {
	c, err := q.parts.Desk.Counts(ctx, q.actor)
	if err != nil {
		return answer{}, err
	}
	users, err := q.parts.Store.Users(ctx)
	if err != nil {
		return answer{}, err
	}
	s := ticketStats{Waiting: c.Waiting, Theirs: c.Theirs, Open: c.Open, Oldest: c.Oldest, Held: []heldStat{}}
	for _, u := range users {
		if held, some := c.Held[u.ID]; some {
			s.Held = append(s.Held, heldStat{u.Login, held})
			s.Taken += held.All()
		}
	}
	return answer{status: http.StatusOK, body: statsShown{s}}, nil
}
