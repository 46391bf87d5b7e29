package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

// live waits until the page hears what happens.
func (p *tab) live() {
	p.t.Helper()
	p.awaits("the stream", `document.documentElement.dataset.live === 'on'`)
}

// demoIsSound holds the demo's page, as a stranger finds it, to everything a
// page is held to.
func demoIsSound(t *testing.T, b *chromium) {
	s := newShow(t)
	for _, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			p := b.guest(t, view{lang: string(l)}).open(s.url + "/") // the browser's language decides
			p.live()
			light(t, p)
			everyCheck(t, p, s.url+"/", l, p.live, windows()...)
		})
	}
}

// demoTalks is a full conversation at each of the demo's windows in each
// language, with an operator at the desk. Then the page, with all of it
// on, is held to every check.
func demoTalks(t *testing.T, b *chromium) {
	w := newPhrases(t)
	for _, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newShow(t)
			as := map[bot.Language]string{bot.Ukrainian: "olena", bot.Russian: "igor"}[l]
			url := s.url + "/?as=" + as + "&lang=" + string(l)
			p := b.guest(t, view{width: 1440, height: 900, lang: string(l)}).open(url)
			desk := s.operator(t, b, "maryna", l, w)
			for _, name := range []string{"telegram", "viber", "webchat"} {
				a := p.at(name, l, w)
				if name == "webchat" {
					a.tab = p.framed("/chat")
				}
				a.begins()
				a.wholeVisit(desk)
			}
			everyCheck(t, p, url, l, p.live, 320, 1440)
		})
	}
}

// demoStays: phones lose and double nothing by a reload in the middle, a second
// tab, and no network for a while.
func demoStays(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	g := b.guest(t, view{width: 1440, height: 900})
	p := g.open(s.url + "/?as=olena")
	for _, name := range []string{"telegram", "viber"} {
		t.Run(name, func(t *testing.T) {
			p.t = t
			a := p.at(name, bot.Ukrainian, w)
			thread := func(p *tab) []string {
				t.Helper()
				return p.texts("#" + name + "-thread .bubble .text")
			}
			a.begins()
			a.writes("Коли працює офіс?")
			a.hears("@faq.helped")
			before := thread(p)
			p.reload()
			p.live()
			if after := thread(p); !slices.Equal(after, before) {
				t.Errorf("after a reload the phone shows %q, before %q", after, before)
			}

			second := g.open(s.url + "/?as=olena")
			second.live()
			a.taps("@faq.yes")
			a.hears("@faq.glad")
			other := second.at(name, bot.Ukrainian, w)
			other.writes("Де ваш офіс?")
			a.hears("@faq.helped")
			p.await("both tabs to show the same", func() bool { t.Helper(); return slices.Equal(thread(p), thread(second)) })
			second.finish()

			away := b.guest(t, view{width: 1440, height: 900}).open(s.url + "/?as=olena") // the same customer
			away.live()
			p.offline(true)
			p.awaits("a word about the connection", fmt.Sprintf(`document.getElementById('live').innerText === %q`, w.say(t, bot.Ukrainian, "#live.off")))
			a.fill("textbox", a.label(), "без мережі")
			a.press('\r')
			p.awaits("a word about what was not sent", fmt.Sprintf(`document.getElementById('problem').innerText === %q`, w.say(t, bot.Ukrainian, "#problem.lost")))
			if left := value[string](p, fmt.Sprintf(`document.getElementById('%s-text').value`, name)); left != "без мережі" {
				t.Errorf("of what was not sent %q is left", left)
			}
			away.at(name, bot.Ukrainian, w).writes("дякую")
			p.offline(false)
			p.live()
			a.press('\r')
			p.await("both to show it all", func() bool {
				t.Helper()
				all := thread(p)
				return slices.Contains(all, "без мережі") && slices.Contains(all, "дякую") && slices.Equal(all, thread(away))
			})
			for _, text := range []string{"без мережі", "дякую", "Де ваш офіс?"} {
				if n := strings.Count(strings.Join(thread(p), "\n"), text); n != 1 {
					t.Errorf("%q is there %d times", text, n)
				}
			}
		})
	}
}

// demoIsUnharmed: HTML in every field of the page, and in its address, is shown
// as the text it is; so is a very long message.
func demoIsUnharmed(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	g := b.guest(t, view{width: 1440, height: 900})
	p := g.open(s.url + "/?as=dmytro")
	long := strings.Repeat("ї", 10_000)
	for _, name := range []string{"telegram", "viber"} {
		a := p.at(name, bot.Ukrainian, w)
		a.begins()
		a.writes(evil)
		a.hears()
		a.writes(long)
		a.hears()
		said := strings.Join(a.texts(a.mine), "")
		if !strings.HasSuffix(said, evil+long) {
			t.Errorf("%s shows %.300q and %d characters", name, said, len([]rune(said)))
		}
	}
	a := p.at("telegram", bot.Ukrainian, w)
	a.writes("покличте людину")
	a.hears()
	desk := s.operator(t, b, "maryna", bot.Ukrainian, w)
	desk.takesNext()
	desk.replies(evil)
	p.await("the operator's words on the phone", func() bool { return slices.Contains(a.texts(a.said), evil) })
	if got := value[string](p, `[...document.querySelectorAll('main script, main img, [data-from=person] .text > *')].map(e => e.outerHTML).join()`); got != "" {
		t.Errorf("made of words: %s", got)
	}
	if got := value[string](desk.tab, `[...document.querySelectorAll('#lines script, #lines img, #card img, #card script')].map(e => e.outerHTML).join()`); got != "" {
		t.Errorf("made of words at the desk: %s", got)
	}
	p.reload()
	p.live()

	q := b.guest(t, view{}).open(s.url + "/chat?lang=<script>alert(1)</script>&site=<b>&start=<img>")
	q.at("webchat", bot.Ukrainian, w).begins()
	q.expects("404")
	q.allows("favicon") // an answer that is no page has no icon
	q.to(s.url + "/?as=<script>alert(1)</script>&lang=<script>alert(1)</script>")
	if got := q.reads(); strings.Contains(got, "alert") {
		t.Errorf("the answer to an evil address reads %q", got)
	}
}
