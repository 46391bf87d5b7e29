package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"

	"visnyk/bot"
	"visnyk/bot/console/consoletest"
	"visnyk/storage/storagetest"
)

// doorOpens is the first admin's first minute, from the link to signing out and in
// again, in each language; on the way every page is held to every check.
func doorOpens(t *testing.T, b *chromium) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
			link, err := s.service.staff().SetUpLink(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			base, say := "http://"+s.address, func(key string) string { return s.words(l, "console."+key) }
			g := b.guest(t, view{width: 1440, height: 900, lang: string(l)})
			p := g.open(base + link.Path)
			light(t, p)
			arrives := func(key string) {
				t.Helper()
				p.awaits(key, fmt.Sprintf(`document.querySelector('h1')?.innerText === %q && document.readyState === 'complete'`, say(key)))
			}
			check := func(path, title string) { // in one language on a phone, in the other at a desk
				t.Helper()
				turn++
				everyCheck(t, p, base+path, l, func() { arrives(title) }, []int64{390, 1440}[turn%2])
			}
			sendIn := func(title string) {
				t.Helper()
				p.press('\r')
				arrives(title)
			}

			check(link.Path, "setup.title")
			const password = "довгий пароль для всіх"
			p.fill("textbox", say("login.login"), "olena")
			p.fill("textbox", say("profile.name"), strings.Repeat("ї", 81))
			p.fill("textbox", say("login.password"), "коротко")
			p.fill("textbox", say("password.first_again"), "коротко")
			p.expects("422") // a form that is not right
			p.press('\r')
			p.awaits("what is wrong", `document.querySelectorAll('.fault').length === 2`)
			p.fill("textbox", say("profile.name"), `<img src=x onerror="alert(1)">`)
			p.fill("textbox", say("login.password"), password)
			p.fill("textbox", say("password.first_again"), password)
			sendIn("factor.title")
			check("/console/login/factor", "factor.title")
			secret := value[string](p, `document.querySelector('.secret').textContent`)
			used := consoletest.Step(time.Now()) // of the step before, it may be too old when it arrives
			p.fill("textbox", say("factor.code"), consoletest.Code(secret, used))
			sendIn("recovery.title")
			p.click("link", say("recovery.do"))
			p.awaits("the first page of an admin", `document.querySelector('.top') && document.readyState === 'complete'`)
			check("/console/profile?saved=1", "profile.title")
			check("/console/sessions", "sessions.title")

			// The list of keys opens by what a Cyrillic layout writes, but not in a field.
			p.to(base + "/console/profile")
			question := func() {
				down := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "?", Code: "Digit7", Modifiers: 8, Text: "?"}
				tell(p, input.DispatchKeyEvent, down)
				down.Type, down.Text = input.DispatchKeyEventTypeKeyUp, ""
				tell(p, input.DispatchKeyEvent, down)
			}
			p.focus("textbox", say("profile.name"))
			question()
			if value[bool](p, `document.getElementById('keys').open`) || !value[bool](p, `document.activeElement.value.includes('?')`) {
				t.Error("the key of the list is eaten within a field")
			}
			value[int](p, `(document.activeElement.blur(), 0)`)
			question()
			p.awaits("the list of keys", `document.getElementById('keys').open`)
			p.press('\x1b')
			p.awaits("its end", `!document.getElementById('keys').open`)

			value[int](p, `(document.querySelector('.top > .menu > summary').focus(), 0)`)
			p.press('\r')
			p.click("button", say("logout"))
			arrives("login.title")
			check("/console/login?next=%2Fconsole%2Fsessions", "login.title")
			p.fill("textbox", say("login.login"), "olena")
			p.fill("textbox", say("login.password"), password)
			sendIn("code.title")
			p.fill("textbox", say("code.code"), consoletest.Code(secret, max(consoletest.Step(time.Now()), used+1)))
			sendIn("sessions.title")
		})
	}
}
