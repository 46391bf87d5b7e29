package main

import (
	"os"
	"path/filepath"
	"testing"
)

// partsGo: what may be done for a while only goes away by itself when that is over, and who
// was at it by the keyboard goes on from the page's beginning.
func partsGo(t *testing.T, b *chromium) {
	pages := map[string]string{"/": sound(`<main id="main" tabindex="-1"><h1>Рішення</h1><form data-gone-in="1"><button type="button" autofocus>Так</button></form><form data-gone-in="3600000"><button>Ні</button></form></main>`)}
	for _, name := range []string{"console.js", "keys.js"} {
		text, err := os.ReadFile("../../bot/console/assets/" + name)
		if err != nil {
			t.Fatal(err)
		}
		pages["/"+name] = string(text)
	}
	p := b.guest(t, view{lang: "uk"}).open(little(t, "", pages) + "/")
	value[int](p, `(import('/console.js'), 0)`)
	p.awaits("it goes away", `[...document.forms].map((f) => f.hidden).join() === 'true,false' && document.activeElement.id === 'main'`)
}

// partsAreAskedForAtOnce: what the stream told before a page listened is lost, so a part
// that keeps itself true is asked for once when its page begins; then when the stream tells
// of it, and not when it tells of another.
func partsAreAskedForAtOnce(t *testing.T, b *chromium) {
	pages := map[string]string{
		// The stream, of which the page can play what it tells.
		"/live.js": `const hearers = {}; export const on = (type, f) => { hearers[type] = f; }; window.tells = (type, data) => hearers[type](data);`,
	}
	for _, path := range []string{"web/assets/net.js", "console/assets/renew.js", "console/changes/assets/ledger.js", "console/approvals/assets/approvals.js", "console/people/assets/import.js"} {
		text, err := os.ReadFile("../../bot/" + path)
		if err != nil {
			t.Fatal(err)
		}
		pages["/"+filepath.Base(path)] = string(text)
	}
	for _, tt := range []struct{ module, body, event, its, others string }{
		{"ledger", `<div id="ledger" data-change="a"><a href="#">1</a></div>`, "ledger", `{ ids: ['a'] }`, `{ ids: ['b'] }`},
		{"import", `<div id="importing" data-import="a" data-going="/importing"><p class="going">1</p></div>`, "import", `{ all: true, ids: [] }`, `{ ids: ['b'] }`},
		{"approvals", `<button id="moved" hidden>1</button><div id="waiting"><a href="#">1</a></div>`, "content", `undefined`, ``},
	} {
		t.Run(tt.module, func(t *testing.T) {
			pages["/"+tt.module] = sound(`<h1>Список</h1>` + tt.body)
			p := b.guest(t, view{lang: "uk"}).open(little(t, "", pages) + "/" + tt.module)
			value[int](p, `(window.asked = 0, window.fetch = async () => { asked++; return new Response('<p>', { status: 503 }); }, import('/`+tt.module+`.js').then(() => { window.begun = true; }), 0)`)
			p.awaits("it asks when it begins", `window.begun && asked === 1`)
			if tt.others != "" {
				value[int](p, `(tells('`+tt.event+`', `+tt.others+`), 0)`)
			}
			value[int](p, `(tells('`+tt.event+`', `+tt.its+`), 0)`)
			p.awaits("it asks when it is told", `asked === 2`)
		})
	}
}
