package demo

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/dialog"
	"visnyk/bot/outbox"
	"visnyk/storage"
)

// TestLine follows one update, which comes twice and whose answer has to wait,
// and reads its line of the timetable in both languages.
func TestLine(t *testing.T) {
	d := newDemo(t)
	l, came := d.Line, time.Now()
	at := people()[0].at(Telegram)
	in := []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: Telegram, ID: "7", Chat: at.Chat}}}
	l.Arrived(came, in, []bool{true})
	l.Arrived(came, in, []bool{false})
	before := bot.State{Flow: "menu", Step: "main", Buttons: []bot.Button{{Label: "Питання", Action: "questions"}}}
	after := bot.State{Flow: "faq", Step: "ask"}
	l.Turned([]*dialog.TurnInput{{
		Inbox:  "7",
		Events: []bot.Event{{Kind: bot.Tapped, From: at, Press: &bot.Press{Action: "questions"}}},
		Loaded: storage.Loaded{Conversation: bot.Conversation{Address: at, Version: 2, State: before}},
	}}, []storage.TurnWrite{{
		Bot: Telegram, InboxID: "7", Conversation: &bot.Conversation{Address: at, Version: 3, State: after},
		Open: &bot.Ticket{Reason: bot.ReasonAsked},
	}})
	row := storage.OutboxRow{Attempts: 1}
	row.To, row.Cause, row.Part.Kind = at, "turn/7/0/0", bot.Say
	l.Ended(outbox.Attempt{Row: row, Start: came, End: came.Add(40 * time.Millisecond), Outcome: bot.Later, Again: came.Add(3040 * time.Millisecond)})
	row.Attempts = 2
	l.Ended(outbox.Attempt{Row: row, Start: came, End: came.Add(3100 * time.Millisecond), Outcome: bot.Sent, ExternalID: "x1"})
	l.Turned([]*dialog.TurnInput{{Inbox: "8", Events: []bot.Event{{Kind: bot.Delivered, From: at, ID: "x1"}}}}, []storage.TurnWrite{{Bot: Telegram, InboxID: "8"}})

	for lang, want := range map[bot.Language]string{
		bot.Ukrainian: "Олена натиснуто Питання | збережено, те саме ще раз, пропущено | menu/main → faq/ask | запит до оператора | месенджер просить зачекати; повторимо через 3 с, надіслано з 2-ї спроби, доставлено",
		bot.Russian:   "Олена нажато Питання | сохранено, то же ещё раз, пропущено | menu/main → faq/ask | запрос к оператору | мессенджер просит подождать; повторим через 3 с, отправлено с 2-й попытки, доставлено",
	} {
		runs := l.recent()
		if len(runs) != 1 {
			t.Fatalf("%d runs, want one", len(runs))
		}
		v := &view{demo: d, Lang: lang, zone: time.UTC}
		r := v.row(runs[0])
		said := func(stops []stop) (out string) {
			for i, s := range stops {
				if i > 0 {
					out += ", "
				}
				out += s.What
			}
			return out
		}
		got := fmt.Sprintf("%s %s %s | %s | %s → %s | %s | %s", r.Who, r.What, r.Text, said(r.Came), r.Before, r.After, r.Notes[0], said(r.Sent))
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", lang, got, want)
		}
		if r.Sent[0].After != "40" || r.Sent[1].After != "3100" || r.Sent[0].Kind != "late" || r.Sent[1].Kind != "good" {
			t.Errorf("sends %+v", r.Sent)
		}
	}
	if got := l.last([]bot.Address{at}); got != Telegram {
		t.Errorf("last active at %q", got)
	}
}

// TestOutcomes reads what the service does about each way a send can end.
func TestOutcomes(t *testing.T) {
	d := newDemo(t)
	v := &view{demo: d, Lang: bot.Ukrainian, zone: time.UTC}
	end := time.Now()
	for _, tt := range []struct {
		outcome bot.Outcome
		again   time.Duration
		want    string
		kind    string
	}{
		{bot.Gone, 0, "людина недоступна: більше не пишемо, доки не озветься", "bad"},
		{bot.Unknown, 200 * time.Millisecond, "відповіді немає: невідомо, чи дійшло; надішлемо ще раз через 0,2 с", "late"},
		{bot.Unknown, 0, "відповіді немає: невідомо, чи дійшло; більше не повторюємо", "bad"},
		{bot.Malformed, 0, "месенджер не приймає такого повідомлення", "bad"},
		{bot.Halted, time.Minute, "обліковий запис не приймають; повторимо через 60 с", "late"},
	} {
		a := outbox.Attempt{End: end, Outcome: tt.outcome}
		if tt.again > 0 {
			a.Again = end.Add(tt.again)
		}
		got := v.outcome(send{Attempt: a}, func(time.Time) string { return "" })[0]
		if got.What != tt.want || got.Kind != tt.kind {
			t.Errorf("%s: %+v", tt.outcome, got)
		}
	}
}

// TestLineIsShort keeps the newest updates alone.
func TestLineIsShort(t *testing.T) {
	l := newLine()
	for i := range 3 * mostRuns {
		id := fmt.Sprint(i)
		l.Arrived(time.Now(), []storage.Incoming{{Source: storage.SourceChannel, Update: bot.Update{Bot: Viber, ID: id, Chat: "a"}}}, []bool{true})
	}
	runs := l.recent()
	if len(runs) != mostRuns || runs[0].key != fmt.Sprintf("viber/%d", 3*mostRuns-1) {
		t.Errorf("%d runs, the newest %q", len(runs), runs[0].key)
	}
}

func TestOrigin(t *testing.T) {
	for cause, want := range map[string]string{
		"turn/10001/0/0": "10001", "turn/message/4912/a+b/c==/1/0": "message/4912/a+b/c==", "desk/x/0": "desk/x/0", "turn/": "",
	} {
		if got := origin(cause); got != want {
			t.Errorf("origin(%q) = %q, want %q", cause, got, want)
		}
	}
}

// TestSwitches follows faults that were switched on, happened, and were switched
// off.
func TestSwitches(t *testing.T) {
	s := newSwitches()
	s.set("1", tooMany, true, 0)
	if got := s.set("1", timeout, true, 1); !slices.Equal(got, []string{tooMany, timeout}) {
		t.Errorf("two switched on: %v", got)
	}
	if got := s.left("1", 1); !slices.Equal(got, []string{timeout}) {
		t.Errorf("the first happened: %v", got)
	}
	if got := s.set("1", timeout, false, 1); len(got) != 0 {
		t.Errorf("switched off: %v", got)
	}
	if got := s.left("2", 0); len(got) != 0 {
		t.Errorf("another chat: %v", got)
	}
}
