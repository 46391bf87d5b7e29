package dialog

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// TestRehearsed: each side of a change is rehearsed once, marked, in one language, with
// its buttons doing nothing; a press on one says so, marks nothing in the ledger and moves
// the talk nowhere.
func TestRehearsed(t *testing.T) {
	r := rehearse(t)
	c := tariff()
	c.Reason = bot.Bilingual{UK: "бо так", RU: "потому что так"}
	side := func(part bot.RenderingPart, own bot.Bilingual) flows.Telling {
		return flows.Telling{Change: c, Part: part, Texts: []flows.Text{flows.Own(own)}, Buttons: [][]flows.Button{{{Label: words("Чому?", "Почему?"), Action: "why", Lasting: true}}}}
	}
	all := []flows.Telling{side(bot.PartCard, c.Summary), side(bot.PartCard, c.Summary), side(bot.PartWhy, c.Reason), side(bot.PartDigest, c.Title)}
	for _, l := range bot.Languages() {
		messages, err := r.Engine.Rehearse("telegram", l, time.Now(), all)
		if err != nil {
			t.Fatal(err)
		}
		if len(messages) != 3 {
			t.Fatalf("%d messages: %+v", len(messages), messages)
		}
		mark := map[bot.Language]string{bot.Ukrainian: "_Репетиція_\n\n", bot.Russian: "_Репетиция_\n\n"}[l]
		for i, want := range []string{c.Summary.In(l), c.Reason.In(l)} {
			m := messages[i+1]
			if m.Text != mark+want || len(m.Buttons) != 1 || m.Buttons[0][0].Action != bot.RehearsalAction || m.Buttons[0][0].Lasting() {
				t.Errorf("%+v", m)
			}
		}
	}
	now := time.Now()
	do(t, r, person(bot.Event{Kind: bot.Started, ID: "s"}), now)
	pressed := press(0, bot.RehearsalAction)
	got := do(t, r, pressed, now.Add(time.Second))
	if said := heard(got); !strings.Contains(said, "Це репетиція: кнопки тут лише показано.") || len(got.Write.Marks) > 0 || len(got.Write.Tellings) > 0 {
		t.Errorf("%q, %+v", said, got.Write.Marks)
	}
	if len(got.Said) != 1 {
		t.Errorf("%d messages answer a press that is answered: %+v", len(got.Said), got.Said)
	}
}
