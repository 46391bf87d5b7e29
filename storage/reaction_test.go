package storage_test

import (
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What people do about a broadcast is counted once, in the commit of their turn, of
// whoever was told it; the last one told in a chat is what first words are about, until
// they are said or a day is over.
func TestReactions(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat}, "")
		}
		heard := func() string { return person(t, s, at("a")).Heard }
		if heard() != "" {
			t.Error("something was heard before anything was told")
		}
		m := newMailing(t, s)
		expanded(t, s)
		l := lease(t, s, telegram, "me")
		m.release(l)
		m.sends(l, func() bot.Outcome { return bot.Sent })
		if heard() != m.id {
			t.Errorf("heard %q, want the broadcast", heard())
		}
		last := func() bool {
			t.Helper()
			sent := must[[]storage.Sending](t)(s.LastSent(ctx, at("a")))
			return len(sent) == 1 && sent[0].Broadcast == m.id && sent[0].Of.Text.UK != "" && sent[0].Rendering != ""
		}
		if !last() {
			t.Error("nobody knows what was told last")
		}
		for range 2 {
			ok(t, turns(t, s, at("a"), func(w *storage.TurnWrite) {
				for _, mark := range []bot.RecipientMark{bot.RecipientAsked, bot.RecipientAcknowledged, bot.RecipientComplained, bot.RecipientUnsubscribed} {
					w.Reactions = append(w.Reactions, storage.Reaction{Broadcast: m.id, Contact: "ida", Mark: mark})
				}
				w.Reactions = append(w.Reactions, storage.Reaction{Broadcast: m.id, Contact: "nobody", Mark: bot.RecipientAsked})
			}))
		}
		r := m.sum("reactions")
		if r.Asked != 1 || r.Acknowledged != 1 || r.Complained != 1 || r.Unsubscribed != 1 || r.Clicked != 0 {
			t.Errorf("%+v", r)
		}
		ok(t, turns(t, s, at("a"), func(w *storage.TurnWrite) {
			w.History = append(w.History, bot.Entry{Address: at("a"), At: time.Now(), Out: true, Kind: "say", Text: "відповідь", Cause: "turn/since/0"})
		}))
		if last() {
			t.Error("what was said since came before it")
		}
		must[int](t)(s.Exec(ctx, `UPDATE conversations SET last_at = $1 WHERE chat = 'a'`, time.Now().Add(time.Second).UnixMicro()))
		if heard() != "" {
			t.Error("the second words are first ones too")
		}
		must[int](t)(s.Exec(ctx, `UPDATE conversations SET last_at = 0`))
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET sent_at = sent_at - $1`, (25 * time.Hour).Microseconds()))
		if heard() != "" {
			t.Error("after a day it is still heard")
		}
		sound(t, s)
	})
}
