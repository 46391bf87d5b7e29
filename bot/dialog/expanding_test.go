package dialog

import (
	"bytes"
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// While the rows of a change are being made the turn judges its person itself, in
// both directions; otherwise the ledger has the last word.
func TestATurnJudgesWhileAChangeIsExpanded(t *testing.T) {
	both := bot.Bilingual{UK: "зміна", RU: "изменение"}
	row, heard := storage.Known{Change: "a"}, storage.Known{Change: "a", Told: true}
	vip, tag := bot.In("tier", "vip"), bot.In("tags", "будинок 5")
	for name, c := range map[string]struct {
		audience  bot.Segment
		expanding bool
		known     []storage.Known
		concerns  bool
	}{
		"everyone, no row yet":          {bot.Segment{}, true, nil, true},
		"in it, no row yet":             {vip, true, nil, true},
		"in it by a tag, no row yet":    {tag, true, nil, true},
		"in it by their chat":           {bot.In("bot", "telegram"), true, nil, true},
		"not in it":                     {bot.None(vip), true, nil, false},
		"no longer in it":               {bot.None(vip), true, []storage.Known{row}, false},
		"no longer in it, but heard":    {bot.None(vip), true, []storage.Known{heard}, true},
		"listed, and no row":            {vip, false, nil, false},
		"listed, a row and not in it":   {bot.None(vip), false, []storage.Known{row}, true},
		"listed, in it, and with a row": {vip, false, []storage.Known{row}, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := rehearse(t)
			s := &TurnInput{Inbox: "u", Events: []bot.Event{typed("так")}, Now: noon, Desk: r.Hours.Desk(noon)}
			s.Loaded.Contact = bot.Contact{ID: "c", Language: bot.Ukrainian, Tier: "vip"}
			s.Loaded.Conversation = bot.Conversation{Address: bot.Address{Bot: "telegram", Chat: "1"}, Contact: "c", Version: 1}
			s.Loaded.Known = c.known
			s.Person = &bot.Person{Tags: []string{"будинок 5"}}
			s.Content.Changes = []bot.Change{{ID: "a", Kind: bot.Tariff, State: bot.ChangeAnnounced, Title: both, From: noon, Audience: c.audience}}
			s.Content.Expanding = map[string]bool{"a": c.expanding}
			judged := &turn{d: &r.Engine, s: s, conv: s.Loaded.Conversation, contact: s.Loaded.Contact}
			if got := len(judged.ledgerEntries()) == 1; got != c.concerns {
				t.Errorf("concerns them: %v, want %v", got, c.concerns)
			}
		})
	}
}

// Whoever writes the moment after an approval hears of the change, before anybody
// is listed: the company's word on them is read for that.
func TestTheMinuteAfterAnApproval(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		both := bot.Bilingual{UK: "Новий тариф", RU: "Новый тариф"}
		r.receive("tagged", "привіт")
		r.receive("other", "привіт")
		r.run(true, "both are known", r.idle)
		if _, err := r.db.Exec(`UPDATE contacts SET tags = '["x"]' WHERE id = (SELECT contact FROM conversations WHERE chat = 'tagged')`); err != nil {
			t.Fatal(err)
		}
		err := r.store.PutChanges(t.Context(), []bot.Change{{
			ID: "a", Kind: bot.Tariff, State: bot.ChangeAnnounced, Title: both, From: r.worker.Now(), Audience: bot.In("tags", "x"),
		}})
		if err == nil {
			err = r.worker.Library.Refresh(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		r.receive("tagged", "так")
		r.receive("other", "так")
		r.run(true, "both are answered", r.idle)
		var mentioned []string
		if err := r.db.Select(&mentioned, `SELECT c.chat FROM ledger l JOIN conversations c ON c.contact = l.contact WHERE l.on_its_way_at <> 0`); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(mentioned) != "[tagged]" {
			t.Errorf("on its way to %v, want the one whom it concerns", mentioned)
		}
	})
}

// The place in the queue is counted for those who hear it, each in their own.
func TestPlacesInTheQueue(t *testing.T) {
	here := func(t flows.Turn) []flows.Effect {
		n := fmt.Sprintf("попереду %d", t.Facts.Desk.Ahead)
		return []flows.Effect{flows.Say{Texts: []flows.Text{words(n, n)}}}
	}
	book, err := flows.NewBook("talk/one", nil, flows.Flow{Name: "talk", Steps: []flows.Step{
		{Name: "one", Else: flows.Transition{Label: "anything", To: "queue", Do: func(flows.Turn) []flows.Effect {
			return []flows.Effect{flows.HandOff{Reason: bot.ReasonAsked}}
		}}, Enter: func(flows.Turn) []flows.Effect { return nil }},
		{Name: "queue", Enter: here, Place: true, Else: flows.Stay()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	onBoth(t, func(t *testing.T, r *rig) {
		r.worker.Engine.Book = book
		for _, chat := range []string{"1", "2", "3"} {
			r.receive(chat, "оператора")
			r.run(true, chat+" waits", r.idle)
		}
		var said [][]byte
		if err := r.db.Select(&said, `SELECT body FROM outbox ORDER BY id`); err != nil {
			t.Fatal(err)
		}
		if got := string(bytes.Join(said, []byte(" "))); got != `"попереду 0" "попереду 1" "попереду 2"` {
			t.Errorf("they hear %s", got)
		}
	})
}
