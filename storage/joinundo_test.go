package storage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What has changed since the join stays as it is after it is undone.
func TestSplitLeavesWhatIsNew(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		ok(t, s.PutChanges(ctx, []bot.Change{change("a", bot.ChangeAnnounced), change("b", bot.ChangeAnnounced)}))
		w, g := onWeb("w"), at("g")
		meets(t, s, w, bot.Contact{ID: "web", Region: "", Name: "Оля", Zone: "Europe/Kyiv"}, "")
		meets(t, s, g, bot.Contact{ID: "tg"}, "")
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = created_at + 1000000 WHERE id = 'web'`))
		must[int](t)(s.Exec(ctx, `UPDATE ledger SET told_at = 5 WHERE contact = 'web'`))
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET tags = '["b"]', attributes = '{"k":"1","x":"y"}' WHERE id = 'web'`))
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET tags = '["a"]', attributes = '{"k":"2"}' WHERE id = 'tg'`))
		ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
		got := must[storage.ContactRow](t)(s.Contact(ctx, "tg"))
		if !slices.Equal(got.Tags, []string{"a", "b"}) || got.Attributes["k"] != "2" || got.Attributes["x"] != "y" {
			t.Errorf("%+v", got)
		}
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET name = 'Олена', stopped = TRUE WHERE id = 'tg'`))
		must[int](t)(s.Exec(ctx, `UPDATE ledger SET acknowledged_at = 9 WHERE contact = 'tg' AND change_id = 'b'`))
		ok(t, turns(t, s, g, func(wr *storage.TurnWrite) { wr.Split = &w }))
		sound(t, s)
		got = must[storage.ContactRow](t)(s.Contact(ctx, "tg"))
		if got.Name != "Олена" || !got.Stopped || got.Zone != "" || !slices.Equal(got.Tags, []string{"a"}) || len(got.Attributes) != 1 {
			t.Errorf("%+v", got)
		}
		was := must[storage.ContactRow](t)(s.Contact(ctx, "web"))
		if was.Name != "Оля" || !was.Stopped || was.Zone != "Europe/Kyiv" || !slices.Equal(was.Tags, []string{"b"}) {
			t.Errorf("%+v", was)
		}
		for what, want := range map[string]int{
			`contact = 'tg' AND change_id = 'a' AND told_at = 0`:                         1,
			`contact = 'tg' AND change_id = 'b' AND told_at = 5 AND acknowledged_at = 9`: 1,
			`contact = 'web' AND told_at = 5 AND acknowledged_at = 0`:                    2,
		} {
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger WHERE `+what)); n != want {
				t.Errorf("%s: %d", what, n)
			}
		}
	})
}

// A chain of joins comes apart one by one, in any order.
func TestJoinsComeApart(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for i, order := range [][]int{{0, 1}, {1, 0}} {
			a, b, c := onWeb(fmt.Sprint("a", i)), at(fmt.Sprint("b", i)), bot.Address{Bot: "viber", Chat: fmt.Sprint("c", i)}
			for n, p := range []bot.Address{a, b, c} {
				id := fmt.Sprint(p.Chat, "-contact")
				meets(t, s, p, bot.Contact{ID: id, Name: p.Chat}, "")
				must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = $1 WHERE id = $2`, 100-n, id))
			}
			ok(t, follows(t, s, b, must[string](t)(s.CreateInvite(ctx, a, time.Hour))))
			ok(t, follows(t, s, c, must[string](t)(s.CreateInvite(ctx, b, time.Hour))))
			keep := person(t, s, a).Contact.ID
			if keep != c.Chat+"-contact" || person(t, s, b).Contact.ID != keep {
				t.Fatalf("%s", keep)
			}
			sound(t, s)
			for _, n := range order {
				p := []bot.Address{a, b}[n]
				ok(t, turns(t, s, c, func(w *storage.TurnWrite) { w.Split = &p }))
				if got := person(t, s, p).Contact; got.ID != p.Chat+"-contact" || got.Name != p.Chat {
					t.Errorf("%+v", got)
				}
				sound(t, s)
			}
		}
	})
}
