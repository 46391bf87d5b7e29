package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/dom"

	"visnyk/bot"
)

// evil is what runs where words become HTML. The page's policy would refuse it,
// which is a trouble that the watch reports.
const evil = `<script>alert(1)</script><img src=x onerror="alert(2)"><b>жирно</b> &amp; "'` + "`"

// ready waits until the chat's page is drawn and hears the service.
func (a *speaker) ready() {
	a.t.Helper()
	a.awaits("the chat to be ready", `document.documentElement.dataset.ready === 'yes'`)
}

// attach sends a small file of that path.
func (a *speaker) attach(path string) {
	a.t.Helper()
	if err := os.WriteFile(path, []byte("текст"), 0o600); err != nil {
		a.t.Fatal(err)
	}
	field := a.find("button", a.word("@webchat.attach"))
	tell(a.tab, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{path}, BackendNodeID: field.node})
}

// thread is everything said so far, in order.
func (a *speaker) thread() []string {
	a.t.Helper()
	return a.texts("#thread .bubble:not([hidden]) .said")
}

// waitsFor waits until the thread has each of the texts.
func (a *speaker) waitsFor(said ...string) {
	a.t.Helper()
	for _, text := range said {
		a.await(fmt.Sprintf("%q in the thread", text), func() bool {
			a.t.Helper()
			return slices.ContainsFunc(a.thread(), func(s string) bool { return strings.Contains(s, text) })
		})
	}
}

// once wants each of the texts exactly once in the thread, in this order.
func (a *speaker) once(said ...string) {
	a.t.Helper()
	at := -1
	for _, text := range said {
		var where []int
		for i, s := range a.thread() {
			if strings.Contains(s, text) {
				where = append(where, i)
			}
		}
		if len(where) != 1 || where[0] <= at {
			a.t.Errorf("%q stands at %v after %d in %q", text, where, at, a.thread())
			return
		}
		at = where[0]
	}
}

// chatIsSound holds the chat's page to every check in each language, empty-
// handed first and then with everything in it that spoils pages: very long
// texts, words without a space, and HTML.
func chatIsSound(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	for _, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			url := s.url + "/chat"
			p := b.guest(t, view{lang: string(l)}).open(url) // the browser's language decides
			a := p.at("webchat", l, w)
			a.ready()
			light(t, p)
			a.begins()
			a.writes(evil)
			if got := a.texts(a.mine); got[0] != evil {
				t.Errorf("%q is shown as %q", evil, got)
			}
			a.hears()
			long := strings.Repeat("ї", 10_000)
			a.writes(long)
			if got := a.texts(a.mine); got[1] != long {
				t.Errorf("10,000 characters are shown as %d: %.50q", len([]rune(got[1])), got[1])
			}
			a.hears()
			a.attach(filepath.Join(t.TempDir(), `<img src=x onerror="alert(3)">.txt`))
			a.awaits("the file", `[...document.querySelectorAll('.mine .file .name')].some(e => e.innerText.includes('onerror'))`)
			a.awaits("the file to be sent", fmt.Sprintf(`[...document.querySelectorAll('.mine:not([hidden]) .state')].at(-1)?.innerText === %q`, a.word("@webchat.sent")))
			value[bool](p, `(() => {
				const list = new DataTransfer(), field = document.getElementById('file');
				list.items.add(new File([], 'empty.txt'));
				field.files = list.files;
				return field.dispatchEvent(new Event('change'));
			})()`)
			a.awaits("a word about the empty file", fmt.Sprintf(`document.getElementById('status').innerText === %q`, a.word("@webchat.file_empty")))
			a.fill("textbox", a.label(), long+"ї")
			a.press('\r')
			a.awaits("a word about the length", fmt.Sprintf(`document.getElementById('status').innerText === %q`, a.word("@webchat.long")))
			if n := value[int](p, `[...document.getElementById('text').value].length`); n != 10_001 {
				t.Errorf("%d characters are left of what was written", n)
			}
			everyCheck(t, p, url, l, a.ready, windows()...)
		})
	}
}

// chatStays: nothing is lost or doubled by a reload in the middle, a second tab,
// the end of the first, and no network for a while.
func chatStays(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	g := b.guest(t, view{})
	p := g.open(s.url + "/chat")
	a := p.at("webchat", bot.Ukrainian, w)
	a.begins()
	a.writes("Коли працює офіс?")
	a.hears("@faq.helped")
	before := a.thread()
	p.reload()
	a.ready()
	if after := a.thread(); !slices.Equal(after, before) {
		t.Errorf("after a reload the thread is %q, was %q", after, before)
	}

	// In the middle: nobody has heard yet whether it was sent.
	a.fill("textbox", a.label(), "Скільки коштує інтернет?")
	a.press('\r')
	p.reload()
	a.ready()
	a.hears("@faq.helped")
	a.once("Коли працює офіс?", "Скільки коштує інтернет?")

	q := g.open(s.url + "/chat")
	second := q.at("webchat", bot.Ukrainian, w)
	second.ready()
	if got := second.thread(); !slices.Equal(got, a.thread()) {
		t.Errorf("the second tab shows %q, the first %q", got, a.thread())
	}
	streams := func() int { return p.watch.flowing("/chat/stream") + q.watch.flowing("/chat/stream") }
	if n := streams(); n != 1 {
		t.Errorf("two tabs hold %d streams", n)
	}
	a.taps("@faq.yes")
	a.hears("@faq.glad")
	second.waitsFor(a.word("@faq.yes"), a.word("@faq.glad"))
	second.writes("покличте людину")
	a.waitsFor("покличте людину", a.word("@handoff.called"))
	if first, other := a.thread(), second.thread(); !slices.Equal(first, other) {
		t.Errorf("the tabs show %q and %q", first, other)
	}

	// The tab that listened for both is closed: the other takes over.
	p.finish()
	q.await("the other tab to listen", func() bool { return q.watch.flowing("/chat/stream") == 1 })
	desk := s.operator(t, b, "maryna", bot.Ukrainian, w)
	desk.takesNext()
	second.waitsFor("Марина")

	q.offline(true)
	q.awaits("a word about the connection", fmt.Sprintf(`document.getElementById('status').innerText === %q`, second.word("@webchat.offline")))
	second.writes("перше без мережі")
	second.writes("друге без мережі")
	q.awaits("both to wait", fmt.Sprintf(`[...document.querySelectorAll('.mine .facts')].slice(-2).every(f => f.innerText.includes(%q))`, second.word("@webchat.waiting")))
	desk.replies("відповідь тим часом")
	q.offline(false)
	second.waitsFor("відповідь тим часом")
	q.awaits("both to be sent", fmt.Sprintf(`[...document.querySelectorAll('.mine:not([hidden]) .state')].slice(-2).every(f => f.innerText === %q)`, second.word("@webchat.sent")))
	q.awaits("no word about the connection", `document.getElementById('status').innerText === ''`)
	for range 2 { // as it is shown, and as it is kept
		second.once("відповідь тим часом") // what was waiting may come in before or after it
		second.once("перше без мережі", "друге без мережі")
		second.once("Скільки коштує інтернет?", "покличте людину")
		q.reload()
		second.ready()
	}
}

// chatFloods: who writes too much reads so in words, and what they wrote stays.
func chatFloods(t *testing.T, b *chromium) {
	s, w := newShow(t), newPhrases(t)
	p := b.guest(t, view{lang: "ru"}).open(s.url + "/chat")
	a := p.at("webchat", bot.Russian, w)
	a.ready()
	p.expects("429")
	said := 0
	p.await("a word about the flood", func() bool {
		t.Helper()
		if value[int](p, `document.querySelectorAll('.mine .state[data-state=sending], .mine .state[data-state=waiting]').length`) == 0 {
			more := max(2, 19-said) // few are left to wait for in the end
			value[int](p, fmt.Sprintf(`(() => { const form = document.getElementById('write'), field = document.getElementById('text');
				for (let i = %d; i < %d; i++) { field.value = 'номер ' + i + '.'; form.requestSubmit(); } return 0; })()`, said, said+more))
			said += more
		}
		return value[string](p, `document.getElementById('status').innerText`) == a.word("@webchat.problem_flood")
	})
	p.awaits("everything to be sent in the end", `[...document.querySelectorAll('.mine:not([hidden]) .state')].every(s => s.dataset.state === 'sent')`)
	p.reload()
	a.ready()
	for value[bool](p, `!document.getElementById('earlier').hidden`) {
		before := len(a.thread())
		a.click("button", a.word("@webchat.earlier"))
		p.await("what was said earlier", func() bool { t.Helper(); return len(a.thread()) > before })
	}
	all := make([]string, said)
	for i := range all {
		all[i] = fmt.Sprintf("номер %d.", i)
	}
	a.once(all...)
}
