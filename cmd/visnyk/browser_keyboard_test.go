package main

import (
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
)

// nameUnderKeyboard is what the keyboard is on, by its label or its words.
const nameUnderKeyboard = `(() => {
	let e = document.activeElement;
	while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
	return e ? (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || '').trim() : '';
})()`

// tabTo goes on with the Tab key until the keyboard is on what has this name, if
// it is not there yet.
func (a *speaker) tabTo(piece string) {
	a.t.Helper()
	want := strings.ToLower(a.word(piece))
	var passed []string
	for range 150 {
		name := strings.ToLower(value[string](a.tab, nameUnderKeyboard))
		if name == want {
			return
		}
		passed = append(passed, name)
		a.press('\t')
	}
	a.failf("the Tab key does not come to %q, only to %q", want, passed)
}

// held wants the keyboard to be on something after a press of it: who uses no
// mouse must not begin at the top of the page each time.
func (a *speaker) held() {
	a.t.Helper()
	if value[bool](a.tab, `document.activeElement === document.body`) {
		a.t.Errorf("%s has let go of the keyboard", a.name)
	}
}

// keyboardAlone is a conversation at each window with no mouse.
func keyboardAlone(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	for _, name := range []string{"telegram", "viber", "webchat"} {
		t.Run(name, func(t *testing.T) {
			p := b.guest(t, view{width: 1440, height: 900}).open(s.url + map[string]string{
				"telegram": "/?as=olena", "viber": "/?as=dmytro", "webchat": "/chat",
			}[name])
			a := p.at(name, bot.Ukrainian, w)
			switch name {
			case "telegram":
				a.hears("@menu.choose")
				a.hears("@faq.helped")
				a.tabTo("#try.change")
				a.press('\r')
			case "viber":
				a.tabTo("#viber.start")
				a.press(' ')
				a.hears(w.say(t, bot.Russian, "@greeting.text_company"))
				a.held()
				a.tabTo("@greeting.language")
				a.press('\r')
				a.hears("@menu.choose")
			case "webchat":
				a.hears("@menu.choose")
			}
			if name != "telegram" { // where a chip led there
				a.tabTo("@menu.changes")
				a.press('\r')
			}
			a.hears("@change.list")
			a.held()
			a.tabTo(a.offered()[0])
			a.press(' ')
			a.hears()
			a.held()
			a.tabTo(a.label())
			for _, key := range "menu" {
				a.press(key)
			}
			a.press('\r')
			a.hears()
			a.held()
			if got := value[string](a.tab, `document.activeElement.value`); got != "" {
				t.Errorf("%q is left in the field", got)
			}
			a.awaits("what was typed", fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.innerText.trim() === 'menu')`, a.mine))
		})
	}
}
