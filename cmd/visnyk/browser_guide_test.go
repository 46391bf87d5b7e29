package main

import (
	"fmt"
	"testing"

	"visnyk/bot"
)

// demoGuides: somebody who sees the demo for the first time, on a phone, is led
// by it alone to an answer and to the operator, and meets nothing made for
// engineers until they ask for it.
func demoGuides(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	for _, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			p := b.guest(t, view{width: 390, height: 844, lang: string(l)}).open(s.url + "/")
			p.live()
			a := p.at("telegram", l, w)
			a.hears("@menu.choose")
			a.hears("@faq.helped")
			if got := value[[]float64](p, `(h => [Math.min(...h), Math.max(...h)])([...document.querySelectorAll('.tabs span')].map(e => e.offsetHeight))`); got[0] != got[1] {
				t.Errorf("tabs are from %v to %v px high", got[0], got[1])
			}
			if top := value[float64](p, `document.querySelector('#telegram .device').getBoundingClientRect().top`); top > 280 {
				t.Errorf("the phone begins at %v px of 844", top)
			}

			a.taps("#try.price")
			a.hears("@faq.helped")
			a.taps("#try.person")
			a.hears("@handoff.called")
			a.click("link", a.word("#pointer"))
			p.awaits("the desk in the window", `(box => box.top >= 0 && box.top < innerHeight / 2)(document.getElementById('desk-box').getBoundingClientRect())`)
			p.awaits("one who waits", `document.querySelector('#desk [data-waiting="1"]')`)
			s.operator(t, b, "maryna", l, w).takesNext()
			p.awaits("the pointer to go", `!document.querySelector('#telegram .pointer')`)

			seen := fmt.Sprintf(`document.body.innerText.includes(%q)`, a.word("#line"))
			if value[bool](p, seen) {
				t.Error("a visitor is shown what is for engineers")
			}
			value[bool](p, `document.querySelector('#engineers > summary').click() ?? true`)
			p.awaits("what is for engineers", seen)
			p.awaits("the line", `document.querySelector('#line .ms')`)
			if !value[bool](p, `[...document.querySelectorAll('#line .ms')].every(e => { e.textContent = '+60090'; return e.scrollWidth <= e.clientWidth; })`) {
				t.Error("a long time touches what it is the time of")
			}
			p.reload()
			p.live()
			if !value[bool](p, seen) {
				t.Error("what is for engineers is folded again")
			}
			p.awaits("nobody to wait", `!document.querySelector('#desk [data-waiting]')`)
		})
	}
}
