package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/viber/vibertest"
)

// secondToken is that of a second Viber bot of the same service.
const secondToken = "5d4c3b2a1908f7e6-0123456789abcdef-0123456789abcdef"

// sign signs a body as Viber would for the token.
func sign(token, body string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte(body))
	return hex.EncodeToString(mac.Sum(nil))
}

// trap is a server that nobody may visit; hits tells how often it was.
func trap(t *testing.T) (hits func() int64, url string) {
	t.Helper()
	var n atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1) }))
	t.Cleanup(s.Close)
	return n.Load, s.URL
}

// part is a row of the outbox.
type part struct {
	State, Reason string
	Attempts      int
	Unknowns      int
	NotBefore     int64 `db:"not_before"`
}

// lastPart returns the newest part for the person.
func (s *scene) lastPart() (p part) {
	s.t.Helper()
	s.get(&p, `SELECT state, reason, attempts, unknowns, not_before FROM outbox WHERE bot = $1 AND chat = $2 ORDER BY id DESC, cause DESC LIMIT 1`, s.chat().Bot, s.chat().Chat)
	return p
}

// viberSendEdges are about Viber's answers to what we send.
func viberSendEdges() []edge {
	// once plays a send that goes wrong once and then comes right.
	once := func(title string, fault vibertest.Fault, unknowns int) edge {
		return edge{118, title, func(s *scene) {
			s.onViber()
			s.greets()
			s.box.viber.NextSend(s.user, fault)
			s.write("меню")
			s.hears("@menu.choose")
			s.idle()
			if p := s.lastPart(); p.State != "sent" || p.Attempts != 2 || p.Unknowns != unknowns {
				s.t.Errorf("the part ended as %+v, want sent at the second try", p)
			}
		}}
	}
	return []edge{
		{118, "status 12", func(s *scene) {
			other := s.friend()
			other.onViber()
			s.onViber()
			s.greets()
			s.box.viber.NextSend(s.user, vibertest.Refuse(12), vibertest.Refuse(12), vibertest.Refuse(12))
			began := time.Now()
			s.write("меню")
			s.await("the part to wait", func() bool { p := s.lastPart(); return p.State == "pending" && p.Attempts == 1 })
			p := s.lastPart()
			if wait := time.UnixMicro(p.NotBefore).Sub(began); wait < 4*time.Second || wait > time.Minute {
				s.t.Errorf("waits %v at first, want 5 s", wait)
			}
			other.write("Привіт")
			other.hears("@menu.choose") // the limit is that person's alone
			for range 2 {               // each word of theirs is a reason to try at once
				s.write("меню")
			}
			for range 3 {
				s.hears("@menu.choose")
			}
		}},
		{118, "a keyboard is refused", func(s *scene) {
			s.onViber()
			s.greets()
			logged := len(s.logs.String())
			s.box.viber.NextSend(s.user, vibertest.RefuseKeyboard())
			s.write("меню")
			got := s.hears("@menu.choose").text
			var labels []string
			for _, b := range s.loaded().Conversation.State.Buttons {
				labels = append(labels, b.Label)
			}
			if want := "\n\n" + strings.Join(labels, "\n"); len(labels) < 3 || !strings.HasSuffix(got, want) {
				s.t.Errorf("hears %q, want the labels %q as lines", got, labels)
			}
			s.idle()
			if p := s.lastPart(); p.State != "sent" || p.Attempts != 1 {
				s.t.Errorf("the part ended as %+v", p)
			}
			log := s.logs.String()[logged:]
			if !strings.Contains(log, "keyboard is not valid") || strings.Contains(log, labels[0]) {
				s.t.Errorf("the log says\n%s", log)
			}
			s.write(labels[0]) // typed labels act
			s.hears()
			s.at("change/list")
		}},
		{118, "status 99", func(s *scene) {
			s.onViber()
			s.greets()
			s.box.viber.NextSend(s.user, vibertest.Refuse(99), vibertest.Refuse(99), vibertest.Refuse(99), vibertest.Refuse(99))
			s.write("меню")
			s.idle()
			if p := s.lastPart(); p.State != "malformed" || p.Attempts != 3 || !strings.Contains(p.Reason, "status 99") {
				s.t.Errorf("the part ended as %+v, want put aside after three tries", p)
			}
			s.undone = []string{"malformed"}
		}},
		{118, "status 6 as a string", func(s *scene) {
			s.onViber()
			s.greets()
			s.box.viber.NextSend(s.user, vibertest.Fault{Status: 6, Quoted: true})
			s.write("меню")
			s.reaches(bot.Blocked)
			s.undone = []string{"gone"}
		}},
		once("a page instead of an answer", vibertest.HTML(), 1),
		once("an empty answer", vibertest.HTTP(200, ""), 1),
		once("HTTP 502", vibertest.HTTP(502, "<html>Bad gateway</html>"), 1),
		{118, "cut after it was taken", func(s *scene) {
			s.onViber()
			s.greets()
			s.box.viber.NextSend(s.user, vibertest.CutAfterAccept())
			s.write("меню")
			s.hears("@menu.choose")
			s.hears("@menu.choose") // once more, and never a third time
			s.idle()
			if p := s.lastPart(); p.State != "sent" || p.Unknowns != 1 {
				s.t.Errorf("the part ended as %+v", p)
			}
			s.twice = 1
		}},
		{119, "set_webhook refused without a word", func(s *scene) {
			s.box.viber.NextCall(vibertest.HTTP(200, `{"status":1}`))
			for _, ch := range s.service.channels {
				if ch.Name() != "viber" {
					continue
				}
				err := ch.(bot.WebhookSetter).SetWebhook(s.t.Context(), "https://visnyk.example/webhooks/viber")
				if err == nil || !strings.Contains(err.Error(), "set_webhook") || !strings.Contains(err.Error(), "invalidUrl") || strings.Contains(err.Error(), s.box.viber.Token()) {
					s.t.Errorf("the administrator reads %v", err)
				}
			}
		}},
		{120, "7001 characters", func(s *scene) {
			s.onViber()
			t := s.taken()
			text := strings.TrimSpace(strings.Repeat("слово ", 1167)) // 7001
			s.reply(t, text)
			got := s.hears().text + " " + s.hears().text
			if strings.Join(strings.Fields(got), " ") != text {
				s.t.Errorf("%d characters arrived", len([]rune(got)))
			}
		}},
		{120, "more than one message takes, in signs of 25 bytes", func(s *scene) {
			s.onViber()
			t := s.taken()
			text := strings.Repeat("👨‍👩‍👧‍👦", 1140) // 25 bytes and 11 units each; a reply has at most 8,000 characters
			s.reply(t, text)
			got := s.hears().text + s.hears().text
			if got != text {
				s.t.Errorf("%d bytes arrived of %d", len(got), len(text))
			}
			s.refusedByViber()
		}},
		{120, "a long answer with buttons", func(s *scene) {
			s.longArticle()
			s.onViber()
			s.write(longQuestion)
			s.hearsLong()
			s.refusedByViber()
		}},
	}
}

// refusedByViber wants no request for the person to have been refused.
func (s *scene) refusedByViber() {
	s.t.Helper()
	for _, r := range s.box.viber.Refused() {
		if strings.Contains(string(r.Body), s.user) {
			s.t.Errorf("%s refused: %s", r.Method, r.Reason)
		}
	}
}
