// Package changes is the pages of those who make a change known: all changes, the fact
// sheet of one in both languages with what the check of its words finds, its versions,
// and what each messenger shows of it.
package changes

import (
	"context"
	"embed"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/clarity"
	"visnyk/bot/console"
	"visnyk/storage"
)

//go:embed pages assets
var files embed.FS

// Config is what the pages need.
type Config struct {
	Changes   func() *change.Changes     // nil while the database is not there yet
	Audiences func() *audience.Audiences // likewise
	// Broadcasts are the waves of plans; nil likewise.
	Broadcasts func() *broadcast.Broadcasts
	// Owners are who may answer for a wave.
	Owners func(ctx context.Context) ([]Owner, error)
	Live   *console.Live  // tells who else has a sheet open
	Zone   *time.Location // in which a day is a day
	// Show gives what each messenger shows of a change, in each language.
	Show func(bot.Change) ([]Shown, error)
	// Name is what colleagues call a user, by the id.
	Name func(ctx context.Context, user string) string
	// Follow is the address of the public page of a change; "" where nobody can reach us.
	Follow func(bot.Change) string
	// Bots are the names of the bots, Kind the kind of messenger that one is of.
	Bots func() []string
	Kind func(bot string) string
	// Receipts is what a bot's messenger tells of what became of a message.
	Receipts func(bot string) bot.Receipts
}

// Owner is a user, and what colleagues call them.
type Owner struct{ ID, Name string }

// Shown is what one messenger shows of one part of a change.
type Shown struct {
	Channel  string // the kind of messenger
	Language bot.Language
	Part     bot.RenderingPart
	Messages []bot.Bubble // that it takes
	Room     int          // how long the text of one message may be, in UTF-16 units; 0: as one likes
	Fleeting bool         // its buttons are gone once another message comes, but for those that stay
}

type pages struct{ Config }

// Add adds the pages to the console.
func Add(c *console.Console, with Config) {
	if with.Bots == nil {
		with.Bots = func() []string { return nil }
	}
	if with.Kind == nil {
		with.Kind = func(string) string { return "unknown" }
	}
	if with.Receipts == nil {
		with.Receipts = func(string) bot.Receipts { return bot.Receipts{} }
	}
	if with.Owners == nil {
		with.Owners = func(context.Context) ([]Owner, error) { return nil, nil }
	}
	p := pages{with}
	write := p.writing()
	c.Add(console.Section{Files: files, Nav: []console.Nav{{Text: "changes.nav", Path: "/changes", Permission: bot.ReadAudience}}})
	c.Get("/changes", bot.ReadAudience, p.list)
	c.Get("/changes/new", bot.WriteContent, p.fresh)
	c.Post("/changes/new", bot.WriteContent, p.create)
	c.Get("/changes/:id", bot.ReadAudience, p.sheet)
	c.Post("/changes/:id/keep", bot.WriteContent, write.Keep)
	c.Post("/changes/:id/save", bot.WriteContent, write.Save)
	c.Post("/changes/:id/leave", bot.WriteContent, write.Leave)
	c.Count("/changes/:id/estimate", bot.WriteContent, p.estimate)
	c.Count("/changes/:id/count", bot.WriteContent, p.count)
	c.Get("/changes/:id/versions", bot.ReadAudience, p.versions)
	c.Get("/changes/:id/view", bot.ReadAudience, p.view)
	c.Get("/changes/:id/news", bot.ReadAudience, p.news)
	c.Post("/changes/:id/news", bot.WriteContent, p.addNews)
	c.Post("/changes/:id/news/extend", bot.ApproveContent, p.extend)
	c.Post("/changes/:id/news/close", bot.WriteContent, p.ends(bot.ChangeClose, "closed"))
	c.Post("/changes/:id/news/withdraw", bot.WriteContent, p.ends(bot.ChangeWithdraw, "withdrawn"))
	c.Post("/changes/:id/correct", bot.WriteContent, p.correct)
	c.Post("/changes/:id/drop", bot.WriteContent, p.drop)
	c.Get("/changes/:id/approval", bot.ReadAudience, p.approval)
	c.Post("/changes/:id/decide", bot.ReadAudience, p.decide)
	c.Post("/changes/:id/rehearse", bot.ReadAudience, p.rehearse)
	c.Get("/changes/:id/plan", bot.ReadAudience, p.plan)
	c.Post("/changes/:id/plan", bot.ReadAudience, p.planned)
	c.Get("/changes/:id/ledger", bot.ReadAudience, p.ledger)
	c.Get("/changes/:id/ledger/numbers", bot.ReadAudience, p.ledgerNumbers)
	c.Export("/changes/:id/ledger/file", bot.ExportContacts, p.ledgerFile)
	c.Get("/changes/:id/proof/:contact", bot.ReadAudience, p.proof)
	c.Post("/changes/:id/proof/:contact", bot.ExportContacts, p.proofFile)
	if with.Live != nil {
		c.Tell("/live/sheet", bot.ReadAudience, with.Live.Reading)
	}
}

// The ends of keys.
type (
	stateKey string
	kindKey  string
	levelKey string
	fieldKey string
	foundKey string
	deed     string
)

func stateOf(s bot.ChangeState) stateKey { return stateKey(strings.ReplaceAll(string(s), " ", "_")) }

// stateDropped is that of a version that was withdrawn before customers heard of it: they
// were told nothing, so nothing was taken back.
const stateDropped stateKey = "dropped"

// stateIn is the state of a version, as pages name it.
func stateIn(s storage.Sheet) stateKey {
	if s.State == bot.ChangeWithdrawn && s.Announced.IsZero() {
		return stateDropped
	}
	return stateOf(s.State)
}

func levelOf(l bot.ChangeLevel) levelKey { return levelKey(strings.ReplaceAll(string(l), " ", "_")) }

func foundOf(c clarity.Code, why clarity.Reason) foundKey {
	if why == "" {
		return foundKey(c)
	}
	return foundKey(string(c) + "_" + string(why))
}

// partOf is what sort of part it is: stages and corrections have their numbers in the name.
func partOf(p bot.RenderingPart) fieldKey {
	return fieldKey(strings.ReplaceAll(string(p.Kind()), " ", "_"))
}

// deeds are what pages say that was done.
func deeds() []string {
	return []string{"made", "saved", "submitted", "discarded", "approved", "returned", "recalled", "undone", "announced", "revised", "rehearsed", "closed", "withdrawn", "extended", "correcting", "dropped"}
}

func deedOf(said string) deed {
	for _, d := range deeds() {
		if d == said {
			return deed(d)
		}
	}
	return ""
}

// templateFields are the texts that a template gives.
func templateFields() []string {
	return []string{"title", "summary", "reason", "consequence", "benefit", "to_do"}
}

// fields are what a sheet holds, as pages name it.
func fields() []fieldKey {
	return []fieldKey{
		"kind", "title", "summary", "reason", "consequence", "benefit", "to_do", "from", "until", "audience", "groups", "segment", "impact", "sums", "dates", "addresses", "links",
		"stages", "questions", "owner", "level", "acknowledge_by", "short_notice", "announce_at", "next_news", "wrong", "what", "amount", "currency", "at", "address", "url", "text",
	}
}

// hinted are those of them that say what is to be written there.
func hinted() []fieldKey {
	return []fieldKey{"title", "summary", "reason", "consequence", "benefit", "to_do", "questions", "wrong", "short_notice", "announce_at", "next_news", "owner"}
}

// Texts are the keys of the words of these pages.
func Texts() []string {
	keys := append(console.TextsOf(files), "changes.nav", "changes.everyone", "changes.as_written", "changes.ungraded")
	add := func(group string, names ...string) {
		for _, n := range names {
			keys = append(keys, "changes."+group+"."+n)
		}
	}
	for _, s := range bot.ChangeStates() {
		add("state", string(stateOf(s)))
	}
	add("state", string(stateDropped))
	for _, k := range bot.ChangeKinds() {
		add("kind", string(k))
		add("about", string(k))
		for _, f := range templateFields() {
			add("template."+string(k), f)
		}
	}
	for _, l := range bot.ChangeLevels() {
		add("level", string(levelOf(l)))
	}
	for _, i := range bot.Impacts() {
		add("impact", string(i))
	}
	for _, f := range fields() {
		add("field", string(f))
	}
	for _, f := range hinted() {
		add("hint", string(f))
	}
	for _, c := range clarity.Codes() {
		for _, why := range c.Reasons() {
			add("found", string(foundOf(c, why)))
			add("mend", string(foundOf(c, why)))
		}
	}
	for _, part := range parts() {
		add("part", string(partOf(part)))
	}
	keys = append(keys, "changes.approve_press", "changes.approve_moment", "changes.approve_once")
	add("done", deeds()...)
	for _, a := range aheads() {
		add("ahead", string(a), string(a)+"_do")
	}
	add("delivery", deliveries()...)
	add("list", lists()...)
	add("tab", tabs()...)
	add("tightest", tightests()...)
	return append(append(keys, planTexts()...), ledgerTexts()...)
}

// parts are what messengers show of a change, in their order.
func parts() []bot.RenderingPart {
	return []bot.RenderingPart{bot.PartCard, bot.PartWhy, bot.PartForMe, bot.PartGain, bot.PartToDo, bot.PartDigest, bot.PartStage, bot.PartCorrection, bot.PartStageCard}
}

// lists are those parts of a sheet that grow by rows.
func lists() []string { return []string{"groups", "sums", "dates", "addresses", "links", "stages"} }
