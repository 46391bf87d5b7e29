package outbox

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Words that can be taken back for a while leave when that is over, not with the next
// sweep; two keep their order, and what was taken back leaves nobody waiting.
func TestWordsLeaveAtTheirMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		start := time.Now()
		_, stop := r.start()
		elapse(1100 * time.Millisecond)
		for i, cause := range []string{"first", "second", "undone"} {
			q := say(bot.LaneDesk, "a", cause)
			q.NotBefore = r.store.now().Add(time.Duration(2+i/2) * time.Second)
			r.store.add(q)
		}
		r.tenure.Wake(bot.LaneDesk)
		elapse(1800 * time.Millisecond)
		equal(t, "sent too early", len(r.ch.log()), 0)
		elapse(300 * time.Millisecond)
		equal(t, "sent", fmt.Sprint(chatOf(r.ch.log(), "a")), "[first second]")
		if at := r.ch.log()[0].start.Sub(start); at > 3300*time.Millisecond {
			t.Errorf("left %v after the start, want about 3.1 s", at)
		}
		r.store.set(func(m *memory) { m.rows[2].state = "skipped" })
		elapse(time.Minute)
		equal(t, "sends", len(r.ch.log()), 2)
		equal(t, "stop", stop(), nil)
	})
}

// A ticket is closed while the operator's words wait to be taken back: they leave
// before the farewell, which is handed to the sender while they must still be read.
func TestWordsBeforeTheFarewell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		_, stop := r.start()
		elapse(time.Second)
		words := say(bot.LaneDesk, "a", "words")
		words.NotBefore = r.store.now().Add(10 * time.Second)
		r.store.add(words)
		r.tenure.Wake(bot.LaneDesk)
		elapse(time.Second)
		r.store.set(func(m *memory) { m.rows[0].due = time.Time{} })
		r.tenure.Wake()
		r.store.add(reply("a", "farewell"))
		r.tenure.Hand([]storage.OutboxRow{r.store.row("farewell").OutboxRow})
		elapse(time.Second)
		equal(t, "order", fmt.Sprint(chatOf(r.ch.log(), "a")), "[words farewell]")
		equal(t, "stop", stop(), nil)
	})
}
