package storage_test

import (
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
)

// TestJoinedWhileBothAreTold: messages of one broadcast are on their way to two who
// become one person; what comes back to be tried again does not go beside the other.
func TestJoinedWhileBothAreTold(t *testing.T) {
	type told = []storage.SendOutcome
	ways := []struct {
		name string
		ends func(one, other storage.OutboxRow) []told
		goes int // of the two, at the next try
	}{
		{"both come back together", func(one, other storage.OutboxRow) []told {
			return []told{{{Row: one, Outcome: bot.Later}, {Row: other, Outcome: bot.Later}}}
		}, 1},
		{"one after the other", func(one, other storage.OutboxRow) []told {
			return []told{{{Row: one, Outcome: bot.Later}}, {{Row: other, Outcome: bot.Later}}}
		}, 1},
		{"one arrives", func(one, other storage.OutboxRow) []told {
			return []told{{{Row: one, Outcome: bot.Later}, {Row: other, Outcome: bot.Sent, ExternalID: "1"}}}
		}, 0},
		{"one may have arrived", func(one, other storage.OutboxRow) []told {
			return []told{{{Row: other, Outcome: bot.Unknown}}, {{Row: one, Outcome: bot.Later}}}
		}, 0},
		{"one is refused", func(one, other storage.OutboxRow) []told {
			return []told{{{Row: one, Outcome: bot.Later}, {Row: other, Outcome: bot.Malformed}}}
		}, 1},
	}
	onEachClock(t, time.Date(2026, 10, 23, 15, 0, 0, 0, time.UTC), func(t *testing.T, c *clock) {
		for i, tt := range ways {
			o := openOffice(t, c, uint64(900+i))
			o.mails(time.Time{})
			_, do := o.operations()
			do["list"]()
			o.release()
			for o.reads(); len(o.read) > 0; {
				o.claims()
			}
			if len(o.claimed) < 2 {
				t.Fatalf("%d are told", len(o.claimed))
			}
			one, other := o.claimed[0], o.claimed[1]
			o.claimed = o.claimed[2:]
			both := []string{one.To.Chat, other.To.Chat}
			must[int](t)(c.s.Exec(t.Context(), `UPDATE merges SET came_at = 0`))
			code := must[string](t)(c.s.CreateInvite(t.Context(), one.To, time.Hour))
			o.turn(other.To.Chat, func(w *storage.TurnWrite) { w.Join = &storage.Joining{Code: code, To: other.To} })
			if o.person(both[0]) != o.person(both[1]) {
				t.Fatal("they are still two")
			}
			for _, end := range tt.ends(one, other) {
				for _, e := range end {
					if e.Outcome == bot.Later || e.Outcome == bot.Malformed {
						o.missed(e.Row)
					}
				}
				ok(t, c.s.RecordOutcomes(t.Context(), o.l, end))
			}
			o.adds()
			goes := 0
			for range 3 {
				o.goes(20 * time.Second)
				o.release()
				for o.reads(); len(o.read) > 0; {
					rows := o.read
					o.read = nil
					for j, mine := range must[[]bool](t)(c.s.Claim(t.Context(), o.l, rows)) {
						if mine && slices.Contains(both, rows[j].To.Chat) {
							goes++
						}
					}
				}
			}
			o.move(o.one(), bot.BroadcastCancel, broadcast.Moved{})
			if goes != tt.goes {
				t.Errorf("%s: %d messages go again, want %d", tt.name, goes, tt.goes)
			}
		}
	})
}
