package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"visnyk/bot"
)

// drawing returns a small PNG.
func drawing(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 96, 64))
	for i := range 96 * 64 {
		m.Set(i%96, i/96, color.RGBA{uint8(2 * i % 96), 120, 110, 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// deskServes: somebody asks for a person at each of the demo's windows, and two
// operators serve them, in each language. On the way the pages of the desk, with a
// talk on, are held to every check.
func deskServes(t *testing.T, b *chromium) {
	w := newPhrases(t)
	for _, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newShow(t)
			as := map[bot.Language]string{bot.Ukrainian: "olena", bot.Russian: "igor"}[l]
			p := b.guest(t, view{width: 1440, height: 900, lang: string(l)}).open(s.url + "/?as=" + as + "&lang=" + string(l))
			maryna, oleh := s.operator(t, b, "maryna", l, w), s.operator(t, b, "oleh", l, w)
			for _, name := range []string{"telegram", "viber", "webchat"} {
				a := p.at(name, l, w)
				if name == "webchat" {
					a.tab = p.framed("/chat")
				}
				a.begins()
				a.isServed(maryna, oleh)
			}
			checkDesk(t, maryna, l)
			maryna.survivesReload(t, s, b, p.at("telegram", l, w))
		})
	}
}

// isServed is a customer who asks for a person, from the queue to how it was.
func (a *speaker) isServed(maryna, oleh *operator) {
	a.t.Helper()
	both := []*operator{maryna, oleh}
	for _, o := range both {
		o.home()
		o.waiting(0)
		value[int](o.tab, `(window.loaded = 1)`)
	}
	a.writes(a.speaks("покличте людину", "позовите человека"))
	a.hears("@handoff.called")
	for _, o := range both {
		o.waiting(1)
		if !value[bool](o.tab, `window.loaded === 1`) {
			a.t.Error("the queue was loaded anew")
		}
	}
	winner, loser := race(a.t, maryna, oleh)
	loser.awaits("who holds it", fmt.Sprintf(`document.querySelector('main').innerText.includes(%q)`, winner.name))
	a.hears(winner.name)

	said := a.speaks("Ось і я. Що трапилося?", "Вот и я. Что случилось?")
	winner.replies(said)
	a.hears(said)
	asks := a.speaks("Роутер блимає червоним", "Роутер мигает красным")
	a.writes(asks)
	winner.reads(asks)
	loser.reads(asks) // who looks on sees the talk too

	winner.attaches("схема.png", drawing(a.t))
	winner.awaits("the picture to be kept", `document.querySelector('#attached img')?.naturalWidth === 96`)
	said = a.speaks("Натисніть тут", "Нажмите здесь")
	winner.replies(said)
	shown := fmt.Sprintf(`document.querySelector('#%s-thread .bubble[data-from="bot"] .media')`, a.name)
	if a.name == "webchat" {
		shown = `document.querySelector('#thread .theirs img')?.naturalWidth === 96`
	}
	a.awaits("the operator's picture", shown)
	a.awaits("its words", fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.innerText.includes(%q))`, a.said, said))
	winner.awaits("it to be shown at the desk", `document.querySelector('#lines .ours .picture img')?.naturalWidth === 96`)
	if a.name == "webchat" {
		a.attaches("фото.png", drawing(a.t))
		winner.awaits("the customer's photo", `[...document.querySelectorAll('#lines .line:not(.ours) .picture img')].some(e => e.naturalWidth === 96)`)
	}
	winner.closes("solved")
	a.awaits("the goodbye", fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.innerText.includes(%q))`, a.said, a.word("@handoff.over")))
	if a.name == "viber" { // their week's question was asked on the other phone
		return
	}
	a.taps("5")
	a.awaits("the thanks", fmt.Sprintf(`[...document.querySelectorAll(%q)].at(-1).innerText.includes(%q)`, a.said, a.word("@handoff.rated")))
}

// race has both press Take at once; one gets the ticket.
func race(t *testing.T, one, two *operator) (winner, loser *operator) {
	t.Helper()
	var pressed sync.WaitGroup
	for _, o := range []*operator{one, two} {
		o.opens()
		o.allows("409")
	}
	for _, o := range []*operator{one, two} {
		pressed.Go(func() {
			if _, err := tryValue[int](o.tab, `(document.querySelector('#take button')?.click(), 0)`); err != nil {
				t.Errorf("%s: %v", o.name, err)
			}
		})
	}
	pressed.Wait()
	one.await("one of them to hold the ticket", func() bool {
		for _, o := range []*operator{one, two} {
			if has, _ := tryValue[bool](o.tab, `Boolean(document.getElementById('text'))`); has {
				winner = o
			}
		}
		return winner != nil
	})
	if loser = one; winner == one {
		loser = two
	}
	if value[bool](loser.tab, `Boolean(document.getElementById('text'))`) {
		t.Error("both hold the ticket")
	}
	return winner, loser
}

// checkDesk holds the queue, with who waits, and a closed talk to every check.
func checkDesk(t *testing.T, o *operator, l bot.Language) {
	t.Helper()
	widths := map[bot.Language][]int64{bot.Ukrainian: {390, 1440}, bot.Russian: {320, 820}}[l]
	ticket := value[string](o.tab, `location.href`)
	everyCheck(t, o.tab, ticket, l, func() {
		o.awaits("the talk", `document.querySelectorAll('#lines > li').length > 5 && document.readyState === 'complete'`)
	}, widths...)
	everyCheck(t, o.tab, strings.Split(ticket, "/desk/")[0]+"/desk?tab=closed", l, o.queue, widths...)
	o.look(view{width: 1440, height: 900, lang: string(l)})
}

// survivesReload: what an operator has begun to write is there after a reload and
// in another browser of theirs, and pressed in both it is sent once.
func (o *operator) survivesReload(t *testing.T, s *show, b *chromium, a *speaker) {
	t.Helper()
	a.writes(a.speaks("покличте людину", "позовите человека"))
	o.home()
	o.opens() // also one that was offered to a colleague first
	o.click("button", o.says("ticket.take"))
	o.writable()
	draft := a.speaks("Перевірила: усе гаразд", "Проверила: всё в порядке")
	o.fill("textbox", o.says("ticket.reply"), draft)
	o.awaits("the draft to be kept", fmt.Sprintf(`document.getElementById('saved').textContent === %q`, o.says("ticket.saved")))
	has := fmt.Sprintf(`document.getElementById('text')?.value === %q && document.readyState === 'complete'`, draft)
	o.reload()
	o.awaits("the draft after a reload", has)
	other := s.operator(t, b, o.login, o.lang, o.phrases)
	other.to(value[string](o.tab, `location.href`))
	other.awaits("the draft in another browser", has)
	checkComposer(t, other, o.lang)
	other.awaits("the draft to stay", has)

	var pressed sync.WaitGroup
	for _, one := range []*operator{o, other} {
		one.allows("409")
		pressed.Go(func() {
			if _, err := tryValue[int](one.tab, `(document.getElementById('send').click(), 0)`); err != nil {
				t.Error(err)
			}
		})
	}
	pressed.Wait()
	o.sent(draft)
	other.sent(draft)
	o.replies("✓") // what comes later stands behind it
	a.awaits("the words that follow", fmt.Sprintf(`[...document.querySelectorAll(%q)].at(-1)?.innerText === '✓'`, a.said))
	if n := strings.Count(strings.Join(a.texts(a.said), "\n"), draft); n != 1 {
		t.Errorf("sent from two tabs, %q is on the phone %d times", draft, n)
	}
	o.draftIsMended(other, a)
}

// draftIsMended: a page that has not heard that its draft was sent elsewhere is refused
// when it keeps what is written next; it learns how things stand, and keeps it.
func (o *operator) draftIsMended(late *operator, a *speaker) {
	o.t.Helper()
	late.sent("✓")
	key := value[string](late.tab, `document.querySelector('#reply [name=key]').value`)
	o.replies("✓✓")
	late.sent("✓✓")
	fresh := fmt.Sprintf(`document.querySelector('#reply [name=key]').value !== %q`, key)
	late.awaits("the key of the next draft", fresh)
	value[int](late.tab, `(window.asked = performance.now(), window.fetch = ((real) => (...of) => { window.asked = performance.now(); return real(...of); })(window.fetch), 0)`)
	late.awaits("the page to have nothing more to ask", `!document.querySelector('#lines [data-leaves]') && performance.now() - window.asked > 2000`)
	value[int](late.tab, fmt.Sprintf(`(document.querySelector('#reply [name=key]').value = %q, 0)`, key))
	next := a.speaks("А ще я написала ось це", "А ещё я написала вот это")
	late.fill("textbox", o.says("ticket.reply"), next)
	late.awaits("the next words to be kept", fmt.Sprintf(
		`%s && document.getElementById('text').value === %q && document.getElementById('saved').textContent === %q`, fresh, next, o.says("ticket.saved")))
	o.reload()
	o.awaits("the next words in the other browser", fmt.Sprintf(`document.getElementById('text')?.value === %q`, next))
}

// checkComposer holds a talk that is on to every check.
func checkComposer(t *testing.T, o *operator, l bot.Language) {
	t.Helper()
	at := value[string](o.tab, `location.href`)
	everyCheck(t, o.tab, at, l, o.writable, map[bot.Language]int64{bot.Ukrainian: 820, bot.Russian: 390}[l])
}

// deskByKeyboard: an operator with a Ukrainian layout and no mouse takes, answers
// and closes.
func deskByKeyboard(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	p := b.guest(t, view{width: 1440, height: 900}).open(s.url + "/?as=olena&lang=uk")
	a := p.at("telegram", bot.Ukrainian, w)
	a.begins()
	a.writes("покличте людину")
	a.hears("@handoff.called")
	o := s.operator(t, b, "maryna", bot.Ukrainian, w)
	o.waiting(1)
	o.letter("KeyJ", "о")
	o.awaits("the keyboard on the row", `document.activeElement.closest('.queue-row')`)
	o.letter("KeyT", "е")
	o.writable()
	a.hears("Марина")
	o.letter("KeyR", "к")
	o.awaits("the keyboard in the field", `document.activeElement.id === 'text'`)
	for _, key := range [][2]string{{"KeyT", "е"}, {"KeyE", "у"}, {"KeyQ", "й"}, {"KeyU", "г"}, {"KeyR", "к"}, {"KeyN", "т"}, {"KeyJ", "о"}} {
		o.letter(key[0], key[1])
	}
	if got := value[string](o.tab, `document.getElementById('text').value + (document.querySelector('details[open], dialog[open]') ? ' and something opened' : '')`); got != "еуйгкто" {
		t.Errorf("typed letters come out as %q", got)
	}
	o.press('\r', chromedp.ModifierCtrl)
	o.sent("еуйгкто")
	a.hears("еуйгкто")
	o.press('\x1b')
	o.awaits("the field to be left", `document.activeElement.id !== 'text'`)
	o.letter("KeyE", "у")
	o.awaits("the ways to close", `document.activeElement.value === 'solved'`)
	o.press('\r')
	o.awaits("the ticket to be closed", `document.getElementById('ticket-head').dataset.state === 'closed'`)
	a.hears("@handoff.over")
	o.letter("KeyQ", "й")
	o.queue()
}
