package desk

import (
	"cmp"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
)

// cardView is what stands beside a talk.
type cardView struct {
	ID         string // "" where nobody knows who it is
	Hidden     int    // attributes that the person's own page shows for a reason
	Name       string
	External   string
	Phones     []string // that the company or the messenger vouches for
	Unverified []string // phones that nobody vouches for
	Language   bot.Language
	Kind, Tier string
	Region     string
	Tags       []string
	Attributes []attribute
	Chats      []chatView
	Ledger     []ledgerView
	Tickets    []pastTicket
	Stopped    bool
}

type attribute struct{ Name, Value string }

type chatView struct {
	Channel Channel
	Chat    string
	Blocked bool
	Hushed  bool
	LastAt  time.Time
}

type ledgerView struct {
	Title                             string
	Told, Knows, Asked, Unsure, Named time.Time
	Follows                           bool
}

type pastTicket struct {
	ID       string
	Reason   bot.Reason
	State    bot.TicketState
	Outcome  bot.TicketOutcome
	OpenedAt time.Time
}

// card makes of a card what the page shows.
func (p pages) card(v *console.Visit, here string, c deskwork.Card) cardView {
	who := c.Person
	view := cardView{
		ID: who.ID, Hidden: len(c.Masked),
		Name: who.Name, External: who.External, Phones: who.Phones, Unverified: who.Unverified, Language: who.Language, Kind: who.Kind, Tier: who.Tier, Region: who.Region,
		Tags: who.Tags, Stopped: who.Stopped,
	}
	for name, value := range who.Attributes {
		view.Attributes = append(view.Attributes, attribute{name, value})
	}
	slices.SortFunc(view.Attributes, func(a, b attribute) int { return cmp.Compare(a.Name, b.Name) })
	for _, chat := range c.Chats {
		view.Chats = append(view.Chats, chatView{
			Channel: p.kind(chat.Address.Bot), Chat: chat.Address.Chat, Blocked: chat.Reach == bot.Blocked, Hushed: chat.Hushed, LastAt: chat.LastAt,
		})
	}
	for _, k := range c.Ledger {
		view.Ledger = append(view.Ledger, ledgerView{
			Title: cmp.Or(k.Title.In(v.Lang), k.Change), Told: k.Told, Knows: k.Acknowledged, Asked: k.Asked, Unsure: k.Unsure,
			Named: k.Mentioned, Follows: !k.Follows.IsZero(),
		})
	}
	for _, t := range c.Tickets {
		if t.ID == here {
			continue
		}
		past := pastTicket{ID: t.ID, Reason: cmp.Or(t.Reason, bot.ReasonAsked), State: t.State, Outcome: t.Outcome, OpenedAt: t.OpenedAt}
		view.Tickets = append(view.Tickets, past)
	}
	return view
}
