package dialog

import (
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/storage"
)

// lastingBook is a book that tells one change under a lasting button, and goes on to a
// screen that knows nothing of it.
func lastingBook(t *testing.T, c bot.Change, more ...flows.Transition) flows.Book {
	t.Helper()
	last := func(label, action string) flows.Button {
		return flows.Button{Label: words(label, label), Action: action, Lasting: true}
	}
	card := func(flows.Turn) []flows.Effect {
		text := []flows.Text{flows.Own(c.Summary)}
		return []flows.Effect{flows.Say{
			Texts: text, Tells: []flows.Telling{{Change: c, Part: bot.PartCard, Texts: text}},
			Buttons: [][]flows.Button{{last("Зрозуміло", "ack")}, flows.Row(words("Далі", "Дальше"), "on")},
		}}
	}
	other := func(flows.Turn) []flows.Effect {
		return []flows.Effect{flows.Say{Texts: []flows.Text{words("інше", "другое")}, Buttons: [][]flows.Button{flows.Row(words("Назад", "Назад"), "back")}}}
	}
	acknowledge := func(t flows.Turn) []flows.Effect {
		n, known := t.LastingEntry()
		switch {
		case !known || n.Change.Version != t.Facts.Lasting.Version:
			return []flows.Effect{flows.Notify{Text: words("ні", "нет")}}
		case n.Acknowledged:
			return []flows.Effect{flows.Notify{Text: words("уже", "уже")}}
		}
		return []flows.Effect{
			flows.Mark{Change: n.Change.ID, As: bot.MarkAcknowledged},
			flows.Notify{Text: words("дякуємо", "спасибо")},
			flows.Amend{Buttons: [][]flows.Button{{last("Зрозуміло ✓", "ack")}}},
		}
	}
	book, err := flows.NewBook("talk/card",
		append([]flows.Transition{
			{Label: "start", When: func(t flows.Turn) bool { return t.Event.Kind == bot.Started }, To: "talk/card"},
			{Label: "ack", When: func(t flows.Turn) bool { return t.Lasting("ack") }, Do: acknowledge},
		}, more...),
		flows.Flow{Name: "talk", Steps: []flows.Step{
			{
				Name: "card", Enter: card, Else: flows.Transition{Label: "anything", To: "other"},
				On: []flows.Transition{flows.Pressing("ack", "", func(flows.Turn) []flows.Effect {
					return []flows.Effect{
						flows.Mark{Change: c.ID, As: bot.MarkAcknowledged},
						flows.Say{Texts: []flows.Text{words("прочитано", "прочитано")}},
						flows.Amend{Buttons: [][]flows.Button{{last("Зрозуміло ✓", "ack")}}},
					}
				})},
			},
			{Name: "other", Enter: other, Else: flows.Stay()},
		}})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// TestLastingPress: a button under what was told counts on any screen, once, for
// the version that was read, by whoever the change concerns.
func TestLastingPress(t *testing.T) {
	change := bot.Change{ID: "move", Version: 1, State: bot.ChangeAnnounced, Summary: bot.Bilingual{UK: "переїзд", RU: "переезд"}}
	newer := change
	newer.Version = 2
	r := rehearse(t)
	r.Engine.Book = lastingBook(t, change)
	r.Content.Changes = []bot.Change{change}
	told := do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	do(t, r, press(1, "on"), noon)
	card := bot.Rendering{Change: "move", Version: 1, Language: bot.Ukrainian, Part: bot.PartCard, Template: "переїзд"}
	action := bot.LastingAction(bot.RenderingID(card.Hash()), "ack")
	known := map[string]bot.Rendering{bot.RenderingID(card.Hash()): card}

	if b := told.Said[0].Message.Buttons[0][0]; b.Action != action || !b.Lasting() {
		t.Fatalf("the button carries %q, want %q", b.Action, action)
	}
	loaded := r.loaded
	turn := func(e bot.Event, changes []bot.Change, renderings map[string]bot.Rendering, held bool) Result {
		t.Helper()
		s := &TurnInput{
			Inbox: "u", Events: []bot.Event{e}, Loaded: loaded, Content: r.Content, Desk: r.Hours.Desk(noon.Add(time.Hour)), Now: noon.Add(time.Hour), Renderings: renderings,
		}
		s.Content.Changes = changes
		if held {
			s.Loaded.Ticket = &bot.Ticket{ID: "t", State: bot.TicketTaken}
		}
		result, err := r.Engine.Turn(s)
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	onPhone := press(1, action)
	onPage := press(1, action)
	onPage.Press.ID = ""
	for _, c := range []struct {
		name    string
		press   bot.Event
		changes []bot.Change
		known   map[string]bot.Rendering
		held    bool
		want    string
		marks   int
	}{
		{"from a screen that is gone", onPhone, []bot.Change{change}, known, false, "(дякуємо) | ", 1},
		{"where presses have no answer", onPage, []bot.Change{change}, known, false, "дякуємо", 1},
		{"while an operator answers", onPhone, []bot.Change{change}, known, true, "(дякуємо) | ", 1},
		{"of version 1, when 2 is told", onPhone, []bot.Change{newer}, known, false, "(ні)", 0},
		{"of a change that is no longer told", onPhone, nil, known, false, "(ні)", 0},
		{"of a rendering that nobody knows", onPhone, []bot.Change{change}, nil, false, "(ні)", 0},
	} {
		result := turn(c.press, c.changes, c.known, c.held)
		if got := heard(result); got != c.want {
			t.Errorf("%s: heard %q, want %q", c.name, got, c.want)
		}
		if len(result.Write.Marks) != c.marks || result.Write.Conversation.State.Step != "other" {
			t.Errorf("%s: marks %+v at %s", c.name, result.Write.Marks, result.Write.Conversation.State.Step)
		}
		last := result.Said[len(result.Said)-1].Message
		if edits := c.marks > 0 && c.press.Press.ID != ""; edits != (last.Edit == "m") || edits && last.Buttons[0][0] != (bot.Button{Label: "Зрозуміло ✓", Action: action}) {
			t.Errorf("%s: the message becomes %+v", c.name, last)
		}
	}
	for i := range loaded.Known {
		loaded.Known[i].Acknowledged = true
	}
	if again := turn(onPhone, []bot.Change{change}, known, false); heard(again) != "(уже)" || len(again.Write.Marks) > 0 {
		t.Errorf("a second press is answered %q and marks %+v", heard(again), again.Write.Marks)
	}
	if typed := turn(typed("Зрозуміло"), []bot.Change{change}, known, false); len(typed.Write.Marks) > 0 {
		t.Error("the words on a button act after something else was shown")
	}
}

// TestTypedUnderBroadcast: a label under the broadcast that was told last presses it, as the
// first words since, in the language of either, and nothing else does; before a label of the
// screen that was there already.
func TestTypedUnderBroadcast(t *testing.T) {
	change := bot.Change{ID: "move", Version: 1, State: bot.ChangeAnnounced, Summary: bot.Bilingual{UK: "переїзд", RU: "переезд"}}
	r := rehearse(t)
	r.Engine.Book = lastingBook(t, change)
	r.Content.Changes = []bot.Change{change}
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	do(t, r, press(1, "on"), noon)
	of := bot.Rendering{Change: "move", Version: 1, Language: bot.Ukrainian, Part: bot.BroadcastPart("b", false), Template: "x"}
	id := bot.RenderingID(of.Hash())
	under := []bot.Button{
		{Label: "Зрозуміло", Action: bot.LastingAction(id, "ack")},
		{Label: "Понятно", Action: bot.LastingAction(id, "ack")},
		{Label: "Назад", Action: bot.LastingAction(id, "ack")},
		{Label: "Сайт", URL: "https://x.example"},
	}
	forwarded := typed("Зрозуміло")
	forwarded.Forwarded = &bot.Origin{}
	waiting := func(l *storage.Loaded) { l.Ticket = &bot.Ticket{ID: "t", State: bot.TicketWaiting} }
	for name, c := range map[string]struct {
		event bot.Event
		told  []bot.Button
		since func(*storage.Loaded)
		reads bool
	}{
		"in Ukrainian":                  {typed(" зрозуміло "), under, nil, true},
		"in Russian":                    {typed("Понятно"), under, nil, true},
		"as on the screen before it":    {typed("назад"), under, nil, true},
		"a link":                        {typed("Сайт"), under, nil, false},
		"other words":                   {typed("зрозуміло, а коли?"), under, nil, false},
		"somebody else's words":         {forwarded, under, nil, false},
		"something was said since":      {typed("Зрозуміло"), nil, nil, false},
		"a ticket is open":              {typed("Зрозуміло"), under, waiting, false},
		"they said something before it": {typed("Зрозуміло"), under, func(l *storage.Loaded) { l.Heard = "" }, false},
	} {
		s := &TurnInput{
			Inbox: "u", Events: []bot.Event{c.event}, Loaded: r.loaded, Content: r.Content, Desk: r.Hours.Desk(noon.Add(time.Hour)), Now: noon.Add(time.Hour), Told: c.told,
		}
		s.Loaded.Heard = "b"
		if c.since != nil {
			c.since(&s.Loaded)
		}
		if ids := s.renderings(); slices.Contains(ids, id) != c.reads {
			t.Errorf("%s: looks for %v", name, ids)
		}
		s.Renderings = map[string]bot.Rendering{id: of}
		result, err := r.Engine.Turn(s)
		if err != nil {
			t.Fatal(name, err)
		}
		counted := slices.Contains(result.Write.Reactions, storage.Reaction{Broadcast: "b", Contact: r.loaded.Contact.ID, Mark: bot.RecipientAcknowledged})
		marked := slices.ContainsFunc(result.Write.Marks, func(m storage.LedgerMark) bool { return m.Mark == bot.MarkAcknowledged })
		if marked != c.reads || counted != c.reads || c.reads && heard(result) != "дякуємо" && heard(result) != "спасибо" {
			t.Errorf("%s: heard %q, marks %+v, reactions %+v", name, heard(result), result.Write.Marks, result.Write.Reactions)
		}
		if e := result.Write.History[0]; e.Kind != "typed" || e.Text != c.event.Text {
			t.Errorf("%s: the history has %+v", name, e)
		}
	}
}

// TestLastingPressOnItsScreen: while nothing else was shown, the step's own arrow
// has the press, and the words on the button do too.
func TestLastingPressOnItsScreen(t *testing.T) {
	change := bot.Change{ID: "move", Version: 1, State: bot.ChangeAnnounced, Summary: bot.Bilingual{UK: "переїзд", RU: "переезд"}}
	for name, e := range map[string]func(action string) bot.Event{
		"pressed": func(action string) bot.Event { return press(1, action) },
		"typed":   func(string) bot.Event { return typed("зрозуміло") },
	} {
		r := rehearse(t)
		r.Engine.Book = lastingBook(t, change)
		r.Content.Changes = []bot.Change{change}
		card := do(t, r, person(bot.Event{Kind: bot.Started}), noon)
		event := e(card.Said[0].Message.Buttons[0][0].Action)
		s := &TurnInput{Events: []bot.Event{event}, Loaded: r.loaded}
		if ids := s.renderings(); len(ids) != 1 {
			t.Errorf("%s: looks for %v", name, ids)
		}
		result := do(t, r, event, noon)
		marked := slices.ContainsFunc(result.Write.Marks, func(m storage.LedgerMark) bool { return m.Mark == bot.MarkAcknowledged })
		if !marked || result.Said[len(result.Said)-1].Message.Edit != map[string]string{"pressed": "m"}[name] {
			t.Errorf("%s: marks %+v, says %+v", name, result.Write.Marks, result.Said)
		}
	}
	if ids := (&TurnInput{Events: []bot.Event{typed("питання"), press(1, "on")}}).renderings(); len(ids) > 0 {
		t.Errorf("an ordinary turn looks for %v", ids)
	}
}

// TestLastingRemark: what is said without leaving the screen repeats its buttons,
// and they go on speaking of the version that was read there: a newer one has been
// told to others meanwhile, not to this person.
func TestLastingRemark(t *testing.T) {
	change := bot.Change{ID: "move", Version: 1, State: bot.ChangeAnnounced, Summary: bot.Bilingual{UK: "переїзд", RU: "переезд"}}
	newer := change
	newer.Version = 2
	book := func(c bot.Change) flows.Book {
		return lastingBook(t, c, flows.Transition{
			Label: "stop", When: func(t flows.Turn) bool { return t.Event.Text == "стоп" },
			Do: func(flows.Turn) []flows.Effect {
				return []flows.Effect{flows.Say{Texts: []flows.Text{words("тихо", "тихо")}}}
			},
		}, flows.Transition{
			Label: "follow", When: func(t flows.Turn) bool { return t.Lasting("follow") },
			Do: func(flows.Turn) []flows.Effect { return []flows.Effect{flows.Notify{Text: words("так", "да")}} },
		})
	}
	other := bot.LastingAction(bot.RenderingID(bot.Rendering{Change: "other"}.Hash()), "follow")
	onPage := press(0, other)
	onPage.Press.ID = ""
	for name, e := range map[string]bot.Event{"a remark": typed("стоп"), "a notice": onPage} {
		r := rehearse(t)
		r.Engine.Book = book(change)
		r.Content.Changes = []bot.Change{change}
		card := do(t, r, person(bot.Event{Kind: bot.Started}), noon)
		want := card.Said[0].Message.Buttons[0][0].Action
		r.Engine.Book = book(newer)
		r.Content.Changes = []bot.Change{newer}
		said := do(t, r, e, noon)
		last := said.Said[len(said.Said)-1].Message
		if len(last.Buttons) != 2 || last.Buttons[0][0].Action != want {
			t.Errorf("%s: %q stands over %+v, want %q under it", name, last.Text, last.Buttons, want)
		}
		if len(said.Write.Tellings) > 0 {
			t.Errorf("%s tells %+v", name, said.Write.Tellings)
		}
	}
}

// TestLastingWhileHeld: while an operator answers no step of the bot's speaks, not
// even that whose screen is still there, and nobody is told that one is called.
func TestLastingWhileHeld(t *testing.T) {
	change := bot.Change{ID: "move", Version: 1, State: bot.ChangeAnnounced, Summary: bot.Bilingual{UK: "переїзд", RU: "переезд"}}
	r := rehearse(t)
	r.Engine.Book = lastingBook(t, change)
	r.Content.Changes = []bot.Change{change}
	card := do(t, r, person(bot.Event{Kind: bot.Started}), noon).Said[0].Message
	shown := bot.Rendering{Change: "move", Version: 1, Language: bot.Ukrainian, Part: bot.PartCard, Template: "переїзд"}
	s := &TurnInput{
		Inbox: "u", Loaded: r.loaded, Content: r.Content, Desk: r.Hours.Desk(noon), Now: noon,
		Events:     []bot.Event{press(card.Screen, card.Buttons[0][0].Action)},
		Renderings: map[string]bot.Rendering{bot.RenderingID(shown.Hash()): shown},
	}
	s.Loaded.Ticket = &bot.Ticket{ID: "t", State: bot.TicketTaken}
	result, err := r.Engine.Turn(s)
	if err != nil || heard(result) != "(дякуємо) | " || len(result.Write.Marks) != 1 || result.Write.Conversation.State.Step != "card" {
		t.Errorf("on its screen: heard %q, marks %+v, %v", heard(result), result.Write.Marks, err)
	}
	s.Events[0].Press.ID = "" // where each press is answered by a message
	s.Loaded.Conversation = *result.Write.Conversation
	if result, err = r.Engine.Turn(s); err != nil || heard(result) != "" {
		t.Errorf("pressed twice: heard %q, %v", heard(result), err)
	}
}

// TestOpenedLineTells: a press on a line of a digest is told the change by what it shows,
// in the version and the rendering of that; one that is told no more tells nothing.
func TestOpenedLineTells(t *testing.T) {
	change := bot.Change{ID: "move", Version: 2, State: bot.ChangeAnnounced, Summary: bot.Bilingual{UK: "переїзд", RU: "переезд"}}
	line := bot.Rendering{Change: "move", Version: 2, Language: bot.Ukrainian, Part: bot.BroadcastPart("b", true), Template: "рядок"}
	shows := bot.Rendering{Change: "move", Version: 2, Language: bot.Ukrainian, Part: bot.BroadcastPart("b", false), Template: "усе"}
	id := bot.RenderingID(line.Hash())
	for _, gone := range []bool{false, true} {
		r := rehearse(t)
		r.Engine.Book = lastingBook(t, change, flows.Transition{
			Label: "a line", When: func(t flows.Turn) bool { return t.Lasting(bot.LastingOpen) },
			Do: func(t flows.Turn) []flows.Effect {
				words, opens := "", t.Facts.Lasting.Opens
				if opens != nil {
					words = opens.Text
				}
				return []flows.Effect{flows.Say{Opens: opens != nil, Texts: []flows.Text{flows.Own(bot.Bilingual{UK: words + ".", RU: words + "."})}}}
			},
		})
		r.Content.Changes = []bot.Change{change}
		do(t, r, person(bot.Event{Kind: bot.Started}), noon)
		s := &TurnInput{
			Inbox: "u", Events: []bot.Event{press(1, bot.LastingAction(id, bot.LastingOpen))},
			Loaded: r.loaded, Content: r.Content, Desk: r.Hours.Desk(noon.Add(time.Hour)), Now: noon.Add(time.Hour), Renderings: map[string]bot.Rendering{id: line},
		}
		if !gone {
			s.Opens = &Opened{bot.Message{Text: "усе про переїзд"}, shows}
		}
		result, err := r.Engine.Turn(s)
		if err != nil {
			t.Fatal(err)
		}
		told := slices.DeleteFunc(result.Write.Tellings, func(told bot.Telling) bool { return told.Rendering.Part == bot.PartDigest })
		switch {
		case gone && len(told) > 0:
			t.Errorf("what is told no more tells %+v", told)
		case !gone && (len(told) != 1 || told[0].Rendering != shows || told[0].TextHash != bot.HashText("усе про переїзд")):
			t.Errorf("an opened line tells %+v", told)
		}
	}
}
