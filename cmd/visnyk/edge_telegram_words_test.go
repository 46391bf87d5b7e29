package main

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"visnyk/bot"
)

// textEdges are about words, names, ids and dates.
func textEdges() []edge {
	start := func(text string, pieces ...string) edge {
		return edge{65, fmt.Sprintf("%.20q", text), func(s *scene) {
			s.write(text)
			s.hears(pieces...)
		}}
	}
	// command wants the word to lead to the step from wherever a person stands.
	command := func(word, step string) edge {
		return edge{67, "«" + word + "» anywhere", func(s *scene) {
			places := []func(s *scene){
				func(*scene) {}, // nobody met yet
				(*scene).greets,
				func(s *scene) { s.write("зюзюзю"); s.hears() },
				func(s *scene) { s.write("Скільки коштує інтернет?"); s.hears("@faq.helped") },
				func(s *scene) {
					s.greets()
					s.taps("@menu.changes")
					s.taps(s.hears("@change.list").labels[0])
					s.hears()
					s.taps("@change.question")
					s.hears()
				},
				func(s *scene) { s.write("мова"); s.hears("@language.ask") },
				func(s *scene) { s.write("стоп"); s.hears("@stop.done") },
				func(s *scene) { s.write("оператор"); s.hears("@handoff.called") },
			}
			for _, stand := range places {
				one := s.friend()
				stand(one)
				one.write(word)
				one.hears()
				one.at(step)
			}
		}}
	}
	blank := func(name, text string) edge {
		return edge{69, name, func(s *scene) {
			s.greets()
			s.telegram(s.message(`"text":` + quoted(text)))
			s.hears("@polite.empty")
			s.at("menu/main")
		}}
	}
	name := func(title, given, want string) edge {
		return edge{71, title, func(s *scene) {
			s.telegram(s.updateOf("message", fmt.Sprintf(`"message_id":1,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":false,"language_code":"uk"%s},"text":"/start"`,
				time.Now().Unix(), s.id, s.id, given)))
			if greeting := s.hears("@welcome.about"); !strings.HasPrefix(greeting.text, want) {
				s.t.Errorf("greeted with %q, want %q", greeting.text, want)
			}
			if n := s.loaded().Contact.Name; utf8.RuneCountInString(n) > 64 {
				s.t.Errorf("the name has %d characters", utf8.RuneCountInString(n))
			}
		}}
	}
	const hello = "Вітаємо."
	dated := func(n int, title string, date int64) edge {
		return edge{n, title, func(s *scene) {
			s.greets()
			s.telegram(s.updateOf("message", s.private(date)+`,"text":"меню"`))
			s.hears("@menu.choose")
			if at := s.loaded().Conversation.LastAt; time.Since(at) > time.Minute || at.After(time.Now()) {
				s.t.Errorf("last seen at %v, want our own time", at)
			}
		}}
	}
	return []edge{
		start("/start", "@welcome.about"),
		start("/START", "@welcome.about"),
		start("/start@visnyk_test_bot x", "@welcome.about"),
		start("/start  change-office-move", "Офіс переїжджає"),
		start("/start change-office-move", "Офіс переїжджає"),
		start("/start change-nothing", "@welcome.about"),
		start("/start "+strings.Repeat("x", 65), "@welcome.about"),
		start("/start привіт", "@welcome.about"),
		start("/start ../../etc/passwd", "@welcome.about"),
		{65, "/start of another bot", func(s *scene) {
			s.write("/start@OtherBot")
			s.became("done ignored: message/other_bot")
			s.unmet()
		}},
		{66, "/start in the middle", func(s *scene) {
			s.greets()
			s.taps("@menu.changes")
			list := s.hears("@change.list")
			s.taps(list.labels[0])
			s.hears()
			s.p.Start("")
			s.hears("@welcome.about")
			s.at("menu/main")
			if vars := s.loaded().Conversation.State.Vars; vars.Get("change") != "" {
				s.t.Errorf("still reading %v", vars)
			}
		}},
		command("/cancel", "menu/main"),
		command("оператор", "handoff/waiting"),
		command("стоп", "menu/stopped"),
		command("STOP", "menu/stopped"),
		{67, "the same in Russian", func(s *scene) {
			s.speaks("Елена", "ru", bot.Russian)
			s.write("позовите человека")
			s.hears("@handoff.called")
			s.tickets(1)
			s.write("отписаться")
			s.hears("@stop.done")
			if !s.loaded().Contact.Stopped {
				s.t.Error("not stopped")
			}
		}},
		{68, "4096 emoji come in", func(s *scene) {
			s.greets()
			text := strings.Repeat("👍", 4096)
			s.write(text)
			s.hears()
			s.idle()
			if got := s.entries()[2].Text; got != text {
				s.t.Errorf("%d characters kept", utf8.RuneCountInString(got))
			}
		}},
		{68, "4096 emoji go out", func(s *scene) {
			t := s.taken()
			family := strings.Repeat("👨‍👩‍👧‍👦", 1000) // 11 UTF-16 units each
			s.reply(t, family)
			var got strings.Builder
			for range 3 {
				m := s.hears("👨‍👩‍👧‍👦")
				if n := len(utf16.Encode([]rune(m.text))); n > 4096 {
					s.t.Errorf("a part of %d units", n)
				}
				got.WriteString(m.text)
			}
			if got.String() != family {
				s.t.Error("a family was torn")
			}
		}},
		{68, "a long answer", func(s *scene) {
			s.longArticle()
			s.write(longQuestion)
			s.hearsLong()
		}},
		blank("spaces", "  \n "),
		blank("zero-width spaces", "\u200b\u200b"),
		blank("word joiners", "\u2060"),
		blank("a variation selector", "\ufe0f"),
		{70, "right-to-left override", func(s *scene) {
			s.greets()
			s.write("ціна \u202eтенретні")
			s.hears()
			s.idle()
			if got := s.entries()[2].Text; got != "ціна \u202eтенретні" {
				s.t.Errorf("kept as %q", got)
			}
		}},
		{70, "zalgo in a question", func(s *scene) {
			s.greets()
			var zalgo strings.Builder
			for _, r := range "Скільки коштує інтернет?" {
				zalgo.WriteString(string(r) + strings.Repeat("\u0336\u0334", 12))
			}
			s.write(zalgo.String())
			s.hears("@faq.helped")
		}},
		{70, "a question in pieces", func(s *scene) {
			s.greets()
			s.write(norm.NFD.String("Чому інтернет повільний?"))
			s.hears("@faq.helped")
		}},
		name("a smile", `,"first_name":"😀"`, hello),
		name("empty", `,"first_name":""`, hello),
		name("missing", ``, hello),
		name("HTML", `,"first_name":"<b>x</b>"`, hello),
		name("a template", `,"first_name":"{{.Env}}"`, hello),
		name("256 characters", `,"first_name":"`+strings.Repeat("Ї", 256)+`"`, hello),
		name("a plain name", `,"first_name":"Олена"`, "Вітаємо, Олено."),
		{72, "HTML in what is said to people", func(s *scene) {
			t := s.taken()
			for _, text := range []string{"a<b & c", `</b><script>alert(1)</script>`, `"лапки" & <i>`} {
				s.reply(t, text)
				if got := s.hears(); got.text != text {
					s.t.Errorf("heard %q, want %q", got.text, text)
				}
			}
			s.refusals(0)
		}},
		{72, "HTML in the operator's name", func(s *scene) {
			s.greets()
			s.write("оператор")
			s.hears("@handoff.called")
			odd := maryna()
			odd.Name = bot.Bilingual{UK: "<b>Ма & рина", RU: "<b>Ма & рина"}
			if _, err := s.service.parts.desk.Move(s.t.Context(), s.tickets(1).ID, bot.TicketTake, odd); err != nil {
				s.t.Fatal(err)
			}
			s.hears("<b>Ма & рина")
			s.refusals(0)
		}},
		{73, "a chat beyond 32 bits", func(s *scene) {
			big := s.friend()
			big.id += 5_000_000_000
			big.p = s.box.telegram.Person(big.id, "Олена", "uk").Join()
			big.actor = s.theatre.onTelegram(big.id, "Олена", bot.Ukrainian)
			big.greets()
		}},
		{73, "a supergroup's chat", func(s *scene) {
			s.telegram(s.updateOf("message", fmt.Sprintf(`"message_id":1,"date":1,"chat":{"id":-1001234567890,"type":"supergroup"},"from":%s,"text":"x"`, s.from())))
			s.became("done ignored: message/supergroup")
			var chat string
			s.get(&chat, `SELECT chat FROM inbox WHERE seq > $1`, s.begun)
			if chat != "-1001234567890" {
				s.t.Errorf("kept as chat %s", chat)
			}
		}},
		{74, "numbers as strings", func(s *scene) {
			s.telegram(`{"update_id":"123","message":{` + s.private(1) + `,"text":"меню"}}`)
			s.telegram(strings.Replace(s.message(`"text":"меню"`), fmt.Sprintf(`"chat":{"id":%d`, s.id), fmt.Sprintf(`"chat":{"id":"%d"`, s.id), 1))
			s.telegram(`{"update_id":1.0e3,"message":{` + s.private(1) + `,"text":"меню"}}`)
			s.became("parked update_id is not a whole number", "parked message: field chat.id has the wrong type", "parked update_id is not a whole number")
			s.unmet()
		}},
		dated(75, "date 0", 0),
		dated(75, "a date far ahead", 4_000_000_000),
		dated(75, "no date of this calendar", 1<<60),
		{75, "texts of three days ago", func(s *scene) {
			s.greets()
			old := time.Now().Add(-72 * time.Hour).Unix()
			for i := range 5 {
				s.telegram(s.updateOf("message", s.private(old+int64(i))+`,"text":"Скільки коштує інтернет?"`))
			}
			s.hears("@late.apology")
			s.hears("@menu.choose") // the current screen
		}},
		{77, "ten minutes of 503", func(s *scene) {
			s.greets()
			store := s.service.store.Swap(nil) // the database is away
			got := s.asks(request{body: s.message(`"text":"меню"`)}, http.StatusServiceUnavailable)
			if got.header.Get("Retry-After") != "2" {
				s.t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
			}
			refused := s.box.telegram.Stats().Refused
			for i := range 5 {
				s.write(fmt.Sprintf("слово %d", i))
			}
			s.await("Telegram to come again", func() bool { return s.box.telegram.Stats().Refused >= refused+3 })
			s.service.store.Store(store)
			for range 5 {
				s.hears()
			}
			s.history("started", "say", "typed слово 0", "say", "typed слово 1", "say", "typed слово 2", "say", "typed слово 3", "say", "typed слово 4", "say")
			s.became("done", "done", "done", "done", "done")
		}},
	}
}

// refusals wants this many calls for the person's chat to have been refused.
func (s *scene) refusals(want int) {
	s.t.Helper()
	s.idle()
	n := 0
	for _, c := range s.box.telegram.Calls() {
		if c.Params["chat_id"] == fmt.Sprint(s.id) && c.Code != 200 {
			n++
		}
	}
	if n != want {
		s.t.Errorf("%d calls refused, want %d", n, want)
	}
}

const longQuestion = "Чи є у вас дуже довга відповідь про зюзю?"

// hearsLong wants the long answer whole, in parts, with the buttons under the last.
func (s *scene) hearsLong() {
	s.t.Helper()
	parts, whole := 0, ""
	for {
		m := s.hears()
		parts++
		whole += m.text
		if len(m.labels) > 0 {
			break
		}
	}
	if parts < 2 || strings.Count(whole, "Рядок ") != 500 || !strings.Contains(whole, s.say("@faq.helped")) {
		s.t.Errorf("%d parts with %d of 500 lines", parts, strings.Count(whole, "Рядок "))
	}
	s.quiet()
}

// longArticle approves an article that fits no message of any messenger.
func (s *scene) longArticle() {
	s.t.Helper()
	var words strings.Builder
	for i := range 500 {
		fmt.Fprintf(&words, "Рядок %d довгої відповіді.\n", i+1)
	}
	a := bot.Article{
		ID: "long", State: bot.ArticleApproved,
		Question: bot.Bilingual{UK: longQuestion, RU: "Есть ли у вас очень длинный ответ про зюзю?"},
		Answer:   bot.Bilingual{UK: words.String(), RU: words.String()},
	}
	if err := s.store().PutArticles(s.t.Context(), []bot.Article{a}); err != nil {
		s.t.Fatal(err)
	}
	if err := s.service.parts.library.Refresh(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}
