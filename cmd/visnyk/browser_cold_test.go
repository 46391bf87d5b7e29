package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/page"

	"visnyk/bot"
)

// slowAnswer has the page hear what the service says before it hears that its
// own words were taken, as when the stream is the faster of two connections. It
// makes nobody wait: the pause before an answer is taken to be written is none.
const slowAnswer = `{
	const plain = fetch, later = setTimeout;
	window.setTimeout = (f, ms, ...rest) => later(f, ms === 600 ? 0 : ms, ...rest);
	window.fetch = async (path, options) => {
		const answer = await plain(path, options);
		if (options?.method !== 'POST' || !String(path).startsWith('/chat/messages') || JSON.parse(options.body).kind === 'receipt') return answer;
		const heard = () => document.querySelectorAll('#thread .theirs').length;
		const before = window.heardBefore ?? 0;
		while (heard() <= before) await new Promise((resume) => later(resume, 5));
		window.heardBefore = heard();
		return answer;
	};
}`

// chatStartsCold: a stream that is faster than the answer to what was sent writes
// the day once, and nobody seems to write what is there already; and the end
// stays in sight when a picture comes late.
func chatStartsCold(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	p := b.guest(t, view{lang: "uk", width: 390, height: 844}).blank()
	t.Cleanup(p.finish)
	tell(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: slowAnswer})
	p.to(s.url + "/chat")
	a := p.at("webchat", bot.Ukrainian, w)
	a.ready()
	calm := func() {
		t.Helper()
		a.awaits("all to be sent", `!Object.keys(localStorage).some(name => name.includes('unsent-'))`)
		if got := value[string](p, `new Promise(r => setTimeout(() => setTimeout(() => r(
			document.querySelectorAll('#thread .day').length + ' days, dots ' + (document.getElementById('typing').hidden ? 'gone' : 'there')))))`); got != "1 days, dots gone" {
			t.Errorf("the thread has %s", got)
		}
	}
	a.hears("@menu.choose")
	calm()
	a.writes("Коли працює офіс?")
	a.hears("@faq.helped")
	calm()
	a.writes("Дякую")
	a.hears()
	calm()
	for what, js := range map[string]string{
		"the last alone says that it was sent": `[...document.querySelectorAll('.mine .state')].filter(e => e.checkVisibility()).length === 1`,
		"languages are offered once":           `!document.querySelector('[data-action^="lang."]') && document.querySelector('#language-ru').checkVisibility()`,
		"the page bears the company's name":    `document.querySelector('h1').innerText === 'Одуд' && document.title === 'Одуд'`,
		"the bar is one row":                   `document.querySelector('#join').checkVisibility() && document.querySelector('.bar').offsetHeight < 60`,
		"what is past is no button":            `[...document.querySelectorAll('.old button')].every(e => e.disabled && getComputedStyle(e).borderTopColor === 'rgba(0, 0, 0, 0)')`,
	} {
		if !value[bool](p, js) {
			t.Errorf("it is not so that %s", what)
		}
	}

	// The window hears of its scrolling before it knows how high the picture is.
	const grows = `new Promise((resume) => {
		const scroll = document.getElementById('scroll'), added = document.createElement('div');
		added.style.height = '%dpx';
		document.querySelector('#thread .bubble:last-child').append(added);
		scroll.dispatchEvent(new Event('scroll'));
		requestAnimationFrame(() => requestAnimationFrame(() => resume(scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight)));
	})`
	a.writes("Де ваш офіс?")
	a.hears("@faq.helped")
	for range 2 {
		if left := value[float64](p, fmt.Sprintf(grows, 280)); left > 2 {
			t.Errorf("%v px stay below the window after a picture has come", left)
		}
	}
	a.writes("Скільки коштує інтернет?")
	a.hears("@faq.helped")
	value[float64](p, fmt.Sprintf(grows, 2000))
	const beginning = `document.querySelector('#thread .bubble:last-child').getBoundingClientRect().top - document.getElementById('scroll').getBoundingClientRect().top`
	if top := value[float64](p, beginning); top < 0 || top > 40 {
		t.Errorf("news higher than the window begin %v px below its top", top)
	}
}
