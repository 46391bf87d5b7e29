package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/storage"
)

const (
	bufferFirst = 1024 // rows of a lane in memory
	bufferMost  = 8192
	readShare   = 1               // reading takes at most half of the time
	foreignMost = 5 * time.Second // between looks at what only the database's clock knows
	foreignStep = 500 * time.Millisecond
)

// prefetch says when to read which lane.
type prefetch struct {
	lanes    [laneCount]lanePrefetch
	sweepAt  time.Time
	expireAt time.Time
	dueAt    time.Time // when words that wait to be taken back may leave; zero: none wait
}

type lanePrefetch struct {
	limit int       // rows to hold; grows while all that is held must wait
	more  bool      // the database may have rows beyond what was read
	last  int64     // the id of the last row that was read
	full  int       // how many rows the last reading gave, if no limit would bring more; 0 else
	dirty bool      // the database may have new rows
	force bool      // read even with enough in hand
	at    time.Time // not before
}

func newPrefetch() prefetch {
	var f prefetch
	for l := range f.lanes {
		f.lanes[l].limit = bufferFirst
	}
	f.sweep()
	return f
}

// wake tells which lanes may have new rows: a bit for each.
func (f *prefetch) wake(woken uint32) {
	for l := range f.lanes {
		if woken&(1<<l) != 0 {
			f.lanes[l].dirty = true
		}
	}
}

// sweep makes every lane be read.
func (f *prefetch) sweep() {
	for l := range f.lanes {
		f.lanes[l].dirty, f.lanes[l].force = true, true
	}
}

// takeOver learns what the holders before left: after one that died, not before
// its last send must have ended; and not before its last messages count for no
// limit any more, for nobody told us of them. It returns storage.ErrLeaseLost,
// or nil when all is known or ctx has ended.
func (t *tenure) takeOver(ctx context.Context) error {
	wait := time.Until(t.held.sendsEnded(t.SendTimeout))
	if limit := max(t.limiter.per, t.PerChat); limit > 0 && t.held.Epoch > 1 {
		wait = max(wait, time.Until(t.held.acquired.Add(limit+limiterGuard)))
	}
	if wait > 0 && call.Pause(ctx, wait) != nil {
		return nil
	}
	for ctx.Err() == nil {
		err := t.recover(ctx)
		if err == nil || errors.Is(err, storage.ErrLeaseLost) {
			return err
		}
		t.failed(ctx, &t.reading, err)
		_ = call.Pause(ctx, time.Until(t.reading.until)) // the end of ctx ends the loop
	}
	return nil
}

func (t *tenure) recover(ctx context.Context) error {
	ask, cancel := context.WithTimeout(ctx, 3*storeLimit)
	defer cancel()
	again, unknown, err := t.Store.RecoverSending(ask, t.held.Lease)
	if err != nil {
		return fmt.Errorf("recover what was being sent: %w", err)
	}
	if again+unknown > 0 {
		t.log.Warn("recovered what the last holder was sending", "again", again, "unknown", unknown)
	}
	until, err := t.Store.PausedUntil(ask, t.bot)
	if err != nil {
		return fmt.Errorf("read the pause: %w", err)
	}
	if !until.IsZero() {
		t.gate.restore(t.local(until))
	}
	backoffs, err := t.Store.Backoffs(ask, t.bot)
	if err != nil {
		return fmt.Errorf("read holds: %w", err)
	}
	for chat, until := range backoffs {
		t.lanes.backOff(chat, t.foreign(until))
	}
	return nil
}

// foreign is when to look again at a retry that waits by the database's clock.
// Ours may differ, so we look now and then and let the database say; in even
// steps, so that one look serves many chats.
func (t *tenure) foreign(until time.Time) time.Time {
	wait := min(max(until.Sub(t.Now()), 0), foreignMost)
	return t.base.Add((time.Since(t.base) + wait).Truncate(foreignStep) + foreignStep)
}

// fill reads rows while there is room for them. Trouble with the database is
// logged and tried again; the only error is storage.ErrLeaseLost.
func (t *tenure) fill(ctx context.Context) error {
	now := time.Now()
	if t.reading.until.After(now) {
		return nil
	}
	f := &t.prefetch
	if !f.sweepAt.After(now) {
		f.sweepAt = now.Add(sweepEvery)
		f.sweep()
	}
	if !f.dueAt.IsZero() && !f.dueAt.After(now) {
		f.lanes[bot.LaneDesk].dirty, f.lanes[bot.LaneDesk].force = true, true
	}
	err := t.expire(ctx, now)
	if err == nil {
		err = t.reload(ctx, now)
	}
	if errors.Is(err, storage.ErrLeaseLost) {
		return err
	}
	if err != nil {
		t.failed(ctx, &t.reading, err)
	}
	return nil
}

// expire closes replies that nobody needs any more.
func (t *tenure) expire(ctx context.Context, now time.Time) error {
	if t.prefetch.expireAt.After(now) {
		return nil
	}
	ask, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	n, err := t.Store.Expire(ask, t.held.Lease, expireAfter)
	if err != nil {
		return fmt.Errorf("expire: %w", err)
	}
	t.prefetch.expireAt = now.Add(expireEvery)
	if n == 0 {
		return nil
	}
	t.log.Warn("messages expired unsent", "n", n)
	old := t.Now().Add(-expireAfter)
	for _, c := range t.lanes.chats {
		t.lanes.purge(c, func(r *row) bool { return r.Lane != bot.LaneBulk && r.CreatedAt.Before(old) })
	}
	return nil
}

// reload reads the lanes that want it. Chats that waited for a row of which only
// the database knew are let go after a reading that began when the database said
// that the row may go: then it is in memory, in front of its line.
func (t *tenure) reload(ctx context.Context, now time.Time) error {
	free, err := t.looked(ctx)
	if err != nil {
		return err
	}
	for l := range t.prefetch.lanes {
		if err := t.read(ctx, now, bot.Lane(l), len(free) > 0); err != nil {
			return err
		}
	}
	for _, c := range free {
		if c.foreign = !t.covers(c); c.foreign {
			c.backoff[bot.LaneReply] = t.foreign(t.Now())
		}
		t.lanes.place(c)
	}
	t.lanes.recheck = nil
	return nil
}

// covers reports whether all that waits before the chat's rows in memory was read:
// one reading gives only so many bytes.
func (t *tenure) covers(c *chat) bool {
	for l, line := range c.lines {
		if f := &t.prefetch.lanes[l]; len(line) > 0 && f.more && line[0].ID > f.last {
			return false
		}
	}
	return true
}

// accept takes in the rows that were handed to us. Where the database may hold
// earlier ones that we have not read, the lane is read instead: what is handed
// must not overtake them.
func (t *tenure) accept() {
	for _, h := range t.handed.take() {
		now := time.Now()
		for _, r := range h.rows {
			switch {
			case r.Epoch != 0 && r.Lane == bot.LaneBulk:
				t.take(now, r, h.unsure)
			case r.Epoch != 0:
				t.takeReply(r)
			default:
				t.acceptWaiting(r)
			}
		}
	}
}

// acceptWaiting takes in a row that came to be claimed.
func (t *tenure) acceptWaiting(r storage.OutboxRow) {
	f := &t.prefetch.lanes[r.Lane]
	if t.lanes.rows[r.Lane] >= f.limit {
		f.more = true // enough in hand
	}
	if f.more || f.dirty {
		f.dirty = true
		return
	}
	t.lanes.load(r)
}

// looked returns the chats that wait for no foreign retry any more.
func (t *tenure) looked(ctx context.Context) (free []*chat, err error) {
	if len(t.lanes.recheck) == 0 {
		return nil, nil
	}
	ask, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	backoffs, err := t.Store.Backoffs(ask, t.bot)
	if err != nil {
		return nil, fmt.Errorf("read holds: %w", err)
	}
	var wait []*chat
	for _, c := range t.lanes.recheck {
		if until, ok := backoffs[c.key.chat]; ok {
			c.backoff[bot.LaneReply] = t.foreign(until)
			wait = append(wait, c)
		} else {
			free = append(free, c)
		}
	}
	for _, c := range wait {
		t.lanes.place(c)
	}
	t.lanes.recheck = free // still to be let go, should the reading fail
	return free, nil
}

// stuck reports that all rows of the lane in memory must wait, and there are more
// that may be read.
func (t *tenure) stuck(now time.Time, l bot.Lane) bool {
	f := &t.prefetch.lanes[l]
	return f.more && f.full == 0 && f.limit < bufferMost && t.lanes.ready[l].Len() == 0 && t.gate.allows(now)
}

// read reads the lane if it wants it.
func (t *tenure) read(ctx context.Context, now time.Time, l bot.Lane, all bool) error {
	f, held := &t.prefetch.lanes[l], t.lanes.rows[l]
	if held < bufferFirst/2 {
		f.limit = bufferFirst
	}
	if t.stuck(now, l) && held >= f.limit/2 {
		f.limit *= 2
		f.dirty, f.force = true, true
	}
	low := held < cmp.Or(f.full, f.limit)/2
	if f.dirty && f.more && !low && !f.force {
		f.dirty = false // the new ones are behind those we have not read yet
	}
	limit := max(f.limit-t.lanes.retries[l], bufferFirst/4)
	switch {
	case all:
		limit = bufferMost
	case f.at.After(now), !f.dirty && !(f.more && low):
		return nil
	}
	began := time.Now()
	ask, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	rows, err := t.Store.Pending(ask, t.bot, l, limit)
	if err != nil {
		return fmt.Errorf("read lane %s: %w", l, err)
	}
	t.reading.over()
	size := 0
	for _, r := range rows {
		f.last = r.ID
		size += len(r.Part.Body)
		if r.Lane == l {
			t.lanes.load(r)
		}
	}
	f.dirty, f.force, f.more, f.full = false, false, len(rows) >= limit, 0
	if storage.Full(size) {
		f.more, f.full = true, len(rows)
	}
	f.at = time.Now().Add(readShare * time.Since(began))
	if l == bot.LaneDesk {
		return t.readDue(ctx)
	}
	return nil
}

// readDue learns when the lane of operators must be read next because words in it
// can be taken back no more.
func (t *tenure) readDue(ctx context.Context) error {
	ask, cancel := context.WithTimeout(ctx, storeLimit)
	defer cancel()
	left, err := t.Store.DeskDue(ask, t.bot)
	if err != nil {
		return fmt.Errorf("read what waits: %w", err)
	}
	t.prefetch.dueAt = time.Time{}
	if left > 0 {
		t.prefetch.dueAt = time.Now().Add(left)
	}
	return nil
}

// failed notes that the database failed at something, and gives it time.
func (t *tenure) failed(ctx context.Context, at *trouble, err error) {
	if at.n == 0 && ctx.Err() == nil {
		t.log.Error("the database failed the outbox, trying again", "err", err)
	}
	at.fail()
}
