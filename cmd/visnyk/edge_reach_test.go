package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage"
)

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
			calls := len(s.calls())
			s.telegram(update(s))
			s.became("done ignored: " + note)
			s.unmet()
			s.idle()
			var n int
			s.get(&n, `SELECT count(*) FROM conversations WHERE chat LIKE $1`, fmt.Sprintf("-%%%d", s.id))
			if n != 0 {
				s.t.Error("a conversation was begun with a group")
			}
			if n := len(s.calls()) - calls; n != 0 {
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
			s.idle()
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
			s.idle()
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
		{57, "let in again: somebody we do not know", func(s *scene) {
			s.telegram(s.member("member", time.Now()))
			s.reaches(bot.Reachable)
			if n := s.sends(); n != 0 {
				s.t.Errorf("%d messages to who only let us in", n)
			}
			s.greets()
		}},
		{57, "blocked: somebody we do not know", func(s *scene) {
			s.telegram(s.member("kicked", time.Now()))
			s.became("done stale: left")
			s.unmet()
		}},
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
			s.idle()
			if n := s.sends() - calls; n != 0 {
				s.t.Errorf("%d sends to somebody who blocked the bot", n)
			}
			s.desk(s.tickets(1), bot.TicketClose)
			s.idle()
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
			s.idle()
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
