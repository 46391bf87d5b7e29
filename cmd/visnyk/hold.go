package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"visnyk/bot"
	botcall "visnyk/bot/call"
	"visnyk/bot/outbox"
	"visnyk/bot/server"
	"visnyk/storage"
)

// hold runs a bot's line while this replica has its lease: turns, sends, and
// where messengers cannot reach us, the fetching of updates.
func (s *service) hold(ctx context.Context, store *storage.Store, l *line, owner string) {
	holding := outbox.LeaseConfig{Store: store, Bot: l.bot.Name, Owner: owner, TTL: leaseTTL, Log: s.log}
	err := outbox.HoldLease(ctx, holding, func(ctx context.Context, held *outbox.HeldLease) error {
		g, ctx := errgroup.WithContext(ctx)
		// The sender ends last: what is written claimed must leave, or wait again.
		sending, stop := context.WithCancel(context.WithoutCancel(ctx))
		defer stop()
		var writing sync.WaitGroup
		writing.Add(2)
		g.Go(func() error {
			defer writing.Done()
			return l.worker.Run(ctx, held.Lease, held.Clean)
		})
		g.Go(func() error {
			defer writing.Done()
			return l.releaser.Run(ctx, held.Lease)
		})
		g.Go(func() error { return l.sender.Run(sending, held) })
		g.Go(func() error { writing.Wait(); stop(); return nil })
		g.Go(func() error { s.arrivals(ctx, l); return nil })
		g.Go(func() error { s.introduce(ctx, l); return nil })
		return g.Wait()
	})
	if err != nil {
		s.log.Error("line ended", "bot", l.bot.Name, "err", err)
	}
}

// introduce has the channel learn its name, so that what is addressed to another
// bot is told apart. A refused account is left alone; sending will tell of it.
func (s *service) introduce(ctx context.Context, l *line) {
	ch, ok := l.channel.(bot.NameFetcher)
	rest := botcall.Doubling{First: time.Second, Most: 5 * time.Minute}
	for tries := 0; ok; tries++ {
		err := s.introductions[l.bot.Name].make(ctx, ch.FetchName)
		var refused *bot.SendError
		if err == nil || ctx.Err() != nil || errors.As(err, &refused) && refused.Outcome == bot.Halted {
			return
		}
		s.log.Warn("the messenger does not tell the bot's name, trying again", "bot", l.bot.Name, "err", err)
		if botcall.Pause(ctx, rest.After(tries)) != nil {
			return
		}
	}
}

// arrivals sees to it that updates arrive: it watches the webhook, or fetches.
func (s *service) arrivals(ctx context.Context, l *line) {
	poller, fetches := l.channel.(bot.Poller)
	setter, tells := l.channel.(bot.WebhookSetter)
	public := s.cfg.PublicURL != ""
	switch {
	case l.channel.Capabilities().Visited: // people come to us
	case public && tells:
		s.deliveries.watch(ctx, setter, hookURL(s.cfg.PublicURL, l.bot.Name))
	case public: // it delivers where it was told to at its own site
	case fetches:
		server.Polling{Channel: poller, Inbox: s, Wake: s.wake, Log: s.log}.Run(ctx)
	default:
		s.log.Warn("this messenger can only deliver: set VISNYK_PUBLIC_URL and run visnyk webhook set", "bot", l.bot.Name)
	}
}
