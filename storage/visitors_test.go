package storage_test

import (
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// forgets runs the retention, with the web chat's visitors, and tells how many
// people it forgot.
func forgets(t *testing.T, s *storage.Store) int {
	t.Helper()
	lapse(t, s)
	n := 0
	r := upkeep.NewRetention(s, storage.NewID(), func(what string, rows int) {
		if what == "visitors" {
			n += rows
		}
	})
	r.Visited = []string{web}
	ok(t, r.Run(t.Context()))
	return n
}

func TestVisitorsAreForgotten(t *testing.T) {
	const viber = "viber"
	long := 90*day + hour
	plain := func(*testing.T, *storage.Store, bot.Address) {}
	reach := func(to bot.Reach) func(*testing.T, *storage.Store, bot.Address) {
		return func(t *testing.T, s *storage.Store, a bot.Address) {
			ok(t, turns(t, s, a, func(w *storage.TurnWrite) { w.Conversation.Reach = to }))
		}
	}
	ticket := func(t *testing.T, s *storage.Store, a bot.Address) {
		ok(t, turns(t, s, a, func(w *storage.TurnWrite) {
			w.Open = &bot.Ticket{ID: "t" + a.Chat, Address: a, Contact: w.Conversation.Contact}
		}))
	}
	cases := []struct {
		name   string
		bot    string
		silent time.Duration
		with   func(*testing.T, *storage.Store, bot.Address)
		stays  bool
	}{
		{"a visitor of the web chat", web, long, plain, false},
		{"one who was here lately", web, 90*day - hour, plain, true},
		{"an opening on Viber", viber, long, reach(bot.Opened), false},
		{"an opening of late", viber, 90*day - hour, reach(bot.Opened), true},
		{"a subscriber on Viber", viber, long, reach(bot.Reachable), true},
		{"a private chat on Telegram", telegram, long, plain, true},
		{"one who blocked us", telegram, long, reach(bot.Blocked), true},
		{"a visitor with an open ticket", web, long, ticket, true},
		{"a visitor with a closed ticket", web, long, func(t *testing.T, s *storage.Store, a bot.Address) {
			ticket(t, s, a)
			ok(t, errOf(move(t, s, "t"+a.Chat, bot.TicketClose, "Марина")))
		}, true},
		{"a visitor whom the company knows", web, long, func(t *testing.T, s *storage.Store, a bot.Address) {
			must[int](t)(s.Exec(t.Context(), `UPDATE contacts SET external_id = 'crm-7' WHERE id = $1`, person(t, s, a).Contact.ID))
		}, true},
		{"a visitor who has joined a Telegram chat", web, long, func(t *testing.T, s *storage.Store, a bot.Address) {
			phone := bot.Address{Bot: telegram, Chat: "phone" + a.Chat}
			meets(t, s, phone, bot.Contact{ID: storage.NewID(), Name: "Q"}, "")
			ok(t, follows(t, s, phone, must[string](t)(s.CreateInvite(t.Context(), a, time.Hour))))
		}, true},
		{"a visitor whose page has just sent a line", web, long, func(t *testing.T, s *storage.Store, a bot.Address) {
			must[int64](t)(s.AddChatLine(t.Context(), a, storage.ChatLine{ID: "late", Body: []byte("x")}))
		}, true},
	}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		must[int](t)(s.Exec(ctx, `DELETE FROM settings`))
		ok(t, s.PutChanges(ctx, []bot.Change{change("a", bot.ChangeAnnounced)}))
		gone := 0
		at := func(i int) bot.Address { return bot.Address{Bot: cases[i].bot, Chat: fmt.Sprint("77889900", i)} }
		for i, c := range cases {
			a := at(i)
			meets(t, s, a, bot.Contact{ID: storage.NewID(), Name: "Qx" + a.Chat}, "")
			must[int64](t)(s.AddChatLine(ctx, a, storage.ChatLine{ID: "m", Body: []byte("Qx" + a.Chat)}))
			older(t, s, "webchat_heads", "seq", "chat = '"+a.Chat+"'", c.silent)
			older(t, s, "webchat_lines", "seq", "chat = '"+a.Chat+"'", c.silent)
			must[storage.File](t)(putFile(ctx, s, a, storage.File{ID: "f", Name: "n"}, []byte("Qx"+a.Chat), 100))
			c.with(t, s, a)
			older(t, s, "conversations", "joined_at", "chat = '"+a.Chat+"'", 200*day)
			must[int](t)(s.Exec(ctx, `UPDATE conversations SET last_at = $1 WHERE chat = $2`, time.Now().Add(-c.silent), a.Chat))
			older(t, s, "inbox", "settled_at", "chat = '"+a.Chat+"'", 89*day)
			if !c.stays {
				gone++
			}
		}
		// An update that has just come is not lost with what was before it.
		must[[]bool](t)(s.Receive(ctx, []storage.Incoming{{
			Source: storage.SourceChannel, Update: bot.Update{Bot: web, ID: "back", Chat: at(0).Chat, Payload: []byte("{}")},
		}}))
		ok(t, s.PutSetting(ctx, "keep.visitors", "never"))
		if n := forgets(t, s); n != 0 {
			t.Errorf("%d are forgotten though none is to be", n)
		}
		ok(t, s.PutSetting(ctx, "keep.visitors", " 90 "))
		if n := forgets(t, s); n != gone {
			t.Errorf("%d are forgotten, want %d", n, gone)
		}
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		for i, c := range cases {
			a := at(i)
			if stays := person(t, s, a).Contact.ID != ""; stays != c.stays {
				t.Errorf("%s: stays %v, want %v", c.name, stays, c.stays)
			}
			if c.stays {
				continue
			}
			if found := must[[]string](t)(s.Grep(ctx, "Qx"+a.Chat)); len(found) > 0 {
				t.Errorf("%s: still there: %v", c.name, found)
			}
		}
		if n := len(must[[]storage.InboxRow](t)(s.Waiting(ctx, web, 10, storage.InHand{}))); n != 1 {
			t.Errorf("%d updates wait, want 1", n)
		}
		for what, query := range map[string]string{
			"erase marks": `SELECT count(*) FROM tombstones`, "erasures": `SELECT count(*) FROM erasures`,
		} {
			if n := must[int](t)(s.Count(ctx, query)); n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		if n := forgets(t, s); n != 0 {
			t.Errorf("%d are forgotten twice", n)
		}
		sound(t, s)
	})
}

// Very many visitors are forgotten a few at a time.
func TestManyVisitorsAreForgotten(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const people = 120
		l := lease(t, s, web, "me")
		var in []storage.Incoming
		var writes []storage.TurnWrite
		for i := range people {
			a := bot.Address{Bot: web, Chat: fmt.Sprint("v", i)}
			in = append(in, storage.Incoming{Source: storage.SourceChannel, Update: bot.Update{Bot: web, ID: fmt.Sprint(i), Chat: a.Chat, Payload: []byte("{}")}})
			k := contact(a.Chat)
			c := conversation(a.Chat, 1)
			c.Address, c.LastAt = a, time.Now().Add(-100*day)
			writes = append(writes, storage.TurnWrite{Bot: web, InboxID: fmt.Sprint(i), Conversation: c, Contact: k})
		}
		must[[]bool](t)(s.Receive(t.Context(), in))
		ok(t, errOf(s.CommitTurns(t.Context(), l, writes)))
		older(t, s, "conversations", "joined_at", "TRUE", 100*day)
		if n := forgets(t, s); n != people {
			t.Errorf("%d are forgotten, want %d", n, people)
		}
		if n := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM contacts`)); n != 0 {
			t.Errorf("%d people are left", n)
		}
	})
}

// Whoever sent a file and then nothing has no conversation, and is forgotten like
// the others; who came back with another is not.
func TestVisitorsWithoutAConversationAreForgotten(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for chat, again := range map[string]bool{"unmet-gone": false, "unmet-stays": true} {
			a := bot.Address{Bot: web, Chat: chat}
			must[storage.File](t)(putFile(ctx, s, a, storage.File{ID: "f", Name: "n"}, []byte("x"), 100))
			must[int64](t)(s.AddChatLine(ctx, a, storage.ChatLine{ID: "m", Body: []byte("x")}))
			older(t, s, "files", "created_at", "chat = '"+chat+"'", 91*day)
			older(t, s, "webchat_heads", "seq", "chat = '"+chat+"'", 91*day)
			older(t, s, "webchat_lines", "seq", "chat = '"+chat+"'", 91*day)
			if again {
				must[storage.File](t)(putFile(ctx, s, a, storage.File{ID: "g", Name: "n"}, []byte("x"), 100))
			}
		}
		if n := forgets(t, s); n != 1 {
			t.Errorf("%d are forgotten, want 1", n)
		}
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		if found := must[[]string](t)(s.Grep(ctx, "unmet-gone")); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM files WHERE chat = 'unmet-stays'`)); n != 2 {
			t.Errorf("%d files of who came back, want 2", n)
		}
		if n := forgets(t, s); n != 0 {
			t.Errorf("%d are forgotten again", n)
		}
	})
}
