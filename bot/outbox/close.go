package outbox

import (
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/storage"
)

// hear takes in what ended and what was written since the last look.
func (t *tenure) hear() {
	for _, e := range t.returned.take() {
		if e.row == nil {
			t.flying--
			continue
		}
		t.end(e)
	}
	for _, o := range t.recorded.take() {
		t.unrecorded--
		t.settled(o.row)
		if o.row.given {
			o.row.given = false
			if c := o.row.chat; !c.busy {
				t.lanes.place(c)
			}
			continue
		}
		if o.row.chat == nil { // it came claimed and found no place
			t.prefetch.lanes[o.row.Lane].dirty = true
			continue
		}
		if o.again {
			t.lanes.back(o.row)
			continue
		}
		t.lanes.done(o.row)
		if o.send.Outcome != bot.Gone {
			continue
		}
		// The database has closed everything that waited for this address.
		if c := t.lanes.chats[chatKey{chat: o.row.To.Chat}]; c != nil {
			t.lanes.purge(c, func(*row) bool { return true })
		}
	}
}

// listen lets go what waited for a person to do something. What an earlier holder
// was told to wait stays, the database alone knows it.
func (t *tenure) listen() {
	for _, chat := range t.heard.take() {
		if c := t.lanes.chats[chatKey{chat: chat}]; c != nil && c.waits > 0 {
			if c.heard(); !c.busy {
				t.lanes.place(c)
			}
		}
	}
}

// landed takes a picked row out of the air.
func (t *tenure) landed(r *row) {
	t.flying--
	if r.Lane == bot.LaneBulk {
		t.flyingBulk--
	}
}

// end decides what becomes of a row whose send ended, and has it written.
func (t *tenure) end(e ended) {
	r := e.row
	t.landed(r)
	if r.message() && e.started {
		t.limiter.end(e.start, e.end, answered(e.failed), t.calls(r))
		// From the end: the last message arrived before it and the next leaves
		// after it, so no network can bring the two closer together.
		r.chat.next = e.end.Add(t.PerChat)
	} else if r.message() {
		t.limiter.unstart(t.calls(r))
	}
	o := outcome{row: r, send: storage.SendOutcome{Row: r.OutboxRow}}
	switch {
	case !e.started:
		o.again = true
		o.send.Outcome, o.send.Reason, o.send.NotBefore = bot.Later, "not started", t.Now().UTC()
		o.send.Unsent = true
	case e.failed == nil:
		r.chat.waits = 0
		o.send.Outcome, o.send.ExternalID, o.send.Over = bot.Sent, e.id, t.silent
	default:
		if e.failed.Outcome == bot.Later && e.failed.Tries > 0 && r.Attempts >= e.failed.Tries {
			e.failed.Outcome = bot.Malformed
		}
		o.send.Outcome, o.send.Reason = e.failed.Outcome, reason(e.failed.Err)
		var until time.Time
		if until, o.again = t.again(r, e); o.again {
			o.send.NotBefore = t.wall(until)
		}
	}
	if e.started && t.Ended != nil {
		t.Ended(Attempt{
			Row: r.OutboxRow, Start: e.start, End: e.end, Outcome: o.send.Outcome,
			ExternalID: o.send.ExternalID, Reason: o.send.Reason, Again: o.send.NotBefore,
		})
	}
	if e.started {
		t.meter.sent(r.Lane, o.send.Outcome, e.end.Sub(e.start))
	}
	t.record(o)
}

// again reports whether a failed row waits for another try, and until when.
func (t *tenure) again(r *row, e ended) (until time.Time, again bool) {
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
	wait := max(f.After, retryAfter(r.Attempts))
	if f.Most > 0 {
		wait = call.Doubling{First: f.After, Most: f.Most}.After(c.waits)
	}
	until = e.end.Add(wait)
	lane := r.Lane
	if f.After > 0 { // the messenger spoke of the chat, not of our lanes
		lane = bot.LaneReply
	}
	if until.After(c.backoff[lane]) {
		c.backoff[lane] = until
	}
	if f.Most > 0 {
		c.waits++
		c.until = until
		t.asked.Store(true)
	}
	return until, true
}
