package viber_test

import (
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/viber/vibertest"
)

// TestLess sends what Viber refuses once more without it: every label stands there
// as a line, a file as its address, and the strict fake takes it.
func TestLess(t *testing.T) {
	rows := [][]bot.Button{
		{{Label: "Так & <ні>", Action: "yes"}, {Label: "*Зірка*", Action: "star"}},
		{{Label: "Сайт", URL: "https://x.example/?a=1&b=2"}},
		{{Label: "Мій номер", Phone: true}},
		{{Label: "Меню", Word: true}},
	}
	const lines = "Так & <ні>\n\u2060*\u2060Зірка\u2060*\u2060\nСайт: https://x.example/?a=1&b=2\nМій номер\nМеню"
	photo := &bot.Media{Kind: bot.Photo, URL: "https://x.example/1.jpg"}
	file := &bot.Media{Kind: bot.File, URL: "https://x.example/1", Name: "Умови.pdf", Size: 5}
	keyboard := vibertest.RefuseKeyboard()
	for _, tt := range []struct {
		name  string
		m     bot.Message
		fault vibertest.Fault
		kind  string // of what arrives; "": nothing goes again
		text  string
	}{
		{"a keyboard", bot.Message{Text: "**Оберіть**", Buttons: rows}, keyboard, "text", "*Оберіть*\n\n" + lines},
		{"a keyboard, without a word why", bot.Message{Text: "Оберіть", Buttons: rows}, vibertest.Refuse(3), "text", "Оберіть\n\n" + lines},
		{"a keyboard, too much for the level", bot.Message{Text: "Оберіть", Buttons: rows}, vibertest.Refuse(14), "text", "Оберіть\n\n" + lines},
		{"a keyboard that an old client does not know", bot.Message{Text: "Оберіть", Buttons: rows}, vibertest.Refuse(13), "text", "Оберіть\n\n" + lines},
		{"a keyboard that no device of theirs knows", bot.Message{Text: "Оберіть", Buttons: rows}, vibertest.Refuse(11), "text", "Оберіть\n\n" + lines},
		{"a keyboard, by HTTP alone", bot.Message{Text: "Оберіть", Buttons: rows}, vibertest.HTTP(400, ""), "text", "Оберіть\n\n" + lines},
		{"a keyboard that is too large", bot.Message{Text: "Оберіть", Buttons: rows}, vibertest.HTTP(413, ""), "text", "Оберіть\n\n" + lines},
		{"a keyboard under a picture", bot.Message{Text: "Ось", Buttons: rows, Media: photo}, keyboard, "picture", "Ось\n\n" + lines},
		{"a picture", bot.Message{Text: "Ось", Media: photo}, vibertest.Refuse(3), "text", "Ось\n\nhttps://x.example/1.jpg"},
		{"a picture alone", bot.Message{Media: photo}, vibertest.Refuse(3), "text", "https://x.example/1.jpg"},
		{"a picture with buttons", bot.Message{Text: "Ось", Buttons: rows, Media: photo}, vibertest.Fault{Status: 3, Words: "media is not valid"}, "text", "Ось\n\nhttps://x.example/1.jpg\n\n" + lines},
		{"a file", bot.Message{Media: file}, vibertest.Refuse(3), "text", "Умови.pdf https://x.example/1"},
		{"a keyboard under a file", bot.Message{Buttons: rows, Media: file}, keyboard, "text", "Умови.pdf https://x.example/1\n\n" + lines},
		{"a text", bot.Message{Text: "Оберіть"}, vibertest.Refuse(3), "", ""},
		{"nobody there", bot.Message{Text: "Оберіть", Buttons: rows}, vibertest.Refuse(6), "", ""},
		{"an account that is not inline", bot.Message{Text: "Оберіть", Buttons: rows}, vibertest.Refuse(17), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch, fake := connected(t, vibertest.Options{}, nil)
			p := fake.Person("A=", "Іван", "uk").APIVersion(2)
			p.Write("так")
			to := bot.Address{Bot: "viber", Chat: "A="}
			fake.NextSend("A=", tt.fault)
			id, err := ch.Send(timeout(t), to, one(t, ch, tt.m))
			e := outcome(t, err)
			if tt.kind == "" {
				if e.Outcome == bot.Sent || len(p.Messages()) > 0 {
					t.Errorf("sent again: %v", err)
				}
				return
			}
			if e.Outcome != bot.Sent || id == "" || len(p.Messages()) != 1 {
				t.Fatalf("%q, %v, %d messages", id, err, len(p.Messages()))
			}
			got := p.Messages()[0]
			if got.Type != tt.kind || got.Text != tt.text || got.Keyboard != nil || got.MinAPIVersion != 1 || got.Sender != "Вісник" {
				t.Errorf("arrived %s %q, want %s %q", got.Type, got.Text, tt.kind, tt.text)
			}
		})
	}
}

// TestLessFits: where the words leave no room for all labels, the words stay whole.
func TestLessFits(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	p := fake.Person("A=", "Іван", "uk")
	p.Write("так")
	var rows [][]bot.Button
	for range 24 {
		rows = append(rows, []bot.Button{{Label: strings.Repeat("довга назва ", 10), Action: "x"}})
	}
	for _, n := range []int{1, 6000, 6990, 7000} {
		fake.NextSend("A=", vibertest.RefuseKeyboard())
		text := strings.Repeat("ї", n)
		_, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, one(t, ch, bot.Message{Text: text, Buttons: rows}))
		if e := outcome(t, err); e.Outcome != bot.Sent {
			t.Errorf("%d: %v", n, err)
		}
	}
	for i, m := range p.Messages() {
		if !strings.HasPrefix(m.Text, "ї") {
			t.Errorf("message %d begins %q", i, m.Text[:20])
		}
	}
}

// TestRefusalIsExplained keeps what is of Viber's schema in its words, and nothing
// that a message could have brought there.
func TestRefusalIsExplained(t *testing.T) {
	ch, fake := connected(t, vibertest.Options{}, nil)
	fake.Person("A=", "Іван", "uk").Write("так")
	part := one(t, ch, bot.Message{Text: "таємний текст", Buttons: [][]bot.Button{{{Label: "Далі", Action: "next"}}}})
	for words, want := range map[string]string{
		vibertest.RefuseKeyboard().Words: "status 3 badData: keyboard is not valid instance value share-phone not found in enum possible values reply open-url",
		`keyboard is not valid. [ECMA 262 regex "^#..$" does not match input string "Іван Secretson +380501234567 таємний текст"]`: "status 3 badData: keyboard is not valid … does not match … string …",
		"": "status 3 badData",
	} {
		fake.NextSend("A=", vibertest.Fault{Status: 3, Words: words})
		_, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, part)
		outcome(t, err)
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Secretson") || strings.Contains(err.Error(), "380") {
			t.Errorf("%q\nis told as %v,\nwant %s", words, err, want)
		}
	}
	fake.NextSend("A=", vibertest.HTTP(200, `{"status":3,"status_message":["odd"]}`))
	_, err := ch.Send(timeout(t), bot.Address{Bot: "viber", Chat: "A="}, part)
	if e := outcome(t, err); e.Outcome != bot.Sent {
		t.Errorf("%v", err)
	}
}
