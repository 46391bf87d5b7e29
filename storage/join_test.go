package storage_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

const web = "webchat"

func onWeb(chat string) bot.Address { return bot.Address{Bot: web, Chat: chat} }

// meets writes the first turn of somebody at the address: c as the turn would
// have it, and a ticket unless state is "".
func meets(t *testing.T, s *storage.Store, a bot.Address, c bot.Contact, ticket string) {
	t.Helper()
	ctx := t.Context()
	l := lease(t, s, a.Bot, "me")
	id := storage.NewID()
	must[[]bool](t)(s.Receive(ctx, []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: a.Bot, ID: id, Chat: a.Chat, Payload: []byte("{}")},
	}}))
	w := storage.TurnWrite{
		Bot: a.Bot, InboxID: id, Contact: &c,
		Conversation: &bot.Conversation{Address: a, Contact: c.ID, Version: 1, Reach: bot.Reachable, State: bot.State{Flow: "menu", Step: "main"}},
		History:      []bot.Entry{{Address: a, Kind: "typed", Text: c.Name, Cause: id}},
		Questions:    []bot.Question{{Address: a, Cause: id, Contact: c.ID, Text: "чому", Language: bot.Ukrainian, Ending: "unknown"}},
	}
	if ticket != "" {
		w.Open = &bot.Ticket{ID: ticket, Address: a, Contact: c.ID, Reason: bot.ReasonAsked}
	}
	ok(t, errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{w})))
	// Of two the first stays, and SQLite's clock counts milliseconds: nobody comes in the same one.
	time.Sleep(2 * time.Millisecond)
}

// follows has the address follow the code, in a turn of its own.
func follows(t *testing.T, s *storage.Store, a bot.Address, code string) error {
	t.Helper()
	return turns(t, s, a, func(w *storage.TurnWrite) { w.Join = &storage.Joining{Code: code, To: a} })
}

// turns makes the next turn of the address.
func turns(t *testing.T, s *storage.Store, a bot.Address, with func(*storage.TurnWrite)) error {
	t.Helper()
	ctx := t.Context()
	l := lease(t, s, a.Bot, "me")
	id := storage.NewID()
	must[[]bool](t)(s.Receive(ctx, []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: a.Bot, ID: id, Chat: a.Chat, Payload: []byte("{}")},
	}}))
	now := person(t, s, a)
	c := now.Conversation
	c.Version++
	w := storage.TurnWrite{Bot: a.Bot, InboxID: id, Conversation: &c}
	with(&w)
	return errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{w}))
}

func person(t *testing.T, s *storage.Store, a bot.Address) storage.Loaded {
	t.Helper()
	return must[map[bot.Address]storage.Loaded](t)(s.LoadTurns(t.Context(), []bot.Address{a}))[a]
}

// joins gives the chat's contact a second address, and something of the canary
// wherever a join keeps something.
func joins(t *testing.T, s *storage.Store, chat, canary string) {
	t.Helper()
	second := onWeb("web" + chat)
	meets(t, s, second, bot.Contact{ID: storage.NewID(), Name: canary, Region: canary}, "")
	ok(t, follows(t, s, second, must[string](t)(s.CreateInvite(t.Context(), at(chat), time.Hour))))
	must[string](t)(s.CreateInvite(t.Context(), second, time.Hour))
}

// sound wants the tables to fit each other.
func sound(t *testing.T, s *storage.Store) {
	t.Helper()
	for _, p := range must[[]string](t)(upkeep.Breaches(t.Context(), s)) {
		if !strings.Contains(p, "messages being sent") {
			t.Error(p)
		}
	}
}

// The contact who was there first stays, unless the company knows the other one
// alone; either way both addresses are that one's.
func TestJoin(t *testing.T) {
	cases := []struct {
		name         string
		webFirst     bool
		externalWeb  bool
		externalHere bool
		want         string // who stays
	}{
		{name: "the web chat was first", webFirst: true, want: "web"},
		{name: "telegram was first", want: "tg"},
		{name: "the company knows the later one", webFirst: true, externalHere: true, want: "tg"},
		{name: "the company knows the web chat", externalWeb: true, want: "web"},
	}
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		ok(t, s.PutChanges(ctx, []bot.Change{change("a", bot.ChangeAnnounced), change("b", bot.ChangeAnnounced)}))
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				w, g := onWeb(fmt.Sprint("w", i)), at(fmt.Sprint("g", i))
				ids := map[string]string{"web": fmt.Sprint("web", i), "tg": fmt.Sprint("tg", i)}
				people := map[string]bot.Contact{
					"web": {ID: ids["web"], Language: bot.Russian, Chosen: true, Zone: "Europe/Kyiv"},
					"tg":  {ID: ids["tg"], Name: "Олена", Language: bot.Ukrainian},
				}
				order := []string{"tg", "web"}
				if c.webFirst {
					order = []string{"web", "tg"}
				}
				for n, who := range order {
					a := map[string]bot.Address{"web": w, "tg": g}[who]
					meets(t, s, a, people[who], "")
					must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = $1 WHERE id = $2`, 1000+n, ids[who]))
				}
				for who, known := range map[string]bool{"web": c.externalWeb, "tg": c.externalHere} {
					if known {
						must[int](t)(s.Exec(ctx, `UPDATE contacts SET external_id = $1, tier = 'vip' WHERE id = $2`, "ext"+ids[who], ids[who]))
					}
				}
				must[int](t)(s.Exec(ctx, `UPDATE ledger SET told_at = 70, mentioned_at = 60 WHERE contact = $1 AND change_id = 'a'`, ids["web"]))
				must[int](t)(s.Exec(ctx, `UPDATE ledger SET told_at = 50, asked_at = 55 WHERE contact = $1 AND change_id = 'a'`, ids["tg"]))
				before := map[string]storage.ContactRow{}
				for _, id := range ids {
					before[id] = must[storage.ContactRow](t)(s.Contact(ctx, id))
				}

				code := must[string](t)(s.CreateInvite(ctx, w, time.Hour))
				if len(code) != 22 {
					t.Errorf("code %q", code)
				}
				ok(t, follows(t, s, g, code))
				sound(t, s)
				keep, lose := ids[c.want], ids[map[string]string{"web": "tg", "tg": "web"}[c.want]]
				got := must[storage.ContactRow](t)(s.Contact(ctx, keep))
				want := before[keep]
				want.Addresses = []bot.Address{g, w}
				want.Name, want.Language, want.Chosen, want.Zone = "Олена", bot.Russian, true, "Europe/Kyiv"
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("who stays (-want +got):\n%s", diff)
				}
				if _, err := s.Contact(ctx, lose); !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("the other is still there: %v", err)
				}
				for _, table := range []string{"conversations", "tickets", "questions", "ledger", "join_offers", "merges"} {
					if n := must[int](t)(s.Count(ctx, "SELECT count(*) FROM "+table+" WHERE contact = $1", lose)); n > 0 {
						t.Errorf("%d rows of %s did not follow", n, table)
					}
				}
				if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger WHERE contact = $1 AND change_id = 'a'
					AND told_at = 50 AND mentioned_at = 60 AND asked_at = 55`, keep)); n != 1 {
					t.Error("the ledgers are not united")
				}
				linked := must[map[string][]storage.Linked](t)(s.Linked(ctx, []string{keep}))[keep]
				if len(linked) != 2 || !linked[0].Since.IsZero() || linked[1].Since.IsZero() {
					t.Errorf("linked: %+v", linked)
				}

				// The other way: everything is as it was, and a second time changes nothing.
				joined := linked[1].Address
				if j := must[storage.Joined](t)(s.JoinedAt(ctx, keep, joined)); j.Former != lose || j.Changes == 0 || j.Name != before[lose].Name || j.Since.IsZero() {
					t.Errorf("before the split: %+v", j)
				}
				for range 2 {
					var id string
					ok(t, s.InTx(ctx, func(tx *storage.Tx) (err error) {
						id, _, err = tx.Split(ctx, keep, joined)
						return err
					}))
					if id != lose {
						t.Errorf("the address belongs to %q, want %q", id, lose)
					}
					sound(t, s)
					for _, id := range ids {
						if diff := cmp.Diff(before[id], must[storage.ContactRow](t)(s.Contact(ctx, id))); diff != "" {
							t.Errorf("not as it was (-was +is):\n%s", diff)
						}
					}
					for id, at := range map[string][2]int{ids["web"]: {70, 0}, ids["tg"]: {50, 55}} {
						if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger WHERE contact = $1 AND change_id = 'a'
							AND told_at = $2 AND asked_at = $3`, id, at[0], at[1])); n != 1 {
							t.Errorf("the ledger of %s is not as it was", id)
						}
					}
				}
				err := s.InTx(ctx, func(tx *storage.Tx) error {
					_, _, err := tx.Split(ctx, lose, joined)
					return err
				})
				if _, err := s.JoinedAt(ctx, lose, joined); !errors.Is(err, storage.ErrOwnAddress) {
					t.Errorf("what would leave with one's own address: %v", err)
				}
				if !errors.Is(err, storage.ErrOwnAddress) {
					t.Errorf("its own address: %v", err)
				}
				// And joined once more.
				ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
				sound(t, s)
			})
		}
		err := s.InTx(ctx, func(tx *storage.Tx) error {
			_, _, err := tx.Split(ctx, "web0", onWeb("nobody"))
			return err
		})
		if !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("no such address: %v", err)
		}
	})
}

// The dossier of a joined contact is of both addresses, and so is the erasure;
// who was parted in time stays.
func TestJoinedAreErasedTogether(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		w, g, apart := onWeb("QxWeb771"), at("QxTg772"), onWeb("apart773")
		for _, a := range []bot.Address{w, g, apart} {
			meets(t, s, a, bot.Contact{ID: "Id" + a.Chat, Name: "Name" + a.Chat}, storage.NewID())
		}
		ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
		must[int](t)(s.Exec(ctx, `UPDATE merges SET came_at = came_at - $1`, bot.Probation.Microseconds()))
		ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, apart, time.Hour))))
		ok(t, turns(t, s, g, func(wr *storage.TurnWrite) { wr.Split = &apart }))
		id := person(t, s, g).Contact.ID
		document := string(must[[]byte](t)(json.Marshal(must[storage.Dossier](t)(s.Dossier(ctx, id)))))
		for _, a := range []bot.Address{w, g} {
			if !strings.Contains(document, "Name"+a.Chat) {
				t.Errorf("nothing of %s in the dossier", a)
			}
		}
		if strings.Contains(document, apart.Chat) {
			t.Error("the dossier tells of somebody who is apart")
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Erase(ctx, storage.Person{Contact: id})
		}))
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		if found := must[[]string](t)(s.Grep(ctx, w.Chat, g.Chat)); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		// Whoever asked to be erased just before they were joined is erased too.
		meets(t, s, w, bot.Contact{ID: "IdBefore774", Name: "QxBefore775"}, "")
		meets(t, s, g, bot.Contact{ID: "IdWith776", Name: "QxWith777"}, "")
		ok(t, follows(t, s, w, must[string](t)(s.CreateInvite(ctx, g, time.Hour))))
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			for _, id := range []string{"IdBefore774", "IdWith776"} { // one of the two is no more
				err := tx.Erase(ctx, storage.Person{Contact: id, Addresses: []bot.Address{g, w}})
				if err != nil && !errors.Is(err, storage.ErrNotFound) {
					return err
				}
				if _, err := tx.Contact(ctx, "IdBefore774"); id == "IdBefore774" && !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("not erased: %v", err)
				}
				if _, err := tx.Contact(ctx, "IdWith776"); !errors.Is(err, storage.ErrNotFound) {
					t.Errorf("not erased: %v", err)
				}
			}
			return nil
		}))
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		if found := must[[]string](t)(s.Grep(ctx, "QxBefore775", "QxWith777", w.Chat, g.Chat)); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		if person(t, s, apart).Contact.Name != "Name"+apart.Chat {
			t.Error("who was apart is gone too")
		}
		sound(t, s)
	})
}

// A table with a contact's id must follow a join. Whoever adds one writes that in
// join and Split, and its name here.
func TestEverythingOfAContactFollows(t *testing.T) {
	follow := []string{
		"consents", "conversations", "join_offers", "ledger", "merges", "questions", "ratings", "recipients",
		"search_due", "search_people", "search_words", "tellings", "tickets",
	}
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	var have []string
	for _, c := range must[[]storage.Column](t)(s.Columns(t.Context())) {
		if c.Name == "contact" || c.Name == "contact_id" {
			have = append(have, c.Table)
		}
	}
	slices.Sort(have)
	if diff := cmp.Diff(follow, have); diff != "" {
		t.Error(diff)
	}
}
