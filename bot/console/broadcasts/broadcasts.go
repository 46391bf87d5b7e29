// Package broadcasts is the pages of those who write to many at once: all broadcasts, and
// of one its way from an empty page to the last recipient.
//
// What is composed, foreseen and scheduled stands in the files of those names; what
// became of a broadcast that has begun stands in those that begin with report.
package broadcasts

import (
	"context"
	"embed"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
)

//go:embed pages assets
var files embed.FS

// Config is what the pages need.
type Config struct {
	Broadcasts func() *broadcast.Broadcasts // nil while the database is not there yet
	Zone       *time.Location               // in which a day is a day
	// Name is what colleagues call a user, by the id.
	Name func(ctx context.Context, user string) string
	Live *console.Live // tells open reports how far their broadcasts are; nil: nobody does
	// Bots are the names of the bots, Kind the kind of messenger that one is of.
	Bots func() []string
	Kind func(bot string) string
	// Receipts is what a bot's messenger tells of what became of a message.
	Receipts func(bot string) bot.Receipts
}

type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, with Config) {
	p := pages{with.whole()}
	c.Add(console.Section{Files: files, Nav: []console.Nav{{Text: "broadcasts.nav", Path: "/broadcasts", Permission: bot.ReadAudience}}})
	c.Get("/broadcasts", bot.ReadAudience, p.list)
	p.addReport(c)
}

// The ends of keys.
type (
	stateKey string
	tabKey   string
)

func stateOf(s bot.BroadcastState) stateKey { return stateKey(strings.ReplaceAll(string(s), " ", "_")) }

// Texts are the keys of the words of these pages.
func Texts() []string {
	keys := append(console.TextsOf(files), "broadcasts.nav")
	for _, s := range bot.BroadcastStates() {
		keys = append(keys, "broadcasts.state."+string(stateOf(s)))
	}
	for _, t := range tabs() {
		keys = append(keys, "broadcasts.tab."+t)
	}
	return append(keys, reportTexts()...)
}
