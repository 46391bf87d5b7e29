package dialog

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// choosing is a person at a book of two choices and an answer, on a messenger that
// changes messages or does not.
func choosing(t *testing.T, edits bool) *Rehearsal {
	t.Helper()
	screen := func(name string, choice bool, text string, to ...string) flows.Step {
		s := flows.Step{Name: name, Choice: choice, Else: flows.Transition{Label: "anything", To: name}}
		s.Enter = func(flows.Turn) []flows.Effect {
			say := flows.Say{Texts: []flows.Text{words(text, text)}}
			for _, action := range to {
				say.Buttons = append(say.Buttons, flows.Row(words("до "+action, "к "+action), action))
			}
			return []flows.Effect{say}
		}
		for _, action := range to {
			s.On = append(s.On, flows.Transition{Label: action, When: func(t flows.Turn) bool { return t.Pressed(action) }, To: action})
		}
		return s
	}
	book, err := flows.NewBook("talk/menu", nil, flows.Flow{Name: "talk", Steps: []flows.Step{
		screen("menu", true, "меню", "list", "answer"), screen("list", true, "список", "menu", "answer"), screen("answer", false, "відповідь", "menu"),
	}})
	if err != nil {
		t.Fatal(err)
	}
	r := rehearse(t)
	r.Engine.Book = book
	r.Engine.Channels = map[string]flows.Messenger{"telegram": {Capabilities: bot.Capabilities{Edits: edits}}}
	return r
}

func under(message string, screen int, action string) bot.Event {
	return person(bot.Event{Kind: bot.Tapped, ID: message, Press: &bot.Press{ID: "p" + message, Screen: screen, Action: action}})
}

// A choice turns into the next where the messenger can; an answer is always a
// message of its own, and stays.
func TestChoicesTurnIntoTheNext(t *testing.T) {
	for _, c := range []struct {
		edits bool
		event []bot.Event
		want  []string // the message that is changed, and the text
	}{
		{true, []bot.Event{typed("меню"), under("7", 1, "list"), under("7", 2, "menu")}, []string{" меню", "7 список", "7 меню"}},
		{true, []bot.Event{typed("меню"), under("7", 1, "answer"), under("8", 2, "menu"), under("9", 3, "list")}, []string{" меню", " відповідь", " меню", "9 список"}},
		{true, []bot.Event{typed("меню"), typed("до list")}, []string{" меню", " список"}},
		{false, []bot.Event{typed("меню"), under("7", 1, "list")}, []string{" меню", " список"}},
	} {
		r := choosing(t, c.edits)
		for i, e := range c.event {
			result := do(t, r, e, noon.Add(time.Duration(i)*time.Minute))
			var got []string
			for _, s := range result.Said {
				if s.Message.Press == "" {
					got = append(got, s.Message.Edit+" "+s.Message.Text)
				}
			}
			if len(got) != 1 || got[0] != c.want[i] {
				t.Errorf("%v, event %d: %q, want %q", c.edits, i, got, c.want[i])
			}
		}
	}
}

// Twenty-seven presses, one a second, call nobody; what no hand does is asked to
// wait, and calls nobody either. Texts are counted apart.
func TestPressesAreCountedByThemselves(t *testing.T) {
	r := choosing(t, true)
	do(t, r, typed("меню"), noon)
	tired := 0
	for i := range 2 * pressesMax {
		result := do(t, r, under(strconv.Itoa(i), i-tired+1, []string{"list", "menu"}[(i-tired)%2]), noon.Add(time.Duration(i)*200*time.Millisecond))
		if result.Write.Open != nil {
			t.Fatalf("press %d opened a ticket", i)
		}
		if strings.Contains(heard(result), "Забагато") {
			tired++
		}
	}
	if tired != pressesMax || r.loaded.Conversation.Burst > 1 {
		t.Errorf("%d presses of %d were too many; %d replies counted", tired, 2*pressesMax, r.loaded.Conversation.Burst)
	}
	if got := heard(do(t, r, typed("меню"), noon.Add(30*time.Second))); !strings.Contains(got, "меню") && !strings.Contains(got, "список") {
		t.Errorf("a text meanwhile heard %q", got)
	}
}
