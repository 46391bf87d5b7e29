package main

import (
	broadcastpages "visnyk/bot/console/broadcasts"
)

// broadcastPages is what the pages of broadcasts need.
func (s *service) broadcastPages() broadcastpages.Config {
	return broadcastpages.Config{
		Broadcasts: s.broadcasts, Zone: s.cfg.Zone, Name: s.colleague, Live: s.live, Bots: s.botNames, Kind: s.kindOf, Receipts: s.receiptsOf,
	}
}
