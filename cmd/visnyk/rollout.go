package main

import (
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
			ch, ok := channels[to.Address.Bot]
			if !ok { // it is configured no more
				return nil, nil
			}
			l := to.Language
			if !l.Known() {
				l = bot.Ukrainian
			}
			text, err := engine.Texts.Text(l, lateText, map[string]any{"Title": c.Title.In(l)}, nil)
			if err != nil {
				return nil, err
			}
			return bot.Queue(ch, bot.Outgoing{Lane: bot.LaneDesk, To: to.Address, Message: bot.Message{Text: text, Plain: true}, Cause: cause})
		},
	}
}
