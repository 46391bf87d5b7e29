package telegram_test

import (
	"encoding/json"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

// TestRefusedKeyboard: a keyboard that Telegram refuses for its size all the same
// does not take the words with it, and its labels can be read and typed.
func TestRefusedKeyboard(t *testing.T) {
	for _, words := range []string{"Bad Request: reply markup is too long", "Bad Request: REPLY_MARKUP_TOO_LONG"} {
		s, p, c := pair(t, telegramtest.Options{})
		s.Script(1111111, telegramtest.Refuse(400, words))
		parts, err := c.Render(bot.Message{Text: "Оберіть **тариф**", Screen: 3, Buttons: [][]bot.Button{
			button("Домашній & <b>", "a"), {{Label: "Сайт", URL: "https://x.ua/?a=1&b=2"}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Send(t.Context(), bot.Address{Bot: c.Name(), Chat: "1111111"}, parts[0]); err != nil {
			t.Fatal(err)
		}
		m := s.Messages(1111111)
		if last := m[len(m)-1]; last.Text != "Оберіть тариф\n\n• Домашній & <b>\n• Сайт: https://x.ua/?a=1&b=2" || len(last.Keyboard) > 0 {
			t.Errorf("shown: %q %v", last.Text, last.Keyboard)
		}
		_ = p
	}
}

// TestLargeEdit: buttons that do not fit leave the old ones where they are.
func TestLargeEdit(t *testing.T) {
	_, _, c := pair(t, telegramtest.Options{})
	var many [][]bot.Button
	for range 60 {
		many = append(many, button(strings.Repeat("ї", 100), "a"))
	}
	if parts, err := c.Render(bot.Message{Edit: "7", Buttons: many}); err != nil || len(parts) > 0 {
		t.Errorf("%d parts, %v", len(parts), err)
	}
	parts, err := c.Render(bot.Message{Edit: "7", Text: "Слова", Buttons: many[:30]})
	if err != nil || len(parts) != 1 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	var call struct {
		Params struct {
			Text string `json:"text"`
		} `json:"params"`
	}
	if json.Unmarshal(parts[0].Body, &call) != nil || !strings.Contains(call.Params.Text, "Слова") {
		t.Errorf("%s", parts[0].Body)
	}
}
