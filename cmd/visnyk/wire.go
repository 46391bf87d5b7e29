package main

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
	"visnyk/bot/api"
	"visnyk/bot/approval"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/call"
	"visnyk/bot/change"
	"visnyk/bot/console"
	approvalpages "visnyk/bot/console/approvals"
	articlepages "visnyk/bot/console/articles"
	broadcastpages "visnyk/bot/console/broadcasts"
	changepages "visnyk/bot/console/changes"
	deskpages "visnyk/bot/console/desk"
	peoplepages "visnyk/bot/console/people"
	adminpages "visnyk/bot/console/settings"
	"visnyk/bot/contact"
	"visnyk/bot/desk"
	"visnyk/bot/dialog"
	"visnyk/bot/editor"
	"visnyk/bot/embed"
	"visnyk/bot/library"
	"visnyk/bot/outbox"
	"visnyk/bot/staff"
	"visnyk/bot/telegram"
	"visnyk/bot/viber"
	"visnyk/bot/webchat"
	"visnyk/cmd/visnyk/articles"
	settings "visnyk/cmd/visnyk/config"
	"visnyk/flows"
	told "visnyk/flows/change"
	"visnyk/locales"
	"visnyk/storage"
)

// kind is one kind of messenger.
type kind struct {
	// Kind is what its accounts are as settings; its name is also the key of what it
	// is called among the texts.
	settings.Kind
	// open gives the channel of an account; onSite does where the messenger is a
	// page of ours. One of them is nil.
	open   func(a bot.Account, o ours) (bot.Channel, error)
	onSite func(s *service, b botConfig) (siteChannel, error)
}

// kinds is the table of messengers. A new one is a line here, its folder, and
// its name among the texts; whoever is to go on elsewhere is led to the first
// that can be opened by a link.
func kinds() []kind {
	return []kind{
		{Kind: settings.Kind{Name: "telegram", Check: telegram.CheckAccount}, open: openTelegram},
		{Kind: settings.Kind{Name: "viber", Check: viber.CheckAccount}, open: openViber},
		{Kind: settings.Kind{
			Name: "webchat", Check: webchat.CheckAccount,
			Alone: "there is another web chat, and /chat is one; VISNYK_CHAT_ORIGINS makes one too",
		}, onSite: (*service).newWebchat},
	}
}

func openTelegram(a bot.Account, o ours) (bot.Channel, error) {
	return telegram.New(telegram.Config{Name: a.Name, Token: a.Token, Secret: a.Secret, APIURL: a.APIURL, Files: o.files})
}

func openViber(a bot.Account, o ours) (bot.Channel, error) {
	return viber.New(viber.Config{
		Name: a.Name, Token: a.Token, SenderName: a.SenderName, APIURL: a.APIURL, Greeting: o.greeting, FileURL: o.fileURL,
	})
}

// ownTexts are the keys that are said outside the flows.
func ownTexts() []string {
	keys := append(dialog.Texts(), "greeting.text", "greeting.text_company", "greeting.language", noticeText, lateText, waitsText)
	keys = append(append(keys, joinTexts()...), followTexts()...)
	keys = append(keys, callTexts()...)
	keys = append(keys, broadcast.Texts()...)
	keys = append(keys, console.Texts()...)
	keys = append(keys, adminpages.Texts()...)
	keys = append(keys, peoplepages.Texts()...)
	keys = append(keys, deskpages.Texts()...)
	keys = append(keys, changepages.Texts()...)
	keys = append(keys, approvalpages.Texts()...)
	keys = append(keys, broadcastpages.Texts()...)
	keys = append(keys, articlepages.Texts()...)
	for _, k := range kinds() {
		keys = append(keys, flows.ChannelText(k.Name))
	}
	for _, key := range webchat.Texts() {
		keys = append(keys, chatText(key))
	}
	return keys
}

// newEngine returns what decides turns, with the flows and the words checked
// against each other.
func newEngine(zone *time.Location) (dialog.Engine, error) {
	book, err := newBook()
	if err != nil {
		return dialog.Engine{}, fmt.Errorf("flows: %w", err)
	}
	texts, err := checkedTexts()
	if err != nil {
		return dialog.Engine{}, err
	}
	return dialog.Engine{Book: book, Texts: texts, Zone: zone, NewID: storage.NewID}, nil
}

// checkedTexts returns the texts, which are those that the flows and the service
// use. They are part of the program, so once is enough for all of a process.
var checkedTexts = sync.OnceValues(func() (*locales.Bundle, error) {
	book, err := newBook()
	if err != nil {
		return nil, fmt.Errorf("flows: %w", err)
	}
	texts, err := locales.New()
	if err != nil {
		return nil, err
	}
	if err := texts.Check(append(book.Texts(), ownTexts()...)); err != nil {
		return nil, fmt.Errorf("texts: %w", err)
	}
	return texts, nil
})

// newFinder returns the search over approved articles and the changes that may be
// told, which knows what customers of other companies ask, and what ours asked last.
func newFinder(known []bot.Article, changes ...bot.Change) flows.Finder {
	return articles.Atlas().NewIndex(known, changes...).Remember()
}

// newEmbed returns the client of the embeddings endpoint; nil when none is set.
func newEmbed(c config, r prometheus.Registerer, log *slog.Logger) *embed.Client {
	if c.EmbeddingsURL == "" {
		return nil
	}
	return embed.New(embed.Config{
		URL: c.EmbeddingsURL, Key: c.EmbeddingsKey, Model: c.EmbeddingsModel, Budget: c.EmbedBudget,
		Registerer: r, Log: log, Now: time.Now,
	})
}

// line is one bot's part of the straight line, between its inbox and its
// messenger.
type line struct {
	bot      botConfig
	channel  bot.Channel
	worker   *dialog.Worker
	sender   *outbox.Sender
	releaser *broadcast.Releaser
}

// parts are what all lines share.
type parts struct {
	store    *storage.Store
	engine   dialog.Engine
	library  *library.Library
	embed    *embed.Client // nil: the search goes by words alone
	desk     *desk.Desk
	channels map[string]bot.Channel
	api      api.Parts
	turns    *dialog.Metrics
	sends    *outbox.Metrics
	log      *slog.Logger
}

// newParts wires the floors that stand on the database.
func newParts(c config, store *storage.Store, channels []bot.Channel, engine dialog.Engine, tracker *bot.Tracker, r prometheus.Registerer, log *slog.Logger) parts {
	byName := map[string]bot.Channel{}
	for _, ch := range channels {
		byName[ch.Name()] = ch
	}
	audiences := audience.New(store, c.Zone, time.Now)
	broadcasts := broadcast.New(broadcast.Config{
		Store: store, Messengers: messengersOf(byName, engine, c.Bots), Texts: engine.Texts, Tracker: tracker, Zone: c.Zone, Now: time.Now, Counting: audiences.Number,
		Answer: answerOf(engine.Texts, c.Zone), Fetch: fetching(call.Public(1, "")), Doors: engine.Book.Doors(),
	})
	work := desk.New(store, byName, c.Zone, log)
	work.Shown = broadcasts.Shown
	changes := change.New(store, binding(engine), time.Now).Proving(broadcasts.Retold).Telling(newsOf(engine, broadcasts, byName))
	changes.Rehearsal = rehearsal(byName, engine)
	changes.Counting = audiences.Number
	live := library.NewLibrary(store, newFinder, log)
	return parts{
		store: store, engine: engine, channels: byName, log: log,
		library: live,
		embed:   newEmbed(c, r, log),
		desk:    work,
		api: api.Parts{
			Store: store, Staff: staff.New(store), Articles: answering(store, broadcasts, live),
			Changes: changes, Approvals: approval.New(store, byName, c.Zone), Contacts: contact.New(store, time.Now), Desk: work,
			Audiences: audiences, Broadcasts: broadcasts,
			JoinPage: joinPage(c.PublicURL), Zone: c.Zone,
		},
		turns: dialog.NewMetrics(r),
		sends: outbox.NewMetrics(r),
	}
}

// answering returns the editor, by which answers reach those who asked.
func answering(store *storage.Store, broadcasts *broadcast.Broadcasts, live *library.Library) *editor.Editor {
	return editor.NewEditor(store, time.Now).Knowing(articles.Atlas()).Answering(editor.AnswerBack{
		Broadcasts: broadcasts, Live: func() flows.Finder { return live.Now().FAQ },
	})
}

// binding returns what an approval of a change binds: all that the flows tell of it.
func binding(engine dialog.Engine) change.Bind {
	return func(c bot.Change, earlier []bot.Change) ([]bot.Rendering, bot.BoundWords, error) {
		return engine.Bind(append(told.Told(c), told.News(c, earlier)...))
	}
}

// messengersOf returns the channels with the kinds of messenger that they are, and what
// leaves by each in a second.
func messengersOf(channels map[string]bot.Channel, engine dialog.Engine, bots []botConfig) map[string]broadcast.Messenger {
	all := map[string]broadcast.Messenger{}
	for name, ch := range channels {
		m := broadcast.Messenger{Channel: ch, Kind: engine.Channels[name].Kind}
		if i := slices.IndexFunc(bots, func(b botConfig) bool { return b.Name == name }); i >= 0 {
			m.Rate = bots[i].Rate
		}
		all[name] = m
	}
	return all
}

// watcher is told what has happened on the line. The zero watcher, the
// service's own, costs nothing; the demo shows what it hears.
type watcher struct {
	arrived func(came time.Time, in []storage.Incoming, fresh []bool)
	turned  func([]*dialog.TurnInput, []storage.TurnWrite)
	ended   func(outbox.Attempt)
}

// newLine wires one bot.
func newLine(b botConfig, ch bot.Channel, p parts, watch watcher) *line {
	perChat, atOnce := ch.Capabilities().Limits.PerChat, 0
	if b.Rate == 0 { // no limit of ours
		perChat, atOnce = 0, sendsAtOnce
	}
	var releaser *broadcast.Releaser
	sender := outbox.New(outbox.Config{
		Channel: ch, Store: p.store, DrainTimeout: sendDrain, Rate: b.Rate, PerChat: perChat, Concurrency: atOnce, Log: p.log, Metrics: p.sends,
		Ended: watch.ended, Room: func() { releaser.Nudge() },
	})
	releaser = p.api.Broadcasts.Releaser(broadcast.Release{
		Bot: b.Name, Rate: b.Rate, Sent: sender.Hand, Takes: sender.Takes, Unsure: sender.Unsure, Log: p.log,
	})
	worker := dialog.NewWorker(dialog.Config{
		Store: p.store, Channel: ch, Channels: p.channels, Engine: p.engine, Library: p.library, Desk: p.desk,
		Metrics: p.turns, Log: p.log, Now: time.Now, Opens: p.api.Broadcasts.Opened, Told: p.api.Broadcasts.LastTold, Takes: sender.TakesReplies, Sent: func(rows []storage.OutboxRow) {
			if sender.Hand(rows); len(rows) == 0 {
				sender.Wake(bot.LaneReply)
			}
		},
		Turned: func(inputs []*dialog.TurnInput, writes []storage.TurnWrite) {
			chats := active(inputs)
			if sender.Heard(chats); ch.Capabilities().Visited {
				releaser.Visited(chats)
			}
			if watch.turned != nil {
				watch.turned(inputs, writes)
			}
		},
	})
	return &line{bot: b, channel: ch, worker: worker, sender: sender, releaser: releaser}
}

// active returns the chats whose person did something.
func active(inputs []*dialog.TurnInput) (chats []string) {
	for _, in := range inputs {
		for _, e := range in.Events {
			if e.Inbound() {
				chats = append(chats, e.From.Chat)
			}
		}
	}
	return chats
}

// sendsAtOnce is how many sends are under way at once where the messenger has no limit
// of ours: what bounds the rate then is how many messages one claim carries.
const sendsAtOnce = 64

// sendDrain is how long sends under way may take after the stop: as long as one
// send takes at most.
const sendDrain = 6 * time.Second
