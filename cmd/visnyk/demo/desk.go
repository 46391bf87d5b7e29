package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// operatorLogin is who answers at the demo's desk.
const operatorLogin = "maryna"

// Hire returns who answers at the desk, made a user of the staff where there is
// none of that login yet. Nobody signs in as them: their password is known to
// nobody.
func Hire(ctx context.Context, store *storage.Store) (bot.Actor, error) {
	u, err := store.User(ctx, operatorLogin)
	if errors.Is(err, storage.ErrNotFound) {
		if err := staff.New(store).AddUser(ctx, bot.System(), operatorLogin, bot.Operator, rand.Text()); err != nil {
			return bot.Actor{}, fmt.Errorf("demo: an operator: %w", err)
		}
		u, err = store.User(ctx, operatorLogin)
	}
	if err != nil {
		return bot.Actor{}, fmt.Errorf("demo: an operator: %w", err)
	}
	return bot.Actor{User: u.ID, Login: u.Login, Role: u.Role, Name: bot.Bilingual{UK: "Марина", RU: "Марина"}}, nil
}

// ticketView is a chat that needs a human, as the desk shows it.
type ticketView struct {
	*view
	ID, Bot, Who string
	State        bot.TicketState
	Reason       bot.Reason
	Since        string
	Said         []string // what the customer wrote last, the newest last
	address      bot.Address
}

// heard is how much of what a customer wrote stands at the desk.
const heard = 3

// desk lists the open tickets, the oldest first.
func (v *view) desk(ctx context.Context, p *Parts) ([]ticketView, error) {
	tickets, err := p.Store.OpenTickets(ctx)
	if err != nil {
		return nil, fmt.Errorf("tickets: %w", err)
	}
	var list []ticketView
	for _, t := range tickets {
		who := name(t.Address)
		if who == "" {
			who = v.T("line.guest")
		}
		list = append(list, ticketView{
			view: v, ID: t.ID, Bot: t.Address.Bot, Who: who, State: t.State, Reason: t.Reason, Since: v.Clock(t.OpenedAt),
			Said: v.demo.Line.said(t.Address, heard), address: t.Address,
		})
	}
	return list, nil
}

// waits reports whether whoever is at the address waits for a human.
func (v *view) waits(at bot.Address) bool {
	return slices.ContainsFunc(v.Desk, func(t ticketView) bool { return t.address == at && t.State == bot.TicketWaiting })
}

// Waiting reports whether a guest of the site waits for a human.
func (v *view) Waiting() bool {
	return slices.ContainsFunc(v.Desk, func(t ticketView) bool {
		return t.Bot != Telegram && t.Bot != Viber && t.State == bot.TicketWaiting
	})
}

// serveDesk carries out what the operator does.
func (d *Demo) serveDesk(w http.ResponseWriter, r *http.Request) {
	p := d.parts.Load()
	ticket, text := r.FormValue("ticket"), strings.TrimSpace(r.FormValue("text"))
	var err error
	switch r.PathValue("do") {
	case "take":
		_, err = p.Desk.Move(r.Context(), ticket, bot.TicketTake, p.Operator)
	case "close":
		_, err = p.Desk.Move(r.Context(), ticket, bot.TicketClose, p.Operator)
	case "reply":
		if text == "" {
			err = errBlank
			break
		}
		_, err = p.Desk.Reply(r.Context(), p.Operator, desk.ReplyTo{
			Ticket: ticket, Key: storage.NewID(), Words: bot.Words{Text: text, Markup: r.FormValue("form") == "markup"},
			Seen: desk.SeenAll, LanguageOK: true, PriceOK: true,
		})
	case "typing":
		err = p.Desk.Typing(r.Context(), ticket, p.Operator)
	default:
		http.NotFound(w, r)
		return
	}
	var moved *bot.MoveError
	var refused *bot.RefusedError
	switch {
	case errors.As(err, &moved) || errors.Is(err, storage.ErrNotFound):
		err = problem{http.StatusConflict, "problem.moved"}
	case errors.As(err, &refused) && refused.Code == bot.FaultCustomerAway:
		err = problem{http.StatusConflict, "problem.unsaid"}
	}
	d.done(w, r, err, "desk")
}
