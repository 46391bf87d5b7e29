package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage"
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
	s.settle()
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

// last gives the bot's last message to the person.
func (s *scene) last() telegramtest.Message {
	s.t.Helper()
	all := s.box.telegram.Messages(s.id)
	if len(all) == 0 {
		s.t.Fatal("the bot has said nothing")
	}
	return all[len(all)-1]
}

// pressEdges are about buttons, which people's devices can forge.
func pressEdges() []edge {
	forged := func(name, data string) edge {
		return edge{32, name, func(s *scene) {
			s.greets()
			before := s.loaded().Conversation.State
			s.goneButton(s.p.PressData(s.last(), data))
			after := s.loaded().Conversation.State
			if after.Flow != before.Flow || after.Step != before.Step || len(after.Vars) != len(before.Vars) {
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
			if after := s.loaded().Conversation.State; after.Step != before.Step || after.Vars["article"] != before.Vars["article"] {
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
			s.became("parked callback_query: has no chat or no sender")
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
			calls := len(s.box.telegram.Calls())
			s.telegram(s.pressOf(button.Data, fmt.Sprintf(`{"message_id":1,"date":0,"chat":{"id":%d,"type":"private"}}`, s.id)))
			s.hears("@change.list")
			s.settle()
			for _, c := range s.box.telegram.Calls()[calls:] {
				if strings.HasPrefix(c.Method, "edit") {
					s.t.Errorf("called %s", c.Method)
				}
			}
		}},
		{35, "under no message at all", func(s *scene) {
			s.greets()
			button, _ := s.last().Button(s.say("@menu.changes"))
			calls := len(s.box.telegram.Calls())
			for _, data := range []string{button.Data, "x", ""} {
				s.telegram(s.pressOf(data, "") + " ")
			}
			s.quiet()
			s.at("menu/main")
			if n := len(s.box.telegram.Calls()) - calls; n != 3 {
				s.t.Errorf("%d calls, want an answer to each press and no other", n)
			}
		}},
		{36, "answered too late", func(s *scene) {
			s.greets()
			logged := len(s.logs.String())
			button, _ := s.last().Button(s.say("@menu.changes"))
			s.telegram(s.pressOf(button.Data, s.under())) // Telegram does not know the id any more
			s.hears("@change.list")
			s.settle()
			var states []string
			s.sel(&states, `SELECT state FROM outbox WHERE chat = $1 AND kind = 'answer'`, fmt.Sprint(s.id))
			if !slices.Equal(states, []string{"sent"}) {
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
			s.hears("@faq.ask")
			s.answered(id, "@press.gone")
		}},
	}
}

// strangerEdges are about chats and accounts that are nobody's private talk.
func strangerEdges() []edge {
	group := func(fields string) func(s *scene) string {
		return func(s *scene) string {
			return s.updateOf("message", fmt.Sprintf(`"message_id":1,"date":%d,"chat":{"id":-100%d,"type":"supergroup","title":"Друзі"},%s`,
				time.Now().Unix(), s.id, strings.ReplaceAll(fields, "FROM", s.from())))
		}
	}
	ignored := func(n int, name string, update func(s *scene) string, note string) edge {
		return edge{n, name, func(s *scene) {
			calls := s.box.telegram.Stats().Calls
			s.telegram(update(s))
			s.became("done ignored: " + note)
			s.unmet()
			s.settle()
			var n int
			s.get(&n, `SELECT count(*) FROM conversations WHERE chat LIKE $1`, fmt.Sprintf("-%%%d", s.id))
			if n != 0 {
				s.t.Error("a conversation was begun with a group")
			}
			if n := s.box.telegram.Stats().Calls - calls; n != 0 {
				s.t.Errorf("%d calls of the API", n)
			}
		}}
	}
	private := func(fields string) func(s *scene) string {
		return func(s *scene) string { return s.message(fields) }
	}
	by := func(id int64, isBot bool) func(s *scene) string {
		return func(s *scene) string {
			return s.updateOf("message", fmt.Sprintf(`"message_id":1,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d,"is_bot":%v,"first_name":"X"},"text":"меню"`,
				time.Now().Unix(), s.id, id, isBot))
		}
	}
	return []edge{
		ignored(52, "new members in a group", group(`"from":FROM,"new_chat_members":[{"id":1,"is_bot":false,"first_name":"X"}]`), "message/supergroup"),
		ignored(52, "a pinned message in a group", group(`"from":FROM,"pinned_message":{"message_id":2}`), "message/supergroup"),
		ignored(52, "a new title of a group", group(`"from":FROM,"new_chat_title":"Інші"`), "message/supergroup"),
		ignored(52, "a pinned message in private", private(`"pinned_message":{"message_id":2}`), "message/service/pinned_message"),
		ignored(53, "a stranger's group", group(`"from":FROM,"text":"меню"`), "message/supergroup"),
		ignored(53, "/start in a group", group(`"from":FROM,"text":"/start@visnyk_test_bot x"`), "message/supergroup"),
		ignored(53, "a press in a group", func(s *scene) string {
			return s.pressOf("1~menu", fmt.Sprintf(`{"message_id":1,"date":1,"chat":{"id":-100%d,"type":"supergroup"}}`, s.id))
		}, "callback_query/supergroup"),
		ignored(54, "a channel's post", func(s *scene) string {
			return s.updateOf("channel_post", fmt.Sprintf(`"message_id":1,"date":1,"chat":{"id":-100%d,"type":"channel"},"sender_chat":{"id":-100%d,"type":"channel"},"text":"меню"`, s.id, s.id))
		}, "channel_post"),
		ignored(54, "somebody speaks as a chat", group(`"from":FROM,"sender_chat":{"id":-5,"type":"channel"},"text":"меню"`), "message/supergroup"),
		ignored(54, "speaks as a chat in private", private(`"sender_chat":{"id":-5,"type":"channel"},"text":"меню"`), "message/sender_chat"),
		ignored(54, "no sender", group(`"text":"меню"`), "message/supergroup"),
		ignored(54, "no sender in private", func(s *scene) string {
			return s.updateOf("message", fmt.Sprintf(`"message_id":1,"date":1,"chat":{"id":%d,"type":"private"},"text":"меню"`, s.id))
		}, "message/no_sender"),
		ignored(55, "an anonymous admin", group(`"from":{"id":1087968824,"is_bot":true,"first_name":"Group","username":"GroupAnonymousBot"},"sender_chat":{"id":-1,"type":"supergroup"},"text":"меню"`), "message/supergroup"),
		ignored(55, "an anonymous admin in private", by(1087968824, true), "message/bot"),
		ignored(56, "an automatic forward", group(`"from":{"id":777000,"is_bot":false,"first_name":"Telegram"},"is_automatic_forward":true,"text":"меню"`), "message/supergroup"),
		ignored(56, "a channel's stand-in", group(`"from":{"id":136817688,"is_bot":true,"first_name":"Channel"},"text":"меню"`), "message/supergroup"),
		ignored(56, "Telegram itself in private", by(777000, false), "message/telegram"),
		ignored(56, "a channel's stand-in in private", by(136817688, true), "message/bot"),
		ignored(60, "a group becomes a supergroup", group(`"from":FROM,"migrate_to_chat_id":-1002222222222`), "message/supergroup"),
		ignored(60, "a supergroup was a group", group(`"from":FROM,"migrate_from_chat_id":-222222222`), "message/supergroup"),
		{60, "a send is told that the chat has moved", func(s *scene) {
			s.box.telegram.Script(s.id, telegramtest.Migrated(-1001234567890))
			s.write("меню")
			s.undone = []string{"gone"}
			s.settle()
			if n := s.sends(); n != 1 {
				s.t.Errorf("%d sends, want one and no loop", n)
			}
			s.reaches(bot.Blocked)
		}},
		ignored(61, "the bot is removed from a group", func(s *scene) string {
			return s.updateOf("my_chat_member", fmt.Sprintf(`"chat":{"id":-100%d,"type":"supergroup","title":"Оператори"},"from":%s,"date":%d,"old_chat_member":{"status":"administrator"},"new_chat_member":{"status":"kicked"}`,
				s.id, s.from(), time.Now().Unix()))
		}, "my_chat_member/supergroup"),
		ignored(62, "a topic is closed", group(`"from":FROM,"message_thread_id":5,"is_topic_message":true,"forum_topic_closed":{}`), "message/supergroup"),
		{62, "a send is told that the topic is gone", func(s *scene) {
			s.box.telegram.Script(s.id, telegramtest.Refuse(400, "Bad Request: message thread not found"))
			s.write("меню")
			s.undone = []string{"malformed"}
			s.settle()
			if n := s.sends(); n != 1 {
				s.t.Errorf("%d sends, want one and no loop", n)
			}
		}},
		ignored(63, "a reply in a group's general topic", group(`"from":FROM,"message_thread_id":5,"reply_to_message":{"message_id":5},"text":"меню"`), "message/supergroup"),
		ignored(64, "an operator's note in a group", group(`"from":FROM,"message_thread_id":5,"is_topic_message":true,"text":"// не казати клієнту"`), "message/supergroup"),
		ignored(64, "a command in a group", group(`"from":FROM,"message_thread_id":5,"is_topic_message":true,"text":"/close"`), "message/supergroup"),
	}
}

// sends counts the messages that the API was asked to send to the person.
func (s *scene) sends() (n int) {
	for _, c := range s.box.telegram.Calls() {
		if strings.HasPrefix(c.Method, "send") && c.Params["chat_id"] == fmt.Sprint(s.id) {
			n++
		}
	}
	return n
}

// announce puts announcements for the person into the outbox, due at the time.
func (s *scene) announce(at time.Time, causes ...string) {
	s.t.Helper()
	i := slices.IndexFunc(s.service.channels, func(c bot.Channel) bool { return c.Name() == s.chat().Bot })
	ctx := context.Background()
	err := s.store().InTx(ctx, func(tx *storage.Tx) error {
		for _, cause := range causes {
			rows, err := bot.Queue(s.service.channels[i], bot.Outgoing{
				Lane: bot.LaneBulk, To: s.chat(), Cause: cause, NotBefore: at, Message: bot.Message{Text: "Оголошення " + cause},
			})
			if err != nil {
				return err
			}
			if _, err := tx.Enqueue(ctx, rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.service.lines[s.chat().Bot].sender.Wake()
}

// announced tells what became of the announcements to the person, by cause.
func (s *scene) announced() []string {
	s.t.Helper()
	var rows []struct{ Cause, State, Reason string }
	s.sel(&rows, `SELECT cause, state, reason FROM outbox WHERE bot = $1 AND chat = $2 AND lane = 2 ORDER BY cause`, s.chat().Bot, s.chat().Chat)
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = strings.TrimSpace(r.Cause + " " + r.State + " " + r.Reason)
	}
	return list
}

// member is the update of the bot's place in the private chat.
func (s *scene) member(status string, at time.Time) string {
	return s.updateOf("my_chat_member", fmt.Sprintf(`"chat":{"id":%d,"type":"private"},"from":%s,"date":%d,"old_chat_member":{"status":"member"},"new_chat_member":{"status":%q}`,
		s.id, s.from(), at.Unix(), status))
}

// reachEdges are about people who block the bot and come back.
func reachEdges() []edge {
	far := func() time.Time { return time.Now().Add(time.Hour) }
	return []edge{
		{57, "blocked, then let in again", func(s *scene) {
			s.greets()
			s.write("оператор")
			s.hears("@handoff.called")
			s.announce(far(), "b1", "b2")
			s.p.Block()
			s.reaches(bot.Blocked)
			if got := s.announced(); !slices.Equal(got, []string{"b1/0 skipped left", "b2/0 skipped left"}) {
				s.t.Errorf("announcements %q", got)
			}
			// What the flow had planned to say is not said either.
			calls := s.sends()
			s.exec(`DELETE FROM timers WHERE chat = $1`, fmt.Sprint(s.id))
			s.exec(`INSERT INTO timers (bot, chat, name, due) VALUES ('telegram', $1, 'handoff', 1)`, fmt.Sprint(s.id))
			s.await("the timer to fire", func() bool {
				var n int
				s.get(&n, `SELECT count(*) FROM inbox WHERE chat = $1 AND source = 'timer' AND state = 'done'`, fmt.Sprint(s.id))
				return n == 1
			})
			s.desk(s.tickets(1), bot.TicketTake)
			s.settle()
			if n := s.sends() - calls; n != 0 {
				s.t.Errorf("%d sends to somebody who blocked the bot", n)
			}
			s.desk(s.tickets(1), bot.TicketClose)
			s.settle()
			s.p.Unblock()
			s.reaches(bot.Reachable)
			s.quiet()
			s.announce(time.Time{}, "b3")
			s.hears("Оголошення b3")
			s.undone = []string{"skipped"}
		}},
		{58, "blocked long ago, heard of after a newer start", func(s *scene) {
			now := time.Now()
			s.telegram(s.updateOf("message", s.private(now.Unix())+`,"text":"/start"`))
			s.hears("@welcome.about")
			s.telegram(s.member("kicked", now.Add(-time.Minute)))
			s.reaches(bot.Reachable)
			s.became("done", "done stale: left")
		}},
		{58, "blocked just now, heard of before an older text", func(s *scene) {
			s.greets()
			s.telegram(s.member("kicked", time.Now()))
			s.reaches(bot.Blocked)
			calls := s.sends()
			s.telegram(s.updateOf("message", s.private(time.Now().Add(-time.Minute).Unix())+`,"text":"меню"`))
			s.reaches(bot.Blocked)
			if n := s.sends() - calls; n != 0 {
				s.t.Errorf("%d sends to somebody who blocked the bot since", n)
			}
		}},
		{59, "403 to an announcement and no other word", func(s *scene) {
			s.greets()
			s.announce(far(), "b2", "b3")
			s.box.telegram.Always(s.id, telegramtest.Blocked())
			calls := s.sends()
			s.announce(time.Time{}, "b1")
			s.settle()
			if got := s.announced(); len(got) != 3 || !strings.HasPrefix(got[0], "b1/0 gone") || got[1] != "b2/0 skipped gone" || got[2] != "b3/0 skipped gone" {
				s.t.Errorf("announcements %q", got)
			}
			s.reaches(bot.Blocked)
			if n := s.sends() - calls; n != 1 {
				s.t.Errorf("%d sends, want the one that told us", n)
			}
			s.box.telegram.Heal(s.id)
			s.write("меню")
			s.hears("@menu.choose")
			s.reaches(bot.Reachable)
			s.undone = []string{"gone", "skipped"}
		}},
		{59, "403 to a deleted account", func(s *scene) {
			s.greets()
			s.p.Deactivate()
			s.announce(time.Time{}, "b1")
			s.reaches(bot.Blocked)
			s.undone = []string{"gone"}
		}},
	}
}
