package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// operator is who answers at the demo's desk.
const operator = "Марина"

// ticketView is a chat that needs a human, as the desk shows it.
type ticketView struct {
	*view
	ID, Bot, Who string
	State        bot.TicketState
	Reason       bot.Reason
	Since        string
}

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
		})
	}
	return list, nil
}

// serveDesk carries out what the operator does.
func (d *Demo) serveDesk(w http.ResponseWriter, r *http.Request) {
	p := d.parts.Load()
	ticket, text := r.FormValue("ticket"), strings.TrimSpace(r.FormValue("text"))
	var err error
	switch r.PathValue("do") {
	case "take":
		_, err = p.Desk.Move(r.Context(), ticket, bot.TicketTake, operator)
	case "close":
		_, err = p.Desk.Move(r.Context(), ticket, bot.TicketClose, operator)
	case "reply":
		if text == "" {
			err = errBlank
			break
		}
		err = p.Desk.Reply(r.Context(), ticket, operator, storage.NewID(), text, time.Now())
	case "typing":
		err = p.Desk.Typing(r.Context(), ticket)
	default:
		http.NotFound(w, r)
		return
	}
	var moved *storage.MoveError
	if errors.As(err, &moved) || errors.Is(err, storage.ErrNotFound) {
		err = problem{http.StatusConflict, "problem.moved"}
	}
	d.done(w, r, err, "desk")
}
