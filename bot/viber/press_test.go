package viber_test

import (
	"encoding/json"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/viber"
)

// says returns what the channel makes of a text that a person sent.
func says(t *testing.T, ch *viber.Channel, text string) bot.Event {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"event":"message","message_token":49,"sender":{"id":"A="},"message":{"type":"text","text":` + string(quoted) + `}}`)
	u, _ := accepted(t, ch, signed(body), body)
	events, err := ch.Decode(u)
	if err != nil || len(events) != 1 {
		t.Fatalf("%q: %v, %v", text, events, err)
	}
	return events[0]
}

// bodyOf returns what the one button of a message sends.
func bodyOf(t *testing.T, label string, screen int, action string) string {
	t.Helper()
	body := said(t, bot.Message{Text: "x", Screen: screen, Buttons: [][]bot.Button{{{Label: label, Action: action}}}})[0]
	return body["keyboard"].(map[string]any)["Buttons"].([]any)[0].(map[string]any)["ActionBody"].(string)
}

// TestPressedButtonReadsAsWords: on a client that does not know Silent the body of
// a press stands in the chat as the person's own words, so it begins with the
// label. The press means the same whatever the label is.
func TestPressedButtonReadsAsWords(t *testing.T) {
	ch := channel(t, nil)
	for _, label := range []string{
		"Що змінюється", "Так", "1", " краї ", "два\nрядки", "A & <b>Б</b>", "хвіст ·#2~x", "·#", "😀 " + strings.Repeat("👨‍👩‍👧‍👦", 30),
		strings.Repeat("слово ", 40), "replace_me_with_user_name", strings.Repeat("я", 50) + "replace_me_with_receiver_id", "\u202eнавпаки", "a\u0301\u0301\u0301",
		strings.Repeat("\u2060", 100) + "x",
	} {
		for _, screen := range []int{0, 2, 35, 1 << 30} {
			body := bodyOf(t, label, screen, "faq:tariff-2.more_ok")
			e := says(t, ch, body)
			if e.Kind != bot.Tapped || e.Press.Screen != screen || e.Press.Action != "faq:tariff-2.more_ok" || e.Text != "" {
				t.Errorf("%q sends %q, read as %+v", label, body, e)
			}
			if strings.Contains(body, "replace_me_with_") || strings.ContainsAny(body, "\n\x00") || len([]rune(body)) > 150 {
				t.Errorf("%q sends %q", label, body)
			}
		}
	}
	if got, want := bodyOf(t, "Що змінюється", 2, "changes"), "Що змінюється ·#2~changes"; got != want {
		t.Errorf("sends %q, want %q", got, want)
	}
	if e := says(t, ch, "#2~changes"); e.Kind != bot.Tapped || e.Press.Screen != 2 || e.Press.Action != "changes" {
		t.Errorf("a button of before is read as %+v", e)
	}
}

// TestTypedLookalikes: words around our mark, or a mark that is not ours to the
// byte, are words.
func TestTypedLookalikes(t *testing.T) {
	ch := channel(t, nil)
	for _, text := range []string{
		"Тарифи ·#2~changes?", "Тарифи ·#2~changes дякую", "Тарифи ·#2~", "Тарифи ·#~changes", "Тарифи ·2~changes", "Тарифи #2~changes",
		"Тарифи ·#02~changes", "Тарифи ·#A~changes", "Тарифи ·#-2~changes", "Тарифи ·#2~Changes", "Тарифи ·#2~зміни", "Тарифи ·#2~drop table",
		"Тарифи ·#zzzzzzzzz~changes", "Тарифи·#2~changes", "Тарифи  ·#2~changes", " Тарифи ·#2~changes", " ·#2~changes", "·#2~changes",
		"рядок\nТарифи ·#2~changes", "Тарифи ·#2~changes\n", "Тарифи ·#2~" + strings.Repeat("a", bot.MaxAction+1),
		strings.Repeat("довге питання про тарифи ", 8) + "·#2~changes", "що таке *111#2~3", "#2 ~ changes",
	} {
		if e := says(t, ch, text); e.Kind != bot.Typed || e.Text != text || e.Press != nil {
			t.Errorf("%q is read as %+v", text, e)
		}
	}
}
