package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	changepages "visnyk/bot/console/changes"
	"visnyk/locales"
)

// sheetsEvery is how often sheets, articles and broadcasts that nobody writes in any more
// become versions.
const sheetsEvery = time.Minute

// sheetsWarn is the time between two warnings that it fails.
const sheetsWarn = 10 * time.Minute

// runSheets makes versions of sheets, articles and broadcasts that nobody writes in any
// more.
func (s *service) runSheets(ctx context.Context) {
	tick := time.NewTicker(sheetsEvery)
	defer tick.Stop()
	var warned time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		_, err := s.parts.api.Changes.Drafts().Idle(ctx)
		_, err2 := s.parts.api.Articles.Drafts().Idle(ctx)
		_, err3 := s.parts.api.Broadcasts.Drafts().Idle(ctx)
		if err := errors.Join(err, err2, err3); err != nil && ctx.Err() == nil && time.Since(warned) >= sheetsWarn {
			s.log.Warn("what nobody writes in any more becomes no version, trying again", "err", err)
			warned = time.Now()
		}
	}
}

// changePages is what the pages of changes need.
func (s *service) changePages() changepages.Config {
	return changepages.Config{
		Changes: s.changes, Audiences: s.audiences, Live: s.live, Zone: s.cfg.Zone, Show: s.shown, Name: s.colleague, Bots: s.botNames, Kind: s.kindOf, Receipts: s.receiptsOf, Follow: s.followPages.URL,
		Broadcasts: s.broadcasts, Owners: s.owners,
	}
}

// owners are who may answer for a wave: everybody who works here.
func (s *service) owners(ctx context.Context) (all []changepages.Owner, err error) {
	users, err := s.store.Load().Users(ctx)
	for _, u := range users {
		if !u.Disabled {
			all = append(all, changepages.Owner{ID: u.ID, Name: u.Called()})
		}
	}
	return all, err
}

// receiptsOf is what the messenger of a bot tells of messages.
func (s *service) receiptsOf(name string) bot.Receipts { return s.engine.Channels[name].Receipts }

// changes are the changes; nil while the database is not there yet.
func (s *service) changes() *change.Changes {
	if s.store.Load() == nil {
		return nil
	}
	return s.parts.api.Changes
}

// colleague is what others call the user; "" where nobody knows.
func (s *service) colleague(ctx context.Context, user string) string {
	if user == "" || user == bot.SystemUser {
		return ""
	}
	u, err := s.store.Load().UserByID(ctx, user)
	if err != nil { // whose name it is, is not worth the page
		return ""
	}
	return u.Called()
}

// shown is what each kind of messenger shows of the change.
func (s *service) shown(c bot.Change) (all []changepages.Shown, err error) {
	renderings, err := s.parts.api.Changes.Renderings(c)
	if err != nil {
		return nil, err
	}
	for _, r := range renderings {
		one := changepages.Shown{Channel: r.Channel, Language: r.Language, Part: r.Part}
		for _, ch := range s.channels {
			shower, ok := ch.(bot.Shower)
			if !ok || s.kindOf(ch.Name()) != r.Channel {
				continue
			}
			able := ch.Capabilities()
			one.Room, one.Fleeting = able.Limits.Text, !able.LastingButtons
			if one.Messages, err = showTemplate(shower, r.Template, s.filled(c, r.Language)); err != nil {
				return nil, fmt.Errorf("show a rendering of %s: %w", c.ID, err)
			}
			break
		}
		all = append(all, one)
	}
	return all, nil
}

// filled fills the slots of a text that tells the change with what stands in them today.
func (s *service) filled(c bot.Change, l bot.Language) *strings.Replacer {
	var all []string
	for _, name := range []string{"FromSince", "FromDay"} {
		all = append(all, "{{."+name+"}}", locales.Moment(l, name, c.From.In(s.cfg.Zone), time.Now().In(s.cfg.Zone)))
	}
	return strings.NewReplacer(all...)
}

// showTemplate is what a person sees of a template, which is the bodies of its messages as JSON.
func showTemplate(shower bot.Shower, template string, filled *strings.Replacer) (all []bot.Bubble, err error) {
	var bodies []json.RawMessage
	if err := json.Unmarshal([]byte(template), &bodies); err != nil {
		return nil, err
	}
	for _, body := range bodies {
		bubble, err := shower.Show(bot.Part{Body: []byte(body)})
		if err != nil {
			return nil, err
		}
		for i := range bubble.Runs {
			bubble.Runs[i].Text = filled.Replace(bubble.Runs[i].Text)
		}
		all = append(all, bubble.Joined())
	}
	return all, nil
}
