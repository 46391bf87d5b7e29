package main

import (
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// TestOperatorsWordsArriveAsWritten: what an operator types is what the customer reads,
// on every messenger, and what the history shows.
func TestOperatorsWordsArriveAsWritten(t *testing.T) {
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	visitor, v := s.onWebchat(bot.Ukrainian)
	const viber = "01234567890A+/b5CdEfGg=="
	people := map[string]*actor{"1001": s.onTelegram(1001, "Олена", bot.Ukrainian), viber: s.onViber(viber, "Олена", bot.Ukrainian), s.chatOf(v): visitor}
	for chat, a := range people {
		a.write("/start")
		a.hears()
		if chat == viber {
			a.taps("@greeting.language")
			a.hears("@menu.choose")
		}
		a.write("покличте людину")
		a.hears("@handoff.called")
		ticket := a.ticket(chat)
		s.desk(ticket, bot.TicketTake)
		a.hears()
		for _, words := range []string{
			"Наберіть *111*4# або **21*0501234567#", "file_name_v2, __init__, 2*2=4 і ціна* (*без ПДВ)", "https://x.ua/*a*/_b_ та ivan_p_@x.ua",
			"*b* _i_ ~s~ **жирно** [сайт](https://x.ua) <b>так</b> &amp; `код`", "# 5 корпус\n- раз\n> 18 років",
		} {
			s.reply(ticket, words)
			if got := strings.ReplaceAll(a.hears().text, "\u2060", ""); got != words {
				t.Errorf("%s reads %q, want %q", a.name(), got, words)
			}
			entries, err := s.service.store.Load().History(t.Context(), ticket.Address, 100)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, e := range entries {
				found = found || e.Kind == "desk" && e.Text == words
			}
			if !found {
				t.Errorf("the history does not show %q", words)
			}
		}
	}
}
