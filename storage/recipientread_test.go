package storage_test

import (
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// Every number of a report opens its rows: page by page they are as many as it says, each
// once, and of the kind that it counts.
func TestEveryNumberOpensItsRows(t *testing.T) {
	const people, page = 23, 3
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for i := range people {
			c := bot.Contact{ID: fmt.Sprint("id", i), Name: fmt.Sprint("Олена ", i), Language: bot.Languages()[i%2]}
			meets(t, s, at(fmt.Sprint("m", i)), c, "")
		}
		m := newMailing(t, s)
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET stopped = TRUE WHERE id IN ('id3', 'id4')`))
		must[int](t)(s.Exec(ctx, `UPDATE conversations SET reach = 'blocked' WHERE chat IN ('m5', 'm6', 'm7', 'm8')`))
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET paused_until = $1 WHERE id = 'id9'`, time.Now().Add(72*time.Hour).UnixMicro()))
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		n := 0
		ends := func() bot.Outcome {
			n++
			return []bot.Outcome{bot.Sent, bot.Sent, bot.Malformed, bot.Gone, bot.Unknown}[n%5]
		}
		for m.release(l); m.sends(l, ends) > 0; m.release(l) {
		}
		keys := must[[]string](t)(s.Strings(ctx, `SELECT key FROM recipients WHERE outcome = 'sent' ORDER BY key`))
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			for i, mark := range bot.RecipientMarks() {
				var of []storage.RecipientKey
				for _, key := range keys[:1+i%5] {
					of = append(of, storage.RecipientKey{Broadcast: m.id, Key: key})
				}
				if err := tx.MarkRecipients(ctx, mark, of); err != nil {
					return err
				}
			}
			return nil
		}))
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.Erase(ctx, storage.Person{Contact: "id10"}) }))
		p := must[storage.Progress](t)(s.Progress(ctx, m.id))
		if r := m.sum("sending"); p.Report().Sum() != r.Planned || r.Planned != people {
			t.Fatalf("%+v, and %+v", p.Report(), r)
		}
		if len(p.Deferred) != 1 || p.Deferred[0].Why != bot.WithheldPaused || p.Deferred[0].N != 1 || p.Deferred[0].First.IsZero() {
			t.Errorf("put off %+v", p.Deferred)
		}
		if p.Left().IsZero() {
			t.Error("nothing has left")
		}
		opens := func(f storage.RecipientFilter, want int) {
			t.Helper()
			seen := map[string]bool{}
			for cursor := ""; ; {
				rows, next, err := s.RecipientRows(ctx, m.id, f, cursor, page)
				ok(t, err)
				for _, r := range rows {
					if seen[r.Key] {
						t.Errorf("%+v: %s twice", f, r.Key)
					}
					seen[r.Key] = true
					if f.Reason != "" && r.Reason != f.Reason && string(r.Waits) != f.Reason {
						t.Errorf("%+v: %+v", f, r)
					}
				}
				if cursor = next; next == "" {
					break
				}
			}
			if len(seen) != want {
				t.Errorf("%+v: %d rows, want %d", f, len(seen), want)
			}
		}
		whole := map[string]int{}
		for _, c := range p.Counts {
			opens(storage.RecipientFilter{What: c.What, Reason: c.Reason, Bot: c.Bot, Language: c.Language}, c.N)
			whole[c.What] += c.N
		}
		for what, n := range whole {
			opens(storage.RecipientFilter{What: what}, n)
		}
		opens(storage.RecipientFilter{}, people)
		opens(storage.RecipientFilter{What: "pending", Reason: string(bot.WithheldPaused)}, 1)

		// By segments: each person in all that hold of them, and who is erased in none.
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET tier = 'vip' WHERE id IN ('id1', 'id2', 'id3', 'id9')`))
		by := []bot.Segment{bot.In("tier", "vip"), bot.None(bot.Has("tier")), bot.In("language", "uk"), bot.In("tier", "nobody's")}
		day := bot.Calendar{Now: time.Now(), Zone: time.UTC}
		of, none, err := s.SplitRecipients(ctx, m.id, by, day, 0)
		ok(t, err)
		for i, want := range []int{4, people - 5, must[int](t)(s.Count(ctx, `SELECT count(*) FROM contacts WHERE language = 'uk'`)), 0} {
			if of[i].Planned != want || of[i].Sum() != want {
				t.Errorf("segment %d has %d, want %d: %+v", i, of[i].Planned, want, of[i])
			}
			one := &storage.Judged{By: by[i : i+1], Now: day}
			opens(storage.RecipientFilter{Whom: one}, want)
			opens(storage.RecipientFilter{What: "sent", Whom: one}, of[i].Sent)
			opens(storage.RecipientFilter{What: "clicked", Whom: one}, of[i].Clicked)
			opens(storage.RecipientFilter{What: "skipped", Reason: bot.ReasonStopped, Whom: one}, of[i].Skipped[bot.ReasonStopped])
		}
		if whole := p.Report(); none.Planned != 1 || of[0].Sent+of[1].Sent+none.Sent != whole.Sent || of[0].Clicked+of[1].Clicked+none.Clicked != whole.Clicked {
			t.Errorf("%+v, %+v and %+v are not %+v", of[0], of[1], none, whole)
		}
		opens(storage.RecipientFilter{Whom: &storage.Judged{By: by, Now: day, Outside: true}}, none.Planned)
		if _, _, err := s.RecipientRows(ctx, m.id, storage.RecipientFilter{What: "x"}, "", page); err == nil {
			t.Error("nothing is x, and it has rows")
		}
		if _, _, err := s.RecipientRows(ctx, m.id, storage.RecipientFilter{}, "x", page); err == nil {
			t.Error("a place that is none")
		}
		sound(t, s)
	})
}

// Who is under way is found while it is, and once more where somebody asks how it ended.
func TestUnderway(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		meets(t, s, at("a"), bot.Contact{ID: "ida"}, "")
		m := newMailing(t, s)
		expanded(t, s)
		under := must[[]storage.Progress](t)(s.Underway(ctx))
		if len(under) != 1 || under[0].ID != m.id || under[0].Report().Pending != 1 {
			t.Fatalf("%+v", under)
		}
		l := lease(t, s, telegram, "me")
		m.release(l)
		m.sends(l, func() bot.Outcome { return bot.Sent })
		keeps(t, m.b)
		if under := must[[]storage.Progress](t)(s.Underway(ctx)); len(under) != 0 {
			t.Errorf("it is over: %+v", under)
		}
		under = must[[]storage.Progress](t)(s.Underway(ctx, m.id))
		if len(under) != 1 || under[0].State != bot.BroadcastSent || under[0].Report().Sent != 1 {
			t.Errorf("%+v", under)
		}
		bots := must[[]storage.BotState](t)(s.BotStates(ctx))
		if len(bots) != 1 || !bots[0].Held || !bots[0].PausedUntil.IsZero() {
			t.Errorf("%+v", bots)
		}
	})
}
