package demo

import (
	"context"
	"fmt"
	"net"
	"slices"

	"visnyk/bot"
)

// deskWay opens the console as one of the company's people.
type deskWay struct {
	Login, Says string
	Key         string // without which no form of another page signs anybody in
	At          string // what stands before the path; "" for here
	Lang        bot.Language
	Main        bool // who answers first
}

// waiting reads who waits for a human.
func waiting(ctx context.Context, p *Parts) (all []bot.Address, err error) {
	tickets, err := p.Store.OpenTickets(ctx)
	if err != nil {
		return nil, fmt.Errorf("tickets: %w", err)
	}
	for _, t := range tickets {
		if t.State == bot.TicketWaiting {
			all = append(all, t.Address)
		}
	}
	return all, nil
}

// Colleagues are whom one can be at the desk: the operators, or the others.
func (v *view) Colleagues(others bool) (all []deskWay) {
	for _, c := range colleagues() {
		if others == (c.role == bot.Operator) {
			continue
		}
		way := deskWay{Login: c.login, Key: v.demo.key, Lang: v.Lang}
		switch {
		case others:
			way.Says = v.T("role." + string(c.role))
		case len(all) == 0:
			way.Says, way.Main = v.T("desk.open"), true
		default: // a browser keeps one of them signed in under each name of this machine
			way.Says, way.At = v.T("desk.second", "name", c.known.In(v.Lang)), twin(v.host)
		}
		all = append(all, way)
	}
	return all
}

// twin is the page under the other name of this machine; "" where it has none.
func twin(host string) string {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return ""
	}
	other := map[string]string{"localhost": "127.0.0.1", "127.0.0.1": "localhost"}[name]
	if other == "" {
		return ""
	}
	return "http://" + net.JoinHostPort(other, port)
}

// waits reports whether whoever is at the address waits for a human.
func (v *view) waits(at bot.Address) bool { return slices.Contains(v.Desk, at) }

// Waiting reports whether a guest of the site waits for a human.
func (v *view) Waiting() bool {
	return slices.ContainsFunc(v.Desk, func(a bot.Address) bool { return a.Bot != Telegram && a.Bot != Viber })
}
