package outbox

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
)

// unheard is a messenger that wants to hear from the person first.
func unheard() error {
	return &bot.SendError{Outcome: bot.Later, After: 5 * time.Second, Most: 5 * time.Minute, Alone: true, Err: errNo}
}

// gaps are the seconds between the calls to a chat, the first since the start.
func gaps(r *rig, chat string, start time.Time) (all []int) {
	for _, a := range r.ch.log() {
		if a.chat == chat {
			all = append(all, int(a.start.Sub(start).Seconds()))
			start = a.start
		}
	}
	return all
}

// The wait for a person begins short, doubles, holds nobody else up, and ends when
// they do something: then it begins short again.
func TestTheWaitForAPersonDoubles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		refuse := true
		r.ch.answer = func(_ context.Context, _ int, chat, _ string) error {
			if chat == "a" && refuse {
				return unheard()
			}
			return nil
		}
		r.store.add(say(bot.LaneBulk, "a", "news"), reply("b", "other"))
		start := time.Now()
		_, stop := r.start()
		elapse(20 * time.Minute)
		equal(t, "waits", fmt.Sprint(gaps(r, "a", start)), "[0 5 10 20 40 80 160 300 300]")
		equal(t, "another chat", r.store.row("other").state, "sent")

		r.tenure.Heard([]string{"b"}) // whoever else it is
		elapse(time.Second)
		before := len(r.ch.log())
		r.tenure.Heard([]string{"a", "nobody"})
		elapse(time.Second)
		equal(t, "tries at once", len(r.ch.log())-before, 1)
		elapse(20 * time.Second)
		equal(t, "waits again", fmt.Sprint(gaps(r, "a", start)[before:]), "[5 10]")

		refuse = false
		r.tenure.Heard([]string{"a"})
		elapse(time.Second)
		equal(t, "the message", r.store.row("news").state, "sent")
		equal(t, "stop", stop(), nil)
	})
}

// What was sent after all begins the count anew.
func TestAWaitAfterASendIsShort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.answer = func(_ context.Context, n int, _, _ string) error {
			if n <= 3 {
				return unheard()
			}
			return nil
		}
		r.store.add(reply("a", "one"), reply("a", "two"))
		start := time.Now()
		_, stop := r.start()
		elapse(10 * time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "waits", fmt.Sprint(gaps(r, "a", start)), "[0 5 10 20 0 5 10 20]")
	})
}

// A ban that the messenger lifts by the clock is not lifted by a word.
func TestAWordEndsNoOtherWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.ch.answer = func(_ context.Context, n int, _, cause string) error {
			switch {
			case cause == "one" && n == 1:
				return unheard()
			case cause == "one" && n == 2:
				return later(time.Minute, false)
			}
			return nil
		}
		r.store.add(reply("a", "one"))
		start := time.Now()
		_, stop := r.start()
		elapse(20 * time.Second)
		r.tenure.Heard([]string{"a"})
		elapse(5 * time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "waits", fmt.Sprint(gaps(r, "a", start)), "[0 5 60]")
	})
}
