package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	settings "visnyk/cmd/visnyk/config"
	"visnyk/flows"
)

// readConfig reads the settings, with accounts at the messengers there are.
func readConfig(environ []string) (config, error) {
	var accounts []settings.Kind
	for _, k := range kinds() {
		accounts = append(accounts, k.Kind)
	}
	return settings.Read(environ, accounts)
}

// kindOf returns the kind of messenger of that name; false when there is none.
func kindOf(name string, all []kind) (kind, bool) {
	if i := slices.IndexFunc(all, func(k kind) bool { return k.Name == name }); i >= 0 {
		return all[i], true
	}
	return kind{}, false
}

// siteChannel is a channel whose messenger is a page of ours, with a door of
// its own.
type siteChannel interface {
	bot.Channel
	// Mount adds the page and its door; receive puts what comes into the inbox.
	Mount(e *echo.Echo, receive func(context.Context, bot.Update) (fresh bool, err error))
	// Heard takes what another replica tells.
	Heard(topic string)
	Close()
}

// openChannels makes the channels of all bots. Those of our own pages come last:
// they name the messengers that people can go on in.
func (s *service) openChannels() error {
	s.channels = make([]bot.Channel, len(s.cfg.Bots))
	s.engine.Channels = map[string]flows.Messenger{}
	renders := map[string]func(bot.Message) ([]bot.Part, error){}
	s.engine.Render = func(name string, m bot.Message) ([]bot.Part, error) { return renders[name](m) }
	fetchers := map[string]bot.Fetcher{}
	s.engine.Fetches = func(name string, a bot.Attachment) bool {
		f, ok := fetchers[name]
		return ok && f.Fetches(a)
	}
	for _, onSite := range []bool{false, true} {
		for i, b := range s.cfg.Bots {
			k, ok := kindOf(b.Channel, s.kinds)
			if !ok {
				return fmt.Errorf("bot %s: no channel %q", b.Name, b.Channel)
			}
			if (k.onSite != nil) != onSite {
				continue
			}
			if err := s.openChannel(i, k); err != nil {
				return fmt.Errorf("bot %s: %w", b.Name, err)
			}
			renders[b.Name] = s.channels[i].Render
			if f, ok := s.channels[i].(bot.Fetcher); ok {
				fetchers[b.Name] = f
			}
		}
	}
	return nil
}

func (s *service) openChannel(i int, k kind) (err error) {
	b := s.cfg.Bots[i]
	if k.onSite != nil {
		if s.chat, err = k.onSite(s, b); err == nil {
			s.channels[i] = s.chat
		}
	} else {
		s.channels[i], err = k.open(b.Account(), s.ours())
	}
	if err != nil {
		return err
	}
	m := flows.Messenger{Capabilities: s.channels[i].Capabilities()}
	if slices.ContainsFunc(kinds(), func(named kind) bool { return named.Name == k.Name }) {
		m.Kind = k.Name
	}
	s.engine.Channels[b.Name] = m
	s.introductions[b.Name] = &introduction{}
	return nil
}

// delivered are the channels whose messengers deliver to /webhooks.
func (s *service) delivered() []bot.Channel {
	return slices.DeleteFunc(slices.Clone(s.channels), func(ch bot.Channel) bool { return ch == bot.Channel(s.chat) })
}

// linkables are the channels that can be opened by a link, in the order of their
// kinds.
func (s *service) linkables() []bot.DeepLinker {
	var all []bot.DeepLinker
	for _, k := range s.kinds {
		for i, b := range s.cfg.Bots {
			ch, ok := s.channels[i].(bot.DeepLinker)
			if !ok || b.Channel != k.Name {
				continue
			}
			if s.phones != nil {
				ch = onPhone{ch, s.phones}
			} else {
				ch = introduced{ch, s.introductions[b.Name]}
			}
			all = append(all, ch)
		}
	}
	return all
}
