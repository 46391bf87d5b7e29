package demo

import (
	"slices"
	"strings"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/dialog"
	"visnyk/bot/outbox"
	"visnyk/bot/web"
	"visnyk/storage"
)

// mostRuns is how many updates the timetable goes back.
const mostRuns = 50

// Line remembers what happened on the straight line lately, in memory. Its
// methods may be called by many goroutines and block for nobody.
type Line struct {
	mu   sync.Mutex
	runs []*run   // oldest first
	hub  *web.Hub // of the pages that look
}

func newLine() *Line { return &Line{hub: web.NewHub(web.StreamCaps{})} }

// run is one update's way along the line, or an operator's words. Its times are
// of one clock.
type run struct {
	key    string
	from   bot.Address
	came   time.Time // at the door
	stored time.Time // committed; the messenger has its 200
	again  []time.Time
	events []bot.Event
	label  string // of the pressed button
	turned time.Time
	before bot.State
	after  bot.State
	notes  []note
	sends  []send
}

// note is one thing a turn brought about: a word of ours, and its value.
type note struct {
	key   string
	value bot.Bilingual
}

// send is one try to carry a part out.
type send struct {
	outbox.Attempt
	delivered, seen time.Time
}

// Nudge has whoever looks at the line look again.
func (l *Line) Nudge() { l.hub.TellAll() }

// run returns the run of the key, begun now at need. The lock is held.
func (l *Line) run(key string, from bot.Address, now time.Time) *run {
	for _, r := range slices.Backward(l.runs) {
		if r.key == key {
			return r
		}
	}
	r := &run{key: key, from: from, came: now}
	l.runs = append(l.runs, r)
	if len(l.runs) > mostRuns {
		l.runs = slices.Delete(l.runs, 0, len(l.runs)-mostRuns)
	}
	return r
}

// Arrived is told of updates that are in the inbox, and which of them are new.
func (l *Line) Arrived(came time.Time, in []storage.Incoming, fresh []bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for i, n := range in {
		if n.Source != storage.SourceChannel || n.Update.Chat == "" {
			continue
		}
		key := n.Update.Bot + "/" + n.Update.ID
		if !fresh[i] {
			if r := l.known(key); r != nil {
				r.again = append(r.again, now)
			}
			continue
		}
		r := l.run(key, bot.Address{Bot: n.Update.Bot, Chat: n.Update.Chat}, came)
		r.came, r.stored = came, now
	}
	l.Nudge()
}

func (l *Line) known(key string) *run {
	for _, r := range slices.Backward(l.runs) {
		if r.key == key {
			return r
		}
	}
	return nil
}

// Turned is told of turns that are committed.
func (l *Line) Turned(inputs []*dialog.TurnInput, writes []storage.TurnWrite) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for i, s := range inputs {
		w := writes[i]
		key := w.Bot + "/" + s.Inbox
		if l.receipts(w.Bot, s.Events, now) {
			l.runs = slices.DeleteFunc(l.runs, func(r *run) bool { return r.key == key })
			continue
		}
		from := s.Loaded.Conversation.Address
		if len(s.Events) > 0 {
			from = s.Events[0].From
		}
		r := l.run(key, from, s.Now.Add(-s.Waited)) // what we did ourselves had no arrival
		r.events, r.turned = s.Events, now
		r.before = s.Loaded.Conversation.State
		r.after = r.before
		if w.Conversation != nil {
			r.after = w.Conversation.State
		}
		r.label = pressed(s.Events, r.before.Buttons)
		r.notes = notes(s, w)
	}
	l.Nudge()
}

// pressed returns the label of the button that a press names.
func pressed(events []bot.Event, buttons []bot.Button) string {
	for _, e := range events {
		for _, b := range buttons {
			if e.Press != nil && e.Press.Action != "" && b.Action == e.Press.Action {
				return b.Label
			}
		}
	}
	return ""
}

// receipts puts receipts beside the sends they speak of. It gives false when
// the update is anything else.
func (l *Line) receipts(name string, events []bot.Event, now time.Time) bool {
	if len(events) == 0 || slices.ContainsFunc(events, func(e bot.Event) bool { return e.Kind != bot.Delivered && e.Kind != bot.Seen }) {
		return false
	}
	for _, e := range events {
		for _, r := range l.runs {
			for i := range r.sends {
				s := &r.sends[i]
				switch {
				case r.from.Bot != name || s.ExternalID == "" || s.ExternalID != e.ID:
				case e.Kind == bot.Delivered:
					s.delivered = now
				default:
					s.seen = now
				}
			}
		}
	}
	return true
}

// Ended is told of every send that is over.
func (l *Line) Ended(a outbox.Attempt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.run(a.Row.To.Bot+"/"+origin(a.Row.Cause), a.Row.To, a.Start)
	r.sends = append(r.sends, send{Attempt: a})
	l.Nudge()
}

// origin is what made a part: the id of the update it answers, or "desk/…".
func origin(cause string) string {
	turn, ok := strings.CutPrefix(cause, "turn/")
	if !ok {
		return cause
	}
	for range 2 { // the message's number, the part's number
		turn = turn[:max(strings.LastIndexByte(turn, '/'), 0)]
	}
	return turn
}

// recent returns copies of the runs, the newest first.
func (l *Line) recent() []run {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := make([]run, 0, len(l.runs))
	for _, r := range slices.Backward(l.runs) {
		c := *r
		c.again, c.sends = slices.Clone(r.again), slices.Clone(r.sends)
		list = append(list, c)
	}
	return list
}

// last returns the bot at which one of the addresses was active last; "" for none.
func (l *Line) last(of []bot.Address) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range slices.Backward(l.runs) {
		if slices.Contains(of, r.from) {
			return r.from.Bot
		}
	}
	return ""
}
