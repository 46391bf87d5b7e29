package outbox

import (
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Where no limit of ours spreads announcements, whoever releases them may claim them in
// the same commit: they leave at once, so no second commit is made of it. A row that
// comes so goes at once or goes back; it never waits, claimed, for its turn in a chat or
// for a messenger that must be left alone. There are no more of them at a time than the
// sender claims itself, so a crash leaves no more in doubt.

// handed are rows that were just committed. Where they are unsure, they may have been, and
// are not to leave.
type handed struct {
	rows   []storage.OutboxRow
	unsure bool
}

func (s *Sender) hand(rows []storage.OutboxRow, unsure bool) {
	if len(rows) == 0 {
		return
	}
	for i := range rows {
		if rows[i].Epoch != 0 && rows[i].Lane == bot.LaneBulk {
			s.ahead.Add(1)
		}
	}
	s.handed.put(handed{rows, unsure})
}

// Unsure gives the sender rows that were to be released claimed by a commit that was not
// answered: they have not left, and must wait again. It never blocks.
func (s *Sender) Unsure(rows []storage.OutboxRow) { s.hand(rows, true) }

// Takes returns how many announcements more may be handed claimed; takes is false while
// none may, and those that are released must wait to be claimed. It may be called while
// nothing runs.
func (s *Sender) Takes() (n int, takes bool) {
	most := s.most.Load()
	return int(max(0, most-s.ahead.Load())), most > 0
}

// steady reports whether announcements may leave as fast as they can: no limit of ours
// spreads them, and the messenger answers.
func (t *tenure) steady(now time.Time) bool {
	return t.limiter.max == 0 && t.gate.allows(now) && !t.gate.unsure() && !t.gate.probing() && t.claiming.n == 0
}

// offer says how many rows may come claimed, and tells of much room.
func (t *tenure) offer(now time.Time) {
	most := int64(0)
	if t.steady(now) {
		most = int64(t.mostUnrecorded * 3 / 4) // replies find places beside them
	}
	begins := t.most.Swap(most) == 0 && most > 0
	if room := most - t.ahead.Load(); room >= most/3 && (begins || t.freed) && t.Room != nil {
		t.freed = false
		t.Room()
	}
}

// take takes in a row that came claimed; where it is unsure, it may have.
func (t *tenure) take(now time.Time, or storage.OutboxRow, unsure bool) {
	if or.Epoch != t.held.Epoch { // whoever came after that holder knows of it
		t.ahead.Add(-1)
		return
	}
	t.unrecorded++
	t.came++
	r := t.lanes.hold(or, now)
	switch {
	case r == nil:
		t.giveBack(&row{OutboxRow: or}, unsure)
	case unsure:
		t.giveBack(r, true)
	default:
		t.claimed = append(t.claimed, r)
	}
}

// leave takes the claimed rows that may go now. Where none may, all are given back.
func (t *tenure) leave(now time.Time) (ready []*row) {
	if len(t.claimed) > 0 && !t.steady(now) {
		t.giveAllBack()
	}
	n := min(len(t.claimed), t.Concurrency-t.flying, t.bulkPlaces()-t.flyingBulk)
	if n <= 0 {
		return nil
	}
	ready, t.claimed = t.claimed[:n:n], t.claimed[n:]
	t.flying += n
	t.flyingBulk += n
	for _, r := range ready {
		t.limiter.start(now, true, t.calls(r))
	}
	return ready
}

// giveBack has a claimed row that has not left wait again; unsure where it may not be
// claimed yet.
func (t *tenure) giveBack(r *row, unsure bool) {
	t.record(outcome{row: r, again: true, send: storage.SendOutcome{
		Row: r.OutboxRow, Outcome: bot.Later, Reason: "not started", NotBefore: t.Now().UTC(), Unsent: unsure,
	}})
}

func (t *tenure) giveAllBack() {
	for _, r := range t.claimed {
		t.giveBack(r, false)
	}
	t.claimed = nil
}

// settled notes that the end of a row is written, which may have come claimed.
func (t *tenure) settled(r *row) {
	if r.Epoch != 0 && r.Lane == bot.LaneBulk {
		t.freed = true
		t.came--
		t.ahead.Add(-1)
	}
	r.Epoch = 0
}

// close takes no more claimed rows: those that did not leave go back, and what is
// handed from now on is the next holder's.
func (t *tenure) close() {
	t.most.Store(0)
	t.replies.Store(0)
	t.accept()
	t.giveAllBack()
}
