package flowtest

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"visnyk/bot"
)

// Walk wanders through the book at random: presses what is on the screen, says
// and sends all sorts of things, and lets the desk move. It gives the
// transcript, which keeps every rule that Play holds a conversation to.
func (s Stage) Walk(t *rapid.T) string {
	p := s.begin()
	var script []string
	for range rapid.IntRange(1, 40).Draw(t, "length") {
		lines := append(slices.Clone(wanderings), p.moves()...)
		for _, b := range p.state.Buttons {
			lines = append(lines, "> ["+b.Label+"]", "> ["+b.Label+"]", "> ["+b.Label+"]")
		}
		for _, l := range p.lasting[max(0, len(p.lasting)-8):] {
			lines = append(lines, "> ["+l.label+"] of "+l.does.Change)
		}
		line := rapid.SampledFrom(lines).Draw(t, "line")
		script = append(script, line)
		if err := p.read(line); err != nil {
			t.Fatalf("%v\n%s", err, strings.Join(script, "\n"))
		}
	}
	return p.out.String()
}

// moves are what an operator may do with the ticket now.
func (p *play) moves() []string {
	t := p.facts.Ticket
	switch {
	case t == nil:
		return nil
	case t.State == bot.TicketWaiting:
		return []string{"* taken Марина", "* taken", "* closed", "* closed rate"}
	}
	return []string{"* released", "* closed", "* closed rate", "* closed abuse"}
}

// wanderings are what may happen at any moment.
var wanderings = []string{
	"> /start", "> /start change-tariff-2027", "> /start faq-pay", "> /start ?", "> ()",
	"> (photo)", "> (sticker)", "> (voice) скільки коштує інтернет", "> Скільки коштує інтернет?", "> роутер", "> продаёте велосипеды",
	"> оператор", "> стоп", "> меню", "> мова", "> по-русски", "> українською", "> привіт", "> спасибо",
	"* timed_out handoff", "* timed_out nothing", "* edited де офіс",
	"> /start join_AAAA", "offer good ru", "offer good uk waiting", "offer good personal", "offer joined", "offer none", "offer other",
	"chats telegram webchat 2026-11-24 new here", "chats telegram blocked webchat 2026-11-24 new here", "chats telegram here webchat 2026-11-24 new",
	"* relayed join webchat:1", "* relayed stop webchat:1", "* relayed stop_ask webchat:1", "* relayed erase_ask webchat:1",
	"* relayed erase_late webchat:1", "* timed_out stop", "* timed_out erase", "chats telegram here", "chats webchat telegram 2026-11-20 here", "chats telegram here webchat 2026-11-20",
	"* left", "* returned", "desk open 0", "desk open 7", "desk closed", "desk closed 2026-11-25 08:00",
	"barred", "desk open offered", "desk open offered 3", "> 5", "> дякую",
	"changes tariff-2027 office-move", "changes tariff-2027", "version tariff-2027 2", "version tariff-2027 1", "now 2026-12-20 12:00", "now 2027-01-02 12:00",
}
