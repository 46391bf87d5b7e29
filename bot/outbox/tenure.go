package outbox

import (
	"context"
	"runtime"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// tenure is the work under one lease, from the take-over to the last outcome
// written. One goroutine runs it and owns what stands below; the sends and the
// recorder have goroutines of their own and talk to it through mailboxes.
type tenure struct {
	*Sender
	held     *HeldLease
	gate     *pauseGate // shared with the sends
	lanes    *lanes
	limiter  *limiter
	prefetch prefetch
	prober   bot.Prober // nil: the channel has no probe
	silent   bool       // the messenger tells nothing of what was sent
	base     time.Time  // when it began
	meter    *meter

	departs  chan *row             // tenure → sends
	returned *mailbox[ended]       // sends → tenure
	outcomes *mailbox[outcome]     // tenure → recorder
	many     chan struct{}         // there are recordMany outcomes to take
	writing  []storage.SendOutcome // by the recorder, which uses its room again
	recorded *mailbox[outcome]     // recorder → tenure, once committed

	claimed        []*row              // came claimed, and leave next
	unplaced       []storage.OutboxRow // replies that came claimed and stand in no line yet
	came           int                 // rows that came claimed and have no end yet
	freed          bool                // one of them has an end since room was told of
	carriers       int                 // goroutines that send
	flying         int                 // sends under way
	flyingBulk     int
	unrecorded     int // rows claimed whose outcome is not committed yet
	mostUnrecorded int
	limited        bool // the last pass ended at the rate limit
	reading        trouble
	claiming       trouble
}

// trouble is the database failing at one thing: it is left alone for a while,
// longer each time.
type trouble struct {
	n     int       // failures in a row
	until time.Time // not before
}

func (b *trouble) fail() {
	b.until = time.Now().Add(databaseRest().After(b.n))
	b.n++
}

func (b *trouble) over() { *b = trouble{} }

func newTenure(ctx context.Context, s *Sender, held *HeldLease) *tenure {
	prober, _ := s.Channel.(bot.Prober)
	return &tenure{
		Sender: s, held: held, prober: prober, silent: s.Channel.Capabilities().Receipts == bot.Receipts{}, base: time.Now(), meter: s.Metrics.of(s.bot),
		lanes: newLanes(), limiter: newLimiter(s.Rate), prefetch: newPrefetch(),
		gate:    &pauseGate{ctx: ctx, held: held, log: s.log},
		departs: make(chan *row, s.Concurrency), returned: newMailbox[ended](s.wake), recorded: newMailbox[outcome](s.wake),
		outcomes: newMailbox[outcome](make(chan struct{}, 1)), many: make(chan struct{}, 1),
		mostUnrecorded: 4 * s.Concurrency,
	}
}

// wall turns a moment of ours into one for the database.
func (t *tenure) wall(at time.Time) time.Time { return t.Now().Add(time.Until(at)).UTC() }

// local turns a moment of the database into one of ours.
func (t *tenure) local(at time.Time) time.Time { return time.Now().Add(at.Sub(t.Now())) }

func (t *tenure) run(ctx context.Context) error {
	// What is under way outlives the stop for a while.
	sending, stopSending := context.WithCancel(context.WithoutCancel(ctx))
	recording, stopRecording := context.WithCancel(context.WithoutCancel(ctx))
	recorder := make(chan error, 1)
	go func() { recorder <- t.recordOutcomes(recording) }()

	err := t.loop(ctx, sending, recorder)
	if err == nil {
		err = t.drain(recorder, stopSending)
	} else {
		t.abandon(stopSending)
	}
	stopSending()
	close(t.departs)
	stopRecording()
	t.most.Store(0)
	t.replies.Store(0)
	t.ahead.Add(-int64(t.came))
	t.meter.clear()
	return err
}

// loop works until the stop (nil) or the loss of the lease.
func (t *tenure) loop(ctx, sending context.Context, recorder <-chan error) error {
	if err := t.takeOver(ctx); err != nil {
		return err
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for ctx.Err() == nil {
		t.hear()
		t.listen()
		t.prefetch.wake(t.woken.Swap(0)) // before what is handed, which may stand behind it
		t.accept()
		if err := t.fill(ctx); err != nil {
			return err
		}
		t.placeReplies()
		now := time.Now()
		next, err := t.dispatch(sending, now)
		if err != nil {
			return err
		}
		t.offer(now)
		t.offerReplies(now)
		wait := next.Sub(now)
		if wait <= 0 { // no timer for what is due: there is more to do at once
			select {
			case err := <-recorder:
				return err
			default:
				continue
			}
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case err := <-recorder:
			return err
		case <-t.wake:
			runtime.Gosched() // whoever is about to bring more does it first: one pass for all
		case <-timer.C:
		}
	}
	return nil
}

// drain waits after the stop until the sends under way have ended and their
// outcomes are written. Sends that take too long are cut off; what is not
// written by then stays claimed, for the next holder to recover.
func (t *tenure) drain(recorder <-chan error, stopSending func()) error {
	t.close()
	cut := time.NewTimer(t.DrainTimeout)
	defer cut.Stop()
	end := time.NewTimer(t.DrainTimeout + recordGrace)
	defer end.Stop()
	for {
		t.hear()
		t.accept()
		t.returnReplies()
		if t.unrecorded == 0 {
			return nil
		}
		select {
		case <-t.wake:
		case err := <-recorder:
			t.abandon(stopSending)
			return err
		case <-cut.C:
			stopSending()
		case <-end.C:
			t.log.Error("stopped with outcomes not written, the next holder recovers them", "n", t.unrecorded)
			return nil
		}
	}
}

// abandon waits for the sends under way when the lease is lost, so that none is
// left when this process takes the lease anew. What they did is the new
// holder's to recover.
func (t *tenure) abandon(stopSending func()) {
	cut := time.NewTimer(t.DrainTimeout)
	defer cut.Stop()
	end := time.NewTimer(t.DrainTimeout + recordGrace)
	defer end.Stop()
	for t.hear(); t.flying > 0; t.hear() {
		select {
		case <-t.wake:
		case <-cut.C:
			stopSending()
		case <-end.C:
			t.log.Error("sends did not end", "n", t.flying)
			return
		}
	}
}
