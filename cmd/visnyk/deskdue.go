package main

import (
	"context"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/desk"
	"visnyk/bot/markup"
)

const deskWarn = time.Minute // between two warnings that it fails

// runDesk does, every few seconds and in one replica at a time, what goes by time at
// the desk.
func (s *service) runDesk(ctx context.Context, owner string) {
	tick := time.NewTicker(desk.DueEvery)
	defer tick.Stop()
	var warned time.Time
	for {
		if err := s.parts.desk.Due(ctx, owner, time.Now()); err != nil && ctx.Err() == nil && time.Since(warned) >= deskWarn {
			s.log.Warn("tickets that nobody works on do not return, trying again", "err", err)
			warned = time.Now()
		}
		if err := s.parts.desk.Notice(ctx, time.Now(), s.noticeWords); err != nil && ctx.Err() == nil && time.Since(warned) >= deskWarn {
			s.log.Warn("colleagues are not told what waits, trying again", "err", err)
			warned = time.Now()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// noticeText is the key of what colleagues read of chats that wait.
const noticeText = "colleague.notice"

// lateText is that of what they read of news that are late.
const lateText = "colleague.late"

// waitsText is that of what they read of a change that was not announced at its moment.
const waitsText = "colleague.waits"

// noticeWords are what a colleague reads of so many chats that wait, with the way to
// them where our address is known. The texts were checked when the engine was made.
func (s *service) noticeWords(l bot.Language, waiting int) string {
	words, _ := s.engine.Texts.Text(l, noticeText, nil, &waiting)
	if s.cfg.PublicURL != "" {
		words += "\n" + markup.Escape(strings.TrimRight(s.cfg.PublicURL, "/")+console.Prefix+"/desk")
	}
	return words
}
