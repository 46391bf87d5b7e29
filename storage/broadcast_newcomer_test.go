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

// couple is a person of two chats, one of which came to the other by a join today.
type couple struct {
	*mailing
	old, came bot.Address
}

func newCouple(t *testing.T, s *storage.Store) *couple {
	t.Helper()
	c := &couple{mailing: &mailing{t: t, s: s}, old: at("old"), came: at("came")}
	for n, a := range []bot.Address{c.old, c.came} { // the later one comes to the earlier
		meets(t, s, a, bot.Contact{ID: a.Chat, Language: bot.Ukrainian}, "")
		must[int](t)(s.Exec(t.Context(), `UPDATE contacts SET created_at = $1 WHERE id = $2`, 100+n, a.Chat))
	}
	must[int](t)(s.Exec(t.Context(), `UPDATE contacts SET quiet = $1`, bot.QuietNever)) // at any hour of this test
	ok(t, follows(t, s, c.old, must[string](t)(s.CreateInvite(t.Context(), c.came, time.Hour))))
	if got := fresh(t, s, "old"); !slices.Equal(got, []bot.Address{c.came}) {
		t.Fatalf("came: %v", got)
	}
	return c
}

// mails begins one broadcast more and releases it to the chat where the person wrote
// last.
func (c *couple) mails(last bot.Address) []storage.OutboxRow {
	c.t.Helper()
	ctx := c.t.Context()
	must[int](c.t)(c.s.Exec(ctx, `UPDATE conversations SET last_at = CASE WHEN chat = $1 THEN 2000 ELSE 1000 END`, last.Chat))
	c.mailing = sending(c.t, c.s, bot.Broadcast{Text: bot.Bilingual{UK: storage.NewID(), RU: storage.NewID()}}) // nobody is told the same twice
	expanded(c.t, c.s)
	c.release(lease(c.t, c.s, telegram, "me"))
	return must[[]storage.OutboxRow](c.t)(c.s.Pending(ctx, telegram, bot.LaneBulk, 100))
}

// claims wants exactly these chats to be claimed of the rows that were read before.
func (c *couple) claims(after string, rows []storage.OutboxRow, want ...string) {
	c.t.Helper()
	var got []string
	for i, mine := range must[[]bool](c.t)(c.s.Claim(c.t.Context(), lease(c.t, c.s, telegram, "me"), rows)) {
		if mine {
			got = append(got, rows[i].To.Chat)
		}
	}
	if !slices.Equal(got, want) {
		c.t.Errorf("after %s: claimed for %q, want %q", after, got, want)
	}
}

// ends wants the report of the broadcast to be this, once all that was claimed is over.
func (c *couple) ends(want string) {
	c.t.Helper()
	r := c.sum("the end")
	if got := fmt.Sprintf("pending %d, skipped %v", r.Pending, r.Skipped); got != want {
		c.t.Errorf("it is %s, want %s", got, want)
	}
}

// S75: «стоп» said within a day of a join, in the chat that came by it, holds there with
// its commit, for what was read before too; what is for the chat where the person was
// leaves, until they confirm it there, or the day is over: then nothing leaves anywhere.
func TestStopOfANewcomer(t *testing.T) {
	hushes := func(w *storage.TurnWrite) { w.Conversation.Hushed, w.CancelBulk = true, true }
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		c := newCouple(t, s)
		stops := func(w *storage.TurnWrite) {
			who := person(t, s, c.old).Contact
			who.Stopped = true
			w.Contact, w.Silence = &who, true
		}
		rows := c.mails(c.came)
		ok(t, turns(t, s, c.came, hushes))
		c.claims("the newcomer's stop", rows)
		c.ends("pending 0, skipped map[stopped:1]")

		rows = c.mails(c.came) // wrote there last, and is told where they may be
		c.claims("that, elsewhere", rows, "old")
		c.ends("pending 1, skipped map[]")

		rows = c.mails(c.old)
		ok(t, turns(t, s, c.came, hushes)) // once more
		ok(t, turns(t, s, c.old, stops))
		c.claims("a yes from where the person was", rows)
		c.ends("pending 0, skipped map[stopped:1]")
		c.claims("and later", c.mails(c.old))
		c.ends("pending 0, skipped map[stopped:1]")

		must[int](t)(s.Exec(t.Context(), `UPDATE contacts SET stopped = FALSE`)) // they want news again
		rows = c.mails(c.old)
		must[int](t)(s.Exec(t.Context(), `UPDATE merges SET came_at = came_at - $1`, bot.Probation.Microseconds()))
		if got := fresh(t, s, "old"); len(got) > 0 {
			t.Fatalf("came today: %v", got)
		}
		ok(t, turns(t, s, c.came, stops))
		c.claims("a stop of who came a day ago", rows)
		c.ends("pending 0, skipped map[stopped:1]")
	})
}
