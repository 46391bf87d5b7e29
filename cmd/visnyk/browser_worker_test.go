package main

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// worker is a colleague before a page of the console, in one language and window.
type worker struct {
	*tab
	s     *world
	lang  bot.Language
	width int64
	base  string // of addresses, up to the path
}

// atWork tells a story of somebody of the role in each language: each at a service of
// its own, one on a phone and one at a desk.
func atWork(t *testing.T, b *chromium, login string, role bot.Role, story func(*worker)) {
	for turn, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{})
			width := []int64{390, 1440}[turn%2]
			p := b.guest(t, view{width: width, height: 900, lang: string(l)}).blank()
			t.Cleanup(p.finish)
			s.signsIn(p, login, role, l)
			story(&worker{tab: p, s: s, lang: l, width: width, base: "http://" + s.address})
		})
	}
}

// says returns a text in the worker's language.
func (w *worker) says(key string) string { return w.s.words(w.lang, key) }

// opens goes to a page and waits until it is there.
func (w *worker) opens(path, title string) {
	w.t.Helper()
	w.to(w.base + path)
	w.arrives(title)
}

// arrives waits for the page whose title begins so.
func (w *worker) arrives(title string) {
	w.t.Helper()
	w.awaits(title, fmt.Sprintf(`document.querySelector('h1')?.innerText.startsWith(%q) && document.readyState === 'complete'`, title))
}

// did waits until the page says what was done, by the text's key.
func (w *worker) did(key string) {
	w.t.Helper()
	w.awaits(key, fmt.Sprintf(`document.querySelector('.notice.done')?.innerText === %q && document.readyState === 'complete'`, w.says(key)))
}

// hits presses the first of what the selector finds, once it is there.
func (w *worker) hits(selector string) {
	w.t.Helper()
	w.awaits(selector, fmt.Sprintf(`!!document.querySelector(%q)`, selector))
	value[int](w.tab, fmt.Sprintf(`(document.querySelector(%q).click(), 0)`, selector))
}

// sets gives the field with the id a value, of a list only one that it has, as a hand
// does.
func (w *worker) sets(id, to string) {
	w.t.Helper()
	w.awaits(id, fmt.Sprintf(`((f) => f && (!f.options || [...f.options].some((o) => o.value === %q)))(document.getElementById(%q))`, to, id))
	value[int](w.tab, fmt.Sprintf(`((f) => { f.value = %q; f.dispatchEvent(new Event('change', { bubbles: true })); return 0; })(document.getElementById(%q))`, to, id))
}

// holds holds a page to every check in the worker's window, or in another.
func (w *worker) holds(path string, ready func(), windows ...int64) {
	w.t.Helper()
	if len(windows) == 0 {
		windows = []int64{w.width}
	}
	everyCheck(w.t, w.tab, w.base+path, w.lang, ready, windows...)
}

// is holds the page with the title to every check.
func (w *worker) is(path, title string) {
	w.t.Helper()
	w.holds(path, func() { w.t.Helper(); w.arrives(title) })
}

// here is the path of the page.
func (w *worker) here() string { w.t.Helper(); return value[string](w.tab, `location.pathname`) }

// still has f look at pages that run no scripts.
func (w *worker) still(f func()) {
	w.t.Helper()
	tell(w.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	f()
	tell(w.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
}
