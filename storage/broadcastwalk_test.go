package storage_test

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// While a broadcast sends to those whom time moves, and until its window ends, who
// enters its segment is listed once, and who leaves before they are told is told
// nothing; then it is sent.
func TestMovingSegmentIsWalkedAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"stays", "leaves", "enters"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat}, "")
		}
		last := func(chat string, ago time.Duration) {
			must[int](t)(s.Exec(ctx, `UPDATE conversations SET last_at = $1 WHERE chat = $2`, time.Now().Add(-ago).UnixMicro(), chat))
		}
		const long = 60 * 24 * time.Hour
		last("stays", long)
		last("leaves", long)
		last("enters", time.Hour)
		m := sending(t, s, bot.Broadcast{
			Text:     bot.Bilingual{UK: "ви не писали", RU: "вы не писали"},
			Audience: bot.Segment{Condition: bot.Condition{Field: "last", Op: bot.OpOver, Values: []string{"30 days"}}},
			Until:    time.Now().Add(48 * time.Hour),
		})
		expanded(t, s)
		m.moves(bot.BroadcastPause, broadcast.Moved{}) // nobody has been told yet
		m.moves(bot.BroadcastResume, broadcast.Moved{})
		if r := m.sum("the first walk"); r.Planned != 2 || r.Pending != 2 {
			t.Fatalf("%+v", r)
		}
		keeps(t, m.b)
		last("leaves", time.Minute)
		last("enters", long)
		keeps(t, m.b)
		expanded(t, s)
		if r := m.sum("less than an hour"); r.Planned != 2 || r.Pending != 2 {
			t.Errorf("walked within the hour: %+v", r)
		}
		hour := (61 * time.Minute).Microseconds()
		for range 2 { // once more changes nothing
			must[int](t)(s.Exec(ctx, `UPDATE broadcasts SET walked_at = walked_at - $1`, hour))
			keeps(t, m.b)
			expanded(t, s)
			keeps(t, m.b)
			if r := m.sum("the second walk"); r.Planned != 3 || r.Pending != 2 || r.Skipped[bot.ReasonLeft] != 1 {
				t.Errorf("%+v", r)
			}
		}
		m.awake()
		l := lease(t, s, telegram, "me")
		m.release(l)
		m.sends(l, func() bot.Outcome { return bot.Sent })
		keeps(t, m.b)
		if is := m.now().State; is != bot.BroadcastSending {
			t.Errorf("it is %s though its window is open", is)
		}
		m.windowEnds()
		keeps(t, m.b)
		if r := m.sum("the end"); m.now().State != bot.BroadcastSent || r.Sent != 2 {
			t.Errorf("%s: %+v", m.now().State, r)
		}
		sound(t, s)
	})
}
