// Package articles is the pages of those who write what the bot answers: all articles, one
// in both languages with what else would answer its wordings, its versions, what each
// messenger shows of it, the answers that people miss, and the bases that a company of a
// trade begins with. They look and keep as the sheets of changes do, and take the style
// and the module for that from their pages.
package articles

import (
	"context"
	"embed"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/bot/editor"
)

//go:embed pages assets
var files embed.FS

// Config is what the pages need.
type Config struct {
	Articles func() *editor.Editor  // nil while the database is not there yet
	Changes  func() *change.Changes // likewise
	Live     *console.Live          // tells who else has an article open
	Zone     *time.Location         // in which a day is a day
	// Show gives what each messenger shows of an article, in each language.
	Show func(bot.Article) ([]Shown, error)
	// ShowAskers gives what each shows to who asked the article before it was there; Told the
	// broadcast by which they were told, storage.ErrNotFound where nobody was. nil: nobody is.
	ShowAskers func(bot.Article) ([]Shown, error)
	Told       func(context.Context, bot.Actor, bot.Article) (broadcast string, err error)
	// Name is what colleagues call a user, by the id.
	Name func(ctx context.Context, user string) string
}

// Shown is what one messenger shows of an article.
type Shown struct {
	Channel  string // the kind of messenger
	Language bot.Language
	Messages []bot.Bubble // that it takes
	Room     int          // how long the text of one message may be, in UTF-16 units; 0: as one likes
}

type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, with Config) {
	p := pages{with}
	write := p.writing()
	c.Add(console.Section{Files: files, Nav: []console.Nav{{Text: "articles.nav", Path: "/articles", Permission: bot.ReadAudience, Also: []string{"/wanted", "/starter"}}}})
	c.Get("/articles", bot.ReadAudience, p.list)
	c.Post("/articles", bot.WriteContent, p.create)
	c.Get("/articles/:id", bot.ReadAudience, p.article)
	c.Post("/articles/:id/keep", bot.WriteContent, write.Keep)
	c.Post("/articles/:id/save", bot.WriteContent, write.Save)
	c.Post("/articles/:id/leave", bot.WriteContent, write.Leave)
	c.Post("/articles/:id/move", bot.ReadAudience, p.move)
	c.Post("/articles/:id/offer", bot.WriteContent, p.offer)
	c.Get("/articles/:id/versions", bot.ReadAudience, p.versions)
	c.Get("/articles/:id/view", bot.ReadAudience, p.view)
	c.Get("/wanted", bot.ReadQuestions, p.wanted)
	c.Get("/wanted/:change", bot.ReadQuestions, p.asked)
	c.Get("/starter", bot.WriteContent, p.starter)
	c.Post("/starter", bot.WriteContent, p.begin)
}

// The ends of keys.
type (
	stateKey string
	fieldKey string
	spanKey  string
	validKey string
	lackKey  string
	tabKey   string
	moveKey  string
	deed     string
	textKey  string
	// anchor is the id of something on the page.
	anchor string
)

func stateOf(s bot.ArticleState) stateKey { return stateKey(strings.ReplaceAll(string(s), " ", "_")) }

// deeds are what pages say that was done.
func deeds() []string {
	return []string{"made", "saved", "submitted", "discarded", "approved", "returned", "recalled", "retired", "begun", "accepted", "negative", "rejected"}
}

func deedOf(said string) deed {
	for _, d := range deeds() {
		if d == said {
			return deed(d)
		}
	}
	return ""
}

// fields are what an article holds, as pages name it.
func fields() []fieldKey {
	return []fieldKey{"question", "answer", "aliases", "negatives", "valid_from", "valid_to", "change", "span", "replaces"}
}

// hinted are those of them that say what is to be written there.
func hinted() []fieldKey {
	return []fieldKey{"question", "answer", "aliases", "negatives", "valid_from", "valid_to", "span"}
}

// Texts are the keys of the words of these pages.
func Texts() []string {
	keys := append(console.TextsOf(files), "articles.nav", "articles.blank_question", "articles.blank_answer", "articles.blanks_why", "articles.no_phrase")
	add := func(group string, names ...string) {
		for _, n := range names {
			keys = append(keys, "articles."+group+"."+n)
		}
	}
	for _, s := range bot.ArticleStates() {
		add("state", string(stateOf(s)))
	}
	for _, t := range tabs() {
		add("tab", string(t))
	}
	for _, v := range editor.Validities() {
		add("valid", string(v))
	}
	for _, l := range editor.Lacks() {
		add("lack", string(l))
	}
	for _, s := range append(bot.ArticleSpans(), "own") {
		add("span", string(s))
	}
	for _, f := range fields() {
		add("field", string(f))
	}
	for _, f := range hinted() {
		add("hint", string(f))
	}
	add("done", deeds()...)
	return keys
}
