package outbox

import (
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// rowKey is what makes a row unique within the bot.
type rowKey struct{ chat, cause string }

// lanes knows every row in memory and says which may go. It belongs to one
// goroutine. Nothing in it outlives its use: a row is forgotten with its
// outcome, a chat once it has no rows and nothing to wait for.
type lanes struct {
	chats   map[chatKey]*chat
	known   map[rowKey]struct{} // also of rows under way
	waiting chatHeap            // by the moment they become ready
	answers chatHeap            // ready answers to presses
	ready   [laneCount]chatHeap // ready chats, by their next row
	rows    [laneCount]int      // that wait, by lane
	retries [laneCount]int      // among them, those tried before
	claimed int                 // among the replies, those that came claimed
	recheck []*chat             // foreign ones whose moment came
}

func newLanes() *lanes {
	b := &lanes{chats: map[chatKey]*chat{}, known: map[rowKey]struct{}{}}
	b.waiting.less, b.answers.less = byTime, byRow
	for l := range b.ready {
		b.ready[l].less = byRow
	}
	return b
}

func (b *lanes) chat(k chatKey) *chat {
	c := b.chats[k]
	if c == nil {
		c = &chat{key: k}
		b.chats[k] = c
	}
	return c
}

// place puts the chat where it now belongs.
func (b *lanes) place(c *chat) {
	c.leave()
	if !c.busy {
		c.at = c.ready()
		b.waiting.add(c)
	}
}

// load takes a row of the database, unless it is here already, and tells whether it did.
func (b *lanes) load(or storage.OutboxRow) bool {
	k := rowKey{or.To.Chat, or.Cause}
	if _, ok := b.known[k]; ok {
		return false
	}
	b.known[k] = struct{}{}
	r := &row{OutboxRow: or, chat: b.chat(keyOf(or))}
	b.rows[r.Lane]++
	if r.Epoch != 0 {
		b.claimed++
	}
	head := r.chat.head()
	r.chat.insert(r)
	if r.chat.head() != head || r.chat.heap == nil {
		b.place(r.chat)
	}
	return true
}

// hold takes a row that may go at once, and makes its chat busy with it; nil where it is
// here already, or something stands before it.
func (b *lanes) hold(or storage.OutboxRow, now time.Time) *row {
	k, key := rowKey{or.To.Chat, or.Cause}, keyOf(or)
	if c := b.chats[key]; c != nil && (c.busy || c.foreign || c.head() != nil || c.ready().After(now)) {
		return nil
	}
	if _, ok := b.known[k]; ok {
		return nil
	}
	b.known[k] = struct{}{}
	c := b.chat(key)
	c.leave()
	c.busy = true
	return &row{OutboxRow: or, chat: c}
}

// mature moves the chats whose moment came to the ready ones.
func (b *lanes) mature(now time.Time) {
	for c := b.waiting.top(); c != nil && !c.at.After(now); c = b.waiting.top() {
		c.leave()
		h := c.head()
		switch {
		case c.foreign:
			b.recheck = append(b.recheck, c)
		case h == nil:
			delete(b.chats, c.key)
		case h.message():
			b.ready[h.Lane].add(c)
		default:
			b.answers.add(c)
		}
	}
}

// pick takes the head of a ready chat; the chat is busy until free or back.
func (b *lanes) pick(h *chatHeap) *row {
	c := h.top()
	c.leave()
	c.busy = true
	r := c.head()
	line := c.lines[r.Lane]
	line[0] = nil
	c.lines[r.Lane] = line[1:]
	b.forgetWaiting(r)
	if r.Epoch != 0 {
		b.claimed--
	}
	return r
}

// back puts a row that was picked in front of its line again.
func (b *lanes) back(r *row) {
	r.retry = true
	b.rows[r.Lane]++
	b.retries[r.Lane]++
	r.chat.insert(r)
	b.free(r.chat)
}

// done forgets a row that was picked.
func (b *lanes) done(r *row) {
	delete(b.known, rowKey{r.To.Chat, r.Cause})
	b.free(r.chat)
}

func (b *lanes) free(c *chat) {
	c.busy = false
	b.place(c)
}

// purge forgets the waiting rows of the chat's messages that fit, because the
// database has closed them. What came claimed it has not.
func (b *lanes) purge(c *chat, fits func(*row) bool) {
	for l, line := range c.lines {
		kept := line[:0]
		for _, r := range line {
			if r.Epoch != 0 || !fits(r) {
				kept = append(kept, r)
				continue
			}
			delete(b.known, rowKey{r.To.Chat, r.Cause})
			b.forgetWaiting(r)
		}
		clear(line[len(kept):])
		c.lines[l] = kept
	}
	if !c.busy && c.heap != nil {
		b.place(c)
	}
}

func (b *lanes) forgetWaiting(r *row) {
	b.rows[r.Lane]--
	if r.retry {
		b.retries[r.Lane]--
	}
}

// backOff keeps the chat's messages back until the moment, as a retry waits for it
// that only the database knows.
func (b *lanes) backOff(chat string, until time.Time) {
	c := b.chat(chatKey{chat: chat})
	c.foreign = true
	c.backoff[bot.LaneReply] = until
	b.place(c)
}
