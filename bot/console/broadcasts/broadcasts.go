// Package broadcasts is the pages of those who write to many at once: all broadcasts, and
// of one its way from an empty page to the last recipient.
//
// What is composed, foreseen and scheduled stands in the files of those names; what
// became of a broadcast that has begun stands in those that begin with report. The calendar
// has the changes beside them.
package broadcasts

import (
	"context"
	"embed"
	"maps"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/clarity"
	"visnyk/bot/console"
)

//go:embed pages assets
var files embed.FS

// Config is what the pages need.
type Config struct {
	Broadcasts func() *broadcast.Broadcasts // nil while the database is not there yet
	Changes    func() *change.Changes       // likewise
	Audiences  func() *audience.Audiences   // likewise
	Zone       *time.Location               // in which a day is a day
	// Name is what colleagues call a user, by the id.
	Name func(ctx context.Context, user string) string
	// Attributes are those that were declared of people.
	Attributes func(context.Context, bot.Actor) ([]bot.Attribute, error)
	// Show gives what each messenger shows of a broadcast in the language, as a person is
	// told it of whom the variables are known.
	Show func(b bot.Broadcast, l bot.Language, vars map[string]string) ([]Shown, error)
	Live *console.Live // tells open reports how far their broadcasts are; nil: nobody does
	// Bots are the names of the bots, Kind the kind of messenger that one is of.
	Bots func() []string
	Kind func(bot string) string
	// Receipts is what a bot's messenger tells of what became of a message.
	Receipts func(bot string) bot.Receipts
}

// Shown is what one kind of messenger shows of a broadcast.
type Shown struct {
	Channel  string
	Messages []bot.Bubble
}

type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, with Config) {
	p := pages{with.whole()}
	write := p.writing()
	c.Add(console.Section{Files: files, Nav: []console.Nav{
		{Text: "broadcasts.nav", Path: "/broadcasts", Permission: bot.ReadAudience}, {Text: "calendar.nav", Path: "/calendar", Permission: bot.ReadAudience},
	}})
	c.Get("/calendar", bot.ReadAudience, p.calendar)
	c.Get("/broadcasts", bot.ReadAudience, p.list)
	c.Get("/broadcasts/new", bot.WriteContent, p.fresh)
	c.Post("/broadcasts/new", bot.WriteContent, p.create)
	c.Get("/broadcasts/:id", bot.ReadAudience, p.compose)
	c.Post("/broadcasts/:id/keep", bot.WriteContent, write.Keep)
	c.Post("/broadcasts/:id/save", bot.WriteContent, write.Save)
	c.Upload("/broadcasts/:id/picture", bot.WriteContent, pictureMost, p.picture)
	c.Post("/broadcasts/:id/leave", bot.WriteContent, write.Leave)
	c.Count("/broadcasts/:id/estimate", bot.WriteContent, p.estimate)
	c.Count("/broadcasts/:id/count", bot.WriteContent, p.count)
	c.Get("/broadcasts/:id/message", bot.ReadAudience, p.message)
	c.Get("/broadcasts/:id/forecast", bot.ReadAudience, p.forecast)
	c.Count("/broadcasts/:id/forecast", bot.ReadAudience, p.foresee)
	c.Get("/broadcasts/:id/fill", bot.ReadAudience, p.fill)
	c.Post("/broadcasts/:id/fill", bot.WriteContent, p.filled)
	c.Post("/broadcasts/:id/go", bot.ReadAudience, p.goOn)
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
	add := func(group string, names ...string) {
		for _, n := range names {
			keys = append(keys, "broadcasts."+group+"."+n)
		}
	}
	add("tab", tabs()...)
	add("done", steps()...)
	for _, m := range ways() {
		add("move", string(m))
	}
	add("does", append(broadcast.Lasting(), toURL)...)
	add("variable", slices.Sorted(maps.Keys(broadcast.Variables(bot.Contact{}, nil)))...)
	add("as", asLongest, asUnknown)
	add("slot", bot.Choices(bot.Slots())...)
	for _, c := range []clarity.Code{clarity.Sum, clarity.Date, clarity.Place, clarity.Link} {
		add("drift", string(driftOf(c, clarity.Untold)), string(driftOf(c, clarity.Unlisted)))
	}
	keys = append(keys, "broadcasts.everyone", "broadcasts.as_written", "broadcasts.no_change", "broadcasts.unseen", "broadcasts.picture_none", "broadcasts.field.alt", "broadcasts.picture_unsent", "broadcasts.yes", "broadcasts.no")
	return slices.Concat(keys, calendarTexts(), reportTexts())
}

// steps are what pages say that was done on the way to the first message.
func steps() []string {
	return []string{"made", "saved", "discarded", "tried", "submitted", "recalled", "scheduled", "called_off", "mended"}
}

func deedOf(said string) deed {
	if slices.Contains(steps(), said) {
		return deed(said)
	}
	return ""
}
