package storage_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// sizes are those of payloads that wait, in their order, and how many of them
// one reading gives.
var sizes = []struct {
	name string
	of   []int
	want int
}{
	{"small ones", slices.Repeat([]int{400}, 600), 512},
	{"none", nil, 0},
	{"empty ones", []int{0, 0, 400}, 3},
	{"exactly as much", slices.Repeat([]int{1 << 20}, 9), 8},
	{"small ones after large", slices.Concat(slices.Repeat([]int{1 << 20}, 7), slices.Repeat([]int{400}, 90)), 97},
	{"small and large", slices.Repeat([]int{400, 1100 << 10}, 9), 15},
	{"a larger one alone", []int{9 << 20, 1}, 1},
}

// payload is one that could be no other's.
func payload(i, size int) []byte {
	return bytes.Repeat([]byte{byte('a' + i%26)}, size)
}

// TestReadingIsBoundedInBytes: what waits is read in order, as much as fits.
func TestReadingIsBoundedInBytes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		for _, tt := range sizes {
			t.Run(tt.name, func(t *testing.T) {
				ctx := t.Context()
				name := "bot " + tt.name
				var in []storage.Incoming
				for i, size := range tt.of {
					in = append(in, storage.Incoming{Source: storage.SourceChannel, Update: bot.Update{
						Bot: name, ID: fmt.Sprint(i), Chat: fmt.Sprint(i), Payload: payload(i, size),
					}})
				}
				for part := range slices.Chunk(in, 100) {
					must[[]bool](t)(s.Receive(ctx, part))
				}
				ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
					var rows []bot.Queued
					for i, size := range tt.of {
						rows = append(rows, bot.Queued{
							Lane: bot.LaneBulk, To: bot.Address{Bot: name, Chat: fmt.Sprint(i)}, Cause: "c",
							Part: bot.Part{Kind: bot.Say, Body: payload(i, size)},
						})
					}
					_, err := tx.Enqueue(ctx, rows)
					return err
				}))
				check := func(what string, n int, row func(i int) (chat string, payload []byte)) {
					t.Helper()
					if n != tt.want {
						t.Errorf("%s: %d rows, want %d", what, n, tt.want)
					}
					for i := range n {
						chat, got := row(i)
						if chat != fmt.Sprint(i) || !bytes.Equal(got, payload(i, tt.of[i])) {
							t.Fatalf("%s: row %d is of chat %s with %d bytes", what, i, chat, len(got))
						}
					}
				}
				rows := must[[]storage.InboxRow](t)(s.Waiting(ctx, name, 512, storage.InHand{}))
				check("waiting", len(rows), func(i int) (string, []byte) { return rows[i].Chat, rows[i].Payload })
				turns, loaded, err := s.WaitingTurns(ctx, name, 512, storage.InHand{})
				ok(t, err)
				check("waiting turns", len(turns), func(i int) (string, []byte) { return turns[i].Chat, turns[i].Payload })
				if len(loaded) != len(turns) {
					t.Errorf("%d chats loaded", len(loaded))
				}
				sends := must[[]storage.OutboxRow](t)(s.Pending(ctx, name, bot.LaneBulk, 512))
				check("pending", len(sends), func(i int) (string, []byte) { return sends[i].To.Chat, sends[i].Part.Body })
			})
		}
	})
}
