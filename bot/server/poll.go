package server

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/storage"
)

const (
	pollWait = 25 * time.Second // the messenger answers sooner when there is something
	pollIdle = 30 * time.Second // after a refusal of the account
)

// pollRest is how long the messenger is left alone after a failure.
func pollRest() call.Doubling { return call.Doubling{First: time.Second, Most: pollIdle} }

// pollFloor is the least time between two questions where the answers bring
// nothing new and come sooner than was asked for: some gateways do not let anybody
// wait. It grows no longer than a person may be kept waiting for a first answer.
func pollFloor() call.Doubling {
	return call.Doubling{First: 100 * time.Millisecond, Most: 5 * time.Second}
}

// Polling is the door in for a bot without a public address: what a webhook
// would bring is fetched, with the same inbox and the same guarantees.
type Polling struct {
	Channel bot.Poller
	Inbox   Inbox
	Wake    func(bot string)
	Log     *slog.Logger
}

// Run fetches until ctx ends. One process at a time may fetch for a bot: run it
// under the bot's lease. The offset moves only after the commit, so updates that
// a process took with it into its grave are fetched again, and the inbox knows
// those it has.
func (p Polling) Run(ctx context.Context) {
	log := p.Log.With("bot", p.Channel.Name())
	offset, rest, floor := int64(0), time.Duration(0), time.Duration(0)
	for ctx.Err() == nil {
		asked := time.Now()
		updates, next, err := p.Channel.Poll(ctx, offset, pollWait)
		if err == nil && len(updates) > 0 {
			err = p.store(ctx, updates)
		}
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			rest = 0
			if next != offset { // there may be more
				offset, floor = next, 0
				continue
			}
			took := time.Since(asked)
			if floor = pollFloor().Next(floor); took >= pollWait {
				floor = 0
			}
			_ = call.Pause(ctx, floor-took)
			continue
		}
		var failed *bot.SendError
		switch {
		case errors.As(err, &failed) && failed.Outcome == bot.Halted:
			rest = pollIdle
			log.Error("updates are not fetched: the messenger refuses the account", "err", err)
		case errors.As(err, &failed):
			rest = max(pollRest().Next(rest), failed.After)
			log.Warn("updates not fetched, trying again; if a webhook is set, run visnyk webhook delete or set VISNYK_PUBLIC_URL", "err", err)
		default:
			rest = pollRest().First // the database is ours; the messenger is spared nothing by waiting
			log.Warn("updates not stored, they stay at the messenger", "err", err)
		}
		_ = call.Pause(ctx, rest)
	}
}

// store commits what came and tells the bot's line.
func (p Polling) store(ctx context.Context, updates []bot.Update) error {
	in := make([]storage.Incoming, len(updates))
	for i, u := range updates {
		in[i] = storage.Incoming{Update: u, Source: storage.SourceChannel}
	}
	fresh, err := p.Inbox.ReceiveNext(ctx, func() []storage.Incoming { return in })
	if err != nil {
		return err
	}
	for i, u := range updates {
		if fresh[i] && u.Defect != "" {
			p.Log.Warn("update parked", "bot", u.Bot, "update", u.ID, "err", u.Defect)
		}
	}
	p.Wake(p.Channel.Name())
	return nil
}
