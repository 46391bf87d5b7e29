package demo

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot/telegram/telegramtest"
)

func source(t *testing.T, name string) string {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func TestTelegramSpans(t *testing.T) {
	for _, tt := range []struct {
		html string
		want []span
	}{
		{"просто", []span{{Text: "просто"}}},
		{"<b>Тариф</b> і <i>ціна</i>", []span{{Text: "Тариф", Bold: true}, {Text: " і "}, {Text: "ціна", Italic: true}}},
		{"😀 <b>так</b>", []span{{Text: "😀 "}, {Text: "так", Bold: true}}},
		{`<a href="https://odud.example/pay">тут</a>`, []span{{Text: "тут", URL: "https://odud.example/pay"}}},
		{"<b>а <i>б</i></b>", []span{{Text: "а ", Bold: true}, {Text: "б", Bold: true, Italic: true}}},
		{"&lt;script&gt;", []span{{Text: "<script>"}}},
	} {
		text, _, err := telegramtest.ParseHTML(tt.html)
		if err != nil {
			t.Fatal(err)
		}
		got := telegramSpans(telegramtest.Message{FromBot: true, HTML: tt.html, Text: text})
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.html, diff)
		}
	}
	if got := telegramSpans(telegramtest.Message{Text: "<b>x</b>"}); got[0].Text != "<b>x</b>" {
		t.Errorf("a person's words were formatted: %+v", got)
	}
}

func TestViberSpans(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []span
	}{
		{"просто", []span{{Text: "просто"}}},
		{"", nil},
		{"*Тариф* і _ціна_", []span{{Text: "Тариф", Bold: true}, {Text: " і "}, {Text: "ціна", Italic: true}}},
		{"~старе~.", []span{{Text: "старе", Strike: true}, {Text: "."}}},
		{"5*3 і snake_case", []span{{Text: "5*3 і snake_case"}}},
		{"* пункт *", []span{{Text: "* пункт *"}}},
		{"*без\nкінця*", []span{{Text: "*без\nкінця*"}}},
		{"кабінет (https://odud.example/pay).", []span{{Text: "кабінет ("}, {Text: "https://odud.example/pay", URL: "https://odud.example/pay"}, {Text: ")."}}},
		{"https://odud.example.", []span{{Text: "https://odud.example", URL: "https://odud.example"}, {Text: "."}}},
	} {
		if diff := cmp.Diff(tt.want, viberSpans(tt.text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}
