package storage_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// The broadcasts of some days are those that began then, whenever that was meant to be, and
// those that are to; with the waves that they are. Of a change the calendar has the version
// in force beside the one that is made of it, where they differ.
func TestSendsWithin(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, hour := t.Context(), time.Hour
		from := time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)
		until := from.AddDate(0, 1, 0)
		v1, v2 := change("x", bot.ChangeAnnounced), change("x", bot.ChangeDraft)
		v1.Version, v1.From, v1.Until = 1, from.Add(hour), from.Add(2*hour)
		v2.Version, v2.From, v2.Until = 2, from.Add(3*hour), from.Add(2*hour)
		gone := change("gone", bot.ChangeWithdrawn)
		gone.From = from.Add(hour)
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			put := func(id string, state bot.BroadcastState, start, started time.Time) error {
				return tx.PutBroadcast(ctx, storage.Mailing{Broadcast: bot.Broadcast{ID: id, State: state, Version: 1, Title: id, Start: start}, Started: started})
			}
			return errors.Join(
				put("draft", bot.BroadcastDraft, from, time.Time{}),
				put("by hand", bot.BroadcastSent, time.Time{}, from.Add(4*hour)),
				put("late", bot.BroadcastSending, from.Add(-hour), from.Add(5*hour)),
				put("stopped", bot.BroadcastCancelled, from, from.Add(6*hour)),
				put("early", bot.BroadcastSent, from, from.Add(-hour)),
				put("given up", bot.BroadcastCancelled, from, time.Time{}),
				put("next", bot.BroadcastScheduled, until, time.Time{}),
				put("some day", bot.BroadcastDraft, time.Time{}, time.Time{}),
				tx.PutWave(ctx, bot.Wave{Broadcast: "late", Change: "x", Kind: bot.WaveEveryone, Place: 1, Owner: "olha"}),
				tx.PutWave(ctx, bot.Wave{Broadcast: "next", Change: "x", Kind: bot.WaveUnaware, Place: 2}),
				tx.PutSheets(ctx, []storage.Sheet{{Change: v1}}), tx.PutSheets(ctx, []storage.Sheet{{Change: v2}, {Change: gone}}),
			)
		}))
		sends := must[storage.Sends](t)(s.SendsWithin(ctx, from, until, 3))
		var got []string
		for _, m := range sends.Mailings {
			got = append(got, m.ID)
		}
		if want := "[draft by hand late]"; fmt.Sprint(got) != want || len(sends.Waves) != 1 || sends.Waves["late"].Owner != "olha" {
			t.Errorf("%v with %v, want %s", got, sends.Waves, want)
		}
		b := broadcast.New(broadcast.Config{Store: s, Zone: time.UTC})
		dates := must[broadcast.Dates](t)(b.Dates(ctx, planner, from, until))
		got = nil
		for _, d := range dates.All {
			got = append(got, fmt.Sprintf("%d %s %s %d", d.At.Hour(), d.Kind, d.ID, d.Version))
		}
		if want := "[0 send draft 0 1 from x 1 2 until x 1 3 from x 2 4 send by hand 0 5 send late 0 6 send stopped 0]"; fmt.Sprint(got) != want || dates.More {
			t.Errorf("%v, want %s", got, want)
		}
	})
}
