package storage_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What operators began to write in the ticket that is over goes on in the other one.
func TestDraftsFollow(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for i, older := range []string{"here", "there"} {
			w, g := onWeb(fmt.Sprint("w", i)), at(fmt.Sprint("g", i))
			here, there := fmt.Sprint("here", i), fmt.Sprint("there", i)
			meets(t, s, w, bot.Contact{ID: fmt.Sprint("web", i)}, there)
			meets(t, s, g, bot.Contact{ID: fmt.Sprint("tg", i)}, here)
			must[int](t)(s.Exec(ctx, `UPDATE tickets SET opened_at = 5 WHERE id = $1`, fmt.Sprint(older, i)))
			stays, over := here, there
			if older == "there" {
				stays, over = there, here
			}
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
				for _, d := range []storage.Draft{
					{Ticket: over, User: "olha", Text: "почала тут", Files: []string{"f"}},
					{Ticket: over, User: "ivan", Text: "друга", Sent: 3, Files: []string{"h"}},
					{Ticket: stays, User: "ivan", Text: "перша", Sent: 1, Files: []string{"g"}},
					{Ticket: over, User: "petro", Text: "після надісланого"},
					{Ticket: stays, User: "petro", Sent: 2},
					{Ticket: over, User: "nina", Sent: 4},
				} {
					if err := tx.PutDraft(ctx, d); err != nil {
						return err
					}
				}
				return nil
			}))
			ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
			sound(t, s)
			got := map[string]string{}
			for _, d := range must[[]storage.Draft](t)(s.Drafts(ctx, stays)) {
				got[d.User] = fmt.Sprint(d.Text, d.Files, d.Sent)
			}
			want := map[string]string{"olha": "почала тут[f] 0", "ivan": "перша\n\nдруга[g h] 1", "petro": "після надісланого[] 2"}
			if !maps.Equal(got, want) {
				t.Errorf("%s goes on with %q, want %q", stays, got, want)
			}
			for _, d := range must[[]storage.Draft](t)(s.Drafts(ctx, over)) {
				if !d.Blank() {
					t.Errorf("%s is over, and has %+v", over, d)
				}
			}
		}
	})
}

// The open ticket goes where the person is; of two, one goes on.
func TestTicketsFollow(t *testing.T) {
	cases := []struct {
		name             string
		here, there      string // "", waiting or taken
		want, over       string // which goes on here, which is closed
		back             bool   // it returns when the join is undone
		takenHereLater   bool
		closedHereLater  bool
		reopenedByOthers bool
	}{
		{name: "none"},
		{name: "there", there: "waiting", want: "there", back: true},
		{name: "taken there", there: "taken", want: "there", back: true, takenHereLater: true},
		{name: "here", here: "waiting", want: "here"},
		{name: "both wait, the older is there", here: "waiting", there: "waiting", want: "there", over: "here", back: true},
		{name: "both, taken here", here: "taken", there: "waiting", want: "here", over: "there"},
		{name: "closed before they part", there: "waiting", want: "there", closedHereLater: true},
		{name: "another one since", there: "waiting", want: "there", reopenedByOthers: true},
	}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				w, g := onWeb(fmt.Sprint("w", i)), at(fmt.Sprint("g", i))
				id := func(side string) string { return fmt.Sprint(side, i) }
				name := func(state, side string) string {
					if state == "" {
						return ""
					}
					return id(side)
				}
				meets(t, s, w, bot.Contact{ID: id("web")}, name(c.there, "there"))
				meets(t, s, g, bot.Contact{ID: id("tg")}, name(c.here, "here"))
				must[int](t)(s.Exec(ctx, `UPDATE tickets SET opened_at = 5 WHERE id = $1`, id("there")))
				must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = 5 WHERE id = $1`, id("tg")))
				for side, state := range map[string]string{"here": c.here, "there": c.there} {
					if state == "taken" {
						must[int](t)(s.Exec(ctx, `UPDATE tickets SET state = 'taken', holder = 'Марина' WHERE id = $1`, id(side)))
					}
				}
				ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
				sound(t, s)
				got := person(t, s, g).Ticket
				switch {
				case c.want == "" && got != nil:
					t.Errorf("a ticket out of nothing: %+v", got)
				case c.want != "" && (got == nil || got.ID != id(c.want) || got.Contact != id("tg")):
					t.Errorf("goes on: %+v, want %s", got, c.want)
				}
				if person(t, s, w).Ticket != nil {
					t.Error("there is a ticket where the person came from")
				}
				if c.over != "" {
					if over := must[bot.Ticket](t)(s.Ticket(ctx, id(c.over))); over.State != bot.TicketClosed || over.ClosedAt.IsZero() {
						t.Errorf("over: %+v", over)
					}
				}
				noted := 0
				for _, a := range []bot.Address{w, g} {
					for _, e := range must[[]bot.Entry](t)(s.History(ctx, a, 10)) {
						if e.Kind == "joined" {
							noted++
							if strings.Contains(string(e.Detail), w.Chat) || strings.Contains(string(e.Detail), g.Chat) {
								t.Errorf("the history names the other chat: %s", e.Detail)
							}
							if c.over != "" && !strings.Contains(string(e.Detail), id(c.over)) {
								t.Errorf("the history does not tell of the ticket that is over: %s", e.Detail)
							}
						}
					}
				}
				if noted != 2 {
					t.Errorf("noted %d times", noted)
				}
				if c.closedHereLater {
					must[int](t)(s.Exec(ctx, `UPDATE tickets SET state = 'closed' WHERE id = $1`, id("there")))
				}
				if c.reopenedByOthers {
					ok(t, turns(t, s, w, func(wr *storage.TurnWrite) {
						wr.Open = &bot.Ticket{ID: id("new"), Address: w, Contact: id("tg")}
					}))
				}
				ok(t, turns(t, s, g, func(wr *storage.TurnWrite) { wr.Split = &w }))
				sound(t, s)
				back := person(t, s, w).Ticket
				if (back != nil && back.ID == id("there") && back.Contact == id("web")) != c.back {
					t.Errorf("came back: %+v, want %v", back, c.back)
				}
			})
		}
	})
}
