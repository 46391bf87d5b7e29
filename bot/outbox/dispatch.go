package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// dispatch starts what may go now and says when to look again, if nothing
// happens before. Its only error is storage.ErrLeaseLost.
func (t *tenure) dispatch(sending context.Context, now time.Time) (next time.Time, err error) {
	t.lanes.mature(now)
	var picked []*row
	if t.gate.allows(now) && !t.claiming.until.After(now) {
		if picked = t.pick(now); len(picked) == 0 && t.mustProbe() {
			t.flying++
			go t.probe(sending)
		}
	}
	ready := t.leave(now)
	t.show(now)
	for _, r := range ready {
		t.fly(sending, r)
	}
	if len(picked) == 0 {
		if len(ready) > 0 {
			return now, nil
		}
		return t.next(now), nil
	}
	var waiting []*row
	for _, r := range picked {
		if r.Epoch != 0 {
			t.fly(sending, r)
		} else {
			waiting = append(waiting, r)
		}
	}
	if len(waiting) == 0 {
		return now, nil
	}
	mine, err := t.claim(sending, waiting)
	if err != nil {
		return now, err
	}
	for _, r := range mine {
		t.fly(sending, r)
	}
	return now, nil
}

// pick takes what may go now: answers to presses, which no limit counts, then
// the lanes in their order. It takes no more than can be sent at once, so that
// after a crash only what was really under way is in doubt.
func (t *tenure) pick(now time.Time) []*row {
	free := min(t.Concurrency-t.flying, t.mostUnrecorded-(t.unrecorded-t.lanes.claimed))
	if t.gate.probing() {
		free = min(free, 1-t.flying)
	}
	var picked []*row
	take := func(h *chatHeap) {
		r := t.lanes.pick(h)
		t.flying++
		if r.Epoch == 0 {
			t.unrecorded++
		}
		if r.Lane == bot.LaneBulk {
			t.flyingBulk++
		}
		picked = append(picked, r)
	}
	for len(picked) < free && t.lanes.answers.Len() > 0 {
		take(&t.lanes.answers)
	}
	limited := false
	for l := range t.lanes.ready {
		bulk := bot.Lane(l) == bot.LaneBulk
		for h := &t.lanes.ready[l]; len(picked) < free && h.Len() > 0 && !limited; {
			if bulk && (t.flyingBulk >= t.bulkPlaces() || !t.limiter.bulk(now) || t.prober != nil && t.gate.unsure()) {
				break
			}
			n := t.calls(h.top().head())
			if limited = !t.limiter.room(now, n); !limited {
				t.limiter.start(now, bulk, n)
				take(h)
			}
		}
	}
	if limited && !t.limited {
		t.meter.waits.Inc()
	}
	t.limited = limited
	return picked
}

// calls is how many messages the row counts as.
func (t *tenure) calls(r *row) int { return bot.Calls(t.Channel, r.Part) }

// mustProbe reports that announcements wait until it is known whether sending
// works, and nothing else is there to find out with.
func (t *tenure) mustProbe() bool {
	return t.prober != nil && t.flying == 0 && t.lanes.ready[bot.LaneBulk].Len() > 0 && t.gate.unsure()
}

// bulkPlaces leaves some places to replies, however slow the messenger is.
func (t *tenure) bulkPlaces() int { return max(1, t.Concurrency*3/4) }

// claim marks the rows as being sent and gives those that are ours. A row that
// something else closed meanwhile is dropped.
func (t *tenure) claim(ctx context.Context, rows []*row) (mine []*row, err error) {
	stored := make([]storage.OutboxRow, len(rows))
	for i, r := range rows {
		stored[i] = r.OutboxRow
	}
	ask, cancel := context.WithTimeout(ctx, storeLimit)
	claimed, err := t.Store.Claim(ask, t.held.Lease, stored)
	cancel()
	switch {
	case err == nil:
		t.claiming.over()
		for i, r := range rows {
			if !claimed[i] {
				t.drop(r)
				continue
			}
			r.Attempts++
			mine = append(mine, r)
		}
		return mine, nil
	case errors.Is(err, storage.ErrLeaseLost):
		t.flying -= len(rows) // none of them flew
		return nil, fmt.Errorf("claim: %w", err)
	}
	// The claim may have been committed all the same: the rows surely did not
	// leave, so they are given back before anything else happens to them.
	t.failed(ctx, &t.claiming, fmt.Errorf("claim: %w", err))
	for _, r := range rows {
		t.end(ended{row: r})
	}
	return nil, nil
}

// drop forgets a picked row that is no longer ours to send.
func (t *tenure) drop(r *row) {
	t.landed(r)
	if r.message() {
		t.limiter.unstart(t.calls(r))
	}
	t.unrecorded--
	t.lanes.done(r)
}

// next is when something can happen by itself.
func (t *tenure) next(now time.Time) time.Time {
	at := now.Add(sweepEvery)
	soon := func(x time.Time) {
		if x.After(now) && x.Before(at) {
			at = x
		}
	}
	if t.reading.until.After(now) {
		soon(t.reading.until)
	} else if soon(t.prefetch.sweepAt); t.wantsReading(now, soon) {
		return now
	}
	soon(t.prefetch.dueAt)
	soon(t.claiming.until)
	soon(t.gate.shutUntil())
	soon(t.limiter.bulkAt)
	if x, ok := t.limiter.next(); ok {
		soon(x)
	}
	if c := t.lanes.waiting.top(); c != nil {
		soon(c.at)
	}
	return at
}

// wantsReading reports whether there is something to read at once, and by soon when
// there will be.
func (t *tenure) wantsReading(now time.Time, soon func(time.Time)) bool {
	if len(t.lanes.recheck) > 0 {
		return true
	}
	for l := range t.prefetch.lanes {
		f := &t.prefetch.lanes[l]
		if !f.dirty && !t.stuck(now, bot.Lane(l)) {
			continue
		}
		if !f.at.After(now) {
			return true
		}
		soon(f.at)
	}
	return false
}

// show sets the gauges.
func (t *tenure) show(now time.Time) {
	for l, n := range t.lanes.rows {
		t.meter.buffered[l].Set(float64(n))
	}
	t.meter.flying.Set(float64(t.flying))
	t.meter.paused.Set(flag(t.gate.shutUntil().After(now)))
	t.meter.halted.Set(flag(t.gate.halted()))
}
