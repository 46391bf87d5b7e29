package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// broughtPeople is a file of which three rows are broken while «Статус» is taken for
// the tier of a person, which it is not.
const broughtPeople = "Код;ПІБ;Статус;Договір від\r\n" +
	"1;Олена Гнатюк;vip;03.04.2026\r\n2;Петро Їжакевич;боржник;01.02.2026\r\n3;Ганна Щур;боржник;\r\n4;Ілля Ґудзь;новий договір;05.06.2026\r\n"

// importGoesIn is a marketer who brings people by a file: three rows are broken, the
// columns are mended, and all go in; in each language, on a phone and at a desk. What
// is said can be read without JavaScript.
func importGoesIn(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
			width := []int64{390, 1440}[turn%2]
			p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
			t.Cleanup(p.finish)
			s.signsIn(p, "sofiia", bot.Marketer, l)
			base, say := "http://"+s.address, func(key string) string { return s.words(l, "people.import."+key) }
			arrives := func(key string) {
				t.Helper()
				p.awaits(key, fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.readyState === 'complete'`, say(key)))
			}
			sums := func(want string) {
				t.Helper()
				if got := value[string](p, `[...document.querySelectorAll('.sums dd')].map(e => e.innerText).join(' ')`); got != want {
					t.Errorf("the sums are %s, want %s", got, want)
				}
			}
			check := func(path, title string) {
				t.Helper()
				everyCheck(t, p, base+path, l, func() { arrives(title) }, width)
			}
			here := func() string { return value[string](p, `location.pathname`) }

			check("/console/people/import", "title")
			p.attaches("клієнти.csv", []byte(broughtPeople))
			p.click("button", say("open"))
			arrives("columns_title")
			columns := here()
			check(columns, "columns_title")
			value[int](p, `(document.querySelector('input[value=day]').click(), document.getElementById('column3').value = 'attributes.Договір від', 0)`)
			p.click("button", say("check"))
			arrives("state.checked") // by itself, when it is over
			sums("4 1 0 0 3")
			check(here(), "state.checked")

			p.click("link", say("columns"))
			arrives("columns_title")
			value[int](p, `(document.getElementById('column2').value = 'attributes.Статус', 0)`)
			p.click("button", say("check"))
			arrives("state.checked")
			sums("4 4 0 0 0")
			value[int](p, `(document.querySelector('.actions button.main').click(), 0)`)
			arrives("state.done")
			sums("4 4 0 0 0")
			check(here(), "state.done")

			tell(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			for path, title := range map[string]string{"/console/people/import": "title", columns: "columns_title", here(): "state.done"} {
				p.to(base + path)
				arrives(title)
			}
		})
	}
}

// signsIn makes a user, and has the tab be theirs.
func (s *world) signsIn(p *tab, login string, role bot.Role, l bot.Language) {
	s.t.Helper()
	cookie := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%-32s", login))
	sum := sha256.Sum256([]byte(cookie))
	err := s.service.store.Load().InTx(s.t.Context(), func(tx *storage.Tx) error {
		if err := tx.AddUser(s.t.Context(), storage.User{ID: login, Login: login, Role: role, Language: l}); err != nil {
			return err
		}
		return tx.AddSession(s.t.Context(), hex.EncodeToString(sum[:]), login, "", "", "")
	})
	if err != nil {
		s.t.Fatal(err)
	}
	tell(p, network.SetCookie, network.SetCookieParams{Name: "visnyk", Value: cookie, URL: "http://" + s.address})
}
