package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/network"

	"visnyk/bot"
	"visnyk/storage"
)

// broughtPeople is a file of which three rows are broken while «Статус» is taken for
// the tier of a person, which it is not.
const broughtPeople = "Код;ПІБ;Статус;Договір від\r\n" +
	"1;Олена Гнатюк;vip;03.04.2026\r\n2;Петро Їжакевич;боржник;01.02.2026\r\n3;Ганна Щур;боржник;\r\n4;Ілля Ґудзь;новий договір;05.06.2026\r\n"

// importGoesIn is a marketer who brings people by a file: three rows are broken, the
// columns are mended, and all go in; in each language, on a phone and at a desk. What
// is said can be read without JavaScript.
func importGoesIn(t *testing.T, b *chromium) {
	atWork(t, b, "sofiia", bot.Marketer, func(w *worker) {
		say := func(key string) string { return w.says("people.import." + key) }
		sums := func(want string) {
			w.t.Helper()
			if got := value[string](w.tab, `[...document.querySelectorAll('.sums dd')].map(e => e.innerText).join(' ')`); got != want {
				w.t.Errorf("the sums are %s, want %s", got, want)
			}
		}
		w.is("/console/people/import", say("title"))
		w.attaches("клієнти.csv", []byte(broughtPeople))
		w.click("button", say("open"))
		w.arrives(say("columns_title"))
		columns := w.here()
		w.is(columns, say("columns_title"))
		w.hits("input[value=day]")
		w.sets("column3", "attributes.Договір від")
		w.click("button", say("check"))
		w.arrives(say("state.checked")) // by itself, when it is over
		sums("4 1 0 0 3")
		w.is(w.here(), say("state.checked"))

		w.click("link", say("columns"))
		w.arrives(say("columns_title"))
		w.sets("column2", "attributes.Статус")
		w.click("button", say("check"))
		w.arrives(say("state.checked"))
		sums("4 4 0 0 0")
		w.hits(".actions button.main")
		w.arrives(say("state.done"))
		sums("4 4 0 0 0")
		w.is(w.here(), say("state.done"))

		done := w.here()
		w.still(func() {
			for path, title := range map[string]string{"/console/people/import": "title", columns: "columns_title", done: "state.done"} {
				w.opens(path, say(title))
			}
		})
	})
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
