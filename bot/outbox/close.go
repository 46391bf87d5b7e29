package outbox

import (
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// hear takes in what ended and what was written since the last look.
func (t *shift) hear() {
	for _, e := range t.returned.take() {
		if e.row == nil {
			t.flying--
			continue
		}
		t.end(e)
	}
	for _, o := range t.settled.take() {
		t.open--
		if o.again {
			t.board.back(o.row)
			continue
		}
		t.board.done(o.row)
		if o.settled.Outcome != bot.Gone {
			continue
		}
		// The database has closed everything that waited for this address.
		if c := t.board.chats[chatKey{chat: o.row.To.Chat}]; c != nil {
			t.board.purge(c, func(*row) bool { return true })
		}
	}
}

// landed takes a picked row out of the air.
func (t *shift) landed(r *row) {
	t.flying--
	if r.Lane == bot.LaneBulk {
		t.flyingBulk--
	}
}

// end decides what becomes of a row whose send ended, and has it written.
func (t *shift) end(e ended) {
	r := e.row
	t.landed(r)
	if r.message() && e.started {
		t.window.end(e.start, e.end, answered(e.failed))
		// From the end: the last message arrived before it and the next leaves
		// after it, so no network can bring the two closer together.
		r.chat.next = e.end.Add(t.PerChat)
	} else if r.message() {
		t.window.unstart()
	}
	o := outcome{row: r, settled: storage.Settled{Row: r.OutboxRow}}
	switch {
	case !e.started:
		o.again = true
		o.settled.Outcome, o.settled.Reason, o.settled.NotBefore = bot.Later, "not started", t.Now().UTC()
		o.settled.Unsent = true
	case e.failed == nil:
		o.settled.Outcome, o.settled.ExternalID = bot.Sent, e.id
	default:
		if e.failed.Outcome == bot.Later && e.failed.Tries > 0 && r.Attempts >= e.failed.Tries {
			e.failed.Outcome = bot.Malformed
		}
		o.settled.Outcome, o.settled.Reason = e.failed.Outcome, reason(e.failed.Err)
		var until time.Time
		if until, o.again = t.again(r, e); o.again {
			o.settled.NotBefore = t.wall(until)
		}
	}
	if e.started && t.Ended != nil {
		t.Ended(Attempt{
			Row: r.OutboxRow, Start: e.start, End: e.end, Outcome: o.settled.Outcome,
			ExternalID: o.settled.ExternalID, Reason: o.settled.Reason, Again: o.settled.NotBefore,
		})
	}
	if e.started {
		t.meter.sent(r.Lane, o.settled.Outcome, e.end.Sub(e.start))
	}
	t.outcomes.put(o)
}

// again reports whether a failed row waits for another try, and until when.
func (t *shift) again(r *row, e ended) (until time.Time, again bool) {
	c, f := r.chat, e.failed
	switch f.Outcome {
	case bot.Gone:
		return until, false
	case bot.Malformed:
		t.log.Error("the messenger cannot take a message", "outgoing", r.ID, "lane", r.Lane.String(), "err", reason(f.Err))
		return until, false
	case bot.Halted:
		return t.gate.shutUntil(), true
	case bot.Later:
		if f.Whole {
			return t.gate.shutUntil(), true
		}
	case bot.Unknown:
		// The same rule as the store's, which has the last word: a reply goes once
		// more, an announcement never.
		if r.Unknowns > 0 || (r.Lane == bot.LaneBulk && !r.Part.Kind.Idempotent()) {
			t.log.Warn("it is not known whether a message arrived, it is not sent again",
				"outgoing", r.ID, "lane", r.Lane.String(), "err", reason(f.Err))
			return until, false
		}
		r.Unknowns++
	}
	until = e.end.Add(max(f.After, retryAfter(r.Attempts)))
	lane := r.Lane
	if f.After > 0 { // the messenger spoke of the chat, not of our lanes
		lane = bot.LaneReply
	}
	if until.After(c.holds[lane]) {
		c.holds[lane] = until
	}
	return until, true
}
