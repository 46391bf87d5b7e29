package outbox

import (
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Replies may be written claimed by the commit of their turn, while they can leave at
// once: then no second commit is made of it, and none is waited for. They stand in the
// lines of their chats as all others do, and are only not claimed when their turn comes.
// While they cannot leave, for the messenger must be left alone, it is written that they
// wait. There are no more of them at a time than the sender claims itself, so a crash
// leaves no more in doubt.

const farAway = 1000 * time.Hour

// TakesReplies returns how many replies may be handed claimed just now. It may be called
// while nothing runs.
func (s *Sender) TakesReplies() int { return int(s.replies.Load()) }

// offerReplies says how many replies may come claimed.
func (t *tenure) offerReplies(now time.Time) {
	n, f := 0, &t.prefetch.lanes[bot.LaneReply]
	allows := t.gate.allows(now)
	if allows && !t.gate.probing() && t.claiming.n == 0 && !f.more && !f.dirty {
		n = min(t.mostUnrecorded-t.unrecorded, t.limiter.left(now))
	}
	t.replies.Store(int64(max(0, n)))
	if !allows {
		t.returnReplies()
	}
}

// takeReply takes in a reply that came claimed.
func (t *tenure) takeReply(r storage.OutboxRow) {
	if r.Epoch == t.held.Epoch { // whoever came after another holder knows of it
		t.unplaced = append(t.unplaced, r)
	}
}

// placeReplies puts the replies that came claimed into their lines, once all that may stand
// before them is read.
func (t *tenure) placeReplies() {
	f, kept := &t.prefetch.lanes[bot.LaneReply], t.unplaced[:0]
	for _, r := range t.unplaced {
		switch {
		case f.dirty || f.more && r.ID > f.last:
			kept = append(kept, r)
		case t.lanes.load(r):
			t.unrecorded++
		}
	}
	clear(t.unplaced[len(kept):])
	t.unplaced = kept
}

// returnReplies has it written of all replies that came claimed, and have not left, that
// they wait. They keep their places meanwhile.
func (t *tenure) returnReplies() {
	for _, r := range t.unplaced {
		t.unrecorded++
		t.giveBack(&row{OutboxRow: r}, false)
	}
	t.unplaced = nil
	if t.lanes.claimed == 0 {
		return
	}
	for _, c := range t.lanes.chats {
		for _, r := range c.lines[bot.LaneReply] {
			if r.Epoch == 0 || r.given {
				continue
			}
			r.given = true
			t.lanes.claimed--
			t.giveBack(r, false)
			if !c.busy {
				t.lanes.place(c)
			}
		}
	}
}
