package main

import (
	"maps"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/dialog"
	told "visnyk/flows/change"
	"visnyk/storage"
)

// newsOf is how the roll-out of changes reaches people.
func newsOf(engine dialog.Engine, broadcasts *broadcast.Broadcasts, channels map[string]bot.Channel) change.News {
	return change.News{
		Broadcasts: broadcasts,
		Texts: func(c bot.Change, earlier []bot.Change, bound bot.Bound) ([]bot.NewsText, error) {
			return engine.NewsTexts(told.News(c, earlier), bound, time.Now())
		},
		Late: func(to storage.Colleague, cause string, c bot.Change) ([]bot.Queued, error) {
			return toOwner(engine, channels, to, cause, lateText, c, bot.Data{})
		},
		Waits: func(to storage.Colleague, cause string, c bot.Change, why bot.Fault) ([]bot.Queued, error) {
			return toOwner(engine, channels, to, cause, waitsText, c, why.Data)
		},
	}
}

// toOwner makes the message that tells the owner of a change something of it, in the words
// of the text; none where their messenger is configured no more.
func toOwner(engine dialog.Engine, channels map[string]bot.Channel, to storage.Colleague, cause, text string, c bot.Change, also bot.Data) ([]bot.Queued, error) {
	ch, ok := channels[to.Address.Bot]
	if !ok {
		return nil, nil
	}
	l := to.Language
	if !l.Known() {
		l = bot.Ukrainian
	}
	data := maps.Clone(also)
	data["Title"] = c.Title.In(l)
	words, err := engine.Texts.Text(l, text, data, nil)
	if err != nil {
		return nil, err
	}
	return bot.Queue(ch, bot.Outgoing{Lane: bot.LaneDesk, To: to.Address, Message: bot.Message{Text: words, Plain: true}, Cause: cause})
}
