package storage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// announced has the version of the change x be the one that customers hear of.
func announced(t *testing.T, s *storage.Store, version int) {
	t.Helper()
	ok(t, s.InTx(t.Context(), func(tx *storage.Tx) error {
		c := change("x", bot.ChangeAnnounced)
		c.Version, c.Level = version, bot.LevelAcknowledge
		c.Questions = bot.Bilingual{UK: "https://shop.example/x", RU: "https://shop.example/x"}
		return tx.PutSheets(t.Context(), []storage.Sheet{{Change: c, Announced: noon}})
	}))
}

// refusedOutdated checks that a move is refused because the change has moved on.
func refusedOutdated(t *testing.T, what string, err error) {
	t.Helper()
	var refused *bot.RefusedError
	if !errors.As(err, &refused) || refused.Code != bot.FaultOutdated {
		t.Errorf("%s: %v", what, err)
	}
}

// A broadcast tells the version of its change that it was bound to, and its buttons
// stand under that one, whatever its own version is. From the moment another one is
// announced nothing more of it leaves: it pauses, and is not resumed.
func TestBroadcastTellsOneVersion(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b", "c"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat, Language: bot.Ukrainian}, "")
		}
		links(t, s, "writer")
		announced(t, s, 1)
		b := bot.Broadcast{
			Change: "x", Text: bot.Bilingual{UK: "нове", RU: "новое"}, Digest: bot.Bilingual{UK: "рядок", RU: "строка"},
			Buttons: []bot.BroadcastButton{{Label: bot.Bilingual{UK: "Зрозуміло", RU: "Понятно"}, Do: "ack"}},
		}
		m := sending(t, s, b)
		m.awake()
		expanded(t, s)
		later := time.Now().Add(time.Hour).UnixMicro()
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET not_before = $1 WHERE key <> 'ida'`, later))
		l := lease(t, s, telegram, "me")
		m.release(l)
		m.sends(l, func() bot.Outcome { return bot.Sent })
		if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM tellings WHERE change_id = 'x' AND version = 1`)); n != 1 || m.now().Version == 1 {
			t.Errorf("%d tellings of version 1; the broadcast's own is %d", n, m.now().Version)
		}
		id := bot.RenderingID(must[[]string](t)(s.Strings(ctx, `SELECT rendering FROM recipients WHERE key = 'ida'`))[0])
		if r := must[map[string]bot.Rendering](t)(s.Renderings(ctx, []string{id}))[id]; r.Change != "x" || r.Version != 1 {
			t.Errorf("a press under it is one on %s, version %d", r.Change, r.Version)
		}

		opens := func() string {
			t.Helper()
			line := bot.Rendering{Channel: telegram, Part: bot.BroadcastPart(m.id, true)}
			opened, _, err := m.b.Opened(ctx, bot.Contact{ID: "ida"}, bot.Ukrainian, line)
			ok(t, err)
			return opened.Text
		}
		if opens() != "нове" {
			t.Errorf("a line of a digest opens %q", opens())
		}

		must[int](t)(s.Exec(ctx, `UPDATE recipients SET not_before = 0 WHERE key = 'idb'`))
		m.release(l)
		if len(bulk(t, s)) != 1 {
			t.Fatal("the second is not on their way")
		}
		announced(t, s, 2)
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET not_before = 0`))
		m.release(l)
		if n := len(bulk(t, s)); n != 1 {
			t.Errorf("%d are on their way after another version was announced", n)
		}
		keeps(t, m.b)
		if is := m.now(); is.State != bot.BroadcastPaused || is.Halt != bot.HaltOutdated || len(bulk(t, s)) != 0 {
			t.Errorf("it is %s (%s), %d on their way", is.State, is.Halt, len(bulk(t, s)))
		}
		toldOfHalt(t, s, m.id, "есть новая версия")
		_, err := m.b.Move(ctx, bot.System(), m.id, bot.BroadcastResume, m.now().Version, broadcast.Moved{})
		refusedOutdated(t, "resume", err)
		if opens() != "" {
			t.Errorf("a line of a digest opens %q still", opens())
		}
		if r := m.sum("another version"); r.Sent != 1 || r.Pending != 2 {
			t.Errorf("%+v", r)
		}
		sound(t, s)

		// The next one is of what holds now. What is corrected while it is in review is given
		// back, and bound anew.
		writer, approver := bot.Actor{User: "writer", Role: bot.Marketer}, bot.Actor{User: "approver", Role: bot.Approver}
		b.ID, b.Topic = "next", "tariff"
		made := must[storage.Mailing](t)(m.b.Create(ctx, writer, b))
		moves := func(by bot.Actor, move bot.BroadcastMove) (is storage.Mailing, err error) {
			if is, err = m.b.Move(ctx, by, "next", move, made.Version, broadcast.Moved{Note: "n"}); err == nil {
				made = is
			}
			return made, err
		}
		if is := must[storage.Mailing](t)(moves(writer, bot.BroadcastSubmit)); is.ChangeVersion != 2 {
			t.Errorf("it is bound to version %d, want 2", is.ChangeVersion)
		}
		announced(t, s, 3)
		_, err = moves(approver, bot.BroadcastApprove)
		refusedOutdated(t, "approve", err)
		if is := must[storage.Mailing](t)(moves(approver, bot.BroadcastReturn)); is.ChangeVersion != 0 {
			t.Errorf("a draft is bound to version %d", is.ChangeVersion)
		}
		must[storage.Mailing](t)(moves(writer, bot.BroadcastSubmit))
		if is := must[storage.Mailing](t)(moves(approver, bot.BroadcastApprove)); is.ChangeVersion != 3 {
			t.Errorf("it is bound to version %d, want 3", is.ChangeVersion)
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			c := change("x", bot.ChangeWithdrawn)
			return tx.PutSheets(ctx, []storage.Sheet{{Change: c}})
		}))
		_, err = moves(writer, bot.BroadcastStart)
		refusedOutdated(t, "start of what was withdrawn", err)
	})
}

// told is what a line of a talk says, and whether just that was sent.
func toldIn(t *testing.T, m *mailing, l storage.TalkLine) (text string, same bool) {
	t.Helper()
	message, same, err := m.b.Shown(l.Sent)
	ok(t, err)
	return message.Text, same
}

// What broadcasts told somebody stands in their talk at its place, with how it ended, in
// the words that they got; of a digest there is one line. What has not left, and what
// others got, does not.
func TestTalkShowsBroadcasts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for _, chat := range []string{"a", "b"} {
			meets(t, s, at(chat), bot.Contact{ID: "id" + chat, Name: "Оля", Language: bot.Ukrainian}, "")
		}
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET external_id = 'e7' WHERE id = 'ida'`))
		talk := func(before int64, limit int) (found []storage.TalkLine, more bool) {
			t.Helper()
			all, more, err := s.Talk(ctx, []bot.Address{at("a")}, before, limit)
			ok(t, err)
			return all, more
		}
		sent := func(all []storage.TalkLine) []storage.TalkLine {
			return slices.DeleteFunc(slices.Clone(all), func(l storage.TalkLine) bool { return l.Kind != storage.BroadcastLine })
		}
		announced(t, s, 4)
		b := news("вітаю, {{name|друже}} {{external_id|дехто}}: [тут](https://shop.example/x)")
		b.Change = "x"
		m := sending(t, s, b)
		m.awake()
		expanded(t, s)
		if all, _ := talk(0, 50); len(sent(all)) != 0 {
			t.Errorf("what has not left stands in the talk: %+v", sent(all))
		}
		l := lease(t, s, telegram, "me")
		m.release(l)
		if all, _ := talk(0, 50); len(sent(all)) != 1 || sent(all)[0].Fate.Outcome != "" {
			t.Errorf("on its way: %+v", sent(all))
		}
		m.sends(l, func() bot.Outcome { return bot.Sent })
		all, _ := talk(0, 50)
		if len(sent(all)) != 1 {
			t.Fatalf("%+v", all)
		}
		line := sent(all)[0]
		if line.Fate.Outcome != string(bot.Sent) || line.Fate.Sent.IsZero() || !line.Out || line.Address != at("a") {
			t.Errorf("%+v", line)
		}
		if len(line.Told) != 1 || line.Told[0] != (storage.ToldOf{Change: "x", Version: 4}) {
			t.Errorf("it tells of %+v", line.Told)
		}
		if text, same := toldIn(t, m, line); text != "вітаю, Оля e7: [тут](https://shop.example/x)" || !same {
			t.Errorf("%q, just so %v", text, same)
		}
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET name = 'Ольга' WHERE id = 'ida'`))
		all, _ = talk(0, 50)
		if text, same := toldIn(t, m, sent(all)[0]); text != "вітаю, Ольга e7: [тут](https://shop.example/x)" || same {
			t.Errorf("%q, just so %v", text, same)
		}

		// A digest is one line, and pages of any size hold each line once.
		one, two := sending(t, s, news("перше")), sending(t, s, news("друге"))
		expanded(t, s)
		must[int](t)(s.Exec(ctx, `UPDATE recipients SET waits = 'cap' WHERE outcome = 'pending'`))
		one.release(l)
		one.sends(l, func() bot.Outcome { return bot.Unknown })
		all, _ = talk(0, 50)
		if len(sent(all)) != 2 || len(sent(all)[1].Sent) != 2 || sent(all)[1].Fate.Outcome != string(bot.Unknown) {
			t.Fatalf("%+v", sent(all))
		}
		digest := sent(all)[1]
		message, same, err := two.b.Shown(digest.Sent)
		ok(t, err)
		if want := digest.Sent[0].Of.Digest.UK; !same || digest.Sent[0].Broadcast != one.id || want != "рядок перше" || len(message.Buttons) == 0 {
			t.Errorf("%+v, just so %v", message, same)
		}
		var pages []string
		for before, more := int64(0), true; more && len(pages) < 20; {
			var page []storage.TalkLine
			page, more = talk(before, 1)
			for _, l := range slices.Backward(page) {
				pages = append(pages, l.Cause)
			}
			before = page[0].ID
		}
		var whole []string
		for _, l := range slices.Backward(all) {
			whole = append(whole, l.Cause)
		}
		if !slices.Equal(pages, whole) || len(whole) != 3 {
			t.Errorf("page by page %v, at once %v", pages, whole)
		}

		d := must[storage.Dossier](t)(s.Dossier(ctx, "ida"))
		if len(d["recipients"]) != 3 || len(d["broadcasts"]) != 3 {
			t.Errorf("an export has %d messages of broadcasts, and the words of %d", len(d["recipients"]), len(d["broadcasts"]))
		}
		ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.Erase(ctx, storage.Person{Contact: "ida", Addresses: []bot.Address{at("a")}})
		}))
		meets(t, s, at("a"), bot.Contact{ID: "new", Language: bot.Ukrainian}, "")
		if all, _ := talk(0, 50); len(sent(all)) != 0 {
			t.Errorf("whoever comes after reads %+v", sent(all))
		}
	})
}
