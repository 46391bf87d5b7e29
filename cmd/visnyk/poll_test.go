package main

import (
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// TestFetchedUpdates talks without any webhook, across two restarts: what waits
// at Telegram meanwhile is answered once, in order.
func TestFetchedUpdates(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(name, func(t *testing.T) {
			s := newWorld(t, url(t), sandboxOptions{fetched: true})
			a := s.onTelegram(4001, "Олена", bot.Ukrainian)
			a.write("/start")
			a.hears("@welcome.about")
			sent := 0
			for range 2 {
				for range 5 {
					a.write(fmt.Sprintf("номер %d", sent))
					sent++
				}
				if err := s.stop(); err != nil {
					t.Fatal(err)
				}
				a.write(fmt.Sprintf("номер %d", sent)) // waits at Telegram
				sent++
				s.start()
			}
			s.idle()
			history, err := s.service.store.Load().History(t.Context(), bot.Address{Bot: "telegram", Chat: "4001"}, 200)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, h := range history {
				if h.Out || h.Kind != string(bot.Typed) {
					continue
				}
				if want := fmt.Sprintf("номер %d", n); h.Text != want {
					t.Fatalf("line %d of the history is %q, want %q", n, h.Text, want)
				}
				n++
			}
			if n != sent {
				t.Errorf("%d of %d texts were applied", n, sent)
			}
			if got := len(a.shown()); got != sent+1 {
				t.Errorf("%d replies, want %d", got, sent+1)
			}
		})
	}
}
