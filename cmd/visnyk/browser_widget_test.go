package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"

	"visnyk/bot"
)

// site is a company's own site with our line of script in it.
type site struct {
	url  string
	chat string // where the service is
}

func newSite(t *testing.T, host string) *site {
	t.Helper()
	s := &site{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		body := `<main><h1>Крамниця</h1><p>Ласкаво просимо. <a href="#more">Докладніше</a></p></main><script src="` + s.chat + `/chat/widget.js" async></script>`
		fmt.Fprint(w, strings.Replace(sound(body), `lang="uk"`, `lang="`+r.URL.Query().Get("lang")+`"`, 1))
	}))
	t.Cleanup(srv.Close)
	s.url = strings.Replace(srv.URL, "127.0.0.1", host, 1)
	return s
}

// widgetTalks: one line of script puts the chat on another site.
func widgetTalks(t *testing.T, b *chromium) {
	home := newSite(t, "localhost") // another site than 127.0.0.1
	s, w := newShow(t, "VISNYK_CHAT_ORIGINS="+home.url), newPhrases(t)
	home.chat = s.url
	for _, l := range bot.Languages() {
		t.Run(string(l), func(t *testing.T) {
			say := func(key string) string { return w.say(t, l, key) }
			p := b.guest(t, view{width: 390, height: 844, lang: "de"}).blank() // the site's language decides
			t.Cleanup(p.finish)
			// The widget's tree is closed to scripts; the checks are scripts.
			tell(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
				Source: `{ const attach = Element.prototype.attachShadow; Element.prototype.attachShadow = function (o) { return attach.call(this, {...o, mode: 'open'}); }; }`,
			})
			p.to(home.url + "/?lang=" + string(l))
			p.find("button", say("@webchat.open"))
			for _, dark := range []bool{false, true} {
				p.look(view{width: 390, height: 844, dark: dark})
				for _, f := range append(append(p.contrast(), p.layout(390)...), append(p.keyboard(), p.names()...)...) {
					t.Error(f)
				}
			}
			p.click("button", say("@webchat.open"))
			in := p.framed("/chat?")
			a := in.at("webchat", l, w)
			a.begins()
			a.taps("@menu.changes")
			a.hears("@change.list")
			a.writes(a.speaks("покличте людину", "позовите человека"))
			a.hears("@handoff.called")
			in.press('\x1b') // Escape
			p.find("button", say("@webchat.open"))

			// News while it is shut are counted on the button.
			desk := s.operator(t, b, "maryna", bot.Ukrainian, w)
			desk.takesNext()
			p.find("button", say("@webchat.open")+". "+say("@webchat.unread")+" 1")
			p.click("button", say("@webchat.open"))
			a.hears("Марина")
			in.click("button", say("@webchat.close"))
			p.awaits("the button without a number", `document.getElementById('visnyk-chat').shadowRoot.querySelector('.count').hidden`)

			// The next page of the site goes on where the last one was.
			p.to(home.url + "/?lang=" + string(l))
			p.click("button", say("@webchat.open"))
			again := p.framed("/chat?").at("webchat", l, w)
			again.waitsFor(a.word("@handoff.called"), "Марина")
			desk.closes("solved")
			again.waitsFor(a.word("@handoff.over"))
		})
	}
}

// widgetIsKept: a site that may not show the chat shows nothing of it, and its
// scripts reach nothing.
func widgetIsKept(t *testing.T, b *chromium) {
	home := newSite(t, "localhost")
	s, w := newShow(t, "VISNYK_CHAT_ORIGINS=https://example.com"), newPhrases(t)
	home.chat = s.url
	p := b.guest(t, view{}).open(home.url + "/?lang=uk")
	p.expects("frame-ancestors")
	p.expects("ERR_BLOCKED_BY_RESPONSE")
	p.allows("postMessage") // the widget greets the frame that did not come
	p.click("button", w.say(t, bot.Ukrainian, "@webchat.open"))
	p.await("the frame to be refused", func() bool { return strings.Contains(strings.Join(p.troubles(), "\n"), "frame-ancestors") })
	if got := p.framed("").reads(); strings.Contains(got, w.say(t, bot.Ukrainian, "@webchat.title")) {
		t.Errorf("the frame reads %q", got)
	}
	p.expects("/chat/session") // 403, and no word that this site may read it
	for _, body := range []string{`{method: 'POST'}`, `{method: 'POST', headers: {Authorization: 'Bearer x'}}`} {
		if got := value[string](p, `fetch('`+s.url+`/chat/session', `+body+`).then(r => 'answered ' + r.status, () => 'refused')`); got != "refused" {
			t.Errorf("another site's script is %s", got)
		}
	}
}
