package telegram_test

import (
	"encoding/json"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

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
