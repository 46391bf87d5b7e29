package flows

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
)

// tiny is a book with one of everything the engine does.
func tiny(t *testing.T) Book {
	t.Helper()
	say := func(key string, buttons ...[]Button) func(Turn) []Effect {
		return func(Turn) []Effect { return []Effect{Say{Texts: []Text{T(key)}, Buttons: buttons}} }
	}
	b, err := NewBook("a/first", []Transition{
		{Label: "aside", When: func(t Turn) bool { return t.Event.Text == "aside" }, Do: say("aside")},
		{Label: "lost", When: func(t Turn) bool { return t.Event.Text == "through" }, To: "a/pass"},
	}, Flow{Name: "a", Steps: []Step{
		{Name: "first", Enter: say("first", Row(T("go"), "go")), On: []Transition{Pressing("go", "second", say("bye"))}, Else: Stay()},
		{Name: "second", Enter: func(t Turn) []Effect {
			return []Effect{Set{"seen", "yes"}, Say{Texts: []Text{T("second." + t.Var("way"))}, Buttons: [][]Button{{MenuButton()}}}}
		}, Else: Stay()},
		{
			Name: "pass", Pass: true, Enter: func(Turn) []Effect { return []Effect{Set{"way", "through"}, HandOff{Reason: bot.ReasonAsked}} },
			On:   []Transition{{Label: "set", When: func(t Turn) bool { return t.Var("way") == "through" && t.Waiting() }, To: "second"}},
			Else: Transition{Label: "not set", To: "first"},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// heardIn returns the keys of what is said, message by message, and the actions
// of its buttons.
func heardIn(effects []Effect) (said []string) {
	for _, e := range effects {
		if say, ok := e.(Say); ok {
			var words []string
			for _, t := range say.Texts {
				words = append(words, t.Key)
			}
			for _, row := range say.Buttons {
				for _, b := range row {
					words = append(words, "["+b.Action+"]")
				}
			}
			said = append(said, strings.Join(words, " "))
		}
	}
	return said
}

func TestAdvance(t *testing.T) {
	b := tiny(t)
	press := bot.Event{Kind: bot.Tapped, Press: &bot.Press{Action: "go"}}
	typed := func(text string) bot.Event { return bot.Event{Kind: bot.Typed, Text: text} }
	for _, c := range []struct {
		name  string
		from  bot.State
		event bot.Event
		step  string
		said  []string
	}{
		{"a new conversation begins at home", bot.State{}, typed("anything"), "a/first", []string{"first [go]"}},
		{"a step that is no more begins at home", bot.State{Flow: "old", Step: "gone"}, typed("anything"), "a/first", []string{"first [go]"}},
		{"words on leaving and on arriving are one message", bot.State{Flow: "a", Step: "first"}, press, "a/second", []string{"bye second. [menu]"}},
		{"a remark keeps the buttons", bot.State{Flow: "a", Step: "first"}, typed("aside"), "a/first", []string{"aside [go]"}},
		{"a remark before anything is said", bot.State{}, typed("aside"), "a/first", []string{"aside first [go]"}},
		{"nothing fits", bot.State{Flow: "a", Step: "second"}, typed("anything"), "a/second", nil},
		{"a step that does not wait sees what it has set", bot.State{Flow: "a", Step: "first"}, typed("through"), "a/second", []string{"second.through [menu]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			state, effects, err := b.Advance(Turn{State: c.from, Event: &c.event, Facts: &Facts{}})
			if err != nil {
				t.Fatal(err)
			}
			if got := path(state); got != c.step {
				t.Errorf("stands at %s, want %s", got, c.step)
			}
			if diff := cmp.Diff(c.said, heardIn(effects)); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAdvanceLeavesItsInputAlone(t *testing.T) {
	vars := bot.Vars{}.With("way", "before")
	ledger := []bot.LedgerEntry{{Change: bot.Change{ID: "x"}}}
	turn := Turn{State: bot.State{Flow: "a", Step: "first", Vars: vars}, Event: &bot.Event{Kind: bot.Typed, Text: "through"}, Facts: &Facts{Ledger: ledger}}
	state, _, err := tiny(t).Advance(turn)
	if err != nil {
		t.Fatal(err)
	}
	if state.Vars.Get("way") != "through" || vars.Get("way") != "before" || turn.Facts.Ticket != nil {
		t.Error("the turn changed what it was given")
	}
	turn.conclude(nil, []Effect{Say{Tells: []Telling{{Change: ledger[0].Change, Part: bot.PartCard}}}})
	if ledger[0].Heard() || !turn.Facts.Ledger[0].Heard() {
		t.Error("a mark must take hold in the turn and nowhere else")
	}
}

func TestShow(t *testing.T) {
	b := tiny(t)
	for _, c := range []struct {
		state bot.State
		said  string
	}{
		{bot.State{Flow: "a", Step: "second", Vars: bot.Vars{}.With("way", "back")}, "second.back [menu]"},
		{bot.State{}, "first [go]"},
		{bot.State{Flow: "a", Step: "pass"}, "first [go]"},
	} {
		effects := b.Show(Turn{State: c.state, Facts: &Facts{}})
		if diff := cmp.Diff([]string{c.said}, heardIn(effects)); diff != "" || len(effects) != 1 {
			t.Errorf("%v: %d effects, said (-want +got):\n%s", c.state, len(effects), diff)
		}
	}
}

func TestNewBookRefuses(t *testing.T) {
	step := func(name string, to string) Step {
		return Step{Name: name, Enter: func(Turn) []Effect { return nil }, Else: Transition{Label: "else", To: to}}
	}
	always := func(Turn) bool { return true }
	pass := func(name, to string) Step {
		return Step{Name: name, Pass: true, Else: Transition{Label: "else", To: to}}
	}
	for want, steps := range map[string][]Step{
		"no such step":          {step("other", "")},
		"stands twice":          {step("home", ""), step("home", "")},
		"does not exist":        {step("home", "nowhere")},
		"has no Else":           {{Name: "home", Enter: func(Turn) []Effect { return nil }}},
		"shows nothing":         {{Name: "home", Else: Stay()}},
		"must lead on":          {step("home", ""), pass("p", "")},
		"without waiting":       {step("home", "p"), pass("p", "q"), pass("q", "p")},
		"has no condition":      {{Name: "home", Enter: func(Turn) []Effect { return nil }, On: []Transition{{Label: "x"}}, Else: Stay()}},
		"an arrow has no label": {{Name: "home", Enter: func(Turn) []Effect { return nil }, On: []Transition{{When: always}}, Else: Stay()}},
		"comes back to itself":  {step("home", ""), pass("p", "p")},
	} {
		if _, err := NewBook("f/home", nil, Flow{Name: "f", Steps: steps}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestTyped(t *testing.T) {
	for text, want := range map[string]bool{
		"так": true, "👍": true, ".": true, "": false, "   ": false, "\u200b": false, "\u2060\ufe0f \n": false, "\u202e": false,
	} {
		turn := Turn{Event: &bot.Event{Kind: bot.Typed, Text: text}}
		if turn.Typed() != want || turn.Wordless() == want {
			t.Errorf("%q: typed %v, wordless %v", text, turn.Typed(), turn.Wordless())
		}
	}
	if (Turn{Event: &bot.Event{Kind: bot.Edited, Text: "так"}}).Typed() {
		t.Error("an edit is not a new message")
	}
}

func TestAction(t *testing.T) {
	for _, id := range []string{"tariff-2027", "", "Тариф 2027", "a b", "UPPER", strings.Repeat("long", 20), "x.y_z:1"} {
		a := Action("article", id)
		if len(a) > bot.MaxAction || strings.Trim(a, "abcdefghijklmnopqrstuvwxyz0123456789._:-") != "" {
			t.Errorf("the action of %q is %q", id, a)
		}
		if a != Action("article", id) || a == Action("article", id+"x") {
			t.Errorf("the action of %q does not name it", id)
		}
	}
}

// What belongs to a step outlives what is said beside it, and not the step.
func TestVarsOfAStep(t *testing.T) {
	say := func(key string) func(Turn) []Effect {
		return func(Turn) []Effect { return []Effect{Say{Texts: []Text{T(key)}, Buttons: [][]Button{{MenuButton()}}}} }
	}
	word := func(text, to string, do func(Turn) []Effect) Transition {
		return Transition{Label: text, When: func(t Turn) bool { return t.Event.Text == text }, To: to, Do: do}
	}
	set := func(t Turn) []Effect { return []Effect{Set{"code", t.Event.Text}} }
	b, err := NewBook("f/home", []Transition{word("on", "f/asked", set), word("aside", "", say("aside"))}, Flow{Name: "f", Steps: []Step{
		{Name: "home", Enter: say("home"), Else: Stay()},
		{
			Name: "asked", Vars: []string{"code"}, Enter: say("asked"), Else: Stay(),
			On: []Transition{word("go", "home", func(t Turn) []Effect { return []Effect{Set{"got", t.Var("code")}} })},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	state := bot.State{Flow: "f", Step: "home", Vars: bot.Vars{}.With("own", "1")}
	for _, c := range []struct{ text, code string }{{"on", "on"}, {"aside", "on"}, {"on", "on"}, {"go", ""}} {
		if state, _, err = b.Advance(Turn{State: state, Event: &bot.Event{Kind: bot.Typed, Text: c.text}, Facts: &Facts{}}); err != nil {
			t.Fatal(err)
		}
		if state.Vars.Get("code") != c.code || state.Vars.Get("own") != "1" {
			t.Errorf("after %q: %v", c.text, state.Vars)
		}
	}
	if state.Vars.Get("got") != "on" {
		t.Errorf("the arrow that leaves the step does not see what belongs to it: %v", state.Vars)
	}
}

// A choice is one where nothing else is said with it: words on the way to it, and those
// that only stand above its buttons, are to stay.
func TestChoiceIsSaidAlone(t *testing.T) {
	say := func(key string, buttons ...[]Button) func(Turn) []Effect {
		return func(Turn) []Effect { return []Effect{Say{Texts: []Text{T(key)}, Buttons: buttons}} }
	}
	word := func(text, to string, do func(Turn) []Effect) Transition {
		return Transition{Label: text, When: func(t Turn) bool { return t.Event.Text == text }, To: to, Do: do}
	}
	all := []Transition{word("back", "f/choice", nil), word("bye", "f/choice", say("bye")), word("aside", "", say("aside")), word("answer", "f/answer", nil)}
	b, err := NewBook("f/choice", all, Flow{Name: "f", Steps: []Step{
		{Name: "choice", Choice: true, Enter: say("choice", []Button{MenuButton()}), Else: Stay()},
		{Name: "answer", Enter: say("answer", []Button{MenuButton()}), Else: Stay()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"back": true, "bye": false, "aside": false, "answer": false} {
		_, effects, err := b.Advance(Turn{State: bot.State{Flow: "f", Step: "choice"}, Event: &bot.Event{Kind: bot.Typed, Text: text}, Facts: &Facts{}})
		if err != nil || len(effects) != 1 || len(effects[0].(Say).Buttons) != 1 {
			t.Fatal(text, effects, err)
		}
		if effects[0].(Say).Choice != want {
			t.Errorf("%q says %+v: a choice alone %v, want %v", text, effects[0], !want, want)
		}
	}
}

// TestAfterSaysWhatEachEffectLeaves is the table of what the same turn sees after
// an effect; the facts it began with stay as they were.
func TestAfterSaysWhatEachEffectLeaves(t *testing.T) {
	chat := bot.Address{Bot: "telegram", Chat: "1"}
	taken := &bot.Ticket{State: bot.TicketTaken}
	waiting := &bot.Ticket{State: bot.TicketWaiting}
	begin := Facts{
		Language: bot.Ukrainian, Guessed: true, Ledger: []bot.LedgerEntry{{Change: bot.Change{ID: "a"}}, {Change: bot.Change{ID: "b"}}},
		Invite: Invite{State: InviteGood, Language: bot.Russian, Ticket: taken}, Chats: []Chat{{Address: chat}},
	}
	with := func(change func(*Facts)) Facts { f := begin; change(&f); return f }
	for name, c := range map[string]struct {
		of     Facts
		effect Effect
		holds  func(Facts) bool
	}{
		"speak":        {begin, Speak{bot.Russian}, func(f Facts) bool { return f.Language == bot.Russian && f.Chosen && !f.Guessed }},
		"hand off":     {begin, HandOff{Reason: bot.ReasonAsked}, func(f Facts) bool { return f.Ticket != nil && f.Ticket.State == bot.TicketWaiting }},
		"hand off two": {with(func(f *Facts) { f.Ticket = taken }), HandOff{}, func(f Facts) bool { return f.Ticket == taken }},
		"recall":       {with(func(f *Facts) { f.Ticket = waiting }), Recall{}, func(f Facts) bool { return f.Ticket == nil }},
		"recall taken": {with(func(f *Facts) { f.Ticket = taken }), Recall{}, func(f Facts) bool { return f.Ticket == taken }},
		"mark":         {begin, Mark{"b", bot.MarkTold}, func(f Facts) bool { return !f.Ledger[0].Heard() && f.Ledger[1].Heard() }},
		"follow":       {begin, Follow{"a", true}, func(f Facts) bool { return f.Ledger[0].Followed && !f.Ledger[1].Followed }},
		"wish":         {begin, Wish{bot.Wishes{Quiet: bot.QuietNever}}, func(f Facts) bool { return f.Wishes.Quiet == bot.QuietNever }},
		"stop":         {begin, Stop{}, func(f Facts) bool { return f.Stopped && !f.Hushed }},
		"stop here":    {begin, Stop{Here: true}, func(f Facts) bool { return !f.Stopped && f.Hushed }},
		"resume": {
			with(func(f *Facts) { f.Stopped, f.Hushed = true, true }),
			Resume{},
			func(f Facts) bool { return !f.Stopped && !f.Hushed },
		},
		"resume here": {
			with(func(f *Facts) { f.Stopped, f.Hushed = true, true }),
			Resume{Here: true},
			func(f Facts) bool { return f.Stopped && !f.Hushed },
		},
		"join": {begin, Join{"code"}, func(f Facts) bool {
			return f.Language == bot.Russian && f.Ticket == taken && f.Invite.State == InviteJoined
		}},
		"split": {begin, Split{chat}, func(f Facts) bool { return len(f.Chats) == 0 }},
	} {
		if !c.holds(*c.of.After(c.effect)) {
			t.Errorf("%s leaves %+v", name, *c.of.After(c.effect))
		}
	}
	if begin.Ledger[1].Heard() || begin.Ledger[0].Followed {
		t.Error("an effect wrote into the facts it was given")
	}
}
