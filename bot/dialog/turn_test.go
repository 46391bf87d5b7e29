package dialog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/library"
	"visnyk/flows"
	"visnyk/locales"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func words(uk, ru string) flows.Text { return flows.Own(bot.Bilingual{UK: uk, RU: ru}) }

// smallBook is a book of two screens: enough to see what dialog adds to flows.
func smallBook(t *testing.T) flows.Book {
	t.Helper()
	screen := func(name string, uk, ru, action string) flows.Step {
		return flows.Step{
			Name: name,
			Enter: func(flows.Turn) []flows.Effect {
				return []flows.Effect{flows.Say{
					Texts:   []flows.Text{words(uk, ru)},
					Buttons: [][]flows.Button{flows.Row(words("Далі", "Дальше"), action)},
				}}
			},
			On: []flows.Transition{
				{Label: "on", When: func(t flows.Turn) bool { return t.Pressed(action) }, To: action},
				{
					Label: "human", When: func(t flows.Turn) bool { return t.Event.Text == "human" },
					Do: func(flows.Turn) []flows.Effect {
						return []flows.Effect{flows.HandOff{Reason: bot.ReasonAsked}}
					},
					To: name,
				},
			},
			Else: flows.Transition{Label: "anything", To: name},
		}
	}
	start := flows.Transition{
		Label: "start", When: func(t flows.Turn) bool { return t.Event.Kind == bot.Started },
		Do: func(t flows.Turn) []flows.Effect {
			if t.Event.Text == "" {
				return nil
			}
			return []flows.Effect{flows.Say{Texts: []flows.Text{words("посилання "+t.Event.Text, "ссылка "+t.Event.Text)}}}
		},
		To: "talk/one",
	}
	book, err := flows.NewBook("talk/one", []flows.Transition{start}, flows.Flow{
		Name: "talk", Steps: []flows.Step{screen("one", "один", "раз", "two"), screen("two", "два", "два-р", "one")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

func rehearse(t *testing.T) *Rehearsal {
	t.Helper()
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	return &Rehearsal{
		Engine: Engine{
			Book: smallBook(t), Texts: texts, Zone: time.UTC,
			NewID: func() string { n++; return fmt.Sprintf("id-%d", n) },
		},
		Content: library.Snapshot{},
		Hours:   bot.DefaultHours(time.UTC),
	}
}

func person(e bot.Event) bot.Event {
	e.From = bot.Address{Bot: "telegram", Chat: "1"}
	return e
}

func typed(text string) bot.Event { return person(bot.Event{Kind: bot.Typed, Text: text, ID: "m"}) }

func press(screen int, action string) bot.Event {
	return person(bot.Event{Kind: bot.Tapped, ID: "m", Press: &bot.Press{ID: "p", Screen: screen, Action: action}})
}

func do(t *testing.T, r *Rehearsal, e bot.Event, at time.Time) Result {
	t.Helper()
	result, err := r.Turn(e, at)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// heard is what the person would read; answers to presses come as "(notice)".
func heard(r Result) string {
	var all []string
	for _, s := range r.Said {
		if s.Message.Press != "" {
			all = append(all, "("+s.Message.Text+")")
			continue
		}
		all = append(all, s.Message.Text)
	}
	return strings.Join(all, " | ")
}

func TestPressesCountOnlyOnTheCurrentScreen(t *testing.T) {
	gone := "(Ця кнопка вже не діє"
	for name, c := range map[string]struct {
		press bot.Event
		want  string
	}{
		"current":                     {press(1, "two"), "() | два"},
		"E31 older screen":            {press(0, "two"), gone},
		"newer screen than any":       {press(9, "two"), gone},
		"E32 action nobody offers":    {press(1, "drop table"), gone},
		"E32 unreadable":              {press(0, ""), gone},
		"E33 another person's action": {press(1, "ticket.close:77"), gone},
	} {
		t.Run(name, func(t *testing.T) {
			r := rehearse(t)
			do(t, r, person(bot.Event{Kind: bot.Started}), noon)
			before := r.State()
			got := heard(do(t, r, c.press, noon))
			if !strings.HasPrefix(got, c.want) {
				t.Fatalf("heard %q, want %q…", got, c.want)
			}
			if c.want == gone {
				if !strings.HasSuffix(got, "| один") {
					t.Errorf("heard %q, want the current screen again", got)
				}
				if s := r.State(); s.Step != before.Step {
					t.Errorf("a dead button moved the state from %q to %q", before.Step, s.Step)
				}
			}
		})
	}
}

func TestDoublePressMovesOnce(t *testing.T) { // E37
	r := rehearse(t)
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	do(t, r, press(1, "two"), noon)
	if got := heard(do(t, r, press(1, "two"), noon.Add(doubleSpan-time.Millisecond))); got != "()" {
		t.Fatalf("the second press of a double tap heard %q, want its spinner to stop and no more", got)
	}
	got := heard(do(t, r, press(1, "two"), noon.Add(2*doubleSpan)))
	if !strings.Contains(got, "вже не діє") || !strings.HasSuffix(got, "два") {
		t.Fatalf("a later press heard %q, want a kind notice and the screen it led to", got)
	}
}

func TestTypedLabelIsAPress(t *testing.T) {
	r := rehearse(t)
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	if got := heard(do(t, r, typed("  ДАЛІ "), noon)); got != "два" {
		t.Fatalf("heard %q, want the next screen", got)
	}
}

func TestBotIsSilentWhileAnOperatorHolds(t *testing.T) {
	r := rehearse(t)
	do(t, r, typed("привіт"), noon)
	do(t, r, typed("human"), noon)
	if _, err := r.Desk(bot.TicketTake, "Олена", noon); err != nil {
		t.Fatal(err)
	}
	screen := r.State().Screen
	for _, e := range []bot.Event{typed("де ви"), typed("оператор"), person(bot.Event{Kind: bot.Attached, Attachment: &bot.Attachment{Kind: bot.Voice}})} {
		got := do(t, r, e, noon)
		if len(got.Said) != 0 {
			t.Errorf("heard %q while an operator holds the chat", heard(got))
		}
		if len(got.Write.History) != 1 {
			t.Errorf("%s: %d lines of history, want 1: the operator must see it", e.Kind, len(got.Write.History))
		}
	}
	if got := heard(do(t, r, press(screen, "two"), noon)); got != "()" {
		t.Errorf("a press heard %q, want only its spinner stopped", got)
	}
	if got := do(t, r, person(bot.Event{Kind: bot.TimedOut, Detail: "x"}), noon); len(got.Said) != 0 {
		t.Errorf("a timer spoke while an operator holds the chat")
	}
	if _, err := r.Desk(bot.TicketClose, "Олена", noon); err != nil {
		t.Fatal(err)
	}
	if got := heard(do(t, r, typed("дякую"), noon)); got == "" {
		t.Error("silent after the ticket is closed")
	}
}

func TestOneTicketAtATime(t *testing.T) {
	r := rehearse(t)
	if do(t, r, typed("human"), noon).Write.Open == nil {
		t.Fatal("no ticket opened")
	}
	if do(t, r, typed("human"), noon).Write.Open != nil {
		t.Fatal("a second ticket opened")
	}
}

func TestLateTextsGetOneApology(t *testing.T) { // E75
	r := rehearse(t)
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	late := noon.Add(time.Hour)
	var said []string
	for i := range 20 {
		e := typed("чому")
		e.At = noon.Add(time.Duration(i) * time.Second)
		if s := heard(do(t, r, e, late.Add(time.Duration(i)*time.Second))); s != "" {
			said = append(said, s)
		}
	}
	if len(said) != 1 || !strings.HasSuffix(said[0], "| один") {
		t.Fatalf("20 late texts heard %q, want one apology with the current screen", said)
	}
	fresh := typed("чому")
	fresh.At = late.Add(time.Minute)
	if got := heard(do(t, r, fresh, late.Add(time.Minute))); got != "один" {
		t.Fatalf("a fresh text heard %q, want an answer", got)
	}
}

func TestStrangeDatesAreOurOwnTime(t *testing.T) { // E75
	for _, at := range []time.Time{{}, time.Unix(0, 0), noon.AddDate(10, 0, 0), time.Unix(-5, 0)} {
		r := rehearse(t)
		e := typed("чому")
		e.At = at
		got := do(t, r, e, noon)
		if heard(got) != "один" {
			t.Errorf("date %v heard %q", at, heard(got))
		}
		if !got.Write.Conversation.LastAt.Equal(noon) {
			t.Errorf("date %v kept as %v, want our own time", at, got.Write.Conversation.LastAt)
		}
	}
}

func TestAlbumGetsOneReply(t *testing.T) { // E43
	r := rehearse(t)
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	replies, lines := 0, 0
	for range 10 {
		got := do(t, r, person(bot.Event{Kind: bot.Attached, Album: "a", Attachment: &bot.Attachment{Kind: bot.Photo}}), noon)
		replies += len(got.Said)
		for _, h := range got.Write.History {
			if !h.Out {
				lines++
			}
		}
	}
	for _, got := range due(t, r, noon.Add(gatherFor)) {
		replies += len(got.Said)
	}
	if replies != 1 || lines != 10 {
		t.Fatalf("%d replies and %d lines of history, want 1 and 10", replies, lines)
	}
}

func TestUnreadableThingsGetOneReplyAMinute(t *testing.T) { // E51
	r := rehearse(t)
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	replies := 0
	for i := range 120 {
		e := person(bot.Event{Kind: bot.Attached, Attachment: &bot.Attachment{Kind: bot.Unsupported}})
		replies += len(do(t, r, e, noon.Add(time.Duration(i)*time.Second)).Said)
	}
	if replies != 2 {
		t.Fatalf("%d replies in two minutes, want 2", replies)
	}
}

func TestBlockAndReturnGoByTheNewerMoment(t *testing.T) { // E57, E58, E98, E99, E100
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	left := func(s int) bot.Event { e := person(bot.Event{Kind: bot.Left}); e.At = at(s); return e }
	back := func(s int) bot.Event { e := person(bot.Event{Kind: bot.Returned}); e.At = at(s); return e }
	text := func(s int) bot.Event { e := typed("так"); e.At = at(s); return e }
	for name, c := range map[string]struct {
		events []bot.Event
		want   bot.Reach
	}{
		"left":                          {[]bot.Event{text(1), left(2)}, bot.Blocked},
		"left twice":                    {[]bot.Event{text(1), left(2), left(2)}, bot.Blocked},
		"left and back":                 {[]bot.Event{text(1), left(2), back(3)}, bot.Reachable},
		"back came before left":         {[]bot.Event{text(1), back(3), left(2)}, bot.Reachable},
		"old left after a newer text":   {[]bot.Event{text(5), left(2)}, bot.Reachable},
		"writes after leaving":          {[]bot.Event{text(1), left(2), text(3)}, bot.Reachable},
		"old text after a newer left":   {[]bot.Event{text(1), left(5), text(3)}, bot.Blocked},
		"old left redelivered later on": {[]bot.Event{text(1), left(2), text(4), left(2)}, bot.Reachable},
	} {
		t.Run(name, func(t *testing.T) {
			r := rehearse(t)
			for _, e := range c.events {
				got := do(t, r, e, at(10))
				if e.Kind != bot.Typed && len(got.Said) > 0 {
					t.Errorf("%s heard %q, want silence", e.Kind, heard(got))
				}
			}
			if got := r.loaded.Conversation.Reach; got != c.want {
				t.Errorf("reach %q, want %q", got, c.want)
			}
		})
	}
	r := rehearse(t)
	if got := do(t, r, left(1), noon); got.Write.Conversation != nil || got.Write.Contact != nil {
		t.Error("an unknown person who leaves must leave no trace")
	}
	do(t, r, text(1), at(2))
	if !do(t, r, left(3), at(4)).Write.CancelBulk {
		t.Error("announcements to a person who left are not cancelled")
	}
}

func TestEditsAreKeptAndNotAnswered(t *testing.T) { // E38, E39, E40
	r := rehearse(t)
	do(t, r, typed("привіт"), noon)
	got := do(t, r, person(bot.Event{Kind: bot.Edited, ID: "m", Text: "human"}), noon)
	if len(got.Said) != 0 || got.Write.Open != nil {
		t.Fatal("an edited message ran the flow again")
	}
	if len(got.Write.History) != 1 || got.Write.History[0].Kind != string(bot.Edited) {
		t.Fatalf("history %v, want the edit", got.Write.History)
	}
}

func TestReceiptsTouchNoConversation(t *testing.T) {
	r := rehearse(t)
	got := do(t, r, person(bot.Event{Kind: bot.Seen, ID: "4912661846655238145", At: noon}), noon)
	if got.Write.Conversation != nil || len(got.Write.Receipts) != 1 || got.Write.Receipts[0].Message != "4912661846655238145" {
		t.Fatalf("write %+v", got.Write)
	}
}

func TestLanguage(t *testing.T) {
	in := func(locale, text string) bot.Event {
		e := typed(text)
		e.Profile.Locale = locale
		return e
	}
	for name, c := range map[string]struct {
		chosen bot.Language
		events []bot.Event
		want   string
	}{
		"E78 nothing known":                  {"", []bot.Event{in("", "123")}, "один"},
		"E79 the common mistake":             {"", []bot.Event{in("ua", "123")}, "один"},
		"E80 client in Russian":              {"", []bot.Event{in("ru-UA", "123")}, "раз"},
		"E81 client in English":              {"", []bot.Event{in("en", "123")}, "один"},
		"E82 writes Ukrainian, client ru":    {"", []bot.Event{in("ru", "скільки це коштує")}, "один"},
		"E82 writes Russian, client uk":      {"", []bot.Event{in("uk", "сколько это стоит, объясните")}, "раз"},
		"E82 choice beats the text":          {bot.Ukrainian, []bot.Event{in("ru", "сколько это стоит, объясните")}, "один"},
		"doubt keeps the language":           {"", []bot.Event{in("", "объясните это"), in("uk", "ок")}, "раз"},
		"the locale does not undo the text":  {"", []bot.Event{in("uk", "объясните это"), in("uk", "+")}, "раз"},
		"changes with what the person write": {"", []bot.Event{in("", "объясните это"), in("", "поясніть, будь ласка, що це")}, "один"},
		"words of both languages":            {"", []bot.Event{in("uk", "у вас тут"), in("uk", "вона уже там, я дома завтра")}, "один"},
		"words of both languages, ru":        {"", []bot.Event{in("ru", "онлайн"), in("ru", "я дома завтра")}, "раз"},
		"a guess does not overrule":          {"", []bot.Event{in("uk", "отключили воду")}, "один"},
		"two guesses in a row do":            {"", []bot.Event{in("uk", "отключили воду"), in("uk", "заявку принимают")}, "раз"},
		"two guesses apart do not":           {"", []bot.Event{in("uk", "отключили воду"), in("uk", "ок"), in("uk", "заявку принимают")}, "один"},
		"two guesses beside a choice do not": {bot.Ukrainian, []bot.Event{in("uk", "отключили воду"), in("uk", "заявку принимают")}, "один"},
		"a guess is good for now":            {"", []bot.Event{in("", "отключили воду")}, "раз"},
		"and until more is known":            {"", []bot.Event{in("", "отключили воду"), person(bot.Event{Kind: bot.Tapped, Press: &bot.Press{Action: "x", Screen: 1}})}, "Эта кнопка больше не действует. | раз"},
		"the client's locale is no guess":    {"", []bot.Event{in("uk", "оренда рушника")}, "один"},
		"a slip is no sign":                  {"", []bot.Event{in("uk", "скасувты замовлення")}, "один"},
	} {
		t.Run(name, func(t *testing.T) {
			r := rehearse(t)
			if c.chosen.Known() {
				r.loaded.Contact = bot.Contact{ID: "c", Language: c.chosen, Chosen: true}
			}
			got := ""
			for _, e := range c.events {
				got = heard(do(t, r, e, noon))
			}
			if got != c.want {
				t.Errorf("heard %q, want %q", got, c.want)
			}
		})
	}
}

func TestGreetedPersonHearsNothingMoreAndTheLinkWaits(t *testing.T) {
	r := rehearse(t)
	result, err := r.Engine.Turn(&TurnInput{
		Inbox: "1", Greeted: true, Now: noon, Desk: r.Hours.Desk(noon),
		Events: []bot.Event{person(bot.Event{Kind: bot.Started, Text: "change-7"})},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Said) != 0 {
		t.Fatalf("heard %q after the greeting of the HTTP answer", heard(result))
	}
	r.keep(result.Write)
	if got := heard(do(t, r, typed("так"), noon)); got != "один | посилання change-7\n\nодин" {
		t.Fatalf("heard %q, want the answer and then what the link promised", got)
	}
	if got := heard(do(t, r, typed("так"), noon)); got != "один" {
		t.Fatalf("heard %q: the link was followed twice", got)
	}
}

// Who opens a chat on Viber has not let us write; that comes with their word or a
// subscription, and only who was there can leave.
func TestOpeningIsNoSubscription(t *testing.T) {
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	event := func(k bot.EventKind, s int) bot.Event {
		e := person(bot.Event{Kind: k, Text: "так"})
		e.At = at(s)
		return e
	}
	for name, c := range map[string]struct {
		events []bot.Event
		want   bot.Reach
	}{
		"opened":               {[]bot.Event{event(bot.Started, 1)}, bot.Opened},
		"opened twice":         {[]bot.Event{event(bot.Started, 1), event(bot.Started, 2)}, bot.Opened},
		"opened, left":         {[]bot.Event{event(bot.Started, 1), event(bot.Left, 2)}, bot.Opened},
		"opened, wrote":        {[]bot.Event{event(bot.Started, 1), event(bot.Typed, 2)}, bot.Reachable},
		"opened, subscribed":   {[]bot.Event{event(bot.Started, 1), event(bot.Returned, 2)}, bot.Reachable},
		"wrote, opened late":   {[]bot.Event{event(bot.Typed, 2), event(bot.Started, 1)}, bot.Reachable},
		"wrote, left, opened":  {[]bot.Event{event(bot.Typed, 1), event(bot.Left, 2), event(bot.Started, 3)}, bot.Blocked},
		"left and wrote again": {[]bot.Event{event(bot.Typed, 1), event(bot.Left, 2), event(bot.Started, 3), event(bot.Typed, 4)}, bot.Reachable},
	} {
		t.Run(name, func(t *testing.T) {
			r := rehearse(t)
			for _, e := range c.events {
				result, err := r.Engine.Turn(&TurnInput{
					Inbox: "1", Greeted: e.Kind == bot.Started, Now: at(10), Desk: r.Hours.Desk(at(10)),
					Events: []bot.Event{e}, Loaded: r.loaded,
				})
				if err != nil {
					t.Fatal(err)
				}
				r.keep(result.Write)
			}
			if got := r.loaded.Conversation.Reach; got != c.want {
				t.Errorf("reach %q, want %q", got, c.want)
			}
		})
	}
}

// Who subscribes is met, also as somebody new: no messenger tells again who did.
// Nothing is said, and their talk begins with what they do next, as anybody's.
func TestWhoSubscribesIsMet(t *testing.T) {
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	event := func(k bot.EventKind, s int) bot.Event {
		e := person(bot.Event{Kind: k, Profile: bot.Profile{Name: "Іра", Locale: "ru-UA"}})
		e.At = at(s)
		return e
	}
	opened := event(bot.Started, 5)
	opened.Subscribed = true
	for name, c := range map[string]struct {
		events []bot.Event
		want   bot.Reach // "": nobody is known
	}{
		"subscribed":                  {[]bot.Event{event(bot.Returned, 1)}, bot.Reachable},
		"subscribed twice":            {[]bot.Event{event(bot.Returned, 1), event(bot.Returned, 1)}, bot.Reachable},
		"subscribed, left":            {[]bot.Event{event(bot.Returned, 1), event(bot.Left, 2)}, bot.Blocked},
		"subscribed, an old left":     {[]bot.Event{event(bot.Returned, 2), event(bot.Left, 1)}, bot.Reachable},
		"left unmet":                  {[]bot.Event{event(bot.Left, 1)}, ""},
		"left unmet, subscribed":      {[]bot.Event{event(bot.Left, 1), event(bot.Returned, 2)}, bot.Reachable},
		"left, subscribed, left":      {[]bot.Event{event(bot.Left, 1), event(bot.Returned, 2), event(bot.Left, 3)}, bot.Blocked},
		"left, an old subscription":   {[]bot.Event{event(bot.Returned, 1), event(bot.Left, 3), event(bot.Returned, 2)}, bot.Blocked},
		"subscribed, opened":          {[]bot.Event{event(bot.Returned, 1), event(bot.Started, 5)}, bot.Reachable},
		"subscribed, an older opened": {[]bot.Event{event(bot.Returned, 7), event(bot.Started, 5)}, bot.Reachable},
		"opened as a subscriber":      {[]bot.Event{opened}, bot.Reachable},
	} {
		t.Run(name, func(t *testing.T) {
			r := rehearse(t)
			for _, e := range c.events {
				result, err := r.Engine.Turn(&TurnInput{
					Inbox: "1", Greeted: e.Kind == bot.Started && !e.Subscribed, Now: at(10), Desk: r.Hours.Desk(at(10)),
					Events: []bot.Event{e}, Loaded: r.loaded,
				})
				if err != nil {
					t.Fatal(err)
				}
				if len(result.Said) > 0 && e.Kind != bot.Started {
					t.Errorf("%s hears %q", e.Kind, heard(result))
				}
				r.keep(result.Write)
			}
			who := r.loaded.Contact
			if c.want == "" {
				if who.ID != "" {
					t.Errorf("met %+v", who)
				}
				return
			}
			if got := r.loaded.Conversation; got.Reach != c.want || who.Name != "Іра" || who.Language != bot.Russian || got.Contact != who.ID {
				t.Errorf("met %+v at %+v, want %s", who, got, c.want)
			}
		})
	}
	r := rehearse(t)
	do(t, r, event(bot.Returned, 1), at(2))
	if got := do(t, r, opened, at(6)); len(got.Said) == 0 || !r.State().Offers("two") {
		t.Errorf("a subscriber who opens the chat hears %q", heard(got))
	}
}

func TestRepeatedOpeningDoesNotReset(t *testing.T) { // E101, E103
	r := rehearse(t)
	do(t, r, typed("так"), noon)
	do(t, r, typed("далі"), noon)
	if got := do(t, r, person(bot.Event{Kind: bot.Started, Subscribed: true}), noon); len(got.Said) != 0 || r.State().Step != "two" {
		t.Fatalf("heard %q at step %q, want silence where the talk stands", heard(got), r.State().Step)
	}
}

func TestLoopsEndWithAHuman(t *testing.T) { // S71
	r := rehearse(t)
	replies, opened := 0, 0
	for i := range 100 {
		got := do(t, r, typed("так"), noon.Add(time.Duration(i)*100*time.Millisecond))
		replies += len(got.Said)
		if got.Write.Open != nil {
			opened++
			if got.Write.Open.Reason != bot.ReasonLoop {
				t.Errorf("reason %q", got.Write.Open.Reason)
			}
		}
	}
	if replies != burstMax+1 || opened != 1 {
		t.Fatalf("%d replies and %d tickets, want %d and 1", replies, opened, burstMax+1)
	}
	if got := heard(do(t, r, typed("так"), noon.Add(2*time.Minute))); got != "один" {
		t.Fatalf("heard %q a minute later, want an answer", got)
	}
}

func TestTurnsArePure(t *testing.T) {
	r := rehearse(t)
	do(t, r, typed("так"), noon)
	s := &TurnInput{Inbox: "9", Events: []bot.Event{typed("далі")}, Loaded: r.loaded, Desk: r.Hours.Desk(noon), Now: noon}
	vars := fmt.Sprint(s.Loaded.Conversation.State)
	first, err := r.Engine.Turn(s)
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Engine.Turn(s)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%+v", first.Said) != fmt.Sprintf("%+v", second.Said) {
		t.Fatalf("the same turn said %q and %q", heard(first), heard(second))
	}
	if got := fmt.Sprint(s.Loaded.Conversation.State); got != vars {
		t.Fatalf("a turn changed what it was given: %s, was %s", got, vars)
	}
}

func TestCausesAreUniqueWithinATurn(t *testing.T) {
	r := rehearse(t)
	do(t, r, person(bot.Event{Kind: bot.Started}), noon)
	got := do(t, r, press(0, "x"), noon)
	var causes []string
	for _, h := range got.Write.History {
		if h.Out {
			causes = append(causes, h.Cause)
		}
	}
	slices.Sort(causes)
	if len(slices.Compact(causes)) != len(causes) || len(causes) == 0 {
		t.Fatalf("causes %q", causes)
	}
}
