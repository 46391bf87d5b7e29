package dialog

import (
	"fmt"
	"sync"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// counting is a wire that counts how often each update is decoded.
type counting struct {
	wire
	mu    *sync.Mutex
	times map[string]int
}

func (c counting) Decode(u bot.Update) ([]bot.Event, error) {
	c.mu.Lock()
	c.times[u.ID]++
	c.mu.Unlock()
	return c.wire.Decode(u)
}

// TestAnUpdateIsDecodedOnce: a batch that fails for one of its turns makes the
// others again one by one, and one that the database refuses is read again; what
// happened in an update does not change by that.
func TestAnUpdateIsDecodedOnce(t *testing.T) {
	r := newRig(t, "sqlite", storagetest.SQLiteURL(t))
	c := counting{mu: &sync.Mutex{}, times: map[string]int{}}
	r.worker.Channel = c
	ids := []string{r.receive("bad", "panic")}
	for i := range 20 {
		ids = append(ids, r.receive(fmt.Sprint("good", i), "привіт"))
	}
	r.run(true, "everything is settled", r.idle)
	// As dispatch does with a batch that could not be written.
	ids = append(ids, r.receive("late", "привіт"))
	var late []*arrival
	for range 3 {
		rows, err := r.store.Waiting(t.Context(), "telegram", 10, storage.InHand{})
		if err != nil {
			t.Fatal(err)
		}
		late = arrivals(rows, late)
		if _, err := r.worker.inputs(t.Context(), late, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range ids {
		if n := c.times[id]; n != 1 {
			t.Errorf("update %s was decoded %d times", id, n)
		}
	}
}
