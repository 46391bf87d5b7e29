package channeltest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"visnyk/bot"
)

// capabilities: what the table says is so.
func capabilities(t *testing.T, c Case, can bot.Capabilities) {
	w := c.New(t)
	if again := w.Channel.Capabilities(); again != can {
		t.Errorf("%+v, and of another channel of the kind %+v", can, again)
	}
	if _, shows := w.Channel.(bot.Typist); shows != can.Typing {
		t.Errorf("typing: the table says %v", can.Typing)
	}
	if _, hooked := w.Channel.(bot.WebhookSetter); hooked && can.Visited {
		t.Error("people come to us, and a messenger delivers")
	}
	if can.LastingButtons && !can.Buttons || can.Limits.Buttons > 0 && !can.Buttons {
		t.Errorf("buttons of what kind? %+v", can)
	}
	if can.Handshake {
		strangers(t, w.Channel)
	}
	if can.Limits.Buttons > 0 {
		manyButtons(t, w, can.Limits.Buttons)
	}
	if can.Limits.Keyboard > 0 {
		largeKeyboard(t, w, can.Limits)
	}
	if can.Limits.Rows > 0 {
		manyRows(t, w, can.Limits.Rows)
	}
	if !can.Files {
		shown := w.say(t, bot.Message{Media: &bot.Media{Kind: bot.File, URL: "https://a.ua/f.pdf", Name: "f.pdf", Size: 1}})
		if len(shown) != 1 {
			t.Errorf("a file is shown as %+v", shown)
		}
	}
}

// strangers: nobody's handshake is answered but the messenger's.
func strangers(t *testing.T, ch bot.Channel) {
	t.Helper()
	for _, query := range []string{"", "hub.challenge=x", "challenge=x&token=", "hub.mode=subscribe&hub.verify_token=&hub.challenge=x"} {
		r := bot.Request{Method: http.MethodGet, URL: &url.URL{Path: "/webhooks/x", RawQuery: query}, Header: http.Header{}}
		if err := ch.Admit(r); !errors.Is(err, bot.ErrForged) {
			t.Errorf("a handshake of nobody (%q): Admit gives %v", query, err)
		}
		if in, reply, err := ch.Accept(r); !errors.Is(err, bot.ErrForged) || in != nil || reply != nil {
			t.Errorf("a handshake of nobody (%q): Accept gives %v, %v, %v", query, in, reply, err)
		}
	}
}

// inLines: buttons that the messenger does not take are lines of the text, all of
// them, and can be typed.
func inLines(t *testing.T, w World, m bot.Message) {
	t.Helper()
	var text strings.Builder
	for _, s := range w.say(t, m) {
		text.WriteString(s.Text + "\n")
		if len(s.Labels) > 0 {
			t.Errorf("%d buttons of %d are shown", len(s.Labels), len(m.Lines()))
		}
	}
	for _, line := range append(m.Lines(), m.Text) {
		if !strings.Contains(text.String(), line) {
			t.Errorf("%q is nowhere", line)
		}
	}
}

// largeKeyboard: what takes more bytes than the table says, and more rows.
func largeKeyboard(t *testing.T, w World, limits bot.Limits) {
	t.Helper()
	m := bot.Message{Text: "Оберіть", Screen: 1}
	for size := 0; size <= limits.Keyboard; size += 400 {
		m.Buttons = append(m.Buttons, []bot.Button{{Label: fmt.Sprint("Вибір ", size, " ", strings.Repeat("ї", 200)), Action: fmt.Sprint("a", size)}})
	}
	inLines(t, w, m)
}

// manyRows: one row more than the table says.
func manyRows(t *testing.T, w World, most int) {
	t.Helper()
	m := bot.Message{Text: "Оберіть", Screen: 1}
	for i := range most + 1 {
		m.Buttons = append(m.Buttons, []bot.Button{{Label: fmt.Sprint("Вибір ", i), Action: fmt.Sprint("a", i)}})
	}
	inLines(t, w, m)
}

// manyButtons: as many as the table says are shown, and with one more all of them go
// as lines.
func manyButtons(t *testing.T, w World, most int) {
	t.Helper()
	m := bot.Message{Text: "Оберіть", Screen: 1}
	for i := range most {
		m.Buttons = append(m.Buttons, []bot.Button{{Label: fmt.Sprint("Вибір ", i), Action: fmt.Sprint("a", i)}})
	}
	if shown := w.say(t, m); len(shown) != 1 || len(shown[0].Labels) != most {
		t.Errorf("%d buttons are shown as %+v", most, shown)
	}
	m.Buttons = append(m.Buttons, []bot.Button{{Label: "Зайва", Action: "more"}})
	inLines(t, w, m)
}
