// Package media brings people's files in and gives them out: it fetches what they
// send in messengers, and serves kept files to staff, and to messengers those that
// we send.
//
// Whose files are whose, and how much is kept, is storage's to say; how a
// messenger gives and takes files is its channel's.
package media

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/storage"
)

// Defaults of Config.
const (
	defaultTTL    = 10 * time.Second
	defaultAtOnce = 8
	defaultStall  = 10 * time.Second
	defaultTime   = 3 * time.Minute
)

const (
	// mostTries is after how many a file is given up: with rests that double, about
	// half an hour. One that the messenger says is gone may only be away for a moment.
	mostTries     = 12
	mostTriesGone = 4
	// mostAge is when one is given up that nobody here can fetch.
	mostAge = 24 * time.Hour
	// strangeRest is left where no channel of ours fetches: another replica may.
	strangeRest = time.Hour
	// settleFor bounds what is written when a fetch ends.
	settleFor = 2 * time.Second
)

// Config is what a Keeper needs. A zero field has the default.
type Config struct {
	Store    *storage.Store
	Channels map[string]bot.Channel // by the bot's name
	Log      *slog.Logger           // nil: silent
	Metrics  *Metrics               // nil: none
	TTL      time.Duration          // how long a file is held without a sign of life; 10 s
	AtOnce   int                    // files on their way at once; 8, each of which takes about 0.6 MiB
	Stall    time.Duration          // how long nothing may come of one, with its beginning; 10 s
	Time     time.Duration          // of one try; 3 min
	Rests    call.Doubling          // between the tries of one; from a second to ten minutes
}

// Keeper fetches files that people sent. Many replicas may: each file is held by
// one of them.
type Keeper struct {
	Config
	woken   chan struct{}
	ended   chan struct{}
	running atomic.Int32
}

// New returns a Keeper that does nothing until Run.
func New(c Config) *Keeper {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.TTL <= 0 {
		c.TTL = defaultTTL
	}
	if c.AtOnce <= 0 {
		c.AtOnce = defaultAtOnce
	}
	if c.Stall <= 0 {
		c.Stall = defaultStall
	}
	if c.Time <= 0 {
		c.Time = defaultTime
	}
	if c.Rests == (call.Doubling{}) {
		c.Rests = call.Doubling{First: time.Second, Most: 10 * time.Minute}
	}
	return &Keeper{Config: c, woken: make(chan struct{}, 1), ended: make(chan struct{}, c.AtOnce)}
}

// Wake says that there may be files to fetch. It never waits.
func (k *Keeper) Wake() {
	select {
	case k.woken <- struct{}{}:
	default: // it will look anyway
	}
}

// Run fetches what is due until ctx ends, and returns when nothing is on its way.
// What no signal told of is found by a sweep; what a dead process held, a TTL and
// a half after its death at the latest.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(k.TTL / 2)
	defer tick.Stop()
	var oldAt time.Time
	for ctx.Err() == nil {
		if time.Since(oldAt) > time.Hour {
			if _, err := k.Store.GiveUpFetches(ctx, mostAge); err == nil {
				oldAt = time.Now()
			}
		}
		if err := k.begin(ctx); err != nil && ctx.Err() == nil {
			k.Log.Warn("files to fetch cannot be read, trying again", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-k.woken:
		case <-tick.C:
		case <-k.ended:
			k.running.Add(-1)
		}
	}
	for k.running.Load() > 0 {
		<-k.ended
		k.running.Add(-1)
	}
}

// begin sets out for what is due, as much as may be on its way at once.
func (k *Keeper) begin(ctx context.Context) error {
	free := k.AtOnce - int(k.running.Load())
	if free <= 0 {
		return nil
	}
	due, err := k.Store.DueFetches(ctx, free, k.TTL)
	if err != nil {
		return err
	}
	for _, f := range due {
		k.running.Add(1)
		go func() {
			defer func() { k.ended <- struct{}{} }()
			k.fetch(ctx, f)
		}()
	}
	return nil
}

// fetch brings one file in, or notes why not. It is the body of a goroutine of its
// own.
func (k *Keeper) fetch(ctx context.Context, f storage.Fetch) {
	began := time.Now()
	err := k.bring(ctx, f)
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleFor)
	defer cancel()
	state, rest := k.judge(f, err)
	switch {
	case state == bot.FileKept, errors.Is(err, storage.ErrConflict):
		err = nil
	case ctx.Err() != nil: // somebody else goes on with it
		err = k.Store.RetryFetch(settle, f, 0)
	case state == bot.FileComing:
		k.Log.Info("a file does not come yet, trying again", "bot", f.Address.Bot, "tries", f.Tries, "wait", rest, "err", err)
		err = k.Store.RetryFetch(settle, f, rest)
		time.AfterFunc(rest, k.Wake)
	default:
		k.Log.Warn("a file is not kept", "bot", f.Address.Bot, "state", string(state), "tries", f.Tries, "err", err)
		err = k.Store.EndFetch(settle, f, state)
	}
	if err != nil && !errors.Is(err, storage.ErrConflict) { // it is due again soon
		k.Log.Warn("how a fetch ended cannot be written", "bot", f.Address.Bot, "err", err)
	}
	if !errors.Is(err, storage.ErrConflict) {
		k.Metrics.fetched(state, time.Since(began))
	}
}

// errNobody says that no channel here can fetch the file.
var errNobody = errors.New("no bot here fetches it")

// bring fetches the file and keeps it.
func (k *Keeper) bring(ctx context.Context, f storage.Fetch) (err error) {
	from, ok := k.Channels[f.Address.Bot].(bot.Fetcher)
	if !ok {
		return errNobody
	}
	most, err := k.Store.LargestFile(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, k.Time)
	defer cancel()
	stall := time.AfterFunc(k.Stall, cancel)
	defer stall.Stop()
	over := make(chan struct{})
	defer close(over)
	go k.hold(ctx, f, cancel, over)
	defer func() {
		if v := recover(); v != nil { // its text may be a customer's
			k.Log.Error("panic while fetching a file", "bot", f.Address.Bot, "err", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			err = &bot.FetchError{State: bot.FileFailed, Err: errors.New("the channel panicked")}
		}
	}()
	body, size, err := from.Fetch(ctx, f.Ref)
	if err != nil {
		return err
	}
	defer body.Close()
	return k.Store.KeepFetch(ctx, f, size, &coming{body, stall, k.Stall}, most, bot.FileType)
}

// hold keeps the file ours while it comes.
func (k *Keeper) hold(ctx context.Context, f storage.Fetch, lost func(), over <-chan struct{}) {
	tick := time.NewTicker(k.TTL / 3)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if errors.Is(k.Store.RenewFetch(ctx, f, k.TTL), storage.ErrConflict) {
			lost()
			return
		}
	}
}

// judge says what becomes of the file after a try: FileComing when it is tried
// again, after a rest.
func (k *Keeper) judge(f storage.Fetch, err error) (bot.FileState, time.Duration) {
	rest := k.Rests.After(f.Tries - 1)
	state, final := bot.FileFailed, false
	var failed *bot.FetchError
	switch {
	case err == nil:
		return bot.FileKept, 0
	case errors.Is(err, errNobody):
		return bot.FileComing, strangeRest
	case errors.Is(err, storage.ErrTooLarge):
		return bot.FileTooLarge, 0
	case errors.Is(err, storage.ErrEmptyFile):
		return bot.FileFailed, 0
	case errors.Is(err, storage.ErrChatFull), errors.Is(err, storage.ErrFilesFull):
		return bot.FileNoRoom, 0
	case errors.Is(err, storage.ErrNoRoom): // of the disk, which somebody may make
		state = bot.FileNoRoom
	case errors.As(err, &failed):
		state, final, rest = failed.State, failed.Final, max(rest, failed.After)
	}
	if final || f.Tries >= mostTries || state == bot.FileGone && f.Tries >= mostTriesGone {
		return state, 0
	}
	return bot.FileComing, rest
}
