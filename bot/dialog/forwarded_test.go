package dialog

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
)

// A label that stands in what somebody else said is no press, and their language is
// not the person's.
func TestForwardedWordsAreNoWish(t *testing.T) {
	forwarded := func(text string) bot.Event {
		e := typed(text)
		e.Forwarded = &bot.Origin{Kind: "channel", Name: "Новини"}
		return e
	}
	r := rehearse(t)
	do(t, r, typed("поясніть, будь ласка, що це"), noon)
	if got := heard(do(t, r, forwarded("Далі"), noon)); got != "один" {
		t.Errorf("a label in a forwarded text leads to %q", got)
	}
	if got := heard(do(t, r, forwarded("объясните это, сколько это стоит"), noon)); got != "один" {
		t.Errorf("a forwarded text is answered with %q", got)
	}
	photo := forwarded("объясните это, сколько это стоит")
	photo.Kind, photo.Attachment = bot.Attached, &bot.Attachment{Kind: bot.Photo}
	if got := heard(do(t, r, photo, noon)); got != "один" || r.loaded.Contact.Language != bot.Ukrainian {
		t.Errorf("a forwarded caption is answered with %q, in %q", got, r.loaded.Contact.Language)
	}
	if got := heard(do(t, r, typed("Далі"), noon)); got != "два" {
		t.Errorf("the person's own word leads to %q", got)
	}
	r = rehearse(t)
	first := forwarded("поясніть, будь ласка, що це")
	first.Profile.Locale = "ru"
	if got := heard(do(t, r, first, noon)); got != "раз" {
		t.Errorf("their own client is in Russian, and they hear %q", got)
	}
}

// Whatever stands in it, the bot keeps silent while an operator holds the chat.
func TestForwardedWordsDoNotBreakInOnAnOperator(t *testing.T) {
	for _, text := range []string{"стоп", "STOP", "покличте людину", "/stop", "Далі"} {
		for _, kind := range []bot.EventKind{bot.Typed, bot.Attached} {
			r := rehearse(t)
			do(t, r, typed("поясніть"), noon)
			r.loaded.Ticket = &bot.Ticket{ID: "t", Address: r.loaded.Conversation.Address, State: bot.TicketTaken}
			e := typed(text)
			e.Kind, e.Forwarded = kind, &bot.Origin{Kind: "channel", Name: "Новини"}
			if kind == bot.Attached {
				e.Attachment = &bot.Attachment{Kind: bot.Photo}
			}
			if got := do(t, r, e, noon); len(got.Said) > 0 {
				t.Errorf("%s %q, forwarded to an operator, is answered with %q", kind, text, got.Said[0].Message.Text)
			}
		}
	}
}

// Several messages that are one are forwarded all or none of them.
func TestForwardedWordsAreGatheredApart(t *testing.T) {
	origin := &bot.Origin{Kind: "channel", Name: "Новини"}
	r, heard := told(t)
	own := long("моє")
	own.Links, own.Answers = []bot.Link{{URL: "https://example.com/"}}, &bot.Answered{Text: "раніше"}
	do(t, r, own, noon)
	if kept := r.loaded.Conversation.State.Vars.Get(varGather); kept == "" || strings.Contains(kept, "example") || strings.Contains(kept, "раніше") {
		t.Errorf("waits with %s", kept)
	}
	other := typed("Далі")
	other.Forwarded = origin
	do(t, r, other, noon)
	first, second := item("7", "Далі"), item("7", "далі буде")
	first.Forwarded, second.Forwarded = origin, origin
	do(t, r, first, noon)
	do(t, r, second, noon)
	do(t, r, typed("Далі"), noon)
	want := []string{"typed моє", "typed Далі", "attached Далі\nдалі буде", "tapped on"}
	if diff := cmp.Diff(want, *heard); diff != "" {
		t.Error(diff)
	}
}

// What stands beside the words is kept for whoever reads the history, and once.
func TestHistoryKeepsWhatStandsBesideTheWords(t *testing.T) {
	r := rehearse(t)
	e := typed("а коли?")
	e.ID = ""
	e.Links = []bot.Link{{Words: "коли", URL: "https://example.com/?a=1&b=2"}}
	e.Answers = &bot.Answered{ID: "7", Ours: true, Text: "Зміниться тариф", Quote: "тариф"}
	e.Forwarded = &bot.Origin{Kind: "channel", Name: "Новини", By: "Редакція", At: noon}
	got := do(t, r, e, noon).Write.History[0]
	var detail struct {
		Links     []bot.Link
		Answers   *bot.Answered
		Forwarded *bot.Origin
	}
	if err := json.Unmarshal(got.Detail, &detail); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(detail, struct {
		Links     []bot.Link
		Answers   *bot.Answered
		Forwarded *bot.Origin
	}{e.Links, e.Answers, e.Forwarded}); diff != "" || got.Text != "а коли?" {
		t.Errorf("%q: %s", got.Text, diff)
	}
}

// A poll's words are shown in the history, and asked about they are not.
func TestWordsOfAThingAreNoMessage(t *testing.T) {
	r := rehearse(t)
	poll := person(bot.Event{Kind: bot.Attached, ID: "m", Detail: "poll", Attachment: &bot.Attachment{Kind: bot.Unsupported, Words: "human"}})
	got := do(t, r, poll, noon)
	if got.Write.Open != nil {
		t.Error("a poll called a human")
	}
	if e := got.Write.History[0]; e.Text != "human" || string(e.Detail) != `{"id":"m","attachment":{"kind":"unsupported"},"detail":"poll"}` {
		t.Errorf("kept %q with %s", e.Text, e.Detail)
	}
	captioned := poll
	captioned.Text = "ось"
	if e := do(t, r, captioned, noon.Add(time.Hour)).Write.History[0]; e.Text != "ось" ||
		string(e.Detail) != `{"id":"m","attachment":{"kind":"unsupported","words":"human"},"detail":"poll"}` {
		t.Errorf("kept %q with %s", e.Text, e.Detail)
	}
}
