package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"visnyk/bot"
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
			s.settle()
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
			if want := strings.ReplaceAll(key, "USER", s.user); !strings.HasPrefix(id, want) {
				s.t.Errorf("kept as %s, want %s", id, want)
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
		token("token as a string", `,"message_token":"4912661846655238199"`, "message/4912661846655238199/USER"),
		token("no token", ``, "sha256:"),
		token("token 0", `,"message_token":0`, "sha256:"),
		token("token beyond 2^53", `,"message_token":18446744073709551615`, "message/18446744073709551615/USER"),
		token("a negative token", `,"message_token":-4912661846655238145`, "message/-4912661846655238145/USER"),
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

// message waits until the person's n-th message is sent and gives its token.
func (s *scene) message_(n int) vibertest.Message {
	s.t.Helper()
	s.settle()
	all := s.v.Messages()
	if len(all) <= n {
		s.t.Fatalf("%d messages", len(all))
	}
	return all[n]
}

// marks gives what is known of the message with the token.
func (s *scene) marks(token uint64) (m mark) {
	s.t.Helper()
	s.settle()
	s.get(&m, `SELECT delivered_at, seen_at, failed_at, fail_note AS note, state FROM outbox WHERE bot = 'viber' AND chat = $1 AND external_id = $2`, s.user, fmt.Sprint(token))
	return m
}

// receipt tells what became of a message, at a time by Viber's clock.
func (s *scene) receipt(event string, token uint64, at time.Time, more string) {
	s.t.Helper()
	s.viber(fmt.Sprintf(`{"event":%q,"timestamp":%d,"message_token":%d,"user_id":%q%s}`, event, at.UnixMilli(), token, s.user, more))
}

// plain has the person subscribed at a Viber that tells of no delivery by
// itself, with n messages from us.
func (s *scene) heard(n int) []uint64 {
	s.t.Helper()
	s.onViber()
	s.v.Devices(0)
	tokens := make([]uint64, n)
	for i := range tokens {
		s.write("меню")
		s.hears("@menu.choose")
		tokens[i] = s.message_(i).Token
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
			s.settle()
			if log := s.logs.String()[logged:]; strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
				s.t.Errorf("not quiet:\n%s", log)
			}
		}},
		{91, "delivered on three devices", func(s *scene) {
			token := s.heard(1)[0]
			for i := range 3 {
				s.receipt("delivered", token, at(i+1), "")
				s.settle()
			}
			if m := s.marks(token); m.Delivered != at(1).UnixMicro() {
				s.t.Errorf("delivered at %v, want the first", time.UnixMicro(m.Delivered))
			}
		}},
		{92, "seen before delivered", func(s *scene) {
			token := s.heard(1)[0]
			s.receipt("seen", token, at(2), "")
			s.settle()
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
			s.settle()
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
			token := s.message_(0).Token
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

// viberChatEdges are about people: how they come, leave, and what they send.
func viberChatEdges() []edge {
	opened := func(s *scene, context string, subscribed bool) string {
		return s.callback("conversation_started", fmt.Sprintf(`"type":"open","context":%s,"user":%s,"subscribed":%v`, quoted(context), s.sender(), subscribed))
	}
	left := func(s *scene, at time.Time) string {
		return fmt.Sprintf(`{"event":"unsubscribed","timestamp":%d,"user_id":%q,"message_token":%d}`, at.UnixMilli(), s.user, s.token.Add(1))
	}
	// greeted delivers an opening and wants the greeting for an answer, or none.
	greeted := func(s *scene, body string, want bool) {
		s.t.Helper()
		got, err := s.send(request{path: "/webhooks/viber", body: body})
		if err != nil || got.status != http.StatusOK {
			s.t.Fatalf("answered %d, %v", got.status, err)
		}
		if is := strings.Contains(got.body, s.words(bot.Ukrainian, "greeting.text")); is != want {
			s.t.Errorf("answered %q", got.body)
		}
		if want && !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
			s.t.Errorf("as %q", got.header.Get("Content-Type"))
		}
	}
	sends := func(n int, title, fields string, check func(s *scene)) edge {
		return edge{n, title, func(s *scene) {
			s.onViber()
			s.greets()
			s.viber(s.viberMessage(fields))
			check(s)
		}}
	}
	hears := func(word string) func(*scene) { return func(s *scene) { s.hears("@" + word) } }
	return []edge{
		{98, "unsubscribed, then writes", func(s *scene) {
			s.onViber()
			s.greets()
			s.announce(time.Now().Add(time.Hour), "b1")
			s.v.Leave()
			s.reaches(bot.Blocked)
			if got := s.announced(); !slices.Equal(got, []string{"b1/0 skipped left"}) {
				s.t.Errorf("announcements %q", got)
			}
			s.write("меню")
			s.hears("@menu.choose")
			s.reaches(bot.Reachable)
			s.undone = []string{"skipped"}
		}},
		{99, "unsubscribed twice", func(s *scene) {
			s.onViber()
			s.greets()
			s.v.Leave()
			s.settle()
			s.v.Leave()
			s.reaches(bot.Blocked)
		}},
		{99, "unsubscribed: nobody we know", func(s *scene) {
			s.v = s.box.viber.Person(s.user, "Олена", "uk")
			s.viber(left(s, time.Now()))
			s.became("done stale: left")
			s.unmet()
		}},
		{100, "an old unsubscribed comes again", func(s *scene) {
			s.onViber()
			s.greets()
			s.viber(left(s, time.Now().Add(-time.Minute)))
			s.reaches(bot.Reachable)
			s.became("done stale: left")
		}},
		{101, "opened by a subscriber", func(s *scene) {
			s.onViber()
			s.greets()
			greeted(s, opened(s, "", true), false)
			s.at("menu/main")
		}},
		{102, "opened without a context, with a forged one, with 4 KB of it", func(s *scene) {
			s.onViber()
			for i, context := range []string{"", `<script>"'`, strings.Repeat("x", 4096), "change-" + strings.Repeat("y", 58)} {
				greeted(s, opened(s, context, false), true)
				if link := s.loaded().Conversation.State.Vars["~link"]; link != "" {
					s.t.Errorf("%d: kept as a link: %q", i, link)
				}
			}
		}},
		{102, "opened by a link of ours", func(s *scene) {
			s.onViber()
			greeted(s, opened(s, "change-office-move", false), true)
			s.write("Скільки коштує інтернет?")
			s.hears("@faq.helped")
			s.hears("Офіс переїжджає")
		}},
		{103, "opened again and again", func(s *scene) {
			s.onViber()
			s.write("Скільки коштує інтернет?")
			s.hears("@faq.helped")
			for range 3 {
				greeted(s, opened(s, "", false), true)
			}
			s.at("faq/answer")
		}},
		{103, "the same opening delivered twice", func(s *scene) {
			s.onViber()
			body := opened(s, "", false)
			greeted(s, body, true)
			greeted(s, body, true)
			s.became("done")
		}},
		{104, "closed after the welcome", func(s *scene) {
			other := s.friend()
			other.onViber()
			s.v = s.box.viber.Person(s.user, "Олена", "uk")
			s.actor = s.theatre.onViber(s.user, "Олена", bot.Ukrainian)
			s.begin()
			s.v.Open("")
			s.hears(s.words(bot.Ukrainian, "greeting.text"), s.words(bot.Russian, "greeting.text"))
			logged := len(s.logs.String())
			s.announce(time.Time{}, "b1")
			s.reaches(bot.Blocked)
			if got := s.announced(); len(got) != 1 || !strings.HasPrefix(got[0], "b1/0 gone") {
				s.t.Errorf("announcements %q", got)
			}
			if log := s.logs.String()[logged:]; strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
				s.t.Errorf("an alert:\n%s", log)
			}
			other.greets() // the channel goes on
			s.undone = []string{"gone"}
		}},
		sends(105, "an empty text", `"type":"text","text":""`, hears("polite.empty")),
		sends(105, "a text without text", `"type":"text"`, hears("polite.empty")),
		sends(106, "a picture without media", `"type":"picture"`, func(s *scene) {
			s.hears("@polite.photo")
			if a := s.attached(); a.Kind != bot.Photo || a.Ref != "" {
				s.t.Errorf("kept as %+v", a)
			}
		}),
		{107, "media at an address", func(s *scene) {
			s.onViber()
			s.greets()
			hits, url := trap(s.t)
			s.viber(s.viberMessage(`"type":"picture","media":` + quoted(url+"/x.jpg")))
			s.hears("@polite.photo")
			if a := s.attached(); a.Ref != url+"/x.jpg" {
				s.t.Errorf("kept as %+v", a)
			}
			if n := hits(); n != 0 {
				s.t.Errorf("fetched %d times", n)
			}
		}},
		sends(108, "a sticker's number", `"type":"sticker","sticker_id":40133`, func(s *scene) {
			s.hears("@polite.sticker")
			s.sticker("40133")
		}),
		sends(108, "a sticker's number as a string", `"type":"sticker","sticker_id":"40133"`, func(s *scene) {
			s.hears("@polite.sticker")
			s.sticker("40133")
		}),
		sends(109, "a contact without a name", `"type":"contact","contact":{"phone_number":"380501234567"}`, hears("polite.contact")),
		sends(109, "a contact without a phone", `"type":"contact","contact":{"name":"","phone_number":""}`, hears("polite.contact")),
		sends(109, "no contact in a contact", `"type":"contact"`, hears("polite.contact")),
		sends(110, "a contact of the address book", `"type":"contact","contact":{"name":"Я","phone_number":"380501234567"}`, func(s *scene) {
			s.hears("@polite.contact")
			if a := s.attached(); a.Own || a.Phone != "380501234567" {
				s.t.Errorf("kept as %+v", a)
			}
		}),
		sends(111, "half a place", `"type":"location","location":{"lat":50.4}`, func(s *scene) {
			s.hears()
			s.history("typed Привіт", "say", "typed [location]", "say")
		}),
		sends(111, "a place off the Earth", `"type":"location","location":{"lat":91,"lon":30}`, func(s *scene) {
			s.hears()
			s.history("typed Привіт", "say", "typed [location]", "say")
		}),
		{112, "a link", func(s *scene) {
			s.onViber()
			s.greets()
			hits, url := trap(s.t)
			s.viber(s.viberMessage(`"type":"url","media":` + quoted(url)))
			s.hears()
			s.history("typed Привіт", "say", "typed "+url, "say")
			if n := hits(); n != 0 {
				s.t.Errorf("fetched %d times", n)
			}
		}},
		{113, "ids that differ in a letter's case", func(s *scene) {
			s.onViber()
			s.write("оператор")
			s.hears("@handoff.called")
			s.tickets(1)
			other := s.friend()
			other.user = strings.ToLower(s.user)
			other.onViber()
			other.greets()
			other.tickets(0)
		}},
		{114, "tracking data tampered with", func(s *scene) {
			s.onViber()
			s.greets()
			for i, track := range []string{"", "change/about/v0", "{{.Env}}", strings.Repeat("x", 4000)} {
				s.v.Send(vibertest.Sent{Type: "text", Text: "мова", TrackingData: track})
				s.hears("@language.ask")
				if st := s.loaded().Conversation.State; st.Flow != "welcome" {
					s.t.Errorf("%d: stands at %s", i, st.Flow)
				}
			}
		}},
		{115, "an old button's body", func(s *scene) {
			s.onViber()
			s.greets()
			old := s.v.Keyboard().Buttons[2].ActionBody // the operator
			s.write("Скільки коштує інтернет?")
			s.hears("@faq.helped")
			s.write(old)
			s.hears("@press.gone")
			s.hears("@faq.helped")
			s.tickets(0)
		}},
		{116, "a button's body typed", func(s *scene) {
			s.onViber()
			s.greets()
			for _, typed := range []string{"faq:1", "#f:3:yes", "#1~drop table"} {
				s.write(typed) // a text like any other
				s.hears()
				s.tickets(0)
			}
			s.write("меню")
			s.hears("@menu.choose")
			s.write(s.v.Keyboard().Buttons[1].ActionBody) // the same as a press
			s.hears("@faq.ask")
		}},
		{117, "no name of their own", func(s *scene) {
			s.onViber()
			for _, name := range []string{"Subscriber", "Viber User", "", "  "} {
				s.viber(strings.ReplaceAll(s.viberMessage(`"type":"text","text":"Привіт"`), `"name":"Олена"`, `"name":`+quoted(name)))
				s.hears()
				if n := s.loaded().Contact.Name; n != "" {
					s.t.Errorf("%q is called %q", name, n)
				}
			}
		}},
	}
}

// sticker wants the sticker's number kept.
func (s *scene) sticker(id string) {
	s.t.Helper()
	if a := s.attached(); a.Kind != bot.Sticker || a.Ref != id {
		s.t.Errorf("kept as %+v", a)
	}
}
