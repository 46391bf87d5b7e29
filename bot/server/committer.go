package server

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"visnyk/bot/call"
	"visnyk/storage"
)

// errAway says that the inbox does not take updates now.
var errAway = errors.New("the inbox does not take updates now")

// committer puts updates of concurrent requests into the inbox with one commit.
// A lone request goes at once; what comes during its commit, or within a beat of
// its start, goes together in the next one.
type committer struct {
	inbox   Inbox
	wake    func(bot string)
	limits  Limits
	metrics *metrics
	log     *slog.Logger
	breaker *call.Breaker // keeps requests away from an inbox that fails

	mu      sync.Mutex
	queue   []*entry
	running bool
	began   time.Time // the last commit; run's alone
	work    sync.WaitGroup
}

// maxBatch bounds the payloads of one commit, in bytes; a single larger one goes
// alone.
const maxBatch = 8 << 20

// beat is the least time between the starts of two commits: under load fewer and
// larger ones leave the machine time for the turns.
const beat = 3 * time.Millisecond

// entry is one update that a request waits for.
type entry struct {
	in    storage.Incoming
	ctx   context.Context // of the request
	fresh bool
	err   error
	done  chan struct{} // closed when fresh and err are set
}

func newCommitter(inbox Inbox, wake func(string), l Limits, m *metrics, log *slog.Logger) *committer {
	return &committer{inbox: inbox, wake: wake, limits: l, metrics: m, log: log, breaker: newBreaker(l)}
}

// newBreaker opens at the first failure. Replicas try again at different moments.
func newBreaker(l Limits) *call.Breaker {
	return &call.Breaker{
		Try:   l.Probe,
		Pause: func(time.Duration) time.Duration { return l.Probe/4 + rand.N(l.Probe*3/4) },
	}
}

// commit gives whether the update is new, once it is committed. With an error
// nothing is promised: the update may or may not be stored.
func (c *committer) commit(ctx context.Context, in storage.Incoming) (fresh bool, err error) {
	if !c.breaker.Allow() {
		return false, errAway
	}
	came := time.Now()
	e := &entry{in: in, ctx: ctx, done: make(chan struct{})}
	c.mu.Lock()
	c.queue = append(c.queue, e)
	if !c.running {
		c.running = true
		c.work.Go(c.run)
	}
	c.mu.Unlock()
	select {
	case <-e.done:
		return e.fresh, e.err
	case <-ctx.Done():
		if err := ctx.Err(); errors.Is(err, context.DeadlineExceeded) {
			c.failed(came, err)
		}
		return false, ctx.Err()
	}
}

// wait returns when no commit is under way.
func (c *committer) wait() { c.work.Wait() }

// run commits batches until the queue is empty.
func (c *committer) run() {
	for {
		time.Sleep(time.Until(c.began.Add(beat)))
		batch := c.next()
		if batch == nil {
			return
		}
		c.began = time.Now()
		fresh, err := c.receive(batch)
		// What was learnt stands before anybody is answered: the next request
		// of the one who hears "come again" already finds the breaker open.
		if err != nil {
			c.failed(c.began, err)
		} else if c.breaker.Report(c.began, nil) {
			c.returned()
		}
		c.answer(batch, fresh, err)
		if err != nil && c.breaker.Open() {
			c.giveUp()
		}
	}
}

// next takes what waits, without the requests that nobody waits for any more.
func (c *committer) next() []*entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	var batch []*entry
	taken, size := 0, 0
	for _, e := range c.queue {
		if e.ctx.Err() == nil {
			size += len(e.in.Update.Payload)
			if len(batch) == c.limits.Batch || len(batch) > 0 && size > maxBatch {
				break
			}
			batch = append(batch, e)
		}
		taken++
	}
	c.queue = c.queue[taken:]
	if len(batch) == 0 {
		c.queue, c.running = nil, false
		return nil
	}
	return batch
}

// receive commits the batch. It fails whole: the messengers bring it again.
func (c *committer) receive(batch []*entry) (fresh []bool, err error) {
	in := make([]storage.Incoming, len(batch))
	for i, e := range batch {
		in[i] = e.in
	}
	// The batch belongs to many requests and ends with none of them.
	ctx, cancel := context.WithTimeout(context.Background(), c.patience())
	defer cancel()
	c.metrics.batch.Observe(float64(len(batch)))
	return c.inbox.Receive(ctx, in)
}

// patience gives how long a commit may take: a try of a failing inbox is cut
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
	for i, e := range batch {
		if err != nil {
			e.err = errAway
		} else if e.fresh = fresh[i]; e.fresh && e.in.Update.Defect == "" {
			news[e.in.Update.Bot] = true
		}
		close(e.done)
	}
	for name := range news {
		c.wake(name)
	}
}

// giveUp answers everything that waits: the next try is the breaker's.
func (c *committer) giveUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
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
