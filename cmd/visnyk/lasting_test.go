package main

import (
	"testing"

	"visnyk/bot"
)

// What stands under a broadcast acts as long as it stands there. On Viber that is for ever,
// but with an old client until the next message, and the buttons of before are beneath it;
// and at every messenger its label acts as
// the first words after it, in the language that it was told in.
func TestButtonsOfABroadcastStay(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		viber := func(id string, l bot.Language, level int) *actor {
			a := s.onViber(id, "Ольга", l)
			s.box.viber.Person(id, "Ольга", string(l)).APIVersion(level)
			return a
		}
		keeps, old := viber("a2VlcHM=", bot.Ukrainian, 7), viber("b2xk", bot.Russian, 6)
		asks, tg := viber("YXNrcw==", bot.Ukrainian, 6), s.onTelegram(1201, "Олена", bot.Russian)
		for _, a := range []*actor{keeps, old, asks, tg} {
			a.write("/start")
			a.hears()
			a.write("меню") // who has only opened the chat is not written to
			a.hears()
		}
		s.idle()
		s.sql(`UPDATE contacts SET quiet = 'never'`)
		mails(t, s.service.parts.api.Broadcasts, bot.Broadcast{
			ID: "sale", Topic: "tariff", Text: bot.Bilingual{UK: "Знижки до 1 лютого", RU: "Скидки до 1 февраля"},
			Buttons: []bot.BroadcastButton{{Label: bot.Bilingual{UK: "Зрозуміло", RU: "Понятно"}, Do: "ack"}},
		}, bot.BroadcastStart)
		for _, a := range []*actor{keeps, old, asks, tg} {
			a.hears(map[bot.Language]string{bot.Ukrainian: "Знижки", bot.Russian: "Скидки"}[a.lang])
		}
		s.idle()
		read := func(what string, want int) {
			t.Helper()
			s.idle()
			if n := s.service.counts(t, "sale").Acknowledged; n != want {
				t.Errorf("%s: %d have read it, want %d", what, n, want)
			}
		}
		menu := s.words(bot.Ukrainian, "menu.changes") // stood there before
		if err := keeps.press(menu); err != nil {
			t.Error(err)
		}
		keeps.hears("@change.list")
		for range 3 { // hours may go by between
			keeps.write("меню")
			keeps.hears("@menu.choose")
		}
		for range 2 {
			if err := keeps.press("Зрозуміло"); err != nil {
				t.Fatal(err)
			}
			keeps.hears("@change.thanks")
			read("pressed, and once more", 1)
		}
		old.write("понятно")
		old.hears("@change.thanks")
		read("typed", 2)
		tg.write("Понятно")
		tg.hears("@change.thanks")
		read("typed on Telegram", 3)
		asks.write("меню")
		asks.hears("@menu.choose")
		if err := asks.press("Зрозуміло"); err == nil {
			t.Error("an old client has the keyboard of a message before")
		}
		asks.write("Зрозуміло")
		asks.hears()
		read("typed as second words", 3)
	})
}
