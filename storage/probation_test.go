package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// fresh returns the addresses that came to the contact within Probation, and wants
// the turns of each of its addresses to know whether there are any.
func fresh(t *testing.T, s *storage.Store, contact string) (came []bot.Address) {
	t.Helper()
	all := must[map[string][]storage.Linked](t)(s.Linked(t.Context(), []string{contact}))[contact]
	for _, l := range all {
		if l.OnProbation {
			came = append(came, l.Address)
		}
	}
	for _, l := range all {
		if got := person(t, s, l.Address).OnProbation; got != (len(came) > 0) {
			t.Errorf("%v is told fresh=%v of %v", l.Address, got, came)
		}
	}
	return came
}

// An address that came by a join is new for a day by the database's clock, and
// again when its person comes to another.
func TestProbation(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		a, b, c := onWeb("a"), at("b"), bot.Address{Bot: "viber", Chat: "c"}
		for n, p := range []bot.Address{c, b, a} { // the later ones come to the earlier
			meets(t, s, p, bot.Contact{ID: p.Chat, Name: p.Chat}, "")
			must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = $1 WHERE id = $2`, 100+n, p.Chat))
		}
		ok(t, follows(t, s, b, must[string](t)(s.CreateInvite(ctx, a, time.Hour))))
		if got := fresh(t, s, "b"); !slices.Equal(got, []bot.Address{a}) {
			t.Errorf("came: %v", got)
		}
		age := func(by time.Duration) {
			must[int](t)(s.Exec(ctx, `UPDATE merges SET came_at = came_at - $1`, by.Microseconds()))
		}
		age(bot.Probation - time.Minute)
		if got := fresh(t, s, "b"); len(got) != 1 {
			t.Errorf("a minute before the day is over: %v", got)
		}
		age(time.Minute)
		if got := fresh(t, s, "b"); len(got) != 0 {
			t.Errorf("when the day is over: %v", got)
		}
		ok(t, follows(t, s, c, must[string](t)(s.CreateInvite(ctx, b, time.Hour))))
		if got := fresh(t, s, "c"); len(got) != 2 || slices.Contains(got, c) {
			t.Errorf("both came with their person: %v", got)
		}
		// A join undone takes along what its address asked for the whole person.
		for _, name := range []string{"erase", "stop", "handoff"} {
			ok(t, turns(t, s, a, func(w *storage.TurnWrite) { w.Timers = []storage.Timer{{Name: name, After: time.Hour}} }))
			ok(t, turns(t, s, b, func(w *storage.TurnWrite) { w.Timers = []storage.Timer{{Name: name, After: time.Hour}} }))
		}
		ok(t, turns(t, s, c, func(w *storage.TurnWrite) { w.Split = &a }))
		for _, p := range []bot.Address{a, b} {
			want := map[bot.Address]int{a: 1, b: 3}[p]
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM timers WHERE chat = $1`, p.Chat)); n != want {
				t.Errorf("%v has %d timers, want %d", p, n, want)
			}
		}
	})
}

// What came within a day brings nobody along, whichever side of the link it is on.
func TestNewcomersBringNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		a, b, c := onWeb("a"), at("b"), bot.Address{Bot: "viber", Chat: "c"}
		for n, p := range []bot.Address{b, a, c} {
			meets(t, s, p, bot.Contact{ID: p.Chat}, "")
			must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = $1 WHERE id = $2`, 100+n, p.Chat))
		}
		ok(t, follows(t, s, b, must[string](t)(s.CreateInvite(ctx, a, time.Hour))))
		for _, link := range []struct{ from, to bot.Address }{{a, c}, {c, a}} {
			code := must[string](t)(s.CreateInvite(ctx, link.from, time.Hour))
			if o := must[map[string]storage.Invite](t)(s.Invites(ctx, []string{code}))[code]; o.OnProbation != (link.from == a) {
				t.Errorf("%+v", o)
			}
			if err := follows(t, s, link.to, code); !errors.Is(err, storage.ErrConflict) {
				t.Errorf("%v follows %v: %v", link.to, link.from, err)
			}
		}
		code := must[string](t)(s.CreateInvite(ctx, a, time.Hour))
		must[int](t)(s.Exec(ctx, `UPDATE merges SET came_at = came_at - $1`, bot.Probation.Microseconds()))
		ok(t, follows(t, s, c, code))
		sound(t, s)
	})
}

// What a turn tells the person's other addresses is in their inbox with the
// commit, once, and is theirs to forget.
func TestRelay(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		a, b, c, d := onWeb("a"), at("b"), bot.Address{Bot: "viber", Chat: "c"}, onWeb("d")
		for i, p := range []bot.Address{b, a, c, d} { // b was there first, of those of one moment too
			meets(t, s, p, bot.Contact{ID: strconv.Itoa(i)}, "")
		}
		for _, p := range []bot.Address{a, c} {
			ok(t, follows(t, s, b, must[string](t)(s.CreateInvite(ctx, p, time.Hour))))
		}
		heard := func(p bot.Address) int {
			return must[int](t)(s.Count(ctx, `SELECT count(*) FROM inbox WHERE chat = $1 AND source = 'relay' AND state = 'waiting'`, p.Chat))
		}
		tell := func(to ...bot.Address) func(*storage.TurnWrite) {
			return func(w *storage.TurnWrite) { w.Relays = []storage.Relay{{What: "stop", To: to}} }
		}
		ok(t, turns(t, s, b, tell(a, b, d)))
		if heard(a) != 1 || heard(b) != 0 || heard(c) != 0 || heard(d) != 0 {
			t.Errorf("told %d, itself %d, another %d, a stranger %d", heard(a), heard(b), heard(c), heard(d))
		}
		ok(t, turns(t, s, b, tell()))
		if heard(a) != 2 || heard(b) != 0 || heard(c) != 1 || heard(d) != 0 {
			t.Errorf("told all: %d, itself %d, another %d, a stranger %d", heard(a), heard(b), heard(c), heard(d))
		}
		// The same turn once more is none, nor are its words.
		l := lease(t, s, b.Bot, "me")
		done := must[[]string](t)(s.Strings(ctx, `SELECT id FROM inbox WHERE chat = 'b' AND state = 'done' ORDER BY seq DESC LIMIT 1`))
		conv := person(t, s, b).Conversation
		conv.Version++
		w := storage.TurnWrite{Bot: b.Bot, InboxID: done[0], Conversation: &conv, Relays: []storage.Relay{{What: "stop"}}}
		if err := errOf(s.CommitTurns(ctx, l, []storage.TurnWrite{w})); !errors.Is(err, storage.ErrConflict) || heard(a) != 2 {
			t.Errorf("again: %v, %d", err, heard(a))
		}
		ok(t, turns(t, s, b, func(w *storage.TurnWrite) {
			w.Erase, w.Seen, w.Conversation = &storage.Person{Contact: w.Conversation.Contact, Addresses: []bot.Address{b}}, w.Conversation.Version-1, nil
		}))
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM inbox WHERE source = 'relay'`)); n != 0 {
			t.Errorf("%d rows outlive the person", n)
		}
	})
}

// An erasure holds for whom its turn saw: an address that a join has made a part
// of somebody else, or joined somebody else to, decides anew. Whoever is gone
// already is no matter.
func TestErasureHoldsForWhomItSaw(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for i, first := range []string{"web", "tg"} {
			w, g := onWeb(fmt.Sprint("w", i)), at(fmt.Sprint("g", i))
			meets(t, s, w, bot.Contact{ID: w.Chat}, "")
			meets(t, s, g, bot.Contact{ID: g.Chat}, "")
			must[int](t)(s.Exec(ctx, `UPDATE contacts SET created_at = $1 WHERE id = $2`, map[string]int{"web": 1, "tg": 1 << 60}[first], w.Chat))
			saw := person(t, s, w).Conversation
			ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
			erase := func(seen int64) error {
				return turns(t, s, w, func(wr *storage.TurnWrite) {
					wr.Erase, wr.Seen, wr.Conversation = &storage.Person{Contact: saw.Contact, Addresses: []bot.Address{w}}, seen, nil
				})
			}
			if err := erase(saw.Version); !errors.Is(err, storage.ErrConflict) {
				t.Errorf("%s was first: %v", first, err)
			}
			if person(t, s, g).Contact.ID == "" {
				t.Fatalf("%s was first: the other is erased", first)
			}
			now := person(t, s, w).Conversation
			ok(t, erase(now.Version))
			ok(t, erase(now.Version)) // gone already
			if person(t, s, g).Contact.ID != "" {
				t.Error("not erased")
			}
		}
	})
}

// A stop takes back the announcements that wait for any address of the person,
// and nobody else's; a stop of one address those of that one.
func TestSilence(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		a, b, c := at("a"), bot.Address{Bot: "viber", Chat: "b"}, at("c")
		for _, p := range []bot.Address{a, b, c} {
			meets(t, s, p, bot.Contact{ID: p.Chat}, "")
		}
		ok(t, follows(t, s, b, must[string](t)(s.CreateInvite(ctx, a, time.Hour))))
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			var rows []bot.Queued
			for _, p := range []bot.Address{a, b, c} {
				rows = append(rows, bot.Queued{Lane: bot.LaneBulk, To: p, Cause: "bcast/1/0", Part: bot.Part{Kind: "text", Body: []byte("{}")}},
					bot.Queued{Lane: bot.LaneReply, To: p, Cause: "turn/x/0", Part: bot.Part{Kind: "text", Body: []byte("{}")}})
			}
			_, err := tx.Enqueue(ctx, rows)
			return err
		}))
		ok(t, turns(t, s, a, func(w *storage.TurnWrite) { w.Silence = true }))
		for p, want := range map[bot.Address]string{a: "skipped", b: "skipped", c: "pending"} {
			got := must[[]string](t)(s.Strings(ctx, `SELECT state FROM outbox WHERE lane = 2 AND chat = '`+p.Chat+`'`))
			replies := must[[]string](t)(s.Strings(ctx, `SELECT state FROM outbox WHERE lane = 0 AND chat = '`+p.Chat+`'`))
			if !slices.Equal(got, []string{want}) || !slices.Equal(replies, []string{"pending"}) {
				t.Errorf("%v: announcements %v, replies %v", p, got, replies)
			}
		}
		ok(t, turns(t, s, c, func(w *storage.TurnWrite) { w.Conversation.Hushed = true }))
		if !person(t, s, c).Conversation.Hushed || person(t, s, a).Conversation.Hushed {
			t.Error("the wish of one address is not kept as that")
		}
	})
}
