package broadcast

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	// aheadFor is how much of the lane's rate is in the outbox at most: what a pause
	// must take back, and what leaves while the database is away.
	aheadFor = 2 * time.Second
	// aheadMost is that where there is no rate of ours: fewer than the sender keeps, which
	// reads from the database what it has no room for when it is handed.
	aheadMost = 896
	// claimedLeast is how many one transaction releases claimed, at least: each costs a
	// little of its own.
	claimedLeast = 32
	// releaseAtOnce is how many recipients one transaction holds.
	releaseAtOnce = 500
	// busyLook and idleLook are between two looks while broadcasts send, and else,
	// where every start is told; straysLook between two looks for what must not leave
	// any more.
	busyLook   = 100 * time.Millisecond
	idleLook   = 10 * time.Second
	straysLook = 2 * time.Second
)

// Release is what a Releaser needs.
type Release struct {
	Bot  string
	Rate float64 // messages a second of the lane; 0: no limit of ours
	// Sent is given what was released, for the sender; nil: nobody is told.
	Sent func([]storage.OutboxRow)
	// Takes returns how many messages more the sender takes claimed, and whether it takes
	// any now, else they are released to wait for its claim; Unsure is given those whose
	// commit was not answered. nil: all of them wait.
	Takes  func() (n int, takes bool)
	Unsure func([]storage.OutboxRow)
	Log    *slog.Logger
}

// Releaser puts what the recipients of a bot are told into its outbox, a little ahead
// of what may leave, for as long as this process has the bot's lease.
type Releaser struct {
	Release
	*Broadcasts
	woken  chan struct{}
	strays time.Time // when it looked for them last
	walks  map[string]*walk
	last   *writer // of the broadcast that was released last
	noted  bool    // whether the messenger tells what is seen

	mu      sync.Mutex
	busy    bool            // broadcasts send
	visited map[string]bool // chats whose people came to us since the last look
}

// Visited notes that the people of the chats are there, where they come to us: what waits
// for that is told now. It never waits.
func (r *Releaser) Visited(chats []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.busy || len(chats) == 0 {
		return
	}
	if r.visited == nil {
		r.visited = map[string]bool{}
	}
	for _, chat := range chats {
		r.visited[chat] = true
	}
	r.Nudge()
}

// visits are those that were noted; sends says whether more are to be.
func (r *Releaser) visits(sends bool) (chats []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy, chats = sends, slices.Sorted(maps.Keys(r.visited))
	r.visited = nil
	return chats
}

// Releaser returns the one of a bot.
func (s *Broadcasts) Releaser(r Release) *Releaser {
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	if r.Sent == nil {
		r.Sent = func([]storage.OutboxRow) {}
	}
	if r.Takes == nil {
		r.Takes = func() (int, bool) { return 0, false }
	}
	return &Releaser{Release: r, Broadcasts: s, woken: make(chan struct{}, 1), walks: map[string]*walk{}}
}

// Nudge says that there may be something to release. It never waits.
func (r *Releaser) Nudge() {
	select {
	case r.woken <- struct{}{}:
	default: // it will look anyway
	}
}

// Run releases until ctx ends. Its only error is storage.ErrLeaseLost.
func (r *Releaser) Run(ctx context.Context, l storage.Lease) error {
	var failing bool
	for {
		busy, err := r.Pass(ctx, l)
		switch {
		case ctx.Err() != nil:
			return nil
		case isLost(err):
			return err
		case err != nil && !failing:
			r.Log.Warn("broadcasts are not released, trying again", "bot", r.Bot, "err", err)
		}
		failing = err != nil
		look := idleLook
		if busy && err == nil {
			look = busyLook
		}
		wait := time.NewTimer(look)
		select {
		case <-ctx.Done():
		case <-r.woken:
		case <-wait.C:
		}
		wait.Stop()
	}
}

// ahead is how many announcements may be in the outbox.
func (r *Releaser) ahead() int {
	if r.Rate <= 0 {
		return aheadMost
	}
	return min(max(1, int(r.Rate*aheadFor.Seconds())), aheadMost)
}

// room returns how many may be released now, and whether claimed; 0 where there is room
// for a few alone.
func (r *Releaser) room(ctx context.Context) (n int, claim bool, err error) {
	least := claimedLeast
	if n, claim = r.Takes(); !claim {
		waits, err := r.store.BulkAhead(ctx, r.Bot)
		if err != nil {
			return 0, false, err
		}
		n, least = r.ahead()-waits, max(1, min(r.ahead()/8, releaseAtOnce))
	}
	if n < least {
		return 0, claim, nil
	}
	return n, claim, nil
}

// Pass releases as many as there is room for; busy says that broadcasts send.
func (r *Releaser) Pass(ctx context.Context, l storage.Lease) (busy bool, err error) {
	// What was cancelled may still have something in the outbox that came back to it.
	open, err := r.store.OpenBroadcasts(ctx, bot.BroadcastSending, bot.BroadcastCancelled)
	visits := r.visits(err == nil && slices.ContainsFunc(open, sends))
	if err != nil || len(open) == 0 {
		return false, err
	}
	if len(visits) > 0 {
		if err := r.store.Visit(ctx, r.Bot, visits); err != nil {
			return true, err
		}
	}
	if !r.noted {
		if err := r.store.TellsSeen(ctx, l, r.messengers[r.Bot].Capabilities().Receipts.Seen); err != nil {
			return true, err
		}
		r.noted = true
	}
	if time.Since(r.strays) >= straysLook {
		if err := r.store.TakeBackStrays(ctx, l); err != nil {
			return true, err
		}
		r.strays = time.Now()
	}
	_, screens := r.messengers[r.Bot].Channel.(bot.Screener)
	open = slices.DeleteFunc(open, func(m storage.Mailing) bool { return !sends(m) })
	r.walk(open)
	if len(open) == 0 {
		return false, nil
	}
	room, claim, err := r.room(ctx)
	if err != nil || room == 0 {
		return true, err
	}
	slices.SortStableFunc(open, func(a, b storage.Mailing) int { return cmp.Compare(urgency(a), urgency(b)) })
	for _, m := range open {
		why, err := r.unshown(ctx, m)
		if err != nil {
			return true, fmt.Errorf("broadcast %s: %w", m.ID, err)
		}
		for why == "" && room > 0 { // else the keeper halts it
			limit, w := min(room, releaseAtOnce), r.walks[m.ID]
			seen, released, err := r.store.ReleaseRecipients(ctx, l, storage.Releasing{
				Broadcast: m.ID, Limit: limit, Behind: w.from(), Zone: r.zone, Claim: claim, Edits: r.editing(), Free: r.messengers[r.Bot].free(), Calls: r.calls(r.messengers[r.Bot], m), Screens: screens, Tell: r.tell,
			})
			if err != nil {
				if claim {
					r.Unsure(released)
				}
				return true, fmt.Errorf("broadcast %s: %w", m.ID, err)
			}
			room -= len(released)
			r.Sent(released)
			if seen.Halt != "" {
				if err := r.haltAt(ctx, m, seen.Halt); err != nil {
					return true, fmt.Errorf("broadcast %s: %w", m.ID, err)
				}
				r.Log.Warn("a broadcast may cost no more: it is paused and asks", "broadcast", m.ID, "reason", seen.Halt)
			}
			if w.went(seen); seen.N < limit {
				break
			}
		}
	}
	return true, nil
}

func sends(m storage.Mailing) bool { return m.State == bot.BroadcastSending }

// urgency orders broadcasts: what may wake people leaves first.
func urgency(m storage.Mailing) int {
	if m.Urgent != "" {
		return 0
	}
	return 1
}

// tell writes the messages of those who may be told.
func (r *Releaser) tell(m storage.Mailing, all []storage.Waiting) []storage.Released {
	writer, messages := r.writer(m), make([]storage.Released, len(all))
	for i, w := range all {
		if messages[i] = writer.write(w); len(w.With) > 0 && messages[i].Skip == "" {
			if digest, ok := writer.digest(w); ok {
				messages[i] = digest
			}
		}
		if screener, ok := writer.channel.Channel.(bot.Screener); ok && len(w.Screen.Buttons) > 0 && messages[i].Part.Body != nil {
			messages[i].Part = screener.Beneath(messages[i].Part, w.Screen)
		}
	}
	return messages
}

// writer writes the messages of one broadcast at one bot.
type writer struct {
	*Broadcasts
	m       storage.Mailing
	channel Messenger
	hashes  map[bot.Language]string // of the approved renderings
	names   map[bot.Language][]string
	shapes  map[shapeKey]*shape
}

// writer returns that of the broadcast, with what it knows of it from the last time.
func (r *Releaser) writer(m storage.Mailing) *writer {
	if w := r.last; w != nil && w.m.ID == m.ID && w.m.Hash == m.Hash {
		w.m = m
		return w
	}
	w := &writer{
		Broadcasts: r.Broadcasts, m: m, channel: r.messengers[r.Bot],
		hashes: map[bot.Language]string{}, names: map[bot.Language][]string{}, shapes: map[shapeKey]*shape{},
	}
	for _, is := range m.Renderings {
		if is.Channel == w.channel.Kind && !is.Digest {
			w.hashes[is.Language] = is.Hash
			w.names[is.Language] = variablesOf(m.Text.In(is.Language))
		}
	}
	r.last = w
	return w
}

// write fills the approved text for one person. What does not become one message is no
// fault of theirs, and is counted.
func (w *writer) write(to storage.Waiting) storage.Released {
	if w.m.News != nil {
		return w.news(to)
	}
	if w.m.Answers != nil {
		to.Attributes = asking(to.Asked)
	}
	rendering, approved := w.hashes[to.Language]
	if !approved {
		return storage.Released{Skip: bot.ReasonNoText}
	}
	r := storage.Released{Rendering: rendering, Tells: w.m.Change != ""}
	var text string
	var is bool
	if text, r.Part, is = w.shaped(to); !is {
		var err error
		if text, r.Part, err = w.render(to.Language, Variables(to.Contact, to.Attributes), w.follow(w.m.ID, to.Key)); err != nil {
			return storage.Released{Fail: bot.ReasonUnrendered}
		}
	}
	r.TextHash = bot.HashText(text)
	return r
}

var errParts = errors.New("it does not become one message")

// render makes the one message of one reader, and its text.
func (w *writer) render(l bot.Language, vars map[string]string, follow func(string) string) (text string, p bot.Part, err error) {
	m, err := w.messageTo(w.m.Broadcast, l, w.hashes[l], vars, follow)
	if err != nil {
		return "", p, err
	}
	parts, err := w.channel.Render(m)
	if err == nil && len(parts) != 1 {
		err = errParts
	}
	if err != nil {
		return "", p, err
	}
	return m.Text, parts[0], nil
}
