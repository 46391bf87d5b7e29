package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"visnyk/bot/viber/vibertest"
)

// viberDoorEdges are about Viber's callbacks as such.
func viberDoorEdges() []edge {
	const ping = `{"event":"webhook","timestamp":1457764197627,"chat_hostname":"SN-CHAT-03_","message_token":4912661846655238145}`
	ignored := func(event string) edge {
		return edge{85, event, func(s *scene) {
			s.onViber()
			counted := fmt.Sprintf(`visnyk_ignored_total\{bot="viber",what=%q\}`, event)
			before := s.figure(counted)
			s.viber(s.callback(event, `"user_id":`+quoted(s.user)))
			s.became("done ignored: " + event)
			s.idle()
			s.counts(counted, before)
		}}
	}
	unread := func(title, fields, word string) edge {
		return edge{86, title, func(s *scene) {
			s.onViber()
			s.greets()
			s.viber(s.viberMessage(fields))
			s.hears("@" + word)
			s.attached()
		}}
	}
	token := func(title, token, key string) edge {
		return edge{87, title, func(s *scene) {
			s.onViber()
			body := fmt.Sprintf(`{"event":"message","timestamp":%d%s,"sender":%s,"message":{"type":"text","text":"меню"}}`, time.Now().UnixMilli(), token, s.sender())
			s.viber(body)
			s.viber(body)
			s.hears("@menu.choose")
			s.became("done")
			var id string
			s.get(&id, `SELECT id FROM inbox WHERE seq > $1 AND id NOT LIKE 'delivered/%'`, s.begun)
			if !strings.HasPrefix(id, key) || strings.Contains(id, s.user) {
				s.t.Errorf("kept as %s, want %s and not the person's id", id, key)
			}
		}}
	}
	return []edge{
		{84, "the check of set_webhook, even before the database is up", func(s *scene) {
			store := s.service.store.Swap(nil)
			s.viber(ping)
			s.asks(request{path: "/webhooks/viber", body: ping, header: map[string]string{viberSignature: ""}}, 401)
			s.asks(request{path: "/webhooks/viber", body: ping, header: map[string]string{viberSignature: s.box.viber.Sign([]byte("x"))}}, 401)
			s.service.store.Store(store)
			s.became()
		}},
		ignored("client_status"),
		ignored("action"),
		ignored("future"),
		unread("an unknown type", `"type":"hologram","text":"меню"`, "menu.choose"),
		unread("an unknown type without a word", `"type":"hologram"`, "polite.unsupported"),
		unread("a file", `"type":"file","media":"https://dl.example/x.pdf","file_name":"чек.pdf","file_size":10`, "polite.file"),
		unread("rich media", `"type":"rich_media","rich_media":{"Buttons":[]}`, "polite.unsupported"),
		token("token as a string", `,"message_token":"4912661846655238199"`, "message/4912661846655238199/"),
		token("no token", ``, "sha256:"),
		token("token 0", `,"message_token":0`, "sha256:"),
		token("token beyond 2^53", `,"message_token":18446744073709551615`, "message/18446744073709551615/"),
		token("a negative token", `,"message_token":-4912661846655238145`, "message/-4912661846655238145/"),
		{88, "the same token while the first is in work", func(s *scene) {
			s.onViber()
			body := s.viberMessage(`"type":"text","text":"меню"`)
			var all sync.WaitGroup
			all.Go(func() { s.viber(body) })
			s.viber(body)
			all.Wait()
			s.hears("@menu.choose")
			s.viber(body)
			s.became("done")
		}},
		{121, "two bots behind one door", func(s *scene) {
			const path = "/webhooks/viber-two"
			body := s.viberMessage(`"type":"sticker","sticker_id":1`)
			signed := func(token string) map[string]string { return map[string]string{viberSignature: sign(token, body)} }
			s.asks(request{path: path, body: body, header: signed(s.box.viber.Token())}, http.StatusUnauthorized)
			s.asks(request{path: "/webhooks/viber", body: body, header: signed(secondToken)}, http.StatusUnauthorized)
			s.became()
			s.asks(request{path: path, body: s.callback("client_status", `"x":1`), header: signed(secondToken)}, http.StatusUnauthorized)
			body = s.callback("client_status", `"x":1`)
			s.asks(request{path: path, body: body, header: signed(secondToken)}, http.StatusOK)
			s.became("done ignored: client_status")
		}},
	}
}

// mark is what the outbox knows of a message after it was sent.
type mark struct {
	Delivered int64 `db:"delivered_at"`
	Seen      int64 `db:"seen_at"`
	Failed    int64 `db:"failed_at"`
	Note      string
	State     string
}

// nth waits until the person's n-th message is there and gives it.
func (s *scene) nth(n int) vibertest.Message {
	s.t.Helper()
	s.idle()
	all := s.v.Messages()
	if len(all) <= n {
		s.t.Fatalf("%d messages", len(all))
	}
	return all[n]
}

// marks returns what is known of the message with the token.
func (s *scene) marks(token uint64) (m mark) {
	s.t.Helper()
	s.idle()
	s.get(&m, `SELECT delivered_at, seen_at, failed_at, fail_note AS note, state FROM outbox WHERE bot = 'viber' AND chat = $1 AND external_id = $2`, s.user, fmt.Sprint(token))
	return m
}

// receipt tells what became of a message, at a time by Viber's clock.
func (s *scene) receipt(event string, token uint64, at time.Time, more string) {
	s.t.Helper()
	s.viber(fmt.Sprintf(`{"event":%q,"timestamp":%d,"message_token":%d,"user_id":%q%s}`, event, at.UnixMilli(), token, s.user, more))
}

// heard has the person subscribed at a Viber that tells of no delivery by
// itself, with n messages from us, and gives their tokens.
func (s *scene) heard(n int) []uint64 {
	s.t.Helper()
	s.onViber()
	s.v.Devices(0)
	tokens := make([]uint64, n)
	for i := range tokens {
		s.write("меню")
		s.hears("@menu.choose")
		tokens[i] = s.nth(i).Token
	}
	s.begin()
	return tokens
}

// viberReceiptEdges are about what became of our messages.
func viberReceiptEdges() []edge {
	noon := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	at := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Second) }
	return []edge{
		{89, "one token delivered and seen", func(s *scene) {
			token := s.heard(1)[0]
			s.receipt("delivered", token, at(1), "")
			s.receipt("seen", token, at(2), "")
			if m := s.marks(token); m.Delivered != at(1).UnixMicro() || m.Seen != at(2).UnixMicro() {
				s.t.Errorf("marked %+v", m)
			}
			s.became("done") // and the other, which Viber sends of everything
		}},
		{90, "delivered: the person's own message", func(s *scene) {
			s.heard(1)
			logged := len(s.logs.String())
			s.receipt("delivered", s.token.Add(1), at(1), "")
			s.became("done")
			s.idle()
			if log := s.logs.String()[logged:]; strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
				s.t.Errorf("not quiet:\n%s", log)
			}
		}},
		{91, "delivered on three devices", func(s *scene) {
			token := s.heard(1)[0]
			for i := range 3 {
				s.receipt("delivered", token, at(i+1), "")
				s.idle()
			}
			if m := s.marks(token); m.Delivered != at(1).UnixMicro() {
				s.t.Errorf("delivered at %v, want the first", time.UnixMicro(m.Delivered))
			}
		}},
		{92, "seen before delivered", func(s *scene) {
			token := s.heard(1)[0]
			s.receipt("seen", token, at(2), "")
			s.idle()
			s.receipt("delivered", token, at(1), "")
			if m := s.marks(token); m.Delivered != at(1).UnixMicro() || m.Seen != at(2).UnixMicro() {
				s.t.Errorf("marked %+v", m)
			}
			s.became("done")
		}},
		{93, "one seen for many", func(s *scene) {
			tokens := s.heard(3)
			s.receipt("seen", tokens[1], at(5), "")
			for i, want := range []bool{true, true, false} {
				if m := s.marks(tokens[i]); (m.Seen == at(5).UnixMicro()) != want {
					s.t.Errorf("message %d: %+v, seen must be %v", i, m, want)
				}
			}
			s.became("done")
		}},
		{94, "failed on the device after all", func(s *scene) {
			const counted = `visnyk_receipts_total\{bot="viber",kind="failed"\}`
			token := s.heard(1)[0]
			before, sent := s.figure(counted), len(s.v.Messages())
			s.receipt("failed", token, at(1), `,"desc":"keyboard is not valid"`)
			if m := s.marks(token); m.Failed != at(1).UnixMicro() || m.Note != "keyboard is not valid" || m.State != "sent" {
				s.t.Errorf("marked %+v", m)
			}
			if n := len(s.v.Messages()) - sent; n != 0 {
				s.t.Errorf("sent again %d times", n)
			}
			s.counts(counted, before)
			s.await("an alert, for the buttons are our own doing", func() bool {
				return strings.Contains(s.logs.String(), "a device refused the buttons of a message")
			})
			s.became("done")
		}},
		{95, "failed after delivered on another device", func(s *scene) {
			token := s.heard(1)[0]
			s.receipt("delivered", token, at(1), "")
			s.idle()
			s.receipt("failed", token, at(2), `,"desc":"old client"`)
			if m := s.marks(token); m.Delivered != at(1).UnixMicro() || m.Failed != 0 {
				s.t.Errorf("marked %+v", m)
			}
			s.became("done")
		}},
		{96, "delivered before the answer to send_message", func(s *scene) {
			s.onViber() // the fake tells of every delivery first
			s.write("меню")
			s.hears("@menu.choose")
			token := s.nth(0).Token
			if m := s.marks(token); m.Delivered == 0 {
				s.t.Error("the delivery is lost")
			}
			var left int
			s.get(&left, `SELECT count(*) FROM receipts WHERE chat = $1 AND message = $2`, s.user, fmt.Sprint(token))
			if left != 0 {
				s.t.Errorf("%d receipts still wait for their message", left)
			}
		}},
		{97, "delivered: one token, two people", func(s *scene) {
			other := s.friend()
			mine, theirs := s.heard(1)[0], other.heard(1)[0]
			s.exec(`UPDATE outbox SET external_id = $1 WHERE chat = $2 AND external_id = $3`, fmt.Sprint(mine), other.user, fmt.Sprint(theirs))
			s.receipt("delivered", mine, at(1), "")
			if m := s.marks(mine); m.Delivered != at(1).UnixMicro() {
				s.t.Errorf("marked %+v", m)
			}
			if m := other.marks(mine); m.Delivered != 0 {
				s.t.Errorf("the other person's is marked %+v", m)
			}
		}},
	}
}
