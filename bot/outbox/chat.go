package outbox

import (
	"cmp"
	"container/heap"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const laneCount = int(bot.LaneBulk) + 1

// row is one row of the outbox in memory, from its loading until its outcome is
// committed.
type row struct {
	storage.OutboxRow
	chat  *chat
	retry bool // tried before; waits for its next try
	given bool // came claimed and did not leave; waits until it is written that it waits
}

// message reports whether the row is one for the messenger's limits: the answer to
// a press is not.
func (r *row) message() bool { return r.Part.Kind != bot.Answer }

// before is the order of rows: by id, and among rows of one microsecond by cause.
func (r *row) before(o *row) bool {
	return cmp.Or(cmp.Compare(r.ID, o.ID), cmp.Compare(r.Cause, o.Cause)) < 0
}

// chatKey names a chat; and, since an answer to a press waits for nobody, each
// answer stands in a line of its own.
type chatKey struct{ chat, answer string }

func keyOf(r storage.OutboxRow) chatKey {
	k := chatKey{chat: r.To.Chat}
	if r.Part.Kind == bot.Answer {
		k.answer = r.Cause
	}
	return k
}

// chat is what waits for one chat, and when it may go. A chat has at most one
// message under way, from its claim until its outcome is committed: only then is
// it sure which message is next.
type chat struct {
	key     chatKey
	lines   [laneCount][]*row    // by order
	backoff [laneCount]time.Time // a retry of this lane waits; larger lanes wait with it
	next    time.Time            // the chat's own spacing
	waits   int                  // how often the messenger wanted to hear from the person first
	until   time.Time            // the end of the last such wait
	busy    bool
	// foreign: a row that this process does not have in memory waits for its
	// retry, by the database's clock; nothing may overtake it.
	foreign bool

	at   time.Time // when its first row may go, or it can be forgotten
	heap *chatHeap // where it stands, nil: nowhere
	pos  int
}

// head is the row that goes next: smaller lanes first. But what an operator said
// goes before what the bot says after it: a farewell is the last word.
func (c *chat) head() *row {
	reply, desk := c.lines[bot.LaneReply], c.lines[bot.LaneDesk]
	if len(reply) > 0 && len(desk) > 0 && desk[0].before(reply[0]) {
		return desk[0]
	}
	for _, line := range c.lines {
		if len(line) > 0 {
			return line[0]
		}
	}
	return nil
}

// ready is the moment from which the head may go; of a chat without rows, the
// moment it has nothing left to remember.
func (c *chat) ready() time.Time {
	at := c.next
	last := laneCount - 1
	if h := c.head(); h != nil {
		if h.given {
			return at.Add(farAway)
		}
		last = int(h.Lane)
	}
	for _, until := range c.backoff[:last+1] {
		if until.After(at) {
			at = until
		}
	}
	return at
}

// heard ends what the chat waited for the person to do something.
func (c *chat) heard() {
	if c.waits > 0 && c.backoff[bot.LaneReply].Equal(c.until) {
		c.backoff[bot.LaneReply] = time.Time{}
	}
	c.waits = 0
}

// insert puts the row at its place in its line.
func (c *chat) insert(r *row) {
	line := append(c.lines[r.Lane], r)
	for i := len(line) - 1; i > 0 && line[i].before(line[i-1]); i-- {
		line[i], line[i-1] = line[i-1], line[i]
	}
	c.lines[r.Lane] = line
}

// chatHeap is a heap of chats that know where in it they stand.
type chatHeap struct {
	chats []*chat
	less  func(a, b *chat) bool
}

func byTime(a, b *chat) bool { return a.at.Before(b.at) }
func byRow(a, b *chat) bool  { return a.head().before(b.head()) }

func (h *chatHeap) Len() int           { return len(h.chats) }
func (h *chatHeap) Less(i, j int) bool { return h.less(h.chats[i], h.chats[j]) }
func (h *chatHeap) Swap(i, j int) {
	h.chats[i], h.chats[j] = h.chats[j], h.chats[i]
	h.chats[i].pos, h.chats[j].pos = i, j
}

func (h *chatHeap) Push(x any) {
	c := x.(*chat)
	c.heap, c.pos = h, len(h.chats)
	h.chats = append(h.chats, c)
}

func (h *chatHeap) Pop() any {
	last := len(h.chats) - 1
	c := h.chats[last]
	h.chats[last] = nil
	h.chats = h.chats[:last]
	c.heap = nil
	return c
}

func (h *chatHeap) top() *chat {
	if len(h.chats) == 0 {
		return nil
	}
	return h.chats[0]
}

func (h *chatHeap) add(c *chat) { heap.Push(h, c) }

// leave takes the chat out of whatever heap it stands in.
func (c *chat) leave() {
	if c.heap != nil {
		heap.Remove(c.heap, c.pos)
	}
}
