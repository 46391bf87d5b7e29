package desk

import (
	"log/slog"
	"testing"
	"testing/fstest"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	deskwork "visnyk/bot/desk"
	"visnyk/locales"
	"visnyk/storage"
)

// fullTicket is a page with everything that can stand on it.
func fullTicket() ticketPage {
	at := time.Date(2026, 11, 24, 12, 5, 0, 0, time.UTC)
	file := fileView{ID: "f", Name: "рахунок.pdf", Kind: bot.File, Size: 4096}
	picture := fileView{ID: "p", Name: "фото.jpg", Kind: bot.Photo, Picture: true}
	gone := fileView{Name: "голос.ogg", Kind: bot.Voice, State: "gone"}
	runs := []bot.Run{{Text: "Вітаю, "}, {Text: "Олено", Bold: true}, {Text: " тут ", Italic: true, Strike: true}, {Text: "сайт", Link: "https://example.com"}}
	ours := bubble{
		ID: "line-3", Ours: true, Who: "пані Ольга", At: at, Channel: "viber", Runs: runs, State: "seen", Seen: at, Arrived: at, Sent: at,
		Files: []fileView{file}, Again: true,
	}
	waits, failed, unknown, undone := ours, ours, ours, ours
	waits.ID, waits.State, waits.LeaveAt, waits.Cause = "line-4", "waits", at, "desk/a"
	failed.ID, failed.State, failed.Bad, failed.Retry, failed.Cause = "line-5", "malformed", true, true, "desk/b"
	unknown.ID, unknown.State, unknown.Bad, unknown.Retry, unknown.Unknown, unknown.Cause = "line-6", "unknown", true, true, true, "desk/c"
	undone.ID, undone.State, undone.Undone, undone.Repeated = "line-7", "undone", true, true
	beside := fullQueue()
	beside.Rows = beside.Rows[:1] // hostile words are all alike, and ids are not
	beside.Rows[0].Here = true
	return ticketPage{
		List: &beside,
		Row: queueRow{
			ID: "t", Revision: 3, State: bot.TicketTaken, Turn: bot.TurnTheirs, Held: "Ольга", Mine: true, Name: "Олена", Channel: "telegram",
			Language: bot.Ukrainian, Reason: bot.ReasonComplaint, Urgent: true, About: "Тарифи", Since: at, Asleep: at, OfferedTo: "Іван", Offered: "ivan",
		},
		Previous: "before", Outcomes: bot.TicketOutcomes(), After: 7, User: "olha", Earlier: "/console/desk/t?before=5", Part: true,
		Lines: []bubble{
			{ID: "line-0", Note: "taken", Named: "пані Ольга", At: at},
			{
				ID: "line-1", Ours: true, Machine: true, At: at, Channel: "telegram", Runs: runs, Step: "menu/main", State: "delivered", Arrived: at,
				Buttons: [][]deskwork.Button{{{Label: "Запитати"}, {Label: "Оператор", Pressed: true}}}, Told: []toldView{{"Тарифи", 2}},
			},
			{
				ID: "line-2", At: at, Channel: "telegram", Runs: []bot.Run{{Text: "фото"}}, Files: []fileView{picture, gone}, Quote: "Вітаю", QuoteBy: "Бот",
				Forward: "Новини", Edited: true, Edit: true, Pressed: "Оператор", Place: "50.45, 30.52",
			},
			ours, waits, failed, unknown, undone,
		},
		Compose: compose{
			Ticket: "t", Mine: true, Holder: "Ольга", Key: "k", Text: "Вітаю", Markup: true, Seen: 5, Files: []fileView{picture, file}, Ask: "language",
			Warning: deskwork.Warning{Price: "0,02 €", Language: bot.Ukrainian}, Others: []otherDraft{{"Іван", "Добрий", at}}, Fault: "Прочитайте нове",
			Previews: true, Preview: [][]bot.Run{runs}, PriceOK: true, Price: "0,02 €",
		},
		Card: cardView{
			Name: "Олена", External: "42", Phones: []string{"+380671234567"}, Unverified: []string{"+380509998877"}, Language: bot.Russian, Tier: "vip", Kind: "client", Region: "Київ", Tags: []string{"важлива"}, Stopped: true,
			Attributes: []attribute{{"тариф", "М", bot.AttributeText}, {"пошта", "true", bot.AttributeYesNo}}, Chats: []chatView{{Channel: "viber", Chat: "x", Blocked: true}, {Channel: "telegram", LastAt: at}},
			Ledger:  []ledgerView{{Title: "Тарифи", Knows: at, Asked: at, Follows: true}, {Title: "Адреса", Told: at}, {Title: "Час", Unsure: at}},
			Tickets: []pastTicket{{ID: "before", Reason: bot.ReasonAsked, State: bot.TicketClosed, Outcome: bot.OutcomeSolved, OpenedAt: at}},
		},
	}
}

func TestTicketTemplate(t *testing.T) {
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	c := console.New(console.Config{Texts: texts, Log: log})
	Add(c, console.NewLive(func() *storage.Store { return nil }, log), func() *Parts { return nil })
	c.Mount(echo.New())
	own, err := files.ReadFile("pages/ticket.html")
	if err != nil {
		t.Fatal(err)
	}
	consoletest.Templates(t, c, fstest.MapFS{"pages/ticket.html": {Data: own}}, map[string]any{"ticket": fullTicket()})
	full := fullTicket()
	for name, page := range map[string]ticketPage{
		"mine":    full,
		"waiting": {Row: queueRow{ID: "t", State: bot.TicketWaiting}, Waiting: true, Outcomes: bot.TicketOutcomes(), Compose: compose{Waiting: true, Text: "чернетка"}},
		"closed":  {Row: queueRow{ID: "t", State: bot.TicketClosed, Outcome: bot.OutcomeAbuse}, Closed: true, Compose: compose{Closed: true}},
		"held":    {Row: queueRow{ID: "t", State: bot.TicketTaken, Held: "Іван"}, Compose: compose{Holder: "Іван"}},
	} {
		for _, l := range bot.Languages() {
			out, err := c.Example(l, "ticket", page, consoletest.Hostile)
			if err != nil {
				t.Fatal(name, err)
			}
			for _, fault := range consoletest.Judge(out) {
				t.Errorf("%s in %s: %s", name, l, fault)
			}
		}
	}
}
