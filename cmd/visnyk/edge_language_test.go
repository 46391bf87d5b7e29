package main

import (
	"encoding/json"
	"slices"

	"visnyk/bot"
)

// languageEdges are about whose language is spoken.
func languageEdges() []edge {
	// first plays somebody's first text and wants the answer in the language.
	first := func(n int, title, locale, text string, want bot.Language) []edge {
		return []edge{
			{n, title, func(s *scene) {
				s.speaks("Олена", locale, want)
				s.write(text)
				if text == "меню" {
					s.hears("@menu.choose")
				} else {
					s.hears()
				}
				s.speaksOnly(want)
			}},
			{n, title + ", Viber", func(s *scene) {
				s.onViberAs("Олена", locale, want)
				s.write(text)
				if text == "меню" {
					s.hears("@menu.choose")
				} else {
					s.hears()
				}
				s.speaksOnly(want)
			}},
		}
	}
	var rows []edge
	for _, locale := range []string{"uk", "uk-UA", "UK_ua", "ua"} {
		rows = append(rows, first(79, locale, locale, "меню", bot.Ukrainian)...)
	}
	for _, locale := range []string{"ru", "ru-RU", "ru-UA"} {
		rows = append(rows, first(80, locale, locale, "меню", bot.Russian)...)
	}
	for title, locale := range map[string]string{
		"be": "be", "kk": "kk", "en": "en", "pl": "pl", "zz": "zz", "empty": "", "300 characters": string(slices.Repeat([]byte("ru"), 150)),
	} {
		rows = append(rows, first(81, title, locale, "меню", bot.Ukrainian)...)
	}
	rows = append(rows, first(82, "the text beats the client", "ru", "поясніть, будь ласка, що це", bot.Ukrainian)...)
	rows = append(rows, first(82, "the text beats the client, Russian", "uk", "объясните, пожалуйста, что это", bot.Russian)...)
	rows = append(rows, first(83, "a country is no language", "ru", "меню", bot.Russian)[1:]...)
	return append(rows,
		edge{78, "nothing known", func(s *scene) {
			s.speaks("Олена", "", bot.Ukrainian)
			s.p.Start("")
			greeting := s.hears("@welcome.about", "@menu.choose")
			for _, label := range []string{"@language.uk", "@language.ru"} {
				if !slices.Contains(greeting.labels, s.say(label)) {
					s.t.Errorf("no button %q", s.say(label))
				}
			}
			s.taps("@language.ru")
			s.actor.lang = bot.Russian
			s.hears("@menu.choose")
			if c := s.loaded().Contact; c.Language != bot.Russian || !c.Chosen {
				s.t.Errorf("kept as %+v", c)
			}
		}},
		edge{82, "the choice beats the text", func(s *scene) {
			s.speaks("Олена", "ru", bot.Russian)
			s.p.Start("")
			s.hears("@menu.choose")
			s.taps("@language.uk")
			s.actor.lang = bot.Ukrainian
			s.hears("@menu.choose")
			s.write("Здравствуйте, сколько стоит интернет?")
			s.hears("@faq.helped")
			s.write("объясните это ещё раз")
			s.hears()
			s.write("меню")
			s.hears("@menu.choose")
			if c := s.loaded().Contact; c.Language != bot.Ukrainian {
				s.t.Errorf("kept as %+v", c)
			}
		}},
		edge{82, "doubt keeps the language", func(s *scene) {
			s.speaks("Олена", "uk", bot.Russian)
			s.write("объясните это")
			s.hears()
			s.write("ок")
			s.hears()
			s.write("меню")
			s.hears("@menu.choose")
		}},
	)
}

// speaksOnly wants every word of ours to be in the language.
func (s *scene) speaksOnly(l bot.Language) {
	s.t.Helper()
	if got := s.loaded().Contact; got.Language.Known() && got.Language != l {
		s.t.Errorf("kept as %q", got.Language)
	}
	said := 0
	for _, e := range s.entries() {
		var detail struct{ Language bot.Language }
		if !e.Out {
			continue
		}
		said++
		if err := json.Unmarshal(e.Detail, &detail); err != nil || detail.Language != l {
			s.t.Errorf("answered in %q, %v", detail.Language, err)
		}
	}
	if said == 0 {
		s.t.Error("not answered")
	}
}
