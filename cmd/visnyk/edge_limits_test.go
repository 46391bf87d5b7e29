package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// second is what Telegram grants a chat for one message, and thirty to a bot.
const second = time.Second

// limitEdges are the rows that need real seconds and a Telegram that counts.
func limitEdges() []edge {
	return []edge{
		{76, "50 messages in a moment", func(s *scene) {
			other := s.friend()
			began := time.Now()
			for i := range 50 {
				s.write(fmt.Sprintf("питання %d", i))
			}
			other.write("меню")
			other.hears("@menu.choose")
			if took := time.Since(began); took > 5*second {
				s.t.Errorf("another person waited %v", took)
			}
			s.await("every message to be stored and its turn made", func() bool {
				var n int
				s.get(&n, `SELECT count(*) FROM history WHERE chat = $1 AND NOT outgoing`, fmt.Sprint(s.id))
				return n == 50
			})
			var replies int
			s.get(&replies, `SELECT count(*) FROM `+storagetest.Parts+` WHERE chat = $1 AND kind = 'say'`, fmt.Sprint(s.id))
			if replies > 32 {
				s.t.Errorf("%d replies: the loop is not broken", replies)
			}
			// The replies that still wait leave one a second; nobody waits here for that.
			s.exec(`UPDATE outbox SET state = 'skipped' WHERE chat = $1 AND state = 'pending'`, fmt.Sprint(s.id))
			s.undone = []string{"skipped"}
			s.await("the sends under way to end", func() bool {
				var n int
				s.get(&n, `SELECT count(*) FROM outbox WHERE chat = $1 AND state = 'sending'`, fmt.Sprint(s.id))
				return n == 0
			})
			s.tickets(1) // after so many a human is called
			s.read = len(s.shown())
		}},
	}
}

// TestLimits keeps every limit of a Telegram that counts in real seconds, and
// every ban it speaks. Nothing here depends on the database. It is alone in this
// process, for it holds the service to seconds.
func TestLimits(t *testing.T) {
	house := newTheatre(t, storagetest.PostgresURL(t), sandboxOptions{telegram: telegramtest.Options{Strict: true}, rate: 30})
	play := func(name string, f func(s *scene)) {
		t.Run(name, func(t *testing.T) {
			s := house.scene(t)
			f(s)
			if st := house.box.telegram.Stats(); st.Violations != 0 || st.InBan != 0 {
				t.Errorf("%d sends over the limits, %d inside a ban", st.Violations, st.InBan)
			}
		})
	}
	play("60 people and three long answers at once", func(s *scene) {
		s.longArticle()
		people := make([]*scene, 60)
		for i := range people {
			people[i] = s.friend()
		}
		began := time.Now()
		for _, p := range people {
			p.write("/start")
		}
		for _, p := range people[:3] {
			p.write(longQuestion)
		}
		for _, p := range people {
			p.hears("@welcome.about")
		}
		if took := time.Since(began); took > 2*second+3*second {
			s.t.Errorf("60 replies took %v, two seconds would do", took)
		}
		for _, p := range people[:3] {
			p.hearsLong()
		}
	})
	play("429 for one chat", func(s *scene) {
		other := s.friend()
		s.box.telegram.Script(s.id, telegramtest.TooMany(2))
		s.write("меню")
		s.await("the ban", func() bool { return s.calls429() == 1 })
		banned := time.Now()
		other.write("меню")
		other.hears("@menu.choose")
		if took := time.Since(banned); took > 2*second {
			s.t.Errorf("another chat waited %v", took)
		}
		s.hears("@menu.choose")
		if s.calls429() != 1 {
			s.t.Errorf("%d answers 429, want the one", s.calls429())
		}
	})
	play("429 for the whole bot", func(s *scene) {
		const ban = 6
		others := make([]*scene, 10)
		for i := range others {
			others[i] = s.friend()
		}
		s.idle()
		s.box.telegram.Next(telegramtest.TooMany(ban))
		began := time.Now()
		s.write("меню")
		s.await("the ban", func() bool { return s.calls429() == 1 })
		for _, o := range others {
			o.write("меню")
		}
		for _, o := range append(others, s) {
			o.hears("@menu.choose")
			if early := ban*second - time.Since(began); early > 0 {
				s.t.Errorf("said %v before the end of the ban", early)
			}
		}
	})
	for _, e := range limitEdges() {
		play(fmt.Sprintf("E%d %s", e.n, e.name), func(s *scene) {
			e.play(s)
			s.end()
		})
	}
	t.Run("a short 429 for the whole bot", func(t *testing.T) { // Telegram does not say that it is
		const ban = 3
		s := house.scene(t)
		others := make([]*scene, 40)
		for i := range others {
			others[i] = s.friend()
		}
		s.idle()
		s.box.telegram.Next(telegramtest.TooMany(ban))
		for _, o := range append([]*scene{s}, others[:2]...) { // three chats run into it
			o.write("меню")
			s.await("the ban", func() bool { return o.calls429() == 1 })
		}
		for _, o := range others[2:] {
			o.write("меню")
		}
		for _, o := range append(others, s) {
			o.hears("@menu.choose")
		}
		if st := house.box.telegram.Stats(); st.InBan != 2 || st.Violations != 0 {
			t.Errorf("%d sends inside the ban, want the two that showed whose it was", st.InBan)
		}
	})
}

// calls429 counts the answers 429 to sends to the person.
func (s *scene) calls429() (n int) {
	for _, c := range s.box.telegram.Calls() {
		if c.Code == 429 && c.Params["chat_id"] == fmt.Sprint(s.id) {
			n++
		}
	}
	return n
}

// TestBlockedAreLeftAlone sends nothing to somebody who blocked the bot, whoever
// wants it: not the flow, not time, not an operator, not an announcement.
func TestBlockedAreLeftAlone(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		s := (&theatre{world: w, db: look(t, w.cfg.DatabaseURL)}).scene(t)
		ticket := s.taken()
		s.box.telegram.Always(s.id, telegramtest.Blocked())
		s.reply(ticket, "Добрий день")
		s.reaches(bot.Blocked)
		calls := s.sends()
		var refused *bot.RefusedError
		_, err := s.service.parts.desk.Reply(t.Context(), maryna(), desk.ReplyTo{
			Ticket: ticket.ID, Key: storage.NewID(), Words: bot.Words{Text: "Ви тут?"}, Seen: desk.SeenAll, LanguageOK: true,
		})
		if !errors.As(err, &refused) || refused.Code != bot.FaultCustomerAway {
			t.Errorf("the operator heard %v", err)
		}
		s.announce(time.Time{}, "b1", "b2")
		s.desk(ticket, bot.TicketRelease)
		s.desk(ticket, bot.TicketTake)
		s.desk(ticket, bot.TicketClose)
		s.idle()
		if n := s.sends() - calls; n != 0 {
			t.Errorf("%d sends to somebody who blocked the bot", n)
		}
		if got := strings.Join(s.announced(), ", "); got != "b1/0 skipped blocked, b2/0 skipped blocked" {
			t.Errorf("announcements %s", got)
		}
		s.box.telegram.Heal(s.id)
		s.write("меню")
		s.hears("@menu.choose")
		s.reaches(bot.Reachable)
	})
}

// TestRefusedAccount: a token that is refused stops its bot at once and no other.
// Nothing is lost: what was to be said waits.
func TestRefusedAccount(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, w *world) {
		house := &theatre{world: w, db: look(t, w.cfg.DatabaseURL)}
		first, late, viber := house.scene(t), make([]*scene, 20), house.scene(t)
		for i := range late {
			late[i] = house.scene(t)
		}
		viber.onViber()
		refusals := make([]telegramtest.Fault, 100)
		for i := range refusals {
			refusals[i] = telegramtest.Refuse(401, "Unauthorized")
		}
		w.box.telegram.Next(refusals...)
		first.write("меню")
		const halted = `visnyk_bot_halted\{bot="telegram"\}`
		w.await("the bot to be halted", func() bool { return house.figure(halted) == 1 })
		var all sync.WaitGroup
		for _, s := range late {
			all.Go(func() { s.write("меню") })
		}
		all.Wait()
		viber.write("Привіт")
		viber.hears("@menu.choose")
		w.await("every turn to be made", func() bool {
			var n int
			late[0].get(&n, `SELECT count(*) FROM outbox WHERE bot = 'telegram' AND state = 'pending'`)
			return n == len(late)+1
		})
		refused := 0
		for _, c := range w.box.telegram.Calls() {
			if c.Code == 401 {
				refused++
			}
		}
		if refused > 3 {
			t.Errorf("%d calls with a token that is refused", refused)
		}
		if n := house.figure(`visnyk_bot_halted\{bot="viber"\}`); n != 0 {
			t.Error("the other bot is halted too")
		}
	})
}
