package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/approval"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/console"
	approvalpages "visnyk/bot/console/approvals"
	"visnyk/bot/dialog"
	"visnyk/bot/markup"
	told "visnyk/flows/change"
	"visnyk/locales"
	"visnyk/storage"
)

const (
	callEvery = 5 * time.Second
	callWarn  = 10 * time.Minute // between two warnings that it fails
)

// runCalls calls whoever may approve what waits, and who answers for a wave that is
// overdue. Every replica does; they do not disturb
// each other.
func (s *service) runCalls(ctx context.Context) {
	tick := time.NewTicker(callEvery)
	defer tick.Stop()
	var warned time.Time
	for {
		err := errors.Join(s.parts.api.Approvals.Call(ctx, time.Now(), s.callWords), s.parts.api.Broadcasts.CallOwners(ctx, s.overdueWords))
		if err != nil && ctx.Err() == nil && time.Since(warned) >= callWarn {
			s.log.Warn("nobody is called to approve what waits, or to a wave that is overdue, trying again", "err", err)
			warned = time.Now()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// The beginnings of the keys of what is said to whoever is called to approve something,
// which end with its noun.
const (
	callText   = "colleague.approve."
	againText  = "colleague.approve_again."
	unsaidText = "colleague.approve_unsaid." // where nobody knows who asks
)

// callTexts are all of those keys.
func callTexts() (keys []string) {
	for _, begins := range []string{callText, againText, unsaidText} {
		for _, noun := range []string{"change", "article", "broadcast"} {
			keys = append(keys, begins+noun)
		}
	}
	return append(keys, overdueText)
}

// callWords are what somebody reads who is called to approve something, with the way to
// it where our address is known.
func (s *service) callWords(l bot.Language, w storage.Awaiting, again bool) (string, error) {
	key, data := callText, map[string]any{"Who": markup.Value(w.Name), "Title": markup.Value(w.Title.In(l))}
	switch {
	case again:
		key = againText
	case w.Name == "":
		key = unsaidText
	}
	words, err := s.engine.Texts.Text(l, key+w.Noun, data, nil)
	if err == nil && s.cfg.PublicURL != "" {
		words += "\n" + markup.Escape(strings.TrimRight(s.cfg.PublicURL, "/")+console.Prefix+approvalPath(w))
	}
	return words, err
}

// overdueText is the key of what the owner of a wave reads that is overdue.
const overdueText = "plan.call.overdue"

// overdueWords are what they read, with the way to the plan where our address is known.
func (s *service) overdueWords(l bot.Language, w storage.OverdueWave) (string, error) {
	zone := s.parts.api.Broadcasts.ZoneOf(w.Zone)
	due := locales.When(l, w.Due.In(zone), time.Now().In(zone))
	words, err := s.engine.Texts.Text(l, overdueText, map[string]any{"Title": markup.Value(w.Title), "Due": due}, nil)
	if err == nil && s.cfg.PublicURL != "" {
		words += "\n" + markup.Escape(strings.TrimRight(s.cfg.PublicURL, "/")+console.Prefix+"/changes/"+w.Change+"/plan")
	}
	return words, err
}

// approvalPath is where the page stands on which somebody decides about it.
func approvalPath(w storage.Awaiting) string {
	switch w.Noun {
	case "change":
		return "/changes/" + w.ID + "/approval"
	case "article":
		return "/articles/" + w.ID
	}
	return "/approvals/broadcasts/" + w.ID
}

// approvalPages is what the pages of approvals need.
func (s *service) approvalPages() approvalpages.Config {
	return approvalpages.Config{
		Approvals: s.approvals, Broadcasts: s.broadcasts, Audiences: s.audiences, Path: approvalPath, Show: s.shownBroadcast,
		Linked: func(ctx context.Context, by bot.Actor) (bool, error) {
			_, linked, err := s.staff().Messenger(ctx, by)
			return linked, err
		},
	}
}

// broadcasts are the broadcasts; nil while the database is not there yet.
func (s *service) broadcasts() *broadcast.Broadcasts {
	if s.store.Load() == nil {
		return nil
	}
	return s.parts.api.Broadcasts
}

// shownBroadcast is what each kind of messenger shows of the broadcast to whom the
// variables are known of.
func (s *service) shownBroadcast(b bot.Broadcast, l bot.Language, vars map[string]string) (all []approvalpages.Shown, err error) {
	m, err := s.parts.api.Broadcasts.Preview(b, l, vars)
	if err != nil {
		return nil, err
	}
	for _, ch := range s.channels {
		kind := s.kindOf(ch.Name())
		shower, ok := ch.(bot.Shower)
		if !ok || slices.ContainsFunc(all, func(is approvalpages.Shown) bool { return is.Channel == kind }) {
			continue
		}
		parts, err := ch.Render(m)
		if err != nil {
			return nil, fmt.Errorf("show broadcast %s: %w", b.ID, err)
		}
		one := approvalpages.Shown{Channel: kind}
		for _, p := range parts {
			bubble, err := shower.Show(p)
			if err != nil {
				return nil, fmt.Errorf("show broadcast %s: %w", b.ID, err)
			}
			if bubble.File != "" && b.Media != nil && b.Media.File != "" { // which messengers fetch from us, each in its own way
				bubble.File, bubble.Picture = b.Media.Name, broadcast.PictureURL(bot.Media{File: b.Media.File})
			}
			one.Messages = append(one.Messages, bubble.Joined())
		}
		all = append(all, one)
	}
	return all, nil
}

// approvals are what waits for an approval; nil while the database is not there yet.
func (s *service) approvals() *approval.Approvals {
	if s.store.Load() == nil {
		return nil
	}
	return s.parts.api.Approvals
}

// rehearsal returns what makes the messages of a rehearsal.
func rehearsal(channels map[string]bot.Channel, engine dialog.Engine) change.Rehearsal {
	return func(to bot.Address, l bot.Language, cause string, c bot.Change) (rows []bot.Queued, err error) {
		ch, ok := channels[to.Bot]
		if !ok { // it is configured no more
			return nil, bot.Refused("messenger", bot.FaultNoMessenger, nil)
		}
		messages, err := engine.Rehearse(to.Bot, l, time.Now(), told.Told(c))
		for i, m := range messages {
			part, err := bot.Queue(ch, bot.Outgoing{Lane: bot.LaneDesk, To: to, Message: m, Cause: cause + "-" + strconv.Itoa(i)})
			if err != nil {
				return nil, err
			}
			rows = append(rows, part...)
		}
		return rows, err
	}
}
