package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

// updateEdges are about updates as such: their numbers, kinds and order.
func updateEdges() []edge {
	return []edge{
		{25, "the same update a second and an hour later", func(s *scene) {
			body := s.message(`"text":"меню"`)
			s.telegram(body)
			s.hears("@menu.choose")
			for _, ago := range []time.Duration{time.Second, time.Hour} {
				s.exec(`UPDATE inbox SET received_at = received_at - $1, settled_at = settled_at - $1 WHERE seq > $2`, ago.Microseconds(), s.begun)
				s.telegram(body)
			}
			s.became("done")
		}},
		{26, "numbers jump from 900 to 5", func(s *scene) {
			last := s.box.telegram.LastUpdate()
			defer func() { s.box.telegram.Jump(last + 1) }()
			s.box.telegram.Jump(900)
			s.write("меню")
			s.hears("@menu.choose")
			s.box.telegram.Jump(5)
			s.write("питання")
			s.hears()
			var ids []string
			s.sel(&ids, `SELECT id FROM inbox WHERE seq > $1 ORDER BY seq`, s.begun)
			if !slices.Equal(ids, []string{"900", "5"}) {
				s.t.Errorf("updates %v", ids)
			}
			s.became("done", "done")
		}},
		{27, "numbers beyond 31 bits, and negative ones", func(s *scene) {
			for i, id := range []int64{1<<31 + 1, -7, 1<<53 + 1, -1 << 40} {
				id += s.id * 1000 * int64(i%2) // nobody else's
				s.telegram(fmt.Sprintf(`{"update_id":%d,"message":{%s,"text":"меню"}}`, id, s.private(time.Now().Unix())))
				s.hears("@menu.choose")
			}
			s.became("done", "done", "done", "done")
		}},
		{28, "nothing but a number", func(s *scene) {
			s.telegram(fmt.Sprintf(`{"update_id":%d}`, s.nextUpdate()))
			s.became("done ignored: empty")
		}},
		{28, "an unknown kind", func(s *scene) {
			const counted = `visnyk_ignored_total\{bot="telegram",what="guest_message"\}`
			before := s.figure(counted)
			s.telegram(s.updateOf("guest_message", s.private(time.Now().Unix())+`,"text":"меню"`))
			s.became("done ignored: guest_message")
			s.unmet()
			s.counts(counted, before)
		}},
		{29, "two kinds at once", func(s *scene) {
			s.telegram(fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"x","from":%s,"data":"1~menu"},"message":{%s,"text":"меню"}}`,
				s.nextUpdate(), s.from(), s.private(time.Now().Unix())))
			s.hears("@menu.choose")
			s.history("typed меню", "say")
			s.became("done ignored: beside/callback_query")
		}},
		{30, "a text and a press at the same moment", func(s *scene) {
			s.greets()
			menu := s.box.telegram.Messages(s.id)[0]
			button, _ := menu.Button(s.say("@menu.changes"))
			bodies := []string{s.message(`"text":"Скільки коштує інтернет?"`), s.pressOf(button.Data, s.under())}
			var all sync.WaitGroup
			for _, body := range bodies {
				all.Go(func() { s.telegram(body) })
			}
			all.Wait()
			s.hears()
			// Whichever comes second is decided on what the first has left: a press for
			// the menu finds another screen, a question is a question anywhere.
			s.hears("@faq.helped")
			s.became("done", "done")
			if v := s.loaded().Conversation.Version; v != 3 {
				s.t.Errorf("version %d after three turns", v)
			}
		}},
	}
}

// goneButton wants the press answered with «this button is gone» and the menu shown again.
func (s *scene) goneButton(id string) {
	s.t.Helper()
	s.hears("@menu.choose")
	s.answered(id, "@press.gone")
}

// answered wants the press answered once, with the notice.
func (s *scene) answered(id, notice string) {
	s.t.Helper()
	s.idle()
	var got []string
	for _, a := range s.box.telegram.Answers() {
		if a.Press == id {
			got = append(got, a.Text)
		}
	}
	want := ""
	if notice != "" {
		want = s.say(notice)
	}
	if !slices.Equal(got, []string{want}) {
		s.t.Errorf("press answered with %q, want %q once", got, want)
	}
}

// last returns the bot's last message to the person.
func (s *scene) last() telegramtest.Message {
	s.t.Helper()
	all := s.box.telegram.Messages(s.id)
	if len(all) == 0 {
		s.t.Fatal("the bot has said nothing")
	}
	return all[len(all)-1]
}

// ofFlows are the variables of a state that flows have set.
func ofFlows(s bot.State) bot.Vars {
	return slices.DeleteFunc(slices.Clone(s.Vars), func(is bot.Var) bool { return strings.HasPrefix(is.Name, "~") })
}

// pressEdges are about buttons, which people's devices can forge.
func pressEdges() []edge {
	forged := func(name, data string) edge {
		return edge{32, name, func(s *scene) {
			s.greets()
			before := s.loaded().Conversation.State
			s.goneButton(s.p.PressData(s.last(), data))
			after := s.loaded().Conversation.State
			if after.Flow != before.Flow || after.Step != before.Step || !slices.Equal(ofFlows(after), ofFlows(before)) {
				s.t.Errorf("the state moved from %+v to %+v", before, after)
			}
			s.tickets(0)
		}}
	}
	return []edge{
		{31, "a button of an old keyboard", func(s *scene) {
			s.greets()
			old := s.last()
			s.write("Скільки коштує інтернет?")
			s.hears("@faq.helped")
			before := s.loaded().Conversation.State
			id, err := s.p.Press(old, s.say("@button.operator"))
			if err != nil {
				s.t.Fatal(err)
			}
			s.hears("@faq.helped") // the current step once more
			s.answered(id, "@press.gone")
			if after := s.loaded().Conversation.State; after.Step != before.Step || after.Vars.Get("article") != before.Vars.Get("article") {
				s.t.Errorf("the state moved from %+v to %+v", before, after)
			}
			s.tickets(0)
		}},
		forged("INVALID", "INVALID"),
		forged("empty", ""),
		forged("64 bytes", strings.Repeat("ї", 32)),
		forged("more than 64 bytes", strings.Repeat("x", 4000)),
		forged("an unknown action", "1~nothing"),
		forged("an action of another screen", "1~recall"),
		forged("invalid JSON", `{"a":`),
		forged("SQL", `1~'; DROP TABLE inbox; --`),
		forged("a template", `1~{{.Env}}`),
		forged("a path", `../../etc/passwd`),
		forged("NUL", "1~me\x00nu"),
		forged("an operator's move", "1~ticket.close:1"),
		{32, "a press that names no chat", func(s *scene) {
			s.telegram(s.updateOf("callback_query", `"id":"x","data":"1~menu"`))
			s.became("parked callback_query: has no sender")
		}},
		{33, "another person's id inside", func(s *scene) {
			other := s.friend()
			other.greets()
			other.write("оператор")
			other.hears("@handoff.called")
			s.greets()
			s.goneButton(s.p.PressData(s.last(), fmt.Sprintf("1~recall:%d", other.id)))
			s.goneButton(s.p.PressData(s.last(), "1~recall"))
			other.tickets(1)
		}},
		{34, "under a message too old to be seen", func(s *scene) {
			s.greets()
			button, _ := s.last().Button(s.say("@menu.changes"))
			calls := len(s.calls())
			s.telegram(s.pressOf(button.Data, fmt.Sprintf(`{"message_id":1,"date":0,"chat":{"id":%d,"type":"private"}}`, s.id)))
			s.hears("@change.list")
			s.idle()
			for _, c := range s.calls()[calls:] {
				if strings.HasPrefix(c.Method, "edit") {
					s.t.Errorf("called %s", c.Method)
				}
			}
		}},
		{35, "under no message at all", func(s *scene) {
			s.greets()
			button, _ := s.last().Button(s.say("@menu.changes"))
			calls := len(s.calls())
			for _, data := range []string{button.Data, "x", ""} {
				s.telegram(s.pressOf(data, "") + " ")
			}
			s.quiet()
			s.became(slices.Repeat([]string{"done ignored: callback_query/inline"}, 3)...)
			s.at("menu/main")
			if n := len(s.calls()) - calls; n != 3 {
				s.t.Errorf("%d calls, want an answer to each press and no other", n)
			}
		}},
		{36, "answered too late", func(s *scene) {
			s.greets()
			logged := len(s.logs.String())
			button, _ := s.last().Button(s.say("@menu.changes"))
			s.telegram(s.pressOf(button.Data, s.under())) // Telegram does not know the id any more
			s.hears("@change.list")
			s.idle()
			var states []string // what was answered has left the outbox
			s.sel(&states, `SELECT state FROM outbox WHERE chat = $1 AND kind = 'answer'`, fmt.Sprint(s.id))
			if len(states) != 0 {
				s.t.Errorf("the answer ended as %q", states)
			}
			if log := s.logs.String()[logged:]; strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
				s.t.Errorf("an alert:\n%s", log)
			}
		}},
		{37, "pressed twice", func(s *scene) {
			s.greets()
			menu := s.last()
			s.taps("@menu.questions")
			s.hears("@faq.ask")
			id, err := s.p.Press(menu, s.say("@menu.questions"))
			if err != nil {
				s.t.Fatal(err)
			}
			s.answered(id, "")
			s.silence()
		}},
	}
}
