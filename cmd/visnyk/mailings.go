package main

import (
	"context"

	"visnyk/bot"
	broadcastpages "visnyk/bot/console/broadcasts"
)

// broadcastPages is what the pages of broadcasts need.
func (s *service) broadcastPages() broadcastpages.Config {
	return broadcastpages.Config{
		Broadcasts: s.broadcasts, Changes: s.changes, Audiences: s.audiences, Zone: s.cfg.Zone, Name: s.colleague,
		Attributes: func(ctx context.Context, by bot.Actor) ([]bot.Attribute, error) {
			return s.contacts().Attributes(ctx, by)
		},
		Show: func(b bot.Broadcast, l bot.Language, vars map[string]string) (all []broadcastpages.Shown, err error) {
			shown, err := s.shownBroadcast(b, l, vars)
			for _, one := range shown {
				all = append(all, broadcastpages.Shown{Channel: one.Channel, Messages: one.Messages})
			}
			return all, err
		},
		Live: s.live, Bots: s.botNames, Kind: s.kindOf, Receipts: s.receiptsOf,
	}
}
