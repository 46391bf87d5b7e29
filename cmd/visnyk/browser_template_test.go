package main

import (
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage/storagetest"
)

// templateIsFilled is a night: a template about an outage was approved by day, and one
// person fills it on a phone, reads what people will get, and sends it; whoever sleeps
// hears of it. In each language.
func templateIsFilled(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
			width := []int64{390, 1440}[turn%2]
			phone := s.onTelegram(885, "Олександра Заболотна", l)
			phone.write("/start")
			phone.hears("@welcome.about")
			s.idle()
			s.sql(`UPDATE contacts SET quiet = '', zone = ?`, fmt.Sprintf("Etc/GMT%+d", (time.Now().UTC().Hour()+33)%24-12)) // where it is three at night
			all := s.service.parts.api.Broadcasts
			made, err := all.NewTemplate()
			if err != nil {
				t.Fatal(err)
			}
			made.ID, made.Title, made.Urgent = "water", "Вода", "Аварія на мережі"
			m, err := all.Create(t.Context(), bot.System(), made)
			for _, move := range []bot.BroadcastMove{bot.BroadcastSubmit, bot.BroadcastApprove} {
				if err == nil {
					m, err = all.Move(t.Context(), bot.System(), m.ID, move, m.Version, broadcast.Moved{})
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
			t.Cleanup(p.finish)
			s.signsIn(p, "olha", bot.Marketer, l)
			say := func(key string) string { return s.words(l, "broadcasts."+key) }
			asked := func() {
				p.awaits("the slots", `!!document.querySelector('[name=where_uk]') && document.readyState === 'complete'`)
			}
			everyCheck(t, p, "http://"+s.address+"/console/broadcasts/water/fill", l, asked, width)
			for name, text := range map[string]string{"where_uk": "вул. Лісова, 5–9", "where_ru": "ул. Лесная, 5–9"} {
				value[int](p, fmt.Sprintf(`(document.querySelector('[name=%s]').value = %q, 0)`, name, text))
			}
			value[int](p, `(document.querySelector('[value=look]').click(), 0)`)
			p.awaits("what people get", fmt.Sprintf(`document.querySelector('[value=send]')?.innerText.includes('1 ') && document.getElementById('ahead').innerText.includes(%q) && document.readyState === 'complete'`, s.words(l, "told.template_end")))
			for _, fault := range append(p.layout(width), p.contrast()...) {
				t.Error(fault)
			}
			value[int](p, `(document.querySelector('[value=send]').click(), 0)`)
			p.awaits("on its way", fmt.Sprintf(`location.pathname.endsWith('/report') && document.readyState === 'complete' && document.body.innerText.includes(%q)`, say("filled_of")))
			phone.hears(map[bot.Language]string{bot.Ukrainian: "вул. Лісова, 5–9", bot.Russian: "ул. Лесная, 5–9"}[l])
		})
	}
}
