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
	"visnyk/locales"
	"visnyk/storage"
)

// fullQueue is a list with every kind of row there is.
func fullQueue() queuePage {
	at := time.Date(2026, 11, 24, 12, 5, 0, 0, time.UTC)
	waits := queueRow{
		ID: "t1", Revision: 3, State: bot.TicketWaiting, Turn: bot.TurnOurs, Name: "Олена", Channel: "telegram", Language: bot.Ukrainian,
		Tier: "vip", Reason: bot.ReasonComplaint, Urgent: true, About: "Тарифи", Said: "Коли?", Since: at, At: at.UnixMilli(),
		Offered: "olha", OfferedTo: "Ольга",
	}
	held := waits
	held.ID, held.State, held.Turn, held.Holder, held.Held, held.Mine, held.Asleep = "t2", bot.TicketTaken, bot.TurnTheirs, "ivan", "Іван", true, at
	held.Tier, held.Ours, held.Offered, held.Urgent, held.Reason = "new", true, "", false, bot.ReasonLoop
	closed := held
	closed.ID, closed.State, closed.ClosedAt, closed.Outcome, closed.Said, closed.File = "t3", bot.TicketClosed, at, bot.OutcomeSolved, "", bot.Photo
	return queuePage{
		Tab: storage.QueueOpen, Tabs: tabs(storage.QueueOpen, storage.QueueCounts{Waiting: 1, Open: 2, Closed: storage.QueueCountMost}, "ivan"),
		Rows: []queueRow{waits, held, closed}, More: "/console/desk?tab=open&after=x", After: 7, User: "ivan", Waiting: 1, Held: 1,
		NoneLeft: true, Later: true,
	}
}

// paperDesk is the section over nothing.
func paperDesk(t *testing.T) *console.Console {
	t.Helper()
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	c := console.New(console.Config{Texts: texts, Log: log})
	Add(c, console.NewLive(func() *storage.Store { return nil }, log), func() *Parts { return nil })
	c.Mount(echo.New())
	return c
}

func TestQueueTemplate(t *testing.T) {
	c := paperDesk(t)
	own, err := files.ReadFile("pages/queue.html")
	if err != nil {
		t.Fatal(err)
	}
	full := fullQueue()
	for _, l := range bot.Languages() {
		out, err := c.Example(l, "queue", full, consoletest.Hostile)
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range consoletest.Judge(out) {
			t.Errorf("%s: %s", l, fault)
		}
	}
	full.Rows = full.Rows[:1] // hostile words are all alike, and ids are not
	consoletest.Templates(t, c, fstest.MapFS{"pages/queue.html": {Data: own}}, map[string]any{"queue": full})
}

// TestEveryListAndReasonHasItsWords, also those that no example shows.
func TestEveryListAndReasonHasItsWords(t *testing.T) {
	c := paperDesk(t)
	for _, l := range bot.Languages() {
		for _, tab := range storage.QueueTabs() {
			if _, err := c.Example(l, "queue", queuePage{Tab: tab, Tabs: tabs(tab, storage.QueueCounts{}, "")}, "Олена"); err != nil {
				t.Errorf("%s %s: %v", l, tab, err)
			}
		}
		row := fullQueue().Rows[0]
		for _, r := range bot.Reasons() {
			row.Reason = r
			if _, err := c.Fragment(l, "queue", "queue-row", row); err != nil {
				t.Errorf("%s %s: %v", l, r, err)
			}
		}
		row.Said = ""
		for _, k := range bot.AttachmentKinds() {
			row.File = k
			if _, err := c.Fragment(l, "queue", "queue-row", row); err != nil {
				t.Errorf("%s %s: %v", l, k, err)
			}
		}
		row.State = bot.TicketClosed
		for _, o := range append(bot.TicketOutcomes(), bot.OutcomeRecalled, bot.OutcomeJoined) {
			row.Outcome = o
			if _, err := c.Fragment(l, "queue", "queue-row", row); err != nil {
				t.Errorf("%s %s: %v", l, o, err)
			}
		}
	}
}
