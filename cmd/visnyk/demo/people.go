package demo

import (
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
)

// The bots of the sandbox.
const (
	Telegram = "telegram"
	Viber    = "viber"
)

// person is a sample customer with two phones.
type person struct {
	Key      string // in addresses of the page
	Name     string
	Initial  string
	Language bot.Language
	Tier     string
	Region   string
	Number   string // of both phones, as the company has it
	Stranger bool   // the company does not know that these phones are theirs
	telegram int64
	viber    string
}

// people are those whom one can be. Each is told of changes that the others are
// not; one is in the company's records, and is told of none until they share their
// number.
func people() []person {
	return []person{
		{"olena", "Олена", "О", bot.Ukrainian, "vip", "Поділ", "+380500000101", false, 48151623, "01234567890A+/b5CdEfGg=="},
		{"igor", "Игорь", "И", bot.Russian, "regular", "Оболонь", "+380500000102", false, 42108151, "98765432101B+/c6DeFgHh=="},
		{"dmytro", "Дмитро", "Д", bot.Ukrainian, "new", "Троєщина", "+380500000103", false, 50915162, "55512345678C+/d7EfGhIi=="},
		{"hanna", "Ганна", "Г", bot.Ukrainian, "vip", "Поділ", "+380500000104", true, 61016273, "77713456789D+/e8FgHiJj=="},
	}
}

func who(key string) (person, bool) {
	for _, p := range people() {
		if p.Key == key {
			return p, true
		}
	}
	return person{}, false
}

// speaks is the first of them who speaks the language.
func speaks(l bot.Language) person {
	all := people()
	for _, p := range all {
		if p.Language == l {
			return p
		}
	}
	return all[0]
}

// at is the person's address at a bot.
func (p person) at(name string) bot.Address {
	if name == Viber {
		return bot.Address{Bot: name, Chat: p.viber}
	}
	return bot.Address{Bot: name, Chat: strconv.FormatInt(p.telegram, 10)}
}

func (p person) addresses() []bot.Address { return []bot.Address{p.at(Telegram), p.at(Viber)} }

func (p person) onTelegram(s *telegramtest.Server) *telegramtest.Person {
	return s.Person(p.telegram, p.Name, string(p.Language))
}

func (p person) onViber(s *vibertest.Server) *vibertest.Person {
	return s.Person(p.viber, p.Name, string(p.Language)).Phone(strings.TrimPrefix(p.Number, "+"))
}

// name is who stands behind an address; "" for a stranger.
func name(a bot.Address) string {
	for _, p := range people() {
		if p.at(a.Bot) == a {
			return p.Name
		}
	}
	return ""
}
