package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// threadEdges are about the threads that a person has let the bot have in their
// private chat. The conversation is one, wherever in the chat it goes on.
func threadEdges() []edge {
	const thread = 116834
	return []edge{
		{63, "a thread of the private chat", func(s *scene) {
			s.greets()
			s.in(0)
			there := s.p.OpenThread(thread)
			there.Write("Скільки коштує інтернет?")
			s.hears("@faq.helped")
			s.in(thread)
			s.taps(s.labels()[0])
			s.hears()
			s.in(thread)
			there.Write("оператор")
			s.hears("@handoff.called")
			ticket := s.tickets(1)
			s.desk(ticket, bot.TicketTake)
			s.hears("Марина")
			s.in(thread)
			s.reply(ticket, "Добрий день")
			s.hears("Добрий день")
			s.in(thread)
			s.p.Write("я тут") // in the chat itself
			s.idle()
			s.reply(ticket, "Бачу")
			s.hears("Бачу")
			s.in(0)
			there.Write("і тут")
			s.idle()
			s.desk(ticket, bot.TicketClose) // announcements wait until then
			s.hears()
			s.announce(time.Time{}, "b1")
			s.hears("Оголошення b1")
			s.in(thread)
		}},
		{62, "a thread of the private chat is deleted", func(s *scene) {
			s.greets()
			there := s.p.OpenThread(thread)
			there.Write("меню")
			s.hears("@menu.choose")
			s.in(thread)
			s.p.DeleteThread(thread)
			logged, sends := len(s.logs.String()), s.sends()
			s.announce(time.Time{}, "b1")
			s.hears("Оголошення b1")
			s.in(0)
			s.idle()
			if n := s.sends() - sends; n != 2 {
				s.t.Errorf("%d sends, want one more and no loop", n)
			}
			if log := s.logs.String()[logged:]; !strings.Contains(log, "message thread not found") || strings.Contains(log, "level=ERROR") {
				s.t.Errorf("the log says\n%s", log)
			}
			s.reaches(bot.Reachable)
			s.p.Write("меню")
			s.hears("@menu.choose")
			s.in(0)
		}},
	}
}

// in wants the bot's last message to stand in the thread.
func (s *scene) in(thread int64) {
	s.t.Helper()
	all := s.box.telegram.Messages(s.id)
	if got := all[len(all)-1].Thread; got != thread {
		s.t.Errorf("the last message stands in thread %d, want %d", got, thread)
	}
}

// pressElsewhereEdges are about presses that are not for us: each is answered, so
// that its button does not go on turning, and nothing else comes of it.
func pressElsewhereEdges() []edge {
	answered := func(n int, name, message, note string) edge {
		return edge{n, name, func(s *scene) {
			calls := len(s.calls())
			if strings.Contains(message, "%d") {
				message = fmt.Sprintf(message, s.id)
			}
			s.telegram(s.pressOf("1~menu", message))
			s.became("done ignored: " + note)
			s.unmet()
			s.idle()
			var methods []string
			for _, c := range s.calls()[calls:] {
				methods = append(methods, c.Method)
			}
			if !slices.Equal(methods, []string{"answerCallbackQuery"}) {
				s.t.Errorf("called %v, want an answer to the press and no more", methods)
			}
		}}
	}
	return []edge{
		answered(53, "a press in a group", `{"message_id":1,"date":1,"chat":{"id":-100%d,"type":"supergroup"}}`, "callback_query/supergroup"),
		answered(54, "a press in a channel", `{"message_id":1,"date":1,"chat":{"id":-200%d,"type":"channel"}}`, "callback_query/channel"),
		answered(53, "a press under a business message",
			`{"message_id":1,"date":1,"business_connection_id":"bc","chat":{"id":%d,"type":"private"}}`, "callback_query/business"),
		answered(35, "a press of a stranger under an inline message", "", "callback_query/inline"),
	}
}
