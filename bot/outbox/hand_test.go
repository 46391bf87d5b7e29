package outbox

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/storage"
)

// What was just committed leaves without being read.
func TestHandedLeaveUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		_, stop := r.start()
		elapse(100 * time.Millisecond) // the first readings are over
		reads := r.store.readings()
		r.store.add(reply("a", "one"), reply("a", "two"), reply("b", "three"))
		r.tenure.Hand([]storage.OutboxRow{
			r.store.row("one").OutboxRow, r.store.row("two").OutboxRow, r.store.row("three").OutboxRow,
		})
		elapse(time.Second)
		equal(t, "readings", r.store.readings()-reads, 0)
		equal(t, "sent", fmt.Sprint(chatOf(r.ch.log(), "a"), chatOf(r.ch.log(), "b")), "[one two] [three]")
		elapse(time.Minute) // the sweep finds nothing that was not sent
		equal(t, "sends", len(r.ch.log()), 3)
		equal(t, "stop", stop(), nil)
	})
}

// While the database may have rows that were not read, what is handed is read in
// its turn: it must not overtake them.
func TestHandedDoNotOvertake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig()
		r.store.blinded(true)
		r.store.add(reply("a", "first"), reply("a", "last"))
		_, stop := r.start()
		r.tenure.Hand([]storage.OutboxRow{r.store.row("last").OutboxRow})
		elapse(10 * time.Second)
		equal(t, "sends before anything could be read", len(r.ch.log()), 0)
		r.store.blinded(false)
		elapse(time.Minute)
		equal(t, "stop", stop(), nil)
		equal(t, "order", fmt.Sprint(chatOf(r.ch.log(), "a")), "[first last]")
	})
}
