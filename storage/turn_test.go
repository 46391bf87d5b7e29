package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func load(t *testing.T, s *storage.Store, chats ...string) map[bot.Address]storage.Loaded {
	t.Helper()
	var all []bot.Address
	for _, c := range chats {
		all = append(all, at(c))
	}
	return must[map[bot.Address]storage.Loaded](t)(s.LoadTurns(t.Context(), all))
}

func entry(chat, cause, text string) bot.Entry {
	return bot.Entry{Address: at(chat), At: noon, Cause: cause, Kind: "typed", Text: text, Detail: []byte(`{"x":1}`)}
}

// turn stores an update of the chat and commits w as its turn.
func turn(t *testing.T, s *storage.Store, l storage.Lease, chat string, w storage.TurnWrite) {
	t.Helper()
	w.Bot, w.InboxID = telegram, storage.NewID()
	receive(t, s, chat, w.InboxID)
	ok(t, errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{w})))
}

func TestCommitAndLoad(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		if got := load(t, s, "1")[at("1")]; got.Conversation.Version != 0 || got.Contact.ID != "" || got.Ticket != nil {
			t.Errorf("nothing yet, but %+v", got)
		}
		first := storage.TurnWrite{
			Conversation: conversation("1", 1), Contact: contact("1"),
			History: []bot.Entry{entry("1", "u", "привіт"), {Address: at("1"), Out: true, Cause: "turn/u/0", Kind: "say"}},
			Outbox:  []bot.Queued{say("1", "turn/u/0/0"), say("1", "turn/u/0/1")},
			Note:    "noted",
		}
		turn(t, s, l, "1", first)
		got := load(t, s, "1", "2")
		want := storage.Loaded{Conversation: *conversation("1", 1), Contact: *contact("1")}
		if diff := cmp.Diff(want, got[at("1")]); diff != "" {
			t.Error(diff)
		}
		if _, ok := got[at("2")]; !ok {
			t.Error("an unknown address has no answer")
		}
		history := must[[]bot.Entry](t)(s.History(t.Context(), at("1"), 10))
		if diff := cmp.Diff(first.History, history, cmpopts.IgnoreFields(bot.Entry{}, "At")); diff != "" {
			t.Error(diff)
		}
		if !history[0].At.Equal(noon) || history[1].At.IsZero() {
			t.Errorf("times %v and %v", history[0].At, history[1].At)
		}
		if diff := cmp.Diff([]string{"turn/u/0/0", "turn/u/0/1"}, causes(pending(t, s, bot.LaneReply))); diff != "" {
			t.Error(diff)
		}
		if ids := waitingIDs(t, s); len(ids) != 0 {
			t.Errorf("still waiting: %v", ids)
		}

		next := *conversation("1", 2)
		next.State = bot.State{Flow: "faq", Step: "asked"}
		next.Reach, next.ReachAt, next.BurstAt = bot.Blocked, time.Time{}, time.Time{}
		changed := *contact("1")
		changed.Language, changed.Stopped, changed.Chosen = bot.Russian, true, false
		turn(t, s, l, "1", storage.TurnWrite{Conversation: &next, Contact: &changed})
		want = storage.Loaded{Conversation: next, Contact: changed}
		if diff := cmp.Diff(want, load(t, s, "1")[at("1")], cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCommitConflictWritesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1)})
		receive(t, s, "0", "done")
		ok(t, errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{{Bot: telegram, InboxID: "done"}})))
		receive(t, s, "2", "good", "1", "bad")
		good := storage.TurnWrite{
			Bot: telegram, InboxID: "good", Conversation: conversation("2", 1), Contact: contact("2"),
			History: []bot.Entry{entry("2", "good", "x")}, Outbox: []bot.Queued{say("2", "turn/good/0")},
			Open:   &bot.Ticket{ID: "t", Address: at("2")},
			Timers: []storage.Timer{{Name: "idle", After: time.Hour}},
		}
		for name, bad := range map[string]storage.TurnWrite{
			"applied before":          {InboxID: "done"},
			"never received":          {InboxID: "nobody"},
			"already the version":     {InboxID: "bad", Conversation: conversation("1", 1)},
			"stale version":           {InboxID: "bad", Conversation: conversation("1", 3)},
			"no conversation to row":  {InboxID: "bad", Conversation: conversation("5", 2)},
			"same conversation twice": {InboxID: "bad", Conversation: conversation("2", 1)},
			"same update twice":       {InboxID: "good"},
		} {
			bad.Bot = telegram
			err := errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{good, bad}))
			if !errors.Is(err, storage.ErrConflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff([]string{"good", "bad"}, waitingIDs(t, s)); diff != "" {
			t.Error(diff)
		}
		got := load(t, s, "2")[at("2")]
		if got.Conversation.Version != 0 || got.Ticket != nil || len(pending(t, s, bot.LaneReply)) != 0 {
			t.Errorf("left behind: %+v", got)
		}
		if h := must[[]bot.Entry](t)(s.History(t.Context(), at("2"), 9)); len(h) != 0 {
			t.Errorf("history left behind: %v", h)
		}
		if _, left, _ := s.NextTimer(t.Context(), telegram); left {
			t.Error("timer left behind")
		}
		ok(t, errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{good})))
	})
}

func TestCommitRefusesAnotherBotsTurn(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		if err := errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{{Bot: "viber", InboxID: "a"}})); err == nil {
			t.Error("taken")
		}
	})
}

func TestTickets(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		open := func(chat string, n int) *bot.Ticket {
			return &bot.Ticket{
				ID: "ticket-" + chat, Address: at(chat), Contact: "contact-" + chat,
				Reason: bot.ReasonAsked, Topic: "tariff", OpenedAt: noon.Add(time.Duration(n) * time.Second),
			}
		}
		for i, chat := range []string{"c", "a", "b"} {
			turn(t, s, l, chat, storage.TurnWrite{Conversation: conversation(chat, 1), Open: open(chat, i)})
		}
		again := open("a", 9)
		again.ID = "another"
		turn(t, s, l, "a", storage.TurnWrite{Open: again})
		got := load(t, s, "c", "a", "b", "x")
		wait := map[bot.Address]int{at("c"): 0, at("a"): 1, at("b"): 2, at("x"): 3}
		if diff := cmp.Diff(wait, must[map[bot.Address]int](t)(s.Ahead(ctx, []bot.Address{at("c"), at("a"), at("b"), at("x")}))); diff != "" {
			t.Error(diff)
		}
		want := *open("a", 1)
		want.State = bot.TicketWaiting
		if diff := cmp.Diff(&want, got[at("a")].Ticket); diff != "" {
			t.Error(diff)
		}
		if got[at("x")].Ticket != nil {
			t.Error("a ticket out of nothing")
		}
		if all := must[[]bot.Ticket](t)(s.OpenTickets(ctx)); len(all) != 3 || all[0].ID != "ticket-c" {
			t.Errorf("open: %+v", all)
		}
		turn(t, s, l, "a", storage.TurnWrite{CloseTicket: "ticket-a", Open: again})
		a := load(t, s, "a")[at("a")]
		if a.Ticket == nil || a.Ticket.ID != "another" {
			t.Errorf("after closing and opening: %+v", a)
		}
		if n := must[map[bot.Address]int](t)(s.Ahead(ctx, []bot.Address{at("a")}))[at("a")]; n != 2 {
			t.Errorf("%d ahead of the new one, want 2", n)
		}
		const many = `INSERT INTO tickets (bot, id, chat, contact, state, reason, topic, opened_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
SELECT 'telegram', 'many' || i, 'many' || i, '', 'waiting', 'asked', '', 1 FROM n`
		must[int](t)(s.Exec(ctx, many))
		if n := must[map[bot.Address]int](t)(s.Ahead(ctx, []bot.Address{at("a")}))[at("a")]; n != bot.AheadMost {
			t.Errorf("%d counted, want %d", n, bot.AheadMost)
		}
		closed := must[bot.Ticket](t)(s.Ticket(ctx, "ticket-a"))
		if closed.State != bot.TicketClosed || closed.ClosedAt.IsZero() {
			t.Errorf("closed: %+v", closed)
		}
		if _, err := s.Ticket(ctx, "none"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("no ticket: %v", err)
		}
	})
}

func TestTimersFireOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{Timers: []storage.Timer{
			{Name: "moved", After: -time.Minute},
			{Name: "moved", After: time.Hour},
			{Name: "due", After: -time.Minute},
			{Name: "dropped", After: -time.Minute},
			{Name: "dropped", Drop: true},
		}})
		turn(t, s, l, "2", storage.TurnWrite{Timers: []storage.Timer{{Name: "due", After: -time.Second}}})
		for i, want := range []int{1, 1, 0} {
			if n := must[int](t)(s.FireTimers(ctx, l, 1)); n != want {
				t.Errorf("round %d fired %d", i, n)
			}
		}
		rows := must[[]storage.InboxRow](t)(s.Waiting(ctx, telegram, 10, storage.InHand{}))
		if len(rows) != 2 {
			t.Fatalf("%d rows", len(rows))
		}
		if r := rows[0]; !strings.HasPrefix(r.ID, "timer/1/due/") || r.Chat != "1" || r.Source != storage.SourceTimer {
			t.Errorf("the earlier timer came as %+v", r)
		}
		// moving it into the past shows that it still was there, once
		turn(t, s, l, "1", storage.TurnWrite{Timers: []storage.Timer{{Name: "moved", After: -time.Minute}}})
		if n := must[int](t)(s.FireTimers(ctx, l, 10)); n != 1 {
			t.Errorf("the moved timer fired %d times", n)
		}
		turn(t, s, l, "1", storage.TurnWrite{Timers: []storage.Timer{{Name: "moved", Drop: true}}})
		if n := must[int](t)(s.FireTimers(ctx, l, 10)); n != 0 {
			t.Error("a timer fired twice")
		}
	})
}

func TestUntilTimer(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		until := func() (time.Duration, bool) {
			t.Helper()
			after, set, err := s.UntilTimer(t.Context(), telegram)
			ok(t, err)
			return after, set
		}
		if after, set := until(); set || after != 0 {
			t.Errorf("none is set, and one is due after %v", after)
		}
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "1", storage.TurnWrite{Timers: []storage.Timer{{Name: "far", After: 48 * time.Hour}}})
		turn(t, s, l, "2", storage.TurnWrite{Timers: []storage.Timer{{Name: "near", After: time.Hour}}})
		if after, set := until(); !set || after <= 0 || after > time.Hour {
			t.Errorf("%v is the next due after %v, want the nearer one", set, after)
		}
		turn(t, s, l, "1", storage.TurnWrite{Timers: []storage.Timer{{Name: "far", After: -time.Hour}}})
		if after, set := until(); !set || after != 0 {
			t.Errorf("%v is one due after %v, want now", set, after)
		}
	})
}

func TestHistoryKeepsOrder(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		var want []string
		for i := range 20 {
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
				return tx.AddHistory(ctx, []bot.Entry{
					entry("1", "z", fmt.Sprint(i)), entry("2", "z", "other"), entry("1", "a", fmt.Sprint(i, "+")),
				})
			}))
			want = append(want, fmt.Sprint(i), fmt.Sprint(i, "+"))
		}
		var got []string
		for _, e := range must[[]bot.Entry](t)(s.History(ctx, at("1"), 30)) {
			got = append(got, e.Text)
		}
		if diff := cmp.Diff(want[10:], got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestStrangeText(t *testing.T) {
	const strange, cleaned = "a\x00b\xed\xa0\x80c\xff«їґ»\U0001F642", "a\uFFFDb\uFFFDc\uFFFD«їґ»\U0001F642"
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		c := conversation(strange, 1)
		c.Contact = strange
		c.State.Vars = bot.Vars{}.With("q", strange)
		c.State.Buttons[0].Label = strange
		turn(t, s, l, strange, storage.TurnWrite{
			Conversation: c, Contact: &bot.Contact{ID: strange, Name: strange},
			History: []bot.Entry{{Address: at(strange), Cause: strange, Kind: "typed", Text: strange, Detail: []byte(strange)}},
			Open:    &bot.Ticket{ID: strange, Address: at(strange), Topic: strange},
			Timers:  []storage.Timer{{Name: strange, After: -time.Hour}},
			Outbox:  []bot.Queued{{To: at(strange), Cause: strange, Part: bot.Part{Body: []byte(strange)}}},
			Note:    strange,
		})
		ok(t, s.PutSetting(t.Context(), strange, strange))
		got := load(t, s, strange)[at(strange)]
		if got.Contact.Name != cleaned || got.Ticket == nil || got.Ticket.Topic != cleaned {
			t.Errorf("got %+v", got)
		}
		// JSON keeps a NUL as \u0000, so it comes back as it was.
		if v := got.Conversation.State.Vars.Get("q"); v != "a\x00b\uFFFD\uFFFD\uFFFDc\uFFFD«їґ»\U0001F642" {
			t.Errorf("variable %q", v)
		}
		h := must[[]bot.Entry](t)(s.History(t.Context(), at(strange), 9))
		if len(h) != 1 || h[0].Text != cleaned || string(h[0].Detail) != strange {
			t.Errorf("history %+v", h)
		}
		if n := must[int](t)(s.FireTimers(t.Context(), l, 9)); n != 1 {
			t.Errorf("fired %d", n)
		}
		rows := pending(t, s, bot.LaneReply)
		if len(rows) != 1 || string(rows[0].Part.Body) != strange {
			t.Errorf("outbox %+v", rows)
		}
		ok(t, errOf(s.Claim(t.Context(), l, rows)))
		if v, _, err := s.Setting(t.Context(), strange); err != nil || v != cleaned {
			t.Errorf("setting %q %v", v, err)
		}
	})
}

func TestCommitManyTurns(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		for version := int64(1); version <= 3; version++ {
			ok(t, errOf(s.CommitTurns(t.Context(), l, batch(t, s, 700, version))))
		}
		if n := len(pending(t, s, bot.LaneReply)); n != 100 {
			t.Errorf("%d pending", n)
		}
		if v := load(t, s, "chat-699")[at("chat-699")].Conversation.Version; v != 3 {
			t.Errorf("version %d", v)
		}
	})
}

// batch stores n updates of n chats and gives a usual turn for each.
func batch(t testing.TB, s *storage.Store, n int, version int64) []storage.TurnWrite {
	t.Helper()
	in := make([]storage.Incoming, n)
	turns := make([]storage.TurnWrite, n)
	for i := range n {
		chat := fmt.Sprint("chat-", i)
		id := fmt.Sprint("update-", version, "-", i)
		in[i] = update(chat, id)
		turns[i] = storage.TurnWrite{
			Bot: telegram, InboxID: id, Conversation: conversation(chat, version),
			History: []bot.Entry{entry(chat, id, "Скільки коштує доставка?"), entry(chat, "turn/"+id+"/0", "Доставка коштує…")},
			Outbox:  []bot.Queued{say(chat, "turn/"+id+"/0/0")},
		}
		if version == 1 {
			turns[i].Contact = contact(chat)
		}
	}
	if _, err := s.Receive(context.Background(), in); err != nil {
		t.Fatal(err)
	}
	return turns
}

// benchEach runs a benchmark on both databases, under the lease of a bot.
func benchEach(b *testing.B, run func(b *testing.B, s *storage.Store, l storage.Lease)) {
	for name, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		b.Run(name, func(b *testing.B) {
			s := storagetest.Open(b, url(b))
			l, _, _, err := s.Acquire(b.Context(), telegram, "me", time.Hour)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			run(b, s, l)
		})
	}
}

func BenchmarkCommit64Turns(b *testing.B) {
	benchEach(b, func(b *testing.B, s *storage.Store, l storage.Lease) {
		version := int64(0)
		for b.Loop() {
			b.StopTimer()
			version++
			turns := batch(b, s, 64, version)
			b.StartTimer()
			if err := errOf(s.CommitTurns(b.Context(), l, turns)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkWaiting43Turns reads what waits, as many as flat out.
func BenchmarkWaiting43Turns(b *testing.B) {
	benchEach(b, func(b *testing.B, s *storage.Store, l storage.Lease) {
		if err := errOf(s.CommitTurns(b.Context(), l, batch(b, s, 43, 1))); err != nil {
			b.Fatal(err)
		}
		batch(b, s, 43, 2)
		for b.Loop() {
			if rows, loaded, err := s.WaitingTurns(b.Context(), telegram, 128, storage.InHand{}); err != nil || len(rows) != 43 || len(loaded) != 43 {
				b.Fatal(len(rows), len(loaded), err)
			}
		}
	})
}

// Reading what waits together with what its turns need gives what two readings
// would.
func TestWaitingTurns(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, l := t.Context(), lease(t, s, telegram, "me")
		open := &bot.Ticket{ID: "t", Address: at("1"), Contact: "contact-1", State: bot.TicketWaiting, Reason: bot.ReasonAsked, OpenedAt: noon}
		turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1), Contact: contact("1"), Open: open})
		turn(t, s, l, "2", storage.TurnWrite{Conversation: conversation("2", 1), Contact: contact("2")})
		turn(t, s, l, "bad", storage.TurnWrite{Conversation: conversation("bad", 1)})
		must[int](t)(s.Exec(ctx, `UPDATE conversations SET vars = '{' WHERE chat = 'bad'`))
		receive(t, s, "2", "b", "1", "a", "new", "c", "", "d", "1", "e", "bad", "f", "2", "beyond")
		rows, loaded, err := s.WaitingTurns(ctx, telegram, 6, storage.InHand{})
		ok(t, err)
		want := must[[]storage.InboxRow](t)(s.Waiting(ctx, telegram, 6, storage.InHand{}))
		if diff := cmp.Diff(want, rows, cmpopts.IgnoreFields(storage.InboxRow{}, "Waited")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(load(t, s, "1", "2", "new"), loaded, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
		working := storage.InHand{Working: []string{rows[0].ID, rows[2].ID}}
		rest, loaded, err := s.WaitingTurns(ctx, telegram, 3, working)
		ok(t, err)
		behind := must[[]storage.InboxRow](t)(s.Waiting(ctx, telegram, 3, working))
		for _, got := range [][]storage.InboxRow{rest, behind} {
			if diff := cmp.Diff([]storage.InboxRow{rows[1], rows[3], rows[4]}, got, cmpopts.IgnoreFields(storage.InboxRow{}, "Waited")); diff != "" {
				t.Errorf("behind what is in work: %s", diff)
			}
		}
		if diff := cmp.Diff(load(t, s, "1"), loaded, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("behind what is in work: %s", diff)
		}
	})
}
