// Package desk is the operators' place of work under /console/desk: the queue, and
// the talk with one customer. It binds what came, asks bot/desk, and answers; what
// becomes different comes by console.Live.
package desk

import (
	"context"
	"embed"
	"slices"

	"visnyk/bot"
	"visnyk/bot/console"
	deskwork "visnyk/bot/desk"
)

//go:embed pages assets
var files embed.FS

// Parts are what the pages call.
type Parts struct {
	Desk *deskwork.Desk
	// Kind names the kind of messenger that a bot is of.
	Kind func(bot string) string
}

// pages are the handlers of the section.
type pages struct {
	parts func() *Parts
	live  *console.Live
}

// Add adds the section to the console. Parts gives what it calls; nil while the
// database is not there yet.
func Add(c *console.Console, live *console.Live, parts func() *Parts) {
	p := pages{parts, live}
	c.Add(console.Section{Files: files, Nav: []console.Nav{{
		Text: "desk.nav", Path: "/desk", Permission: bot.WorkTickets, Count: p.needing,
	}}})
	c.Stream("/live", console.Anybody, live.Stream(p.row))
	c.Get("/live/news", bot.WorkTickets, live.News(p.row))
	c.Tell("/live/presence", bot.WorkTickets, live.Present)
	c.Post("/live/here", bot.WorkTickets, live.Here)
	c.Get("/desk", bot.WorkTickets, p.queue)
	c.Post("/desk/next", bot.WorkTickets, p.next)
	p.addTicket(c)
}

// needing is how many tickets need the actor: those that wait, and theirs in our turn.
func (p pages) needing(ctx context.Context, a bot.Actor) (int, error) {
	parts := p.parts()
	if parts == nil {
		return 0, console.ErrAway
	}
	counts, err := parts.Desk.Counts(ctx, a)
	return counts.Waiting + counts.Held[a.User].Ours, err
}

// Texts are the keys that the section says.
func Texts() []string {
	return slices.Concat(console.TextsOf(files), []string{"desk.nav"}, queueTexts(), ticketTexts())
}
