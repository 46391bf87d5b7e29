package server

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/storage"
)

// errAway says that the inbox does not take updates now.
var errAway = errors.New("the inbox does not take updates now")

// committer puts updates of concurrent requests into the inbox with one commit, which one
// of them makes for all. A lone request goes at once; what comes while the inbox waits to
// write goes along, and what comes during the commit, or within a batch interval of its
// start, goes together in the next one.
type committer struct {
	inbox   Inbox
	wake    func(bot string)
	limits  Limits
	metrics *metrics
	log     *slog.Logger
	breaker *call.Breaker // keeps requests away from an inbox that fails

	mu    sync.Mutex
	queue []*entry
	many  chan struct{} // there are batchMany in the queue
	turn  chan struct{} // full while a request commits
	began time.Time     // the last commit; of whoever commits
}

// maxBatch bounds the payloads of one commit, in bytes; what one request brought
// goes together even where that is more.
const maxBatch = 8 << 20

// batchInterval is the least time between the starts of two commits: under load fewer and
// larger ones leave the machine time for the turns.
const batchInterval = 3 * time.Millisecond

// batchMany requests wait for no others: where so many come at once, no later commit
// would be much larger.
const batchMany = 16

// entry is what one request brought and waits for: all of it is stored, or
// nothing.
type entry struct {
	updates []bot.Update
	greeted bool
	fresh   []bool // for each update
	err     error
	done    chan struct{} // closed when fresh and err are set
}

func newCommitter(inbox Inbox, wake func(string), l Limits, m *metrics, log *slog.Logger) *committer {
	return &committer{inbox: inbox, wake: wake, limits: l, metrics: m, log: log, breaker: newBreaker(l), many: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
}

// newBreaker opens at the first failure. Replicas try again at different moments.
func newBreaker(l Limits) *call.Breaker {
	return &call.Breaker{
		Try:   l.Probe,
		Pause: func(time.Duration) time.Duration { return l.Probe/4 + rand.N(l.Probe*3/4) },
	}
}

// commit returns which of the updates are new, once all of them are committed. It waits no
// longer than Limits.Commit. With an error nothing is promised: they may or may not be stored,
// together.
func (c *committer) commit(ctx context.Context, updates []bot.Update, greeted bool) (fresh []bool, err error) {
	if !c.breaker.Allow() {
		return nil, errAway
	}
	came := time.Now()
	e := &entry{updates: updates, greeted: greeted, done: make(chan struct{})}
	c.mu.Lock()
	c.queue = append(c.queue, e)
	if len(c.queue) == batchMany {
		c.enough()
	}
	c.mu.Unlock()
	late := time.NewTimer(c.limits.Commit)
	defer late.Stop()
	for {
		select {
		case <-e.done:
			return e.fresh, e.err
		case c.turn <- struct{}{}:
			c.lead(e)
		case <-late.C:
			c.leave(e)
			c.failed(came, context.DeadlineExceeded)
			return nil, context.DeadlineExceeded
		case <-ctx.Done():
			c.leave(e)
			return nil, ctx.Err()
		}
	}
}

// leave takes an entry out of the queue that nobody waits for any more.
func (c *committer) leave(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.queue, e); i >= 0 {
		c.queue = slices.Delete(c.queue, i, i+1)
	}
}

// wait returns when no commit is under way.
func (c *committer) wait() {
	c.turn <- struct{}{}
	<-c.turn
}

// lead makes the next commit unless e is done, and gives the turn to another request. It
// belongs to all who wait and does not end with its own request, which waits for it.
func (c *committer) lead(e *entry) {
	defer func() { <-c.turn }()
	select {
	case <-e.done:
		return
	default:
	}
	c.gather()
	c.began = time.Now()
	batch, fresh, err := c.receive()
	// What was learnt stands before anybody is answered: the next request
	// of the one who hears "come again" already finds the breaker open.
	if err != nil {
		c.failed(c.began, err)
	} else if c.breaker.Report(c.began, nil) {
		c.returned()
	}
	c.answer(batch, fresh, err)
	if err != nil {
		c.giveUp()
	}
}

// gather waits until the next commit may begin.
func (c *committer) gather() {
	wait := time.Until(c.began.Add(batchInterval))
	if wait <= 0 {
		return
	}
	interval := time.NewTimer(wait)
	defer interval.Stop()
	select {
	case <-interval.C:
	case <-c.many:
	}
}

// enough tells that there are many. It never blocks.
func (c *committer) enough() {
	select {
	case c.many <- struct{}{}:
	default:
	}
}

// next takes what waits.
func (c *committer) next() []*entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken, updates, size := 0, 0, 0
	for _, e := range c.queue {
		updates, size = updates+len(e.updates), size+bytesOf(e.updates)
		if taken > 0 && (updates > c.limits.Batch || size > maxBatch) {
			break
		}
		taken++
	}
	batch := slices.Clone(c.queue[:taken])
	c.queue = slices.Delete(c.queue, 0, taken)
	select {
	case <-c.many:
	default:
	}
	if len(c.queue) >= batchMany {
		c.enough()
	}
	return batch
}

// bytesOf returns how many bytes the payloads have.
func bytesOf(updates []bot.Update) (size int) {
	for i := range updates {
		size += len(updates[i].Payload)
	}
	return size
}

// receive commits what waits once the inbox can write. It fails whole: the messengers bring
// it again.
func (c *committer) receive() (batch []*entry, fresh []bool, err error) {
	// The batch belongs to many requests and ends with none of them.
	ctx, cancel := context.WithTimeout(context.Background(), c.patience())
	defer cancel()
	fresh, err = c.inbox.ReceiveNext(ctx, func() []storage.Incoming {
		batch = c.next()
		in := incoming(batch)
		c.metrics.batch.Observe(float64(len(in)))
		return in
	})
	return batch, fresh, err
}

func incoming(batch []*entry) (in []storage.Incoming) {
	for _, e := range batch {
		for _, u := range e.updates {
			in = append(in, storage.Incoming{Update: u, Source: storage.SourceChannel, Greeted: e.greeted})
		}
	}
	return in
}

// patience returns how long a commit may take: a try of a failing inbox is cut
// early, so that its return is noticed soon.
func (c *committer) patience() time.Duration {
	if c.breaker.Open() {
		return min(c.limits.Probe, c.limits.Commit)
	}
	return c.limits.Commit
}

// answer lets the requests of the batch go, and wakes whoever works on what is
// new.
func (c *committer) answer(batch []*entry, fresh []bool, err error) {
	news := map[string]bool{}
	for _, e := range batch {
		if err != nil {
			e.err = errAway
			close(e.done)
			continue
		}
		e.fresh, fresh = fresh[:len(e.updates)], fresh[len(e.updates):]
		for i, u := range e.updates {
			if e.fresh[i] && u.Defect == "" {
				news[u.Bot] = true
			}
		}
		close(e.done)
	}
	for name := range news {
		c.wake(name)
	}
}

// giveUp answers everything that waits behind an open breaker: the next try is its own.
// It looks while nobody can come into the queue: who was let in since a check has found
// all well is not sent away for what failed before.
func (c *committer) giveUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.breaker.Open() {
		return
	}
	for _, e := range c.queue {
		e.err = errAway
		close(e.done)
	}
	c.queue = nil
}

func (c *committer) failed(began time.Time, err error) {
	if c.breaker.Report(began, &call.Failure{}) {
		c.log.Error("the inbox does not take updates; messengers are told to come again", "err", err)
	}
}

// proven takes that the database has answered a check that began then: whoever
// comes now is let in. It tells whether that is so.
func (c *committer) proven(began time.Time) bool {
	in, changed := c.breaker.Prove(began)
	if changed {
		c.returned()
	}
	return in
}

func (c *committer) returned() { c.log.Info("the inbox takes updates again") }
