package dialog

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/bot/library"
	"visnyk/storage"
)

// Rehearsal is one conversation held in memory, for tests: the same turns, with nothing
// stored and nobody written to. It serves one goroutine.
type Rehearsal struct {
	Engine  Engine
	Content library.Snapshot
	Hours   bot.Hours
	loaded  storage.Loaded
	timers  map[string]time.Time
	updates int
}

// State tells where the conversation stands.
func (r *Rehearsal) State() bot.State { return r.loaded.Conversation.State }

// Turn applies one event and gives what is said and what would be written.
func (r *Rehearsal) Turn(e bot.Event, now time.Time) (Result, error) {
	r.updates++
	result, err := r.Engine.Turn(&TurnInput{
		Inbox: strconv.Itoa(r.updates), Events: []bot.Event{e}, Loaded: r.loaded,
		Content: r.Content, Desk: r.Hours.Desk(now), Now: now,
	})
	if err != nil {
		return Result{}, err
	}
	r.keep(result.Write)
	for _, timer := range result.Write.Timers {
		if r.timers == nil {
			r.timers = map[string]time.Time{}
		}
		r.timers[timer.Name] = now.Add(timer.After)
		if timer.Drop {
			delete(r.timers, timer.Name)
		}
	}
	return result, nil
}

// Due applies the timers that are due by now, in the order of their names, and gives
// what is said and would be written, turn by turn.
func (r *Rehearsal) Due(now time.Time) (all []Result, err error) {
	for _, name := range slices.Sorted(maps.Keys(r.timers)) {
		if now.Before(r.timers[name]) {
			continue
		}
		delete(r.timers, name)
		result, err := r.Turn(bot.Event{Kind: bot.TimedOut, From: r.loaded.Conversation.Address, Detail: name}, now)
		if err != nil {
			return nil, err
		}
		all = append(all, result)
	}
	return all, nil
}

// Desk moves the open ticket as an operator would, and applies the event.
func (r *Rehearsal) Desk(m bot.TicketMove, operator string, now time.Time) (Result, error) {
	e := bot.Event{From: r.loaded.Conversation.Address, Detail: operator}
	if t := r.loaded.Ticket; t != nil {
		e.ID = t.ID
		if to, ok := t.State.Can(m); ok {
			moved := *t
			moved.State, moved.Holder = to, operator
			r.loaded.Ticket = &moved
		}
	}
	switch m {
	case bot.TicketTake:
		e.Kind = bot.Taken
	case bot.TicketRelease:
		e.Kind = bot.Released
	case bot.TicketClose:
		e.Kind = bot.Closed
		r.loaded.Ticket = nil
	}
	return r.Turn(e, now)
}

// keep holds in memory what a commit would write.
func (r *Rehearsal) keep(w storage.TurnWrite) {
	if w.Erase != nil {
		r.loaded = storage.Loaded{}
		return
	}
	if w.Contact != nil {
		if r.loaded.Contact.ID == "" {
			met := bot.Person{Contact: *w.Contact}
			if w.Conversation != nil {
				met.Addresses = []bot.Address{w.Conversation.Address}
			}
			for _, c := range r.Content.Changes {
				if c.Audience.Matches(met, bot.Calendar{}) {
					r.loaded.Known = append(r.loaded.Known, storage.Known{Change: c.ID})
				}
			}
		}
		r.loaded.Contact = *w.Contact
	}
	if w.Conversation != nil {
		r.loaded.Conversation = *w.Conversation
	}
	if w.Open != nil {
		r.loaded.Ticket = w.Open
	}
	if t := r.loaded.Ticket; t != nil && t.ID == w.CloseTicket {
		r.loaded.Ticket = nil
	}
	for _, told := range w.Tellings { // what is said in a rehearsal arrives
		for i := range r.loaded.Known {
			if k := &r.loaded.Known[i]; k.Change == told.Rendering.Change {
				as := told.Rendering.Part.Mark()
				k.Mentioned = k.Mentioned || as == bot.MarkMentioned
				k.Told = k.Told || as == bot.MarkTold
			}
		}
	}
	for _, m := range w.Marks {
		for i := range r.loaded.Known {
			if k := &r.loaded.Known[i]; k.Change == m.Change {
				k.Acknowledged = k.Acknowledged || m.Mark == bot.MarkAcknowledged
			}
		}
	}
	for _, f := range w.Follows {
		for i := range r.loaded.Known {
			if k := &r.loaded.Known[i]; k.Change == f.Change {
				k.Followed = f.On
			}
		}
	}
}
