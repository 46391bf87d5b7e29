package console

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/web"
)

// presenceSpan is how long it counts that somebody was seen: pages say it again
// well before that.
const presenceSpan = 40 * time.Second

// Doing is what somebody does with a ticket.
type Doing string

// What somebody can do with a ticket.
const (
	Looks  Doing = "looks"
	Types  Doing = "types"
	Leaves Doing = "leaves"
)

// presence is who was seen at which ticket, by ticket and user. It is kept nowhere
// else: replicas tell each other.
type presence map[string]map[string]sighting

type sighting struct {
	name  string
	doing Doing
	until time.Time
}

// presenceEvent tells who is at which tickets; with All, nobody is at any other.
type presenceEvent struct {
	All     bool              `json:"all,omitempty"`
	Tickets map[string][]seen `json:"tickets"`
}

// seen is somebody at a ticket.
type seen struct {
	User  string `json:"user"`
	Name  string `json:"name"`
	Types bool   `json:"types,omitempty"`
}

// See tells all replicas what the user does with the ticket. Name is what colleagues
// call them.
func (l *Live) See(ticket, user, name string, what Doing) {
	if store := l.store(); store != nil {
		store.Notify(topicPresence + strings.Join([]string{
			ticket, user, string(what), base64.RawURLEncoding.EncodeToString([]byte(name)),
		}, "/"))
	}
}

// seen takes in what a replica told by See.
func (l *Live) seen(told string) {
	parts := strings.Split(told, "/")
	if len(parts) != 4 {
		return
	}
	ticket, user, what := parts[0], parts[1], Doing(parts[2])
	name, err := base64.RawURLEncoding.DecodeString(parts[3])
	if err != nil {
		return
	}
	l.mu.Lock()
	before, was := l.presence[ticket][user]
	switch what {
	case Leaves:
		l.presence.drop(ticket, user)
	case Looks, Types:
		if l.presence[ticket] == nil {
			l.presence[ticket] = map[string]sighting{}
		}
		l.presence[ticket][user] = sighting{string(name), what, time.Now().Add(presenceSpan)}
	}
	l.mu.Unlock()
	if (what == Leaves) == was || before.doing != what {
		l.hub.Tell(keyOf(ticket), notePresence+ticket)
	}
}

// sheetPlace begins what stands for the sheet of a change, or for an article, where a
// ticket's id stands for its talk.
const sheetPlace = "change-"

// keyOf returns who hears of who is there.
func keyOf(place string) string {
	if strings.HasPrefix(place, sheetPlace) {
		return keySheets
	}
	return keyDesk
}

func (p presence) drop(ticket, user string) {
	delete(p[ticket], user)
	if len(p[ticket]) == 0 {
		delete(p, ticket)
	}
}

// expire lets go of those who were not seen again.
func (l *Live) expire(now time.Time) {
	l.mu.Lock()
	var gone []string
	for ticket, all := range l.presence {
		for user, s := range all {
			if now.After(s.until) {
				l.presence.drop(ticket, user)
				gone = append(gone, ticket)
			}
		}
	}
	l.mu.Unlock()
	for _, ticket := range gone {
		l.hub.Tell(keyOf(ticket), notePresence+ticket)
	}
}

// present returns who is at the tickets and sheets that the news speaks of, at all of them
// where it speaks of everything, as far as the actor may know.
func (l *Live) present(a bot.Actor, news web.News) map[string][]seen {
	l.mu.Lock()
	defer l.mu.Unlock()
	tickets := slices.Collect(maps.Keys(l.presence))
	if !news.All {
		tickets = tickets[:0]
		for _, note := range news.Notes {
			if ticket, ok := strings.CutPrefix(note, notePresence); ok {
				tickets = append(tickets, ticket)
			}
		}
	}
	all := make(map[string][]seen, len(tickets))
	for _, ticket := range tickets {
		if !a.May(heard()[keyOf(ticket)]) {
			continue
		}
		there := []seen{}
		for _, user := range slices.Sorted(maps.Keys(l.presence[ticket])) {
			s := l.presence[ticket][user]
			there = append(there, seen{user, s.name, s.doing == Types})
		}
		all[ticket] = there
	}
	return all
}

// mayBeTicket reports whether the text could be the id of a ticket. What is none would
// be told to all replicas, and one sign that is no text takes the notices with it that
// leave at the same time.
func mayBeTicket(id string) bool {
	return id != "" && len(id) <= 64 && strings.Trim(strings.ToLower(id), "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// Here answers a page whose reader is at it: they have moved, pressed or typed there
// while it was to be seen. That is a use of their session, as a page that they ask for
// is; a page that is open and hidden, or that nobody touches, says nothing.
func (l *Live) Here(v *Visit) error {
	if err := v.Form(&struct{}{}); err != nil {
		return err
	}
	return v.NoContent(http.StatusNoContent)
}

// Present answers what a page says its reader does: the form has ticket and what.
func (l *Live) Present(v *Visit) error {
	var form struct {
		Ticket string `form:"ticket"`
		What   Doing  `form:"what"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	switch form.What {
	case Looks, Types, Leaves:
	default:
		return errForm
	}
	if !mayBeTicket(form.Ticket) {
		return errForm
	}
	l.See(form.Ticket, v.Actor.User, v.User.Called(), form.What)
	return v.NoContent(http.StatusNoContent)
}

// Reading answers what a page says its reader does with the sheet of a change: the form
// has sheet and what.
func (l *Live) Reading(v *Visit) error {
	var form struct {
		Sheet string `form:"sheet"`
		What  Doing  `form:"what"`
	}
	if err := v.Form(&form); err != nil {
		return err
	}
	if form.What != Looks && form.What != Leaves || !mayBeTicket(form.Sheet) {
		return errForm
	}
	l.See(sheetPlace+form.Sheet, v.Actor.User, v.User.Called(), form.What)
	return v.NoContent(http.StatusNoContent)
}
