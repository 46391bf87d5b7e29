package desk

import (
	"maps"
	"slices"

	"visnyk/bot"
	"visnyk/bot/console"
)

// addTicket adds the page of one talk and what is done there.
func (p pages) addTicket(c *console.Console) {
	c.Get("/desk/:ticket", bot.ReadTalks, p.ticket)
	for path, run := range map[string]console.Handler{
		"take": p.move(bot.TicketTake), "takeover": p.move(bot.TicketTakeover), "release": p.move(bot.TicketRelease),
		"close": act(p, end), "forgive": act(p, forgive), "sleep": act(p, sleep),
		"reply": with(p, p.answer), "draft": tell(p, keep), "undo": act(p, takeBack), "again": act(p, repeat), "typing": tell(p, typing),
		"detach": act(p, detach), "open": with(p, p.open),
	} {
		c.Post("/desk/:ticket/"+path, bot.WorkTickets, run)
	}
	c.Post("/desk/:ticket/return", bot.LeadDesk, p.move(bot.TicketReturn))
	c.Upload("/desk/:ticket/attach", bot.WorkTickets, attachMost, p.attach)
}

// ticketTexts are the keys that are put together for the page.
func ticketTexts() []string {
	var keys []string
	add := func(group string, names ...string) {
		for _, n := range names {
			keys = append(keys, "ticket."+group+"."+n)
		}
	}
	add("language", "uk", "ru")
	add("note", noteKinds()...)
	add("state", stateKinds()...)
	add("file", "none", "coming", "too_large", "gone", "no_room", "failed")
	add("ask", "language", "price")
	add("nap", slices.Sorted(maps.Keys(naps()))...)
	for flow, names := range steps() {
		for _, name := range names {
			keys = append(keys, StepText(flow+"/"+name))
		}
	}
	for _, o := range bot.TicketOutcomes() {
		add("close", string(o))
	}
	return keys
}
