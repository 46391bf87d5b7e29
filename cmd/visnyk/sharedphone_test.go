package main

import (
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/bot/contact"
)

// owners brings records of the company's, by their ids, with the phones, and waits until
// they are found.
func (s *world) owners(phones map[string]string) {
	s.t.Helper()
	var all []contact.Record
	for id, phone := range phones {
		all = append(all, contact.Record{ExternalID: id, Name: "Олена", Phones: []string{phone}})
	}
	if _, err := s.service.contacts().Upsert(s.t.Context(), bot.System(), all); err != nil {
		s.t.Fatal(err)
	}
	s.await("the search", func() bool {
		due, err := s.service.store.Load().SearchDue(s.t.Context())
		return err == nil && !due
	})
}

// cardAt is the card of whoever writes there.
func (s *world) cardAt(bot_, chat string) contact.Card {
	s.t.Helper()
	c, err := s.service.contacts().Card(s.t.Context(), bot.System(), s.contactAt(bot_, chat).ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// TestSharedPhone: a stranger whose number Telegram vouches for is asked, and is joined to
// the record that has it. Somebody else's contact joins nobody, nor does a number that two
// records have, which colleagues see; nor one from Viber, which is kept as one that nobody
// vouches for.
func TestSharedPhone(t *testing.T) {
	onEach(t, func(t *testing.T, s *world) {
		s.owners(map[string]string{"1001": "+380671234567", "1002": "+380671110000", "1003": "+380671110000"})
		olena, petro := s.onTelegram(900, "Олена", bot.Ukrainian), s.onTelegram(901, "Петро", bot.Russian)
		own, his := olena.phone.(*telegramPhone).person, petro.phone.(*telegramPhone).person
		olena.begins()
		olena.write("мої дані")
		olena.hears("@settings.about_data")
		olena.taps("@settings.phone")
		olena.hears("@settings.phone_vouched")
		olena.hears("@settings.phone") // the request stands in a message of its own
		messages := s.box.telegram.Messages(900)
		if asks := messages[len(messages)-1].Reply; len(asks) != 1 || len(asks[0]) != 1 || asks[0][0].Text != s.words(bot.Ukrainian, "settings.phone") {
			t.Errorf("no button asks for the number: %+v", asks)
		}
		own.ContactOf(his, "380671234567")
		olena.hears("@settings.phone_foreign")
		olena.hears("@settings.phone")
		if c := s.cardAt("telegram", "900"); len(c.Phones)+len(c.Unverified) > 0 {
			t.Errorf("somebody else's number is kept: %+v", c)
		}
		own.Contact("380671234567")
		olena.hears("@join.ask_phone")
		if c := s.cardAt("telegram", "900"); c.ExternalID != "" || len(c.Same) != 1 || c.Same[0].ExternalID != "1001" {
			t.Errorf("before they say yes: %+v", c)
		}
		olena.taps("@join.yes")
		olena.hears("@join.done")
		s.idle()
		if c := s.cardAt("telegram", "900"); c.ExternalID != "1001" || !slices.Equal(c.Phones, []string{"+380671234567"}) || len(c.Same) != 0 {
			t.Errorf("not joined: %+v", c)
		}

		petro.begins()
		his.Contact("+380671110000")
		petro.hears("@phone.several")
		c := s.cardAt("telegram", "901")
		if c.ExternalID != "" || !slices.Equal(c.Phones, []string{"+380671110000"}) || len(c.Same) != 2 || c.Same[0].Phone != "+380671110000" {
			t.Errorf("of two records: %+v", c)
		}
		his.Contact("380671234567") // the record's, which speaks Ukrainian by now
		petro.lang = bot.Ukrainian
		petro.hears("@join.ask_phone")
		petro.taps("@join.no")
		petro.lang = bot.Russian
		petro.hears("@join.left")

		viber := s.onViber("01234567890A=", "Іван", bot.Ukrainian)
		person := viber.phone.(*viberPhone).person.Phone("380671234567")
		viber.begins()
		viber.write("мої дані")
		viber.hears("@settings.about_data")
		viber.taps("@settings.phone")
		viber.hears("@settings.phone_given")
		if _, err := person.Press(s.words(bot.Ukrainian, "settings.phone")); err != nil {
			t.Fatal(err)
		}
		viber.hears("@phone.given")
		person.Contact("Друг", "+380509998877")
		viber.hears("@polite.contact")
		s.idle()
		if c := s.cardAt("viber", "01234567890A="); c.ExternalID != "" || len(c.Phones) != 0 || !slices.Equal(c.Unverified, []string{"+380671234567"}) || len(c.Same) != 1 {
			t.Errorf("from Viber: %+v", c)
		}
	})
}
