package main

import (
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// What a change means for a person and what they have to do is that of their group, by what
// is known of them when they ask, on every messenger, in their language; the proof has it to
// the letter.
func TestForMeIsOnesOwn(t *testing.T) {
	t.Parallel()
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	r := s.rollsOut(t)
	means := map[string]bot.Bilingual{
		"vip":     said("Для Вас нічого не подорожчає.", "Для вас ничего не подорожает."),
		"partner": said("Рахунки партнерам приходять щотижня.", "Счета партнёрам приходят каждую неделю."),
		"else":    r.Consequence,
	}
	does := map[string]bot.Bilingual{"vip": r.ToDo, "partner": said("Перевірте реквізити.", "Проверьте реквизиты."), "else": r.ToDo}
	r.next(func(c *bot.Change) {
		c.Groups = []bot.ChangeGroup{
			{Segment: bot.In("tier", "vip"), Impact: bot.ImpactHigh, Consequence: means["vip"]},
			{Segment: bot.In("kind", "partner"), Consequence: means["partner"], ToDo: does["partner"]},
			{Impact: bot.ImpactLow},
		}
	})
	visitor, _ := s.onWebchat(bot.Russian)
	people := map[string]*actor{"vip": s.onTelegram(7101, "Олена", bot.Ukrainian), "partner": s.onViber("cGFydG5lcg==", "Пётр", bot.Russian), "else": visitor}
	for group, a := range people {
		a.begins()
		s.idle()
		switch group { // by what the company learns of them meanwhile
		case "vip": // of both groups, and the first counts
			s.sql(`UPDATE contacts SET tier = 'vip', kind = 'partner' WHERE id = (SELECT contact FROM conversations WHERE bot = 'telegram' AND chat = '7101')`)
		case "partner":
			s.sql(`UPDATE contacts SET kind = 'partner' WHERE id = (SELECT contact FROM conversations WHERE bot = 'viber' AND chat = 'cGFydG5lcg==')`)
		}
		a.taps("@menu.changes")
		a.hears(r.Title.In(a.lang))
		a.taps(r.Title.In(a.lang))
		a.hears(r.Title.In(a.lang))
		for label, want := range map[string]map[string]bot.Bilingual{"@change.what": means, "@change.do": does} {
			a.taps(label)
			a.hears(want[group].In(a.lang))
		}
	}
	s.idle()
	who := s.strings(`SELECT contact FROM conversations WHERE bot = 'viber' AND chat = 'cGFydG5lcg=='`)
	proved, _, err := s.service.parts.api.Changes.State(t.Context(), bot.System(), r.ID, who[0])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(proved.Tellings, func(told bot.ProvedTelling) bool { return strings.Contains(told.Text, means["partner"].RU) }) {
		t.Errorf("it is not proved: %+v", proved.Tellings)
	}
}
