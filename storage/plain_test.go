package storage_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// endedAs is how a question of the chat ended.
func endedAs(chat, cause string, ending bot.Ending, shown ...string) bot.Question {
	return bot.Question{
		Address: at(chat), Cause: cause, Contact: "contact-" + chat, Text: "скільки коштує доставка",
		Language: bot.Ukrainian, Ending: ending, Shown: shown,
	}
}

// plainTurns are turns of chats that are known already, one of them blocked.
func plainTurns() []storage.TurnWrite {
	on := func(chat string, reach bot.Reach) *bot.Conversation {
		c := conversation(chat, 2)
		c.State.Step, c.Reach = "asked", reach
		return c
	}
	return []storage.TurnWrite{
		{
			InboxID: "a", Note: "noted", Conversation: on("a", bot.Reachable),
			History: []bot.Entry{entry("a", "a", "привіт\x00"), entry("a", "turn/a/0", "вітаю"), entry("a", "turn/a/1", "ще")},
			Questions: []bot.Question{
				endedAs("a", "q", bot.EndedUnanswered, "delivery"), endedAs("a", "q", bot.EndedRejected), endedAs("a", "q2", bot.EndedHelped, "x", "y"),
			},
			Outbox: []bot.Queued{say("a", "turn/a/0/0"), say("a", "turn/a/1/0")},
		},
		{InboxID: "silent", Conversation: on("silent", bot.Reachable)},
		{InboxID: "back", Conversation: on("back", bot.Reachable), Outbox: []bot.Queued{say("back", "turn/b/0/0")}},
		{InboxID: "left", Conversation: on("left", bot.Blocked)},
	}
}

// acquaint gives the chats of plainTurns their first version.
func acquaint(t *testing.T, s *storage.Store, l storage.Lease) {
	t.Helper()
	for chat, reach := range map[string]bot.Reach{
		"a": bot.Reachable, "silent": bot.Reachable, "back": bot.Blocked, "left": bot.Reachable,
	} {
		c := conversation(chat, 1)
		c.Reach = reach
		turn(t, s, l, chat, storage.TurnWrite{Conversation: c, Contact: contact(chat)})
	}
}

// tables shows what turns wrote, but for the moments.
func tables(t *testing.T, s *storage.Store) string {
	t.Helper()
	all := ""
	for _, q := range []string{
		`SELECT id || ' ' || chat || ' ' || state || ' ' || note FROM inbox WHERE length(id) < 9 ORDER BY id`,
		`SELECT chat || ' ' || contact || ' ' || step || ' ' || CAST(version AS TEXT) || ' ' || reach || ' ' || buttons || vars FROM conversations ORDER BY chat`,
		`SELECT chat || ' ' || cause || ' ' || text FROM history ORDER BY chat, id`,
		`SELECT o.cause || ' says ' || h.cause FROM outbox o JOIN history h ON h.bot = o.bot AND h.chat = o.chat AND h.id = o.history_id ORDER BY o.cause`,
		`SELECT chat || ' ' || cause || ' ' || ending || ' ' || shown || text FROM questions ORDER BY chat, cause`,
		`SELECT chat || ' ' || cause || ' ' || state || ' ' || reason || ' ' || CAST(lane AS TEXT) FROM outbox ORDER BY chat, id`,
	} {
		for _, line := range must[[]string](t)(s.Strings(t.Context(), q)) {
			all += line + "\n"
		}
		all += "--\n"
	}
	return all
}

// What is skipped as it is written ends at once, which one statement cannot say of
// a row it has just made; and it knows of no chat but the turn's, and of no lane but that
// of replies.
func TestSkippedIsNotPlain(t *testing.T) {
	c := conversation("a", 2)
	w := storage.TurnWrite{Conversation: c, Outbox: []bot.Queued{say("a", "turn/a/0/0")}}
	if !w.Plain() {
		t.Error("a reply is not plain")
	}
	c.Reach = bot.Blocked
	if w.Plain() {
		t.Error("a reply to somebody who left is plain")
	}
	c.Reach = bot.Reachable
	desk := say("a", "turn/a/0/0")
	desk.Lane = bot.LaneDesk
	for name, q := range map[string]bot.Queued{"words for another chat": say("b", "turn/a/0/0"), "another lane": desk, "a telling": tells("a", "turn/a/0/0")} {
		if w.Outbox = []bot.Queued{q}; w.Plain() {
			t.Errorf("%s is plain", name)
		}
	}
	w.Outbox, w.History = nil, []bot.Entry{entry("b", "a", "?")}
	if w.Plain() {
		t.Error("another chat's history is plain")
	}
}

// What writes plain turns alone writes what the transaction would that is for all.
func TestPlainTurnsWriteTheSame(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, plainly *storage.Store) {
		run := func(s *storage.Store, plain bool) (string, []string) {
			l := lease(t, s, telegram, "me")
			acquaint(t, s, l)
			turns := plainTurns()
			for i := range turns {
				w := &turns[i]
				w.Bot = telegram
				receive(t, s, w.Conversation.Address.Chat, w.InboxID)
				if !plain {
					w.Timers = []storage.Timer{{Name: "none", Drop: true}}
				}
				if w.Plain() != plain {
					t.Fatalf("turn %s: plain is %v", w.InboxID, w.Plain())
				}
			}
			said := must[[]storage.OutboxRow](t)(s.CommitTurns(t.Context(), l, turns))
			return tables(t, s), causes(said)
		}
		want, wantSaid := run(storagetest.Open(t, storagetest.SQLiteURL(t)), false)
		got, gotSaid := run(plainly, true)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(wantSaid, gotSaid); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"turn/a/0/0", "turn/a/1/0", "turn/b/0/0"}, gotSaid); diff != "" {
			t.Error(diff)
		}
	})
}

// A reply that stands there already is left as it is, and so is the second of two of one
// batch; the turns are written all the same.
func TestPlainRepliesSaidBefore(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, l := t.Context(), lease(t, s, telegram, "me")
		acquaint(t, s, l)
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			_, err := tx.Enqueue(ctx, []bot.Queued{say("a", "turn/a/1/0")})
			return err
		}))
		receive(t, s, "a", "a", "back", "back")
		turns := []storage.TurnWrite{plainTurns()[0], plainTurns()[2]}
		turns[1].Outbox = append(turns[1].Outbox, turns[1].Outbox[0])
		said := commitPlainly(t, s, l, turns...)
		if diff := cmp.Diff([]string{"turn/a/0/0", "turn/b/0/0"}, causes(said)); diff != "" {
			t.Error(diff)
		}
		all := must[[]string](t)(s.Strings(ctx, `SELECT cause FROM outbox ORDER BY cause`))
		if diff := cmp.Diff([]string{"turn/a/0/0", "turn/a/1/0", "turn/b/0/0"}, all); diff != "" {
			t.Error(diff)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM inbox WHERE state = 'waiting'`)); n != 0 {
			t.Errorf("%d updates wait", n)
		}
	})
}

// commitPlainly commits turns that are plain.
func commitPlainly(t *testing.T, s *storage.Store, l storage.Lease, turns ...storage.TurnWrite) []storage.OutboxRow {
	t.Helper()
	for i := range turns {
		turns[i].Bot = telegram
		if !turns[i].Plain() {
			t.Fatalf("turn %s is not plain", turns[i].InboxID)
		}
	}
	return must[[]storage.OutboxRow](t)(s.CommitTurns(t.Context(), l, turns))
}

func TestPlainConflictWritesNothing(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		acquaint(t, s, l)
		receive(t, s, "silent", "done")
		ok(t, errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{{Bot: telegram, InboxID: "done"}})))
		receive(t, s, "a", "a", "silent", "bad")
		good := plainTurns()[0]
		good.Bot = telegram
		before := tables(t, s)
		for name, bad := range map[string]storage.TurnWrite{
			"applied before":         {InboxID: "done", Conversation: conversation("silent", 2)},
			"never received":         {InboxID: "nobody", Conversation: conversation("silent", 2)},
			"stale version":          {InboxID: "bad", Conversation: conversation("silent", 3)},
			"no conversation to row": {InboxID: "bad", Conversation: conversation("nobody", 2)},
		} {
			bad.Bot = telegram
			for _, all := range [][]storage.TurnWrite{{bad}, {good, bad}, {bad, good}} {
				if !bad.Plain() {
					t.Fatalf("%s is not plain", name)
				}
				if err := errOf(s.CommitTurns(t.Context(), l, all)); !errors.Is(err, storage.ErrConflict) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		lost := l
		lost.Epoch++
		if err := errOf(s.CommitTurns(t.Context(), lost, []storage.TurnWrite{good})); !errors.Is(err, storage.ErrLeaseLost) {
			t.Errorf("under a lost lease: %v", err)
		}
		if diff := cmp.Diff(before, tables(t, s)); diff != "" {
			t.Errorf("left behind: %s", diff)
		}
		ok(t, errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{good})))
	})
}

// F23: the database commits plain turns, and its answer never arrives.
func TestPlainTurnsWithoutAnswer(t *testing.T) {
	real := storagetest.PostgresURL(t)
	sure := storagetest.Open(t, real)
	l := lease(t, sure, telegram, "me")
	acquaint(t, sure, l)
	p := startCutter(t, real, "turn/u")
	s := storagetest.Open(t, p.url)
	for i := range 3 { // the first also prepares the statement
		w := storage.TurnWrite{
			Bot: telegram, InboxID: fmt.Sprint("u", i), Conversation: conversation("a", int64(2+i)),
			Outbox: []bot.Queued{say("a", fmt.Sprintf("turn/u%d/0/0", i))},
		}
		receive(t, sure, "a", w.InboxID)
		p.armed.Store(i > 0)
		err := errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{w}))
		if i == 0 {
			ok(t, err)
			continue
		}
		// The repeat is recognised, whatever became of the first.
		<-p.cut
		for tries := 0; !errors.Is(err, storage.ErrConflict); tries++ {
			if tries == 10 {
				t.Fatalf("update %d: %v", i, err)
			}
			err = errOf(s.CommitTurns(t.Context(), l, []storage.TurnWrite{w}))
		}
	}
	if rows := pending(t, sure, bot.LaneReply); len(rows) != 3 {
		t.Errorf("outbox: %v", causes(rows))
	}
}

// A field that plainTurns does not write makes the turn another kind of turn.
func TestPlainKnowsEveryField(t *testing.T) {
	written := []string{"Bot", "InboxID", "Conversation", "History", "Questions", "Outbox", "Note", "Claim"}
	all := reflect.TypeFor[storage.TurnWrite]()
	for i := range all.NumField() {
		w := storage.TurnWrite{Conversation: &bot.Conversation{Version: 2}}
		name, field := all.Field(i).Name, reflect.ValueOf(&w).Elem().Field(i)
		switch field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Int64:
			field.SetInt(1)
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Slice:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		case reflect.Pointer:
			if name != "Conversation" {
				field.Set(reflect.New(field.Type().Elem()))
			}
		default:
			t.Fatalf("%s is of a kind this test does not know", name)
		}
		if got, want := w.Plain(), slices.Contains(written, name); got != want {
			t.Errorf("%s: plain is %v", name, got)
		}
	}
}
