package dialog

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

func TestAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAlarm()
		begun := time.Now()
		a.set(2 * time.Second)
		a.setFor([]storage.TurnWrite{{}, {Timers: []storage.Timer{{Name: "x", After: gatherFor}, {Name: "y", After: time.Second, Drop: true}}}})
		a.set(time.Minute)
		<-a.C
		if got := time.Since(begun); got != gatherFor {
			t.Errorf("it went off after %v", got)
		}
		a.off()
		a.set(time.Minute)
		a.off()
		select {
		case <-a.C:
			t.Error("it went off after it was forgotten")
		case <-time.After(time.Hour):
		}
	})
}

// events is a channel whose updates are events.
type events struct{ wire }

func (events) Decode(u bot.Update) ([]bot.Event, error) {
	var e bot.Event
	err := json.Unmarshal(u.Payload, &e)
	e.From = bot.Address{Bot: u.Bot, Chat: u.Chat}
	return []bot.Event{e}, err
}

func (r *rig) happens(e bot.Event) {
	r.Helper()
	payload, err := json.Marshal(e)
	if err != nil {
		r.Fatal(err)
	}
	r.receive("1", string(payload))
}

// settled reports whether nothing waits, for its turn or for more of it.
func (r *rig) settled() bool {
	r.Helper()
	var n int
	if err := r.db.Get(&n, `SELECT count(*) FROM timers`); err != nil {
		r.Fatal(err)
	}
	return n == 0 && r.idle()
}

// wakes reports whether the alarm is set.
func (r *rig) wakes() bool {
	a := r.worker.alarm
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.at.IsZero()
}

// anew goes on with another worker, as another replica does.
func (r *rig) anew() { r.worker = NewWorker(r.worker.Config) }

// says counts what was said.
func (r *rig) says() (n int) {
	r.Helper()
	if err := r.db.Get(&n, `SELECT count(*) FROM history WHERE outgoing`); err != nil {
		r.Fatal(err)
	}
	return n
}

// An album outlives whoever began to gather it; and the alarm is set for it by the
// turn that began, and by the replica that finds it.
func TestAnAlbumGoesOnAtAnotherReplica(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		r.worker.Channel = events{}
		r.happens(typed("привіт"))
		r.run(true, "the person is known", r.idle)
		r.happens(item("a", ""))
		r.run(true, "it waits, and somebody is woken when its time is over", func() bool {
			return r.idle() && (r.wakes() || r.settled())
		})
		r.anew()
		r.happens(item("a", "human"))
		r.run(false, "it is acted on", r.settled)
		tickets, err := r.store.OpenTickets(t.Context())
		if err != nil || len(tickets) != 1 || tickets[0].Reason != bot.ReasonAsked {
			t.Errorf("tickets %+v (%v)", tickets, err)
		}
		if got := r.says(); got != 2 {
			t.Errorf("%d messages, want the first answer and one more", got)
		}
	})
}

// Pictures that are no album have one polite word, whoever goes on with the chat.
func TestOnePoliteWordAtManyReplicas(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		r.worker.Channel = events{}
		for range 5 {
			r.anew()
			r.happens(item("", ""))
			r.run(true, "it is done", r.settled)
		}
		if got := r.says(); got != 1 {
			t.Errorf("%d polite words, want 1", got)
		}
	})
}

// An album whose turn cannot be made is put aside, and poisons nothing behind it.
func TestPoisonedAlbumHarmsNothingBehindIt(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		r.worker.Channel = events{}
		r.worker.Engine.Book = listening(t, func(f flows.Turn) {
			if f.Event.Text == "evil" {
				panic("an evil caption")
			}
		})
		r.happens(typed("привіт"))
		r.run(true, "the person is known", r.idle)
		r.happens(item("a", "evil"))
		r.run(true, "it is put aside", func() bool { return r.states()["parked"] == 1 })
		r.happens(typed("ще раз"))
		r.run(true, "all is settled", r.settled)
		if got := r.states(); got["parked"] != 1 || got["done"] != 3 {
			t.Errorf("%v, want one parked and all others done", got)
		}
		if got := r.says(); got != 2 {
			t.Errorf("%d messages, want 2", got)
		}
	})
}
