package desk

import (
	"cmp"
	"maps"
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
	Changes    []changeView
	Tickets    []pastTicket
	Stopped    bool
}

type attribute struct {
	Name, Value string
	Type        bot.AttributeType
}

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

// changeView is a change that concerns the person.
type changeView struct {
	Title  string
	From   time.Time
	Secret bool // it is approved, and customers do not hear of it yet
	Texts  []string
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
	view.Attributes = attributesOf(v, c)
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
	for _, is := range c.Changes {
		one := changeView{Title: is.Title.In(v.Lang), From: is.From, Secret: !is.Told()}
		for _, text := range []bot.Bilingual{is.Summary, is.Reason, is.Consequence, is.Benefit, is.ToDo, is.Questions} {
			if words := text.In(v.Lang); words != "" {
				one.Texts = append(one.Texts, words)
			}
		}
		view.Changes = append(view.Changes, one)
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

// attributesOf are those that the card may show: first the declared ones, in their
// order, then the others by name.
func attributesOf(v *console.Visit, c deskwork.Card) (all []attribute) {
	declared := map[string]bool{}
	for _, a := range c.Declared {
		declared[a.Name] = true
		if value := c.Person.Attributes[a.Name]; value != "" {
			all = append(all, attribute{cmp.Or(a.Label.In(v.Lang), a.Name), v.Valued(a.Type, value), a.Type})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Person.Attributes)) {
		if !declared[name] {
			all = append(all, attribute{name, c.Person.Attributes[name], bot.AttributeText})
		}
	}
	return all
}
