package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/viber/vibertest"
)

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
		{98, "subscribed: somebody new, whom announcements reach", func(s *scene) {
			s.v = s.box.viber.Person(s.user, "Іра", "uk")
			s.actor = s.theatre.onViber(s.user, "Іра", bot.Ukrainian)
			s.begin()
			s.v.Subscribe()
			s.reaches(bot.Reachable)
			if c := s.loaded().Contact; c.Name != "Іра" || c.Language != bot.Ukrainian {
				s.t.Errorf("met as %+v", c)
			}
			if n := len(s.v.Messages()); n != 0 {
				s.t.Errorf("%d messages to who only subscribed", n)
			}
			s.announce(time.Time{}, "b1")
			s.hears("Оголошення b1")
			s.v.Subscribe() // once more, and nothing changes
			s.reaches(bot.Reachable)
			greeted(s, opened(s, "", true), false)
			s.hears("Вітаємо, ")
			s.at("menu/main")
		}},
		{99, "unsubscribed twice", func(s *scene) {
			s.onViber()
			s.greets()
			s.v.Leave()
			s.idle()
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
				if link := s.loaded().Conversation.State.Vars.Get("~link"); link != "" {
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
			s.idle() // the greeting is an answer of HTTP; its turn comes after it
			logged := len(s.logs.String())
			s.announce(time.Time{}, "b1")
			s.reaches(bot.Opened)
			if got := s.announced(); len(got) != 1 || !strings.HasPrefix(got[0], "b1/0 skipped") {
				s.t.Errorf("announcements %q", got)
			}
			if log := s.logs.String()[logged:]; strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
				s.t.Errorf("an alert:\n%s", log)
			}
			other.greets() // the channel goes on
			s.undone = []string{"skipped"}
		}},
		sends(105, "an empty text", `"type":"text","text":""`, hears("polite.empty")),
		sends(105, "a text without text", `"type":"text"`, hears("polite.empty")),
		{106, "five pictures one after the other", func(s *scene) {
			s.onViber()
			s.greets()
			for i := range 5 {
				s.viber(s.viberMessage(fmt.Sprintf(`"type":"picture","media":"https://dl.example/x%d.jpg","text":""`, i)))
			}
			s.hears("@polite.photo")
			s.history(slices.Concat([]string{"returned", "typed Привіт", "say", "attached", "say"}, slices.Repeat([]string{"attached"}, 4))...)
		}},
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
		sends(109, "a contact without a phone", `"type":"contact","contact":{"name":"","phone_number":""}`, hears("polite.nophone")),
		sends(109, "no contact in a contact", `"type":"contact"`, hears("polite.nophone")),
		sends(110, "a contact of the address book", `"type":"contact","contact":{"name":"Я","phone_number":"380501234567"}`, func(s *scene) {
			s.hears("@polite.contact")
			if a := s.attached(); a.Own || a.Phone != "380501234567" {
				s.t.Errorf("kept as %+v", a)
			}
		}),
		sends(111, "half a place", `"type":"location","location":{"lat":50.4}`, func(s *scene) {
			s.hears()
			s.history("returned", "typed Привіт", "say", "typed [location]", "say")
		}),
		sends(111, "a place off the Earth", `"type":"location","location":{"lat":91,"lon":30}`, func(s *scene) {
			s.hears()
			s.history("returned", "typed Привіт", "say", "typed [location]", "say")
		}),
		{112, "a link", func(s *scene) {
			s.onViber()
			s.greets()
			hits, url := trap(s.t)
			s.viber(s.viberMessage(`"type":"url","media":` + quoted(url)))
			s.hears()
			s.history("returned", "typed Привіт", "say", "typed "+url, "say")
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
			s.onViberAs("Subscriber", "uk", bot.Ukrainian)
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
