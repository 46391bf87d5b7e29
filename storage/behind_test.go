package storage_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
	"visnyk/storage/upkeep"
)

// longLife adds n rows with the canary to every table that may be long.
func longLife(t *testing.T, s *storage.Store, chat, canary string, n int) {
	t.Helper()
	ctx := t.Context()
	var in []storage.Incoming
	var out []bot.Queued
	var said []bot.Entry
	for i := range n {
		id := fmt.Sprintf("%s-%d", canary, i)
		u := update(chat, "up"+fmt.Sprint(len(canary), i))
		u.Update.Payload = []byte(id)
		in = append(in, u)
		part := bot.Part{Kind: bot.Say, Body: []byte(`"` + id + `"`)}
		out = append(out, bot.Queued{Lane: []bot.Lane{bot.LaneReply, bot.LaneBulk}[i%2], To: at(chat), Cause: fmt.Sprint("row/", len(canary), "/", i), Part: part})
		said = append(said, bot.Entry{Address: at(chat), Cause: id, Kind: "typed", Text: id, Detail: []byte(id)})
	}
	must[[]bool](t)(s.Receive(ctx, in))
	enqueue(t, s, out...)
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error { return tx.AddHistory(ctx, said) }))
	for _, query := range []string{
		`UPDATE inbox SET state = 'done', settled_at = received_at WHERE chat = $1`,
		`UPDATE outbox SET state = 'sent', sent_at = created_at WHERE chat = $1 AND NOT tells`,
		`INSERT INTO questions (bot, chat, cause, contact, text, language, ending, at)
			SELECT bot, chat, cause, 'k', text, 'uk', 'unhelped', at FROM history WHERE chat = $1 AND kind = 'typed' ON CONFLICT DO NOTHING`,
		`INSERT INTO webchat_lines (bot, chat, seq, id, outgoing, body)
			SELECT bot, chat, id, cause, outgoing, detail FROM history WHERE chat = $1 AND kind = 'typed' ON CONFLICT DO NOTHING`,
		`UPDATE webchat_heads SET seq = (SELECT max(id) FROM history h WHERE h.chat = $1) WHERE chat = $1`,
	} {
		must[int](t)(s.Exec(ctx, query, chat))
	}
}

// presses erases the person by their own press, with last words.
func presses(t *testing.T, s *storage.Store, chat, contact, press string) {
	t.Helper()
	receive(t, s, chat, press)
	ok(t, errOf(s.CommitTurns(t.Context(), lease(t, s, telegram, "me"), []storage.TurnWrite{{
		Bot: telegram, InboxID: press, Erase: &storage.Person{Contact: contact, Addresses: []bot.Address{at(chat)}},
		Outbox: []bot.Queued{say(chat, storage.LastWords+press+"/0")},
	}})))
}

// comesAnew has somebody new at the address say the word everywhere.
func comesAnew(t *testing.T, s *storage.Store, chat, id, word string) {
	t.Helper()
	ctx := t.Context()
	receive(t, s, chat, id)
	k := contact(chat)
	k.ID = "new-" + id
	c := conversation(chat, 1)
	c.Contact = k.ID
	ok(t, errOf(s.CommitTurns(ctx, lease(t, s, telegram, "me"), []storage.TurnWrite{{
		Bot: telegram, InboxID: id, Conversation: c, Contact: k, History: []bot.Entry{entry(chat, id, word)},
		Questions: []bot.Question{{Address: at(chat), Cause: id, Contact: k.ID, Text: word, Ending: bot.EndedUnhelped}},
		Outbox:    []bot.Queued{say(chat, "turn/"+id+"/0/0")},
	}})))
	must[int64](t)(s.AddChatLine(ctx, at(chat), storage.ChatLine{ID: id, Body: []byte(word)}))
	must[storage.File](t)(putFile(ctx, s, at(chat), storage.File{ID: id, Name: word}, []byte(word), 1000))
}

// reads returns everything that can be read of an address.
func reads(t *testing.T, s *storage.Store, chat, contact string) string {
	t.Helper()
	ctx := t.Context()
	var all strings.Builder
	add := func(v any) { fmt.Fprintln(&all, string(must[[]byte](t)(json.Marshal(v)))) }
	add(must[[]bot.Entry](t)(s.History(ctx, at(chat), 5000)))
	for _, lines := range [][]storage.ChatLine{
		must[[]storage.ChatLine](t)(s.ChatLinesAfter(ctx, at(chat), 0, 5000)),
		must[[]storage.ChatLine](t)(s.ChatLinesBefore(ctx, at(chat), 1<<62, 5000)),
	} {
		for _, l := range lines {
			add(string(l.Body))
		}
	}
	add(must[[]bot.Question](t)(s.BadQuestions(ctx, time.Hour, 5000)))
	fmt.Fprintf(&all, "%+v\n", must[map[bot.Address]storage.Loaded](t)(s.LoadTurns(ctx, []bot.Address{at(chat)})))
	add(must[[]storage.ParkedRow](t)(s.Parked(ctx, 5000)))
	for _, r := range must[[]storage.InboxRow](t)(s.Waiting(ctx, telegram, 5000, storage.InHand{})) {
		add(string(r.Payload))
	}
	if d, err := s.Dossier(ctx, contact); !errors.Is(err, storage.ErrNotFound) {
		ok(t, err)
		add(d)
	}
	return all.String()
}

func rows(t *testing.T, s *storage.Store, table, chat string) int {
	t.Helper()
	return must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM `+table+` WHERE chat = $1`, chat))
}

// What is long leaves behind an erasure. From its commit on nobody reads it, and
// who comes to the address then keeps what is theirs. S76.
func TestEraseLeavesNothingBehind(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		const canary, chat, other = "КанарейкаQX7", "778899001122", "bystanderZ"
		id := lives(t, s, chat, canary)
		longLife(t, s, chat, canary, 450)
		lives(t, s, "5500", other)
		longLife(t, s, "5500", other, 250)
		count := func() (all []int) {
			for _, table := range []string{"history", "inbox", "outbox", "questions", "webchat_lines", "files", "file_pieces"} {
				all = append(all, rows(t, s, table, "5500"))
			}
			return all
		}
		before := fmt.Sprint(count())
		receive(t, s, chat, "unread") // no turn is made of it any more
		presses(t, s, chat, id, "press")

		if n := rows(t, s, "history", chat); n < 200 {
			t.Fatalf("%d rows are left behind, so this test shows nothing", n)
		}
		if got := reads(t, s, chat, id); strings.Contains(got, canary) || strings.Contains(got, "unread") {
			t.Errorf("can still be read: %.2000s", got)
		}
		if _, err := s.File(ctx, at(chat), "f"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("their file: %v", err)
		}
		sound(t, s)
		comesAnew(t, s, chat, "anew", "свіжеслово")
		if got := reads(t, s, chat, "new-anew"); strings.Contains(got, canary) || strings.Count(got, "свіжеслово") < 7 {
			t.Errorf("somebody new reads %.2000s", got)
		}

		// Broken off again and again, it goes on.
		scrubber := upkeep.NewScrubber(s)
		for range 3 {
			short, cancel := context.WithTimeout(ctx, 40*time.Millisecond)
			_ = scrubber.Scrub(short)
			cancel()
			lapse(t, s)
		}
		ok(t, scrubber.Scrub(ctx))
		if found := must[[]string](t)(s.Grep(ctx, canary, id)); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM erasures`)); n != 0 {
			t.Errorf("%d erasures have no end", n)
		}
		if got := reads(t, s, chat, "new-anew"); strings.Count(got, "свіжеслово") < 7 {
			t.Errorf("somebody new lost something: %s", got)
		}
		if n := rows(t, s, "inbox", chat); n != 1 {
			t.Errorf("%d updates of somebody new, want 1", n)
		}
		if _, got, err := fileOf(ctx, s, at(chat), "anew"); err != nil || string(got) != "свіжеслово" {
			t.Errorf("their file: %q", got)
		}
		if after := fmt.Sprint(count()); after != before {
			t.Errorf("a bystander had %s rows and has %s", before, after)
		}
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM outbox WHERE lane = 2 AND body = $1`, []byte{})); n != 226 {
			t.Errorf("%d rows of announcements, want 226: their figures must add up", n)
		}
		sound(t, s)
	})
}

// Whoever is erased again before the first time is through is erased whole.
func TestErasedTwiceAtOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const chat = "778899001122"
		longLife(t, s, chat, "canaryOne", 450)
		presses(t, s, chat, lives(t, s, chat, "canaryOne"), "press1")
		comesAnew(t, s, chat, "anew", "canaryTwo")
		longLife(t, s, chat, "canaryThree", 450)
		presses(t, s, chat, "new-anew", "press2")
		comesAnew(t, s, chat, "last", "свіже")
		ok(t, upkeep.NewScrubber(s).Scrub(t.Context()))
		if found := must[[]string](t)(s.Grep(t.Context(), "canary")); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		if got := reads(t, s, chat, "new-last"); strings.Count(got, "свіже") < 7 {
			t.Errorf("somebody new lost something: %s", got)
		}
	})
}

// A clock that is set back takes nothing from whoever comes after an erasure.
func TestErasedByAClockAhead(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		for _, n := range []int{5, 450} {
			chat := fmt.Sprint("7788990011", n)
			longLife(t, s, chat, "canary", n)
			older(t, s, "history", "id", "chat = '"+chat+"'", -hour)
			id := lives(t, s, chat, "canary")
			presses(t, s, chat, id, "press"+chat)
			receive(t, s, chat, "anew"+chat)
			ok(t, errOf(s.CommitTurns(t.Context(), lease(t, s, telegram, "me"), []storage.TurnWrite{{
				Bot: telegram, InboxID: "anew" + chat, Conversation: conversation(chat, 1), Contact: contact(chat),
				History: []bot.Entry{entry(chat, "u", "свіже")},
			}})))
			ok(t, upkeep.NewScrubber(s).Scrub(t.Context()))
			if all := must[[]bot.Entry](t)(s.History(t.Context(), at(chat), 10)); len(all) != 1 || all[0].Text != "свіже" {
				t.Errorf("after %d rows: %+v", n, all)
			}
		}
	})
}

// An erasure that is not through yet goes along, in a backup and in a copy, and
// ends where it arrives; until then verify knows of nothing wrong, for a day.
func TestErasureGoesAlong(t *testing.T) {
	for _, from := range places() {
		t.Run(from.name, func(t *testing.T) {
			ctx := t.Context()
			url := from.url(t)
			src := storagetest.Open(t, url)
			longLife(t, src, "7788", "canary", 450)
			presses(t, src, "7788", lives(t, src, "7788", "canary"), "press")
			lapse(t, src)
			dir := t.TempDir()
			ok(t, upkeep.Backup(ctx, url, dir+"/backup.db", storage.Options{}))
			must[[]upkeep.Copied](t)(upkeep.Copy(ctx, "sqlite:"+dir+"/backup.db", "sqlite:"+dir+"/back.db", storage.Options{}, nil))
			back := storagetest.Open(t, "sqlite:"+dir+"/back.db")
			if n := rows(t, back, "history", "7788"); n < 200 {
				t.Fatalf("%d rows went along, so this test shows nothing", n)
			}
			if problems := must[[]string](t)(upkeep.Verify(ctx, back)); len(problems) > 0 {
				t.Errorf("verify: %q", problems)
			}
			older(t, back, "erasures", "erased_at", "TRUE", 25*hour)
			if problems := must[[]string](t)(upkeep.Verify(ctx, back)); len(problems) != 1 || strings.Contains(problems[0], "7788") {
				t.Errorf("verify of what is not through after a day: %q", problems)
			}
			older(t, back, "erasures", "erased_at", "TRUE", -25*hour)
			ok(t, upkeep.NewScrubber(back).Scrub(ctx))
			if n := rows(t, back, "history", "7788"); n > 0 {
				t.Errorf("%d rows are still there", n)
			}
			if problems := must[[]string](t)(upkeep.Verify(ctx, back)); len(problems) > 0 {
				t.Errorf("verify: %q", problems)
			}
		})
	}
}

// Of what is large only a little leaves in one commit, by an erasure as by age.
func TestRemovalsAreBoundedInBytes(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		large := strings.Repeat("я", 350<<10)
		for _, chat := range []string{"1", "2"} {
			for i := range 5 {
				must[int64](t)(s.AddChatLine(ctx, at(chat), storage.ChatLine{ID: fmt.Sprint(i), Body: []byte(large)}))
			}
		}
		const pieces = 40
		file := make([]byte, pieces*storage.PieceSize)
		must[storage.File](t)(putFile(ctx, s, at("2"), storage.File{ID: "f"}, file, 10<<20))
		older(t, s, "webchat_lines", "seq", "chat = '1'", 401*day)
		var parts []int
		ok(t, upkeep.NewRetention(s, "me", func(_ string, rows int) { parts = append(parts, rows) }).Run(ctx))
		if fmt.Sprint(parts) != "[2 2 1]" {
			t.Errorf("by age they leave as %v", parts)
		}
		erases(t, s, "2")
		if n := rows(t, s, "webchat_lines", "2"); n < 1 || n > 3 {
			t.Errorf("with the erasure %d of 5 leave", 5-n)
		}
		if n := rows(t, s, "file_pieces", "2"); n < pieces/2 || n == pieces {
			t.Errorf("with the erasure %d of %d pieces leave", pieces-n, pieces)
		}
		ok(t, upkeep.NewScrubber(s).Scrub(ctx))
		if n := rows(t, s, "webchat_lines", "2") + rows(t, s, "file_pieces", "2"); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

// More updates than one call looks through: the next goes on where it ended, or
// an erasure at a busy bot would never come to its end.
func TestErasureGoesOnWhereACallEnded(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		comesAnew(t, s, "zz", "zz-last-of-all", "qxword")
		must[int](t)(s.Exec(ctx, `
INSERT INTO inbox (bot, id, chat, seq, source, payload, state, greeted, reason, received_at, settled_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
SELECT i.bot, 'a' || n.i, 'others', i.seq, i.source, i.payload, 'done', i.greeted, '', i.received_at, i.settled_at
FROM n CROSS JOIN inbox i WHERE i.id = 'zz-last-of-all'`))
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Erase(ctx, storage.Person{Addresses: []bot.Address{at("zz")}})
		}))
		scrubber := upkeep.NewScrubber(s)
		calls, over := 0, false
		for ; calls < 200 && !over; calls++ {
			short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
			err := scrubber.Scrub(short)
			cancel()
			if err != nil && !errors.Is(err, context.DeadlineExceeded) && short.Err() == nil {
				t.Fatal(err)
			}
			over = must[int](t)(s.Count(ctx, `SELECT count(*) FROM erasures`)) == 0
		}
		if !over || calls < 2 {
			t.Errorf("after %d calls it is over: %v", calls, over)
		}
		if n := rows(t, s, "inbox", "zz"); n != 0 {
			t.Errorf("%d updates are theirs still", n)
		}
	})
}
