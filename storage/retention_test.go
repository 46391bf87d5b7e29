package storage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// older moves a column of some rows back in time.
func older(t *testing.T, s *storage.Store, table, column, where string, by time.Duration) {
	t.Helper()
	if n := must[int](t)(s.Exec(t.Context(),
		`UPDATE `+table+` SET `+column+` = `+column+` - $1 WHERE `+where, by)); n == 0 {
		t.Fatalf("no %s where %s", table, where)
	}
}

// retain runs the retention as a process of its own, an hour of waiting later,
// and gives what it removed.
func retain(t *testing.T, s *storage.Store) (removed map[string]int, err error) {
	t.Helper()
	lapse(t, s)
	removed = map[string]int{}
	err = upkeep.NewRetention(s, storage.NewID(), func(what string, rows int) { removed[what] += rows }).Run(t.Context())
	return removed, err
}

// aged is one chat with everything that retention looks at, each kind of row a
// little older than from.
func aged(t *testing.T, s *storage.Store, l storage.Lease, chat string, by map[string]time.Duration) {
	t.Helper()
	ctx := t.Context()
	turn(t, s, l, chat, storage.TurnWrite{
		Conversation: conversation(chat, 1), Contact: contact(chat),
		History: []bot.Entry{entry(chat, "u", "привіт"), {Address: at(chat), Out: true, Cause: "turn/u/0", Kind: "say"}},
		Open:    &bot.Ticket{ID: "t" + chat, Address: at(chat), Contact: "contact-" + chat},
		Outbox: []bot.Queued{
			say(chat, "sent"), say(chat, "gone"), say(chat, "waits"),
			{Lane: bot.LaneDesk, To: at(chat), Cause: "desk", Part: bot.Part{Kind: bot.Say, Body: []byte(`{}`)}},
			{Lane: bot.LaneBulk, To: at(chat), Cause: "bulk", Part: bot.Part{Kind: bot.Say, Body: []byte(`{}`)}},
			{Lane: bot.LaneBulk, To: at(chat), Cause: "skipped", Part: bot.Part{Kind: bot.Say, Body: []byte(`{}`)}},
		},
		Receipts: []storage.Receipt{{Kind: bot.Seen, Address: at(chat), Message: "early"}},
	})
	receive(t, s, chat, "parked"+chat, chat, "waits"+chat)
	ok(t, s.Park(ctx, l, "parked"+chat, "because"))
	_, err := move(t, s, "t"+chat, bot.TicketClose, "Марина")
	ok(t, err)
	of := "chat = '" + chat + "'"
	for state, causes := range map[string]string{"sent": `'sent', 'desk', 'bulk'`, "gone": `'gone'`, "skipped": `'skipped'`} {
		must[int](t)(s.Exec(ctx, `UPDATE outbox SET state = $1, sent_at = CASE WHEN $1 = 'sent' THEN id ELSE 0 END WHERE `+of+` AND cause IN (`+causes+`)`, state))
	}
	older(t, s, "inbox", "settled_at", of+" AND state = 'done'", by["inbox"])
	older(t, s, "inbox", "settled_at", of+" AND state = 'parked'", by["parked"])
	older(t, s, "inbox", "seq", of+" AND state = 'waiting'", 1000*day)
	older(t, s, "outbox", "sent_at", of+" AND state = 'sent' AND lane < 2", by["replies"])
	older(t, s, "outbox", "id", of+" AND lane < 2", by["replies"])
	older(t, s, "outbox", "sent_at", of+" AND cause = 'bulk'", by["announcements"])
	older(t, s, "outbox", "id", of+" AND lane = 2", by["announcements"])
	older(t, s, "tickets", "closed_at", of, by["tickets"])
	older(t, s, "receipts", "received_at", of, by["receipts"])
	older(t, s, "history", "id", of, by["history"])
	older(t, s, "conversations", "joined_at", of, by["history"])
}

// left returns what stands of a chat.
func left(t *testing.T, s *storage.Store, chat string) string {
	t.Helper()
	var all []string
	for table, rows := range must[map[string][]string](t)(s.Everything(t.Context())) {
		for _, row := range rows {
			if !strings.Contains(row, `chat="`+chat+`"`) {
				continue
			}
			for _, what := range []string{
				`state="done"`, `state="parked"`, `state="waiting"`, `cause="sent"`, `cause="gone"`, `cause="waits"`,
				`cause="desk"`, `cause="bulk"`, `cause="skipped"`, `state="closed"`, `message="early"`, `outgoing="true"`, `outgoing="false"`,
			} {
				if strings.Contains(row, what) {
					_, value, _ := strings.Cut(what, "=")
					all = append(all, table+" "+strings.Trim(value, `"`))
				}
			}
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func defaults() map[string]time.Duration {
	return map[string]time.Duration{
		"inbox": 48 * hour, "parked": 30 * day, "replies": 48 * hour, "announcements": 400 * day, "tickets": 400 * day,
		"receipts": 10 * time.Minute, "history": 400 * day,
	}
}

// by changes how old every kind is.
func by(d time.Duration) map[string]time.Duration {
	all := defaults()
	for what := range all {
		all[what] += d
	}
	return all
}

const whole = `history false
history true
inbox done
inbox parked
inbox waiting
outbox bulk
outbox desk
outbox gone
outbox sent
outbox skipped
outbox waits
receipts early
tickets closed`

func TestRetention(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		l := lease(t, s, telegram, "me")
		aged(t, s, l, "young", by(-time.Minute))
		aged(t, s, l, "old", by(time.Second))
		// Enqueued long ago for a later day, and sent or given up only now.
		enqueue(t, s, say("late", "sent"), say("late", "gone"))
		older(t, s, "outbox", "id", "chat = 'late'", 100*day)
		must[int](t)(s.Exec(t.Context(), `UPDATE outbox SET state = 'sent', sent_at = id + $1 WHERE chat = 'late' AND cause = 'sent'`, 99*day))
		must[int](t)(s.Exec(t.Context(), `UPDATE outbox SET state = 'gone', not_before = id + $1 WHERE chat = 'late' AND cause = 'gone'`, 99*day))
		_, _, err := s.WriteOnce(t.Context(), "key", "request", func(context.Context) (storage.Answer, error) {
			return storage.Answer{Status: 201}, nil
		})
		ok(t, err)
		ok(t, s.Age(t.Context(), 24*3600+1))
		audit(t, s, "change/a")

		removed, err := retain(t, s)
		ok(t, err)
		want := map[string]int{
			"inbox": 1, "parked": 1, "replies": 3, "announcements": 2, "tickets": 1, "receipts": 1, "idempotency": 1, "history": 2,
		}
		if diff := cmp.Diff(want, removed); diff != "" {
			t.Error(diff)
		}
		for chat, want := range map[string]string{
			"young": whole, "old": "inbox waiting\noutbox waits", "late": "outbox gone\noutbox sent",
		} {
			if diff := cmp.Diff(want, left(t, s, chat)); diff != "" {
				t.Errorf("%s: %s", chat, diff)
			}
		}
		// What nobody forgets by time.
		if got := load(t, s, "old")[at("old")]; got.Contact.ID == "" || got.Conversation.Version != 1 {
			t.Errorf("the person is gone: %+v", got)
		}
		if head := must[storage.AuditHead](t)(s.VerifyAudit(t.Context(), storage.AuditHead{})); head.Entries != 1 {
			t.Errorf("the audit has %d entries", head.Entries)
		}
		if removed, err = retain(t, s); len(removed) > 0 || err != nil {
			t.Errorf("again: %v, %v", removed, err)
		}
		if problems := must[[]string](t)(upkeep.Verify(t.Context(), s)); len(problems) > 0 {
			t.Errorf("verify: %q", problems)
		}
	})
}

func TestRetentionSettings(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		aged(t, s, l, "1", map[string]time.Duration{
			"parked": 5 * day, "announcements": 5 * day, "tickets": 5 * day, "history": 5 * day, "inbox": 72 * hour,
		})
		kinds := []string{"parked", "announcements", "tickets", "history"}
		set := func(value string) {
			t.Helper()
			for _, what := range kinds {
				ok(t, s.PutSetting(ctx, "keep."+what, value))
			}
		}
		for _, wrong := range []string{"", "0", "-3", "5d", "1e9", "99999999999"} {
			set(wrong)
			_, err := retain(t, s)
			for _, what := range kinds {
				if err == nil || !strings.Contains(err.Error(), "keep."+what) {
					t.Errorf("%q: %v says nothing of %s", wrong, err, what)
				}
			}
		}
		for _, patient := range []string{"never", "6", " 100000 "} {
			set(patient)
			removed, err := retain(t, s)
			ok(t, err)
			if len(removed) > 0 {
				t.Errorf("%q: removed %v", patient, removed)
			}
		}
		if got := left(t, s, "1"); strings.Contains(got, "done") || strings.Count(got, "\n") != 11 {
			t.Errorf("left:\n%s", got) // a wrong setting stops nothing else
		}
		set("4")
		removed, err := retain(t, s)
		ok(t, err)
		if diff := cmp.Diff(map[string]int{"parked": 1, "announcements": 2, "tickets": 1, "history": 2}, removed); diff != "" {
			t.Error(diff)
		}
	})
}

// Of many replicas one does it, and another a minute later.
func TestRetentionIsOneAtATime(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		receive(t, s, "1", "a", "1", "b")
		l := lease(t, s, telegram, "me")
		old := func(id string) {
			t.Helper()
			ok(t, s.Park(ctx, l, id, "because"))
			older(t, s, "inbox", "settled_at", "id = '"+id+"'", 31*day)
		}
		by := ""
		replica := func(name string) *upkeep.Retention {
			return upkeep.NewRetention(s, name, func(string, int) { by += name })
		}
		one, two := replica("1"), replica("2")
		ok(t, one.Run(ctx))
		old("a")
		ok(t, two.Run(ctx))
		ok(t, one.Run(ctx))
		old("b")
		lapse(t, s) // the first one died
		ok(t, two.Run(ctx))
		if by != "12" {
			t.Errorf("removed by %q", by)
		}
	})
}

// A heap of old rows leaves while turns are made; none of these fails, and
// nothing young leaves.
func TestRetentionBesideTurns(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const heap = 700 // more than three batches
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		turn(t, s, l, "old", storage.TurnWrite{Conversation: conversation("old", 1), Contact: contact("old")})
		var in []storage.Incoming
		var out []bot.Queued
		var said []bot.Entry
		for i := range heap {
			in = append(in, update("old", fmt.Sprint("old", i)))
			out = append(out, say("old", fmt.Sprint("old", i)))
			said = append(said, entry("old", fmt.Sprint(i), "давно"))
		}
		must[[]bool](t)(s.Receive(ctx, in))
		enqueue(t, s, out...)
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.AddHistory(ctx, said) }))
		must[int](t)(s.Exec(ctx, `UPDATE inbox SET state = 'done', settled_at = 1 WHERE chat = 'old'`))
		must[int](t)(s.Exec(ctx, `UPDATE outbox SET state = 'sent', sent_at = 1 WHERE chat = 'old'`))
		older(t, s, "history", "id", "chat = 'old'", 500*day)
		older(t, s, "conversations", "joined_at", "chat = 'old'", 500*day)

		removed := map[string]int{}
		run, done := context.WithCancel(ctx)
		var working sync.WaitGroup
		working.Go(func() {
			defer done()
			r := upkeep.NewRetention(s, "me", func(what string, rows int) { removed[what] += rows })
			for n := 0; n < 10 && removed["history"] < heap; n++ { // a slow machine needs more than one run
				if err := r.Run(ctx); err != nil {
					t.Error(err)
				}
			}
		})
		turns := 0
		for ; run.Err() == nil || turns == 0; turns++ {
			chat := fmt.Sprint("new", turns)
			turn(t, s, l, chat, storage.TurnWrite{
				Conversation: conversation(chat, 1), Contact: contact(chat),
				History: []bot.Entry{entry(chat, "u", "щойно")}, Outbox: []bot.Queued{say(chat, "turn/u/0/0")},
			})
		}
		working.Wait()
		if diff := cmp.Diff(map[string]int{"inbox": heap + 1, "replies": heap, "history": heap}, removed); diff != "" {
			t.Error(diff)
		}
		for _, table := range []string{"inbox", "outbox", "history"} {
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM `+table)); n != turns {
				t.Errorf("%d of %s for %d turns", n, table, turns)
			}
		}
	})
}
