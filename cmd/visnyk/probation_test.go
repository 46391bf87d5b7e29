package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
)

// sql changes the world's database behind the service's back.
func (s *world) sql(statement string, values ...any) {
	s.t.Helper()
	driver, dsn := "postgres", s.cfg.DatabaseURL
	if path, lite := strings.CutPrefix(dsn, "sqlite:"); lite {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement, values...); err != nil {
		s.t.Fatal(err)
	}
}

// aDayPasses moves joins and timers a day into the past.
func (s *world) aDayPasses() {
	s.t.Helper()
	s.sql(`UPDATE merges SET came_at = came_at - 86400000000, merged_at = merged_at - 86400000000`)
	s.sql(`UPDATE timers SET due = due - 86400000000`)
}

// onRecord makes the person one that the company knows.
func (s *world) onRecord(name, chat, external string) bot.Contact {
	s.t.Helper()
	s.idle()
	s.sql(`UPDATE contacts SET external_id = $1 WHERE id = $2`, external, s.contactAt(name, chat).ID)
	return s.contactAt(name, chat)
}

// erases goes through the settings as far as the yes.
func (a *actor) erases(question string) {
	a.s.t.Helper()
	a.write(map[bot.Language]string{bot.Ukrainian: "налаштування", bot.Russian: "настройки"}[a.lang])
	a.hears(map[bot.Language]string{bot.Ukrainian: "Ваші налаштування", bot.Russian: "Ваши настройки"}[a.lang])
	a.taps("@settings.data")
	a.hears("@settings.about_data")
	a.taps("@settings.erase")
	a.hears(question)
	sure := "@settings.erase_yes"
	if question == "@settings.ask_erase_new" {
		sure = "@settings.erase_check"
	}
	a.taps(sure)
}

// lured has a person whom the company knows agree to a stranger's link.
func lured(s *world) (victim, stranger *actor, chat string, record bot.Contact) {
	s.t.Helper()
	stranger, visitor := s.onWebchat(bot.Ukrainian)
	stranger.write("/start")
	stranger.hears("@welcome.about")
	victim = s.onTelegram(78100, "Олена", bot.Ukrainian)
	victim.begins()
	record = s.onRecord("telegram", "78100", "crm-781")
	chat = s.chatOf(visitor)
	payload, _ := stranger.invites(chat)
	victim.follows(payload)
	victim.agrees()
	victim.hears("@join.done")
	stranger.hears("Цей чат приєднано до розмови в іншому чаті: Telegram")
	if s.contactAt("webchat", chat).ID != record.ID {
		s.t.Fatal("not joined")
	}
	return victim, stranger, chat, record
}

// TestAttackByALuredJoin: a stranger's browser joined to a company's record can
// neither erase nor stop the person, nor see or set what is theirs, nor send
// their chat away. The person parts it, and everything is as it was.
func TestAttackByALuredJoin(t *testing.T) {
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		victim, stranger, chat, record := lured(s)
		stranger.write("налаштування")
		stranger.hears("Ваші налаштування")
		for _, button := range []string{"@settings.topics", "@settings.quiet", "@settings.pause"} {
			stranger.taps(button)
			stranger.hears("@settings.limited")
			stranger.taps("@settings.back")
			stranger.hears("Ваші налаштування")
		}
		stranger.taps("@settings.data")
		stranger.hears("@settings.about_data")
		stranger.taps("@settings.show")
		if m := stranger.hears("@settings.limited"); strings.Contains(m.text, "Олена") {
			t.Errorf("a stranger reads %q", m.text)
		}
		stranger.taps("@settings.chats")
		if m := stranger.hears("Telegram"); strings.Contains(strings.Join(m.labels, " "), "Telegram") {
			t.Errorf("a stranger may part the person's own chat: %v", m.labels)
		}
		stranger.erases("@settings.ask_erase_new")
		stranger.hears("@settings.erase_asked")
		stranger.looksAgain()
		stranger.write("стоп")
		stranger.hears("@stop.here")

		victim.hears("попросили видалити всі Ваші дані")
		victim.hears("попросили не надсилати Вам новин")
		victim.silence() // each was asked once
		if now := s.contactAt("telegram", "78100"); now.ID != record.ID || now.Stopped || now.Name != record.Name {
			t.Errorf("%+v, before %+v", now, record)
		}
		victim.taps("Від’єднати: Чат на сайті")
		victim.hears("Від’єднали")
		s.idle()
		if now := s.contactAt("webchat", chat); now.ID == record.ID || now.ID == "" {
			t.Errorf("still joined: %+v", now)
		}
		if now := s.contactAt("telegram", "78100"); now.ID != record.ID || now.External != "crm-781" || now.Stopped {
			t.Errorf("%+v", now)
		}
		// Apart, what it asked for is void, whatever time passes.
		s.aDayPasses()
		victim.silence()
		if s.contactAt("telegram", "78100").ID != record.ID {
			t.Error("erased")
		}
	})
}

// looksAgain looks at the page of erasing again: it was asked already.
func (a *actor) looksAgain() {
	a.s.t.Helper()
	a.taps("@settings.back")
	a.hears(map[bot.Language]string{bot.Ukrainian: "Ваші налаштування", bot.Russian: "Ваши настройки"}[a.lang])
	a.taps("@settings.data")
	a.hears("@settings.about_data")
	a.taps("@settings.erase")
	a.hears("@settings.erase_asked")
}

// TestEraseIsAskedWhereThePersonWas: a yes there erases everything at once, and
// every other chat hears of it.
func TestEraseIsAskedWhereThePersonWas(t *testing.T) {
	const chat = "01234567890R="
	onEach(t, func(t *testing.T, s *world) {
		old, guest := s.onTelegram(783004771955, "Олена", bot.Ukrainian), s.onViber(chat, "Олена", bot.Ukrainian)
		connected(s, old, guest, 783004771955, chat)
		guest.erases("@settings.ask_erase_new")
		guest.hears("@settings.erase_asked")
		old.hears("попросили видалити всі Ваші дані")
		old.taps("@settings.erase_yes")
		old.hears("@settings.erased")
		guest.hears("Ваші дані видалено: про це попросили у Вашому чаті (Telegram)")
		s.idle()
		if err := s.service.scrubber.Scrub(t.Context()); err != nil {
			t.Fatal(err)
		}
		if found := s.grep("crm-783004771955", chat, "783004771955"); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		old.taps("@settings.erase_yes") // once more: a stranger's press, of nobody's screen
		old.hears("@welcome.about")
		guest.silence()
	})
}

// connected has somebody whom the company knows join a chat on Viber to theirs.
func connected(s *world, old, guest *actor, id int64, chat string) bot.Contact {
	s.t.Helper()
	old.begins()
	record := s.onRecord("telegram", fmt.Sprint(id), fmt.Sprint("crm-", id))
	guest.begins()
	s.idle()
	payload, _ := guest.invites(chat)
	old.follows(payload)
	old.agrees()
	old.hears("@join.done")
	guest.hears("Цей чат приєднано до розмови в іншому чаті: Telegram")
	return record
}

// TestErasureOfANewcomerWaitsADay: where the person cannot be asked, it is done
// when the day is over, also after a restart; parted meanwhile, it is not.
func TestErasureOfANewcomerWaitsADay(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		var guests []*actor
		chats := []string{"01234567890P=", "01234567890Q="}
		for i, chat := range chats {
			id := int64(78200 + i)
			guest := s.onViber(chat, "Олена", bot.Ukrainian)
			record := connected(s, s.onTelegram(id, "Олена", bot.Ukrainian), guest, id, chat)
			s.idle()
			s.sql(`UPDATE conversations SET reach = 'blocked' WHERE bot = 'telegram' AND contact = $1`, record.ID)
			guest.erases("@settings.ask_erase_late")
			guest.hears("@settings.erase_late")
			guests = append(guests, guest)
		}
		guests[1].write("налаштування")
		guests[1].hears("Ваші налаштування")
		guests[1].taps("@settings.chats")
		guests[1].hears("Підключені чати")
		guests[1].taps("@chats.part_here")
		guests[1].hears("@chats.parted_here")
		s.idle()
		if s.contactAt("viber", chats[0]).ID != s.contactAt("telegram", "78200").ID {
			t.Fatal("erased at once")
		}
		if err := s.stop(); err != nil {
			t.Fatal(err)
		}
		s.aDayPasses()
		s.start()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.box.connect(ctx, s.service, s.address); err != nil {
			t.Fatal(err)
		}
		guests[0].hears("@settings.erased")
		s.idle()
		for _, at := range [][2]string{{"telegram", "78200"}, {"viber", chats[0]}} {
			if c := s.contactAt(at[0], at[1]); c.ID != "" {
				t.Errorf("%v is still there: %+v", at, c)
			}
		}
		if c := s.contactAt("telegram", "78201"); c.External != "crm-78201" {
			t.Errorf("parted, and erased: %+v", c)
		}
		guests[1].silence()
	})
}

// TestStopIsHeardEverywhere: one word holds for the whole person, and every other
// chat hears of it once; said by a newcomer it holds there, and elsewhere by a
// yes from where the person was.
func TestStopIsHeardEverywhere(t *testing.T) {
	withChat(t, unhurried(), func(t *testing.T, s *world) {
		victim, stranger, chat, record := lured(s)
		stranger.write("стоп")
		stranger.hears("@stop.here")
		victim.hears("попросили не надсилати Вам новин")
		s.idle()
		at := bot.Address{Bot: "webchat", Chat: chat}
		loaded, err := s.service.store.Load().LoadTurns(t.Context(), []bot.Address{at})
		if err != nil {
			t.Fatal(err)
		}
		if l := loaded[at]; !l.Conversation.Hushed || l.Contact.Stopped {
			t.Errorf("%+v", l)
		}
		victim.taps("@heard.stop_yes")
		victim.hears("@stop.done")
		stranger.silence() // it has stopped itself
		if c := s.contactAt("telegram", "78100"); c.ID != record.ID || !c.Stopped {
			t.Errorf("%+v", c)
		}
		victim.taps("@stop.resume")
		victim.hears("@stop.resumed")
		stranger.taps("@stop.resume")
		stranger.hears("@stop.resumed")

		s.aDayPasses()
		stranger.write("стоп")
		stranger.hears("@stop.done")
		victim.hears("В іншому Вашому чаті (Чат на сайті) попросили не надсилати новин")
		if c := s.contactAt("telegram", "78100"); !c.Stopped {
			t.Errorf("%+v", c)
		}
		stranger.silence()
		victim.silence()
		victim.taps("@stop.resume")
		victim.hears("@stop.resumed")
	})
}
