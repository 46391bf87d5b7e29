// Package outbox is the one door out: it takes the rows of a bot's outbox,
// carries each to the messenger when it may go, and writes down how it ended.
// It also holds the bot's lease, which makes its memory the order of the chats
// and its limiter the limit.
//
// It never makes a message, never decides who gets one, and is the only
// package that calls Channel.Send.
package outbox

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Store is what the sender needs of storage.Store.
type Store interface {
	RecoverSending(ctx context.Context, l storage.Lease) (again, unknown int, err error)
	Backoffs(ctx context.Context, bot string) (map[string]time.Time, error)
	PausedUntil(ctx context.Context, bot string) (time.Time, error)
	DeskDue(ctx context.Context, bot string) (time.Duration, error)
	Pending(ctx context.Context, bot string, lane bot.Lane, limit int) ([]storage.OutboxRow, error)
	Claim(ctx context.Context, l storage.Lease, rows []storage.OutboxRow) (claimed []bool, err error)
	RecordOutcomes(ctx context.Context, l storage.Lease, all []storage.SendOutcome) error
	Pause(ctx context.Context, l storage.Lease, until time.Time, reason string) error
	Expire(ctx context.Context, l storage.Lease, olderThan time.Duration) (int, error)
}

const (
	defaultConcurrency  = 32
	defaultSendTimeout  = 6 * time.Second
	defaultDrainTimeout = 10 * time.Second

	sweepEvery  = 3 * time.Second // how soon rows are found that nobody woke us for
	expireEvery = time.Minute
	expireAfter = 24 * time.Hour
	storeLimit  = 2 * time.Second // one call of the store
	recordGrace = 1500 * time.Millisecond
)

// Config is what a sender needs.
type Config struct {
	Channel bot.Channel
	Store   Store
	Metrics *Metrics
	Log     *slog.Logger // nil: silent
	// Rate is how many messages may reach the messenger in any second; a
	// fraction above one is rounded down; 0 is no limit of ours.
	Rate float64
	// PerChat is the least time between the messages of one chat; 0 is none.
	PerChat time.Duration
	// Concurrency bounds the sends under way at once; 0 is 32.
	Concurrency int
	// SendTimeout bounds one send; 0 is 6 s. After a holder that died, nothing
	// leaves until its last send must have ended, so a longer one makes every
	// take-over longer.
	SendTimeout time.Duration
	// DrainTimeout is how long sends under way may take after the stop; 0 is 10 s.
	DrainTimeout time.Duration
	// Ended, unless nil, is told of every send once it is over and before its
	// outcome is written. It must not block.
	Ended func(Attempt)
	// Room, unless nil, is told when many more announcements may be handed claimed; see
	// Takes. It must not block.
	Room func()
	// Now is the wall clock, for the moments that go to the database; nil is
	// time.Now. Everything waited for here runs on the monotonic clock.
	Now func() time.Time
}

// Attempt is one send that is over.
type Attempt struct {
	Row        storage.OutboxRow // Attempts counts this one
	Start, End time.Time
	Outcome    bot.Outcome
	ExternalID string    // the messenger's id of what was sent
	Reason     string    // why it was not, free of what people wrote
	Again      time.Time // when it goes once more; zero: not by itself
}

// Sender carries the outbox of one bot.
type Sender struct {
	Config
	bot  string
	log  *slog.Logger
	wake chan struct{} // something has come, by a mailbox or by Wake
	// woken has a bit for each lane that may have new rows.
	woken atomic.Uint32
	// handed are rows that need not be read.
	handed *mailbox[handed]
	// most is how many rows may come claimed just now, and ahead how many that came, or
	// are about to, have no end yet.
	most, ahead atomic.Int64
	// replies is how many replies may come claimed just now.
	replies atomic.Int64
	// heard are chats whose person did something.
	heard *mailbox[string]
	// asked tells that the messenger has wanted to hear from a person first: few
	// ever do, and nobody else need be told who did something.
	asked atomic.Bool
}

// New returns a sender that is idle until Run.
func New(c Config) *Sender {
	if c.Concurrency <= 0 {
		c.Concurrency = defaultConcurrency
	}
	if c.SendTimeout <= 0 {
		c.SendTimeout = defaultSendTimeout
	}
	if c.DrainTimeout <= 0 {
		c.DrainTimeout = defaultDrainTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	name, wake := c.Channel.Name(), make(chan struct{}, 1)
	return &Sender{
		Config: c, bot: name, log: c.Log.With("bot", name), wake: wake,
		handed: newMailbox[handed](wake), heard: newMailbox[string](wake),
	}
}

// Hand gives the sender rows that were just committed, so that it need not read
// them, and which are the sender's from then on. Those of a chat and lane are handed in the
// order of their commits. It never blocks, and may be called while nothing runs.
func (s *Sender) Hand(rows []storage.OutboxRow) { s.hand(rows, false) }

// Heard tells of chats whose person did something: what waited for that goes at
// once. It never blocks, and may be called while nothing runs.
func (s *Sender) Heard(chats []string) {
	if s.asked.Load() {
		s.heard.put(chats...)
	}
}

// Wake tells that rows were enqueued, in these lanes or in any when none is
// named. It never blocks, and may be called while nothing runs.
func (s *Sender) Wake(in ...bot.Lane) {
	woken := uint32(1<<laneCount - 1)
	if len(in) > 0 {
		woken = 0
	}
	for _, l := range in {
		woken |= 1 << l
	}
	s.woken.Or(woken)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run sends while the lease is held. It returns nil when ctx has ended: no
// send starts after that, those under way may finish and are recorded. It
// returns storage.ErrLeaseLost when another holder took over; what was under
// way is then that holder's to recover. One Run at a time.
func (s *Sender) Run(ctx context.Context, held *HeldLease) error {
	return newTenure(ctx, s, held).run(ctx)
}
