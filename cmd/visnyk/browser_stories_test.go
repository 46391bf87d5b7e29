package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestBrowser is everything that needs a real browser, in one process of it:
// first that what watches and judges pages can fail, then the pages.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := startChromium(t)
	for _, story := range []struct {
		name string
		tell func(*testing.T, *chromium)
	}{
		{"watch", watchCanFail},
		{"hands", handsWork},
		{"checks", checksCanFail},
		{"policy", policyCanFail},
		{"demo", demoIsSound},
		{"demo guides", demoGuides},
		{"demo talks", demoTalks},
		{"demo stays", demoStays},
		{"demo unharmed", demoIsUnharmed},
		{"door", doorOpens},
		{"queue keeps its places", queueKeepsItsPlaces},
		{"settings", settingsReach},
		{"words outlive the session", wordsOutliveTheSession},
		{"desk", deskServes},
		{"desk by keyboard", deskByKeyboard},
		{"drafts stay apart", draftsStayApart},
		{"queue sounds", queueSounds},
		{"replica dies", replicaDies},
		{"import", importGoesIn},
		{"people", peopleAreKnown},
		{"segments", segmentsTell},
		{"changes", changesAreWritten},
		{"broadcasts composed", broadcastsAreComposed},
		{"template filled", templateIsFilled},
		{"roll-out", changesAreRolledOut},
		{"articles", articlesBegin},
		{"broadcast watched", broadcastIsWatched},
		{"turns of tabs", turnsAreAskedForAgain},
		{"parts go", partsGo},
		{"parts asked for at once", partsAreAskedForAtOnce},
		{"chat", chatIsSound},
		{"chat stays", chatStays},
		{"chat starts cold", chatStartsCold},
		{"chat floods", chatFloods},
		{"keyboard alone", keyboardAlone},
		{"widget", widgetTalks},
		{"widget kept out", widgetIsKept},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel() // most of a story is waiting
			story.tell(t, b)
		})
	}
}

// little serves small pages by path until the test ends. A page is HTML; one
// that does not begin with "<" is wrapped as the body of a sound page.
func little(t *testing.T, policy string, pages map[string]string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		w.Header().Set("Content-Type", map[bool]string{true: "text/javascript", false: "text/html; charset=utf-8"}[strings.HasSuffix(r.URL.Path, ".js")])
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

// sound is a page with nothing wrong but what the body has.
func sound(body string) string {
	return `<!doctype html><html lang="uk"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
		`<link rel="icon" href="data:,"><title>Сторінка</title></head><body>` + body + `</body></html>`
}

func watchCanFail(t *testing.T, b *chromium) {
	const strict = "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src *"
	scripts := map[string]struct{ script, want string }{
		"quiet":        {`console.log('привіт'); console.info('тихо')`, ""},
		"error":        {`console.error('ой', 7)`, "console.error: ой 7"},
		"warning":      {`console.warn('гм')`, "console.warning: гм"},
		"assertion":    {`console.assert(1 > 2, 'ні')`, "console.assert: ні"},
		"exception":    {`setTimeout(() => nothing.there)`, "exception: Uncaught ReferenceError"},
		"rejection":    {`Promise.reject(new Error('дарма'))`, "дарма"},
		"policy":       {`document.body.insertAdjacentHTML('beforeend', '<p style="color:red">ні</p>')`, "policy: style-src-attr forbids inline"},
		"eval":         {`try { Function('1')() } catch {}`, "policy: script-src forbids eval"},
		"not found":    {`fetch('/nowhere')`, "answer 404: GET"},
		"unreachable":  {`fetch('http://127.0.0.1:1/')`, "request failed"},
		"missing icon": {`new Image().src = '/icon.png'`, "answer 404: GET"},
	}
	p := b.guest(t, view{}).blank()
	defer p.close()
	for name, tt := range scripts {
		t.Run(name, func(t *testing.T) {
			p.t = t
			p.watch.forgive("") // all of the last one
			p.to(little(t, strict, map[string]string{"/": sound(`<h1>Сторінка</h1><script src="/page.js"></script>`), "/page.js": tt.script}) + "/")
			if tt.want == "" {
				if faults := p.troubles(); len(faults) > 0 {
					t.Errorf("troubles on a quiet page: %q", faults)
				}
				return
			}
			defer func() { t.Logf("troubles: %q", p.watch.faults()) }()
			p.await(fmt.Sprintf("trouble %q", tt.want), func() bool { return strings.Contains(strings.Join(p.troubles(), "\n"), tt.want) })
		})
	}
}

// handsWork is the harness as a person: reads, presses, types, goes offline.
func handsWork(t *testing.T, b *chromium) {
	const page = `<h1>Запис</h1><label for="who">Ім’я</label> <input id="who"><button id="go">Далі</button>
		<div id="veil" style="position:fixed; inset:0; background:#fff">Зачекайте</div><output id="out"></output><script src="/page.js"></script>`
	const script = `
		const said = [];
		go.onclick = () => { out.textContent = 'Вітаю, ' + who.value; };
		who.onkeydown = e => { if (e.key === 'Enter') { e.preventDefault(); go.click(); } };
		setTimeout(() => veil.remove(), 100);
		window.stream = new EventSource('/stream');
		stream.onmessage = e => said.push(e.data);
		stream.onerror = () => said.push('error');
		window.said = said;`
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			_, _ = io.WriteString(w, sound(page))
		case "/page.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, script)
		case "/stream":
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "retry: 10\ndata: %s\n\n", r.Header.Get("Accept-Language"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(srv.CloseClientConnections)

	g := b.guest(t, view{lang: "ru", dark: true, calm: true, width: 320, height: 568})
	p := g.open(srv.URL)
	if got := value[string](p, `[navigator.language, innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(prefers-reduced-motion: reduce)').matches].join()`); got != "ru,320,true,true" {
		t.Errorf("the page sees %s", got)
	}
	p.fill("textbox", "Ім’я", "Олена")
	p.click("button", "Далі") // after the veil is gone
	p.awaits("the greeting", `out.textContent === 'Вітаю, Олена'`)
	p.fill("textbox", "Ім’я", strings.Repeat("ї", 10_000))
	p.press('\r')
	p.awaits("the long greeting", `out.textContent.length === 10007`)
	p.awaits("the stream", `said.join() === 'ru'`)

	p.offline(true)
	p.awaits("the stream to break", `said.includes('error')`)
	if value[bool](p, `navigator.onLine`) {
		t.Error("the page thinks it is online")
	}
	p.offline(false)
	p.awaits("the stream to come back", `said.filter(s => s === 'ru').length === 2`)

	value[int](p, `localStorage.seen = 1`)
	second := g.open(srv.URL)
	if value[string](second, `localStorage.seen`) != "1" {
		t.Error("two tabs of one person share no storage")
	}
	other := b.guest(t, view{}).open(srv.URL)
	if value[bool](other, `'seen' in localStorage`) {
		t.Error("two people share a storage")
	}
}
