package storage_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// sending makes a broadcast that sends.
func sending(t *testing.T, s *storage.Store, b bot.Broadcast) *mailing {
	t.Helper()
	m := &mailing{t: t, s: s, id: storage.NewID(), tries: map[string]int{}, stops: map[string]bool{}}
	m.b = broadcast.New(broadcast.Config{
		Store: s, Messengers: map[string]broadcast.Messenger{
			telegram:  {Channel: paper{}, Kind: telegram},
			"viber":   {Channel: paper{can: bot.Capabilities{Receipts: bot.Receipts{Delivered: true}}}, Kind: "viber"},
			"webchat": {Channel: paper{can: bot.Capabilities{Visited: true}}, Kind: "webchat"},
		},
		Texts: must[*locales.Bundle](t)(locales.New()), Zone: time.UTC, Now: time.Now,
	})
	b.ID, b.Title = m.id, "t"
	if b.Topic == "" {
		b.Topic = "tariff"
	}
	m.starts(b)
	return m
}

// starts takes the broadcast from a draft to sending.
func (m *mailing) starts(b bot.Broadcast) {
	m.t.Helper()
	writer, approver := bot.Actor{User: "writer", Role: bot.Marketer}, bot.Actor{User: "approver", Role: bot.Approver}
	made := must[storage.Mailing](m.t)(m.b.Create(m.t.Context(), writer, b))
	for _, step := range []struct {
		by bot.Actor
		m  bot.BroadcastMove
	}{{writer, bot.BroadcastSubmit}, {approver, bot.BroadcastApprove}, {writer, bot.BroadcastStart}} {
		made = must[storage.Mailing](m.t)(m.b.Move(m.t.Context(), step.by, m.id, step.m, made.Version, broadcast.Moved{}))
	}
}

// news is a broadcast with a line for digests.
func news(words string) bot.Broadcast {
	return bot.Broadcast{Text: bot.Bilingual{UK: words, RU: words}, Digest: bot.Bilingual{UK: "рядок " + words, RU: "строка " + words}}
}

// capped lets everybody be told once a day, at any hour.
func capped(t *testing.T, s *storage.Store) {
	t.Helper()
	must[int](t)(s.Exec(t.Context(), `UPDATE contacts SET quiet = $1`, bot.QuietNever))
	ok(t, s.PutSetting(t.Context(), bot.CapDaySetting, "1"))
	ok(t, s.PutSetting(t.Context(), bot.CapWeekSetting, "none"))
}

// tomorrow lets a day pass: what was told was told then, and what waits is due.
func tomorrow(t *testing.T, s *storage.Store) {
	t.Helper()
	day := (25 * time.Hour).Microseconds()
	must[int](t)(s.Exec(t.Context(), `UPDATE recipients SET released_at = CASE WHEN released_at = 0 THEN 0 ELSE released_at - $1 END,
		not_before = CASE WHEN not_before = 0 THEN 0 ELSE not_before - $1 END`, day))
}

// bulk are the announcements in the outbox.
func bulk(t *testing.T, s *storage.Store) []storage.OutboxRow {
	t.Helper()
	return must[[]storage.OutboxRow](t)(s.Pending(t.Context(), telegram, bot.LaneBulk, 100))
}

// What the cap held back of several broadcasts leaves the next day as one message: the
// approved lines, each once, in all rows; and it counts as one. What must be
// acknowledged, corrects or is urgent is in none, nor is what has no line.
func TestDigest(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		meets(t, s, at("a"), bot.Contact{ID: "ida", Name: "Оля", Language: bot.Ukrainian}, "")
		capped(t, s)
		first := sending(t, s, news("перше"))
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		first.release(l)
		first.sends(l, func() bot.Outcome { return bot.Sent })
		acked := sending(t, s, func() bot.Broadcast { b := news("мусить"); b.Must = true; return b }())
		plain := sending(t, s, bot.Broadcast{Text: bot.Bilingual{UK: "без рядка", RU: "без строки"}})
		second, third := sending(t, s, news("друге {{name|друже}}")), sending(t, s, news("третє"))
		expanded(t, s)
		second.release(l)
		if rows := bulk(t, s); len(rows) != 0 {
			t.Fatalf("over the cap: %+v", rows)
		}
		tomorrow(t, s)
		for _, other := range []*mailing{acked, plain} {
			other.moves(bot.BroadcastPause, broadcast.Moved{})
		}
		second.release(l)
		rows := bulk(t, s)
		if len(rows) != 1 {
			t.Fatalf("%d messages, want one digest", len(rows))
		}
		body := string(rows[0].Part.Body)
		for _, line := range []string{"рядок друге Оля", "рядок третє"} {
			if strings.Count(body, line) != 1 {
				t.Errorf("%q is not there once: %s", line, body)
			}
		}
		if strings.Contains(body, "мусить") || strings.Contains(body, "без рядка") {
			t.Errorf("what stands alone is in a digest: %s", body)
		}
		second.sends(l, func() bot.Outcome { return bot.Sent })
		for _, m := range []*mailing{second, third} {
			if r := m.sum("a digest"); r.Sent != 1 || r.Pending != 0 {
				t.Errorf("%+v", r)
			}
		}
		for _, other := range []*mailing{acked, plain} {
			other.moves(bot.BroadcastResume, broadcast.Moved{})
		}
		acked.release(l)
		if rows := bulk(t, s); len(rows) != 0 {
			t.Fatalf("the digest does not count: %+v", rows)
		}
		ok(t, turns(t, s, at("a"), func(w *storage.TurnWrite) {
			w.Receipts = []storage.Receipt{{Kind: bot.Delivered, Address: at("a"), Message: "a"}}
		}))
		l = lease(t, s, telegram, "me")
		for _, m := range []*mailing{second, third} {
			if r := m.sum("a receipt"); r.Delivered != 1 {
				t.Errorf("a receipt of the digest: %+v", r)
			}
		}
		// It counts as one: on the day after, with a cap of two, one more may leave.
		ok(t, s.PutSetting(ctx, bot.CapDaySetting, "2"))
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET not_before = 0 WHERE outcome = 'pending'`))
		acked.release(l)
		if rows := bulk(t, s); len(rows) != 1 || !strings.Contains(string(rows[0].Part.Body), "мусить") {
			t.Errorf("the digest counts as more than one message: %+v", rows)
		}
		sound(t, s)
	})
}

// A digest goes back whole when one of its broadcasts is paused, nothing of it is
// claimed from then on, and its end is that of each row once.
func TestDigestIsMovedWhole(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		meets(t, s, at("a"), bot.Contact{ID: "ida", Language: bot.Russian}, "")
		one, two := sending(t, s, news("перше")), sending(t, s, news("друге"))
		capped(t, s)
		expanded(t, s)
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET waits = 'cap'`))
		l := lease(t, s, telegram, "me")
		one.release(l)
		rows := bulk(t, s)
		if len(rows) != 1 || !strings.Contains(string(rows[0].Part.Body), "строка друге") {
			t.Fatalf("%+v", rows)
		}
		// It comes back for another try, and the broadcast of its second line is paused.
		two.moves(bot.BroadcastPause, broadcast.Moved{})
		for _, mine := range must[[]bool](t)(s.Claim(ctx, l, rows)) {
			if mine {
				t.Error("a digest was claimed though a broadcast of it is paused")
			}
		}
		if r := one.sum("a pause of the other"); r.Pending != 1 {
			t.Errorf("%+v", r)
		}
		two.moves(bot.BroadcastResume, broadcast.Moved{})
		one.release(l)
		rows = bulk(t, s)
		if len(rows) != 1 || !strings.Contains(string(rows[0].Part.Body), "строка друге") {
			t.Fatalf("not together again: %+v", rows)
		}
		must[[]bool](t)(s.Claim(ctx, l, rows))
		ok(t, s.RecordOutcomes(ctx, l, []storage.SendOutcome{{Row: rows[0], Outcome: bot.Later}}))
		must[int](t)(s.Exec(ctx, `UPDATE broadcasts SET state = 'paused' WHERE id = $1`, two.id)) // as while it was away
		for _, mine := range must[[]bool](t)(s.Claim(ctx, l, bulk(t, s))) {
			if mine {
				t.Error("a second try of a digest left though a broadcast of it is paused")
			}
		}
		must[int](t)(s.Exec(ctx, `UPDATE broadcasts SET state = 'sending' WHERE id = $1`, two.id))
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Erase(ctx, storage.Person{Contact: "ida", Addresses: []bot.Address{at("a")}})
		}))
		for _, m := range []*mailing{one, two} {
			if r := m.sum("erased"); r.Pending != 0 || r.Skipped[bot.ReasonErased] != 1 {
				t.Errorf("%+v", r)
			}
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM recipients WHERE digest <> ''`)); n != 0 {
			t.Error("the name of a digest is left of who was erased")
		}
		sound(t, s)
	})
}

// Whoever releases, and however many at once: a digest leaves once.
func TestDigestLeavesOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b", "c", "d"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat}, "")
		}
		all := []*mailing{sending(t, s, news("перше")), sending(t, s, news("друге")), sending(t, s, news("третє"))}
		capped(t, s)
		expanded(t, s)
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET waits = 'quiet'`))
		l := lease(t, s, telegram, "me")
		var wg sync.WaitGroup
		for _, m := range all {
			wg.Go(func() {
				r := m.b.Releaser(broadcast.Release{Bot: telegram})
				if _, err := r.Pass(ctx, l); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for range 3 {
			all[0].release(l)
		}
		rows := bulk(t, s)
		if len(rows) != 4 {
			t.Fatalf("%d messages to 4 people", len(rows))
		}
		all[0].sends(l, func() bot.Outcome { return bot.Sent })
		if told := must[int](t)(s.Count(ctx, `SELECT count(*) FROM recipients WHERE outcome = 'sent'`)); told < 8 {
			t.Errorf("%d rows were told in 4 messages", told)
		}
		sound(t, s)
	})
}
