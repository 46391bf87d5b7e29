// Package approvals is the pages of what waits for somebody's approval: all of it, and
// what a broadcast will say. Changes and articles have pages of their own.
package approvals

import (
	"context"
	"embed"
	"net/http"
	"time"

	"visnyk/bot"
	"visnyk/bot/approval"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/storage"
)

//go:embed pages assets
var files embed.FS

// Config is what the pages need.
type Config struct {
	Approvals  func() *approval.Approvals    // nil while the database is not there yet
	Broadcasts func() *broadcast.Broadcasts  // likewise
	Audiences  func() *audience.Audiences    // likewise
	Path       func(storage.Awaiting) string // where somebody decides about it
	// Linked reports whether the actor has linked the messenger where they are called.
	Linked func(context.Context, bot.Actor) (bool, error)
	// Show gives what each messenger shows of a broadcast in each language, as a person is
	// told it of whom the variables are known.
	Show func(b bot.Broadcast, l bot.Language, vars map[string]string) ([]Shown, error)
}

// Shown is what one kind of messenger shows of a broadcast.
type Shown struct {
	Channel  string
	Messages []bot.Bubble
}

type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, with Config) {
	p := pages{with}
	c.Add(console.Section{Files: files, Nav: []console.Nav{{Text: "approvals.nav", Path: "/approvals", Permission: bot.ApproveContent, Count: p.count, Live: true}}})
	c.Get("/approvals", bot.ApproveContent, p.waiting)
	c.Get("/approvals/broadcasts/:id", bot.ApproveContent, p.mailing)
	c.Post("/approvals/broadcasts/:id", bot.ApproveContent, p.decide)
}

// Texts are the keys of the words of these pages.
func Texts() []string {
	keys := append(console.TextsOf(files), "approvals.nav")
	for _, n := range []string{"change", "article", "broadcast"} {
		keys = append(keys, "approvals.noun."+n)
	}
	for _, s := range bot.BroadcastStates() {
		keys = append(keys, "approvals.state."+string(stateOf(s)))
	}
	for _, w := range readers() {
		keys = append(keys, "approvals.reader."+string(w.name))
	}
	for _, d := range deeds() {
		keys = append(keys, "approvals.done."+string(d))
	}
	return keys
}

// The ends of keys.
type (
	nounKey   string
	stateKey  string
	readerKey string
	deed      string
	textKey   string
)

func (p pages) count(ctx context.Context, by bot.Actor) (int, error) {
	all := p.Approvals()
	if all == nil {
		return 0, console.ErrAway
	}
	return all.Count(ctx, by)
}

// waitingPage is what waits for an approval.
type waitingPage struct {
	Mine   []rowView
	Others []rowView // which somebody else decides about: the reader wrote some of it
	Linked bool      // the reader is called in a messenger
}

// rowView is one thing that waits.
type rowView struct {
	Noun  nounKey
	Title string
	Path  string // below the console's
	Who   string
	Since time.Time
}

func (p pages) waiting(v *console.Visit) error {
	all := p.Approvals()
	if all == nil {
		return console.ErrAway
	}
	mine, others, err := all.Waiting(v.Ctx(), v.Actor)
	if err != nil {
		return err
	}
	page := waitingPage{Mine: p.rows(v, mine), Others: p.rows(v, others)}
	if page.Linked, err = p.Linked(v.Ctx(), v.Actor); err != nil {
		return err
	}
	return v.Page(http.StatusOK, "approvals", page)
}

func (p pages) rows(v *console.Visit, all []storage.Awaiting) (rows []rowView) {
	for _, w := range all {
		rows = append(rows, rowView{nounKey(w.Noun), w.Title.In(v.Lang), p.Path(w), w.Name, w.Since})
	}
	return rows
}
