package main

import (
	"testing"

	"visnyk/bot"
)

// TestErasedAfterParting: whoever has parted and is erased then is named nowhere,
// not even where the other chat heard of them.
func TestErasedAfterParting(t *testing.T) {
	const chat = "01234567890T="
	onEach(t, func(t *testing.T, s *world) {
		old, guest := s.onTelegram(783004771966, "Олена", bot.Ukrainian), s.onViber(chat, "Олена", bot.Ukrainian)
		connected(s, old, guest, 783004771966, chat)
		guest.erases("@settings.ask_erase_new")
		guest.hears("@settings.erase_asked")
		old.hears("попросили видалити всі Ваші дані")
		guest.write("налаштування")
		guest.hears("Ваші налаштування")
		guest.taps("@settings.chats")
		guest.hears("Підключені чати")
		guest.taps("@chats.part_here")
		guest.hears("@chats.parted_here")
		s.idle()
		guest.erases("@settings.ask_erase")
		guest.hears("@settings.erased")
		s.idle()
		if err := s.service.scrubber.Scrub(t.Context()); err != nil {
			t.Fatal(err)
		}
		if found := s.grep(chat); len(found) > 0 {
			t.Errorf("still there: %v", found)
		}
		old.taps("@settings.erase_yes") // it is nobody's wish any more
		old.hears("@heard.apart")
		if c := s.contactAt("telegram", "783004771966"); c.External != "crm-783004771966" {
			t.Errorf("%+v", c)
		}
	})
}
