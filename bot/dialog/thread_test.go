package dialog

import (
	"testing"
	"time"

	"visnyk/bot"
)

// The conversation is one; what it says goes where the person just did something.
// What we do not see them do there moves it nowhere.
func TestAnswersGoToTheThreadTheyWereAskedIn(t *testing.T) {
	r := rehearse(t)
	in := func(thread string, e bot.Event) bot.Event {
		e.Thread = thread
		return e
	}
	unseen := press(1, "two")
	unseen.Press.Unseen = true
	for i, step := range []struct {
		name  string
		event bot.Event
		want  string
	}{
		{"opened", person(bot.Event{Kind: bot.Started}), ""},
		{"written in a thread", in("7", typed("привіт")), "7"},
		{"pressed in another", in("8", press(2, "two")), "8"},
		{"pressed under what is seen no more", unseen, "8"},
		{"an old message changed in the first", in("7", person(bot.Event{Kind: bot.Edited, ID: "m", Text: "інше"})), "8"},
		{"sent something in a third", in("9", person(bot.Event{Kind: bot.Attached, Attachment: &bot.Attachment{Kind: bot.Photo}})), "9"},
		{"time passes", person(bot.Event{Kind: bot.TimedOut, Detail: "x"}), "9"},
		{"written in the chat itself", typed("меню"), ""},
	} {
		got := do(t, r, step.event, noon.Add(time.Duration(i)*time.Minute))
		if got.Thread != step.want {
			t.Errorf("%s: in %q, want %q", step.name, got.Thread, step.want)
		}
		if c := got.Write.Conversation; c == nil || c.Thread != step.want {
			t.Errorf("%s: written as %+v", step.name, c)
		}
	}
}

// A press that is for nobody here is answered, and nobody is met by it.
func TestAPressThatIsIgnoredIsAnswered(t *testing.T) {
	r := rehearse(t)
	e := person(bot.Event{Kind: bot.Ignored, Detail: "callback_query/group", Press: &bot.Press{ID: "p"}})
	got := do(t, r, e, noon)
	if len(got.Said) != 1 || got.Said[0].Message.Press != "p" || got.Said[0].Message.Text != "" {
		t.Errorf("said %+v", got.Said)
	}
	if w := got.Write; w.Conversation != nil || w.Contact != nil || w.History != nil || w.Note != "ignored: callback_query/group" {
		t.Errorf("written %+v", w)
	}
}
