package desk_test

import (
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/expand"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A talk shows what broadcasts told the customer as they saw it: what it is called among
// colleagues, in which language, its buttons and which was pressed, how it ended. What
// was filled with something else is said to be.
func TestTalkHasBroadcasts(t *testing.T) {
	o := newOffice(t, storagetest.SQLiteURL(t))
	r, ticket := o.open(o.store), o.ticket("Олена")
	ctx := t.Context()
	texts, err := locales.New()
	o.ok(err)
	all := broadcast.New(broadcast.Config{
		Store: o.store, Messengers: map[string]broadcast.Messenger{telegram: {Channel: phone{}, Kind: telegram}},
		Texts: texts, Zone: time.UTC, Now: time.Now,
	})
	r.desk.Shown = all.Shown
	m, err := all.Create(ctx, bot.Actor{User: "maria", Role: bot.Marketer}, bot.Broadcast{
		ID: "prices", Title: "Ціни <b>січня</b>", Topic: "tariff", Urgent: "так треба",
		Text:    bot.Bilingual{UK: "**{{name|друже}}**, ціни [нові](https://shop.example/prices)", RU: "Цены новые"},
		Buttons: []bot.BroadcastButton{{Label: bot.Bilingual{UK: "Зрозуміло", RU: "Понятно"}, Do: "ack"}},
	})
	for _, step := range []struct {
		by   bot.Actor
		move bot.BroadcastMove
	}{
		{bot.Actor{User: "maria", Role: bot.Marketer}, bot.BroadcastSubmit},
		{bot.Actor{User: "anna", Role: bot.Approver}, bot.BroadcastApprove},
		{bot.Actor{User: "maria", Role: bot.Marketer}, bot.BroadcastStart},
	} {
		if err == nil {
			m, err = all.Move(ctx, step.by, m.ID, step.move, m.Version, broadcast.Moved{})
		}
	}
	o.ok(err)
	o.ok(expand.New(expand.Config{Store: o.store, Owner: "me"}).Work(ctx))
	lease, _, _, err := o.store.Acquire(ctx, telegram, "me", time.Minute)
	o.ok(err)
	_, err = all.Releaser(broadcast.Release{Bot: telegram}).Pass(ctx, lease)
	o.ok(err)
	released, err := o.store.Pending(ctx, telegram, bot.LaneBulk, 10)
	o.ok(err)
	if len(released) != 1 {
		t.Fatalf("%d are on their way", len(released))
	}
	mine, err := o.store.Claim(ctx, lease, released)
	o.ok(err)
	if !mine[0] {
		t.Fatal("it is somebody else's")
	}
	o.ok(o.store.RecordOutcomes(ctx, lease, []storage.SendOutcome{{Row: released[0], Outcome: bot.Sent, ExternalID: "77"}}))
	press := bot.LastingAction(bot.RenderingID(m.Renderings[0].Hash), "ack")
	o.writes("chat-1", bot.Entry{Kind: "tapped", Cause: "1", Detail: []byte(`{"press":{"action":"` + press + `"}}`)})

	has := func(wants ...string) {
		t.Helper()
		_, _, page := r.do(t, "olha", http.MethodGet, "/console/desk/"+ticket, nil)
		page = html.UnescapeString(page)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("the talk lacks %q", want)
			}
		}
	}
	has("Олена</span>, ціни <a href=\"https://shop.example/prices\"", "розсилка <bdi>Ціни <b>січня</b></bdi> (укр", "надіслано",
		`<span class="key pressed">Зрозуміло`, "Не надсилати таких")
	_, _, page := r.do(t, "olha", http.MethodGet, "/console/desk/"+ticket, nil)
	if strings.Contains(page, "<b>січня") || strings.Contains(page, "підставлено нинішні дані") {
		t.Error("the name is no words, or what was sent is said to be a guess")
	}
	o.turn("chat-1", storage.TurnWrite{Contact: &bot.Contact{ID: "contact-chat-1", Name: "Леся", Language: bot.Ukrainian}})
	has("Леся</span>, ціни", "слова могли бути іншими: підставлено нинішні дані")
}
