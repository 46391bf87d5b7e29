package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

const outageJSON = `{"id":"water","title":"Вода","topic":"outage","template":true,"urgent":"аварія","zone":"Europe/Kyiv",` +
	`"text":{"uk":"Немає води: {{where}}, з {{from}} до {{until|кінця ремонту}}","ru":"Нет воды: {{where}}, с {{from}} до {{until|конца ремонта}}"}}`

// A template is approved ahead, and sent by one person with its slots filled: what goes is
// a broadcast as any other.
func TestTemplateIsFilled(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/broadcasts", outageJSON)
		at := time.Now().UTC().Truncate(time.Minute)
		fill := func(version int, more string) string {
			return fmt.Sprintf(`{"version":%d,"where":{"uk":"вул. Лісова","ru":"ул. Лесная"},"from":%q%s}`, version, at.Format(time.RFC3339), more)
		}
		h.as(bot.Marketer, 409, "POST", "/broadcasts/water/fill", fill(1, ""))
		h.as(bot.Marketer, 200, "POST", "/broadcasts/water/submit", `{"version":1}`)
		h.as(bot.Approver, 200, "POST", "/broadcasts/water/approve", `{"version":2}`)
		var shown struct {
			Template bool
			Moves    []string
			Holds    time.Time `json:"approval_until"`
		}
		h.ok(json.Unmarshal(h.as(bot.Approver, 200, "GET", "/broadcasts/water", "").body, &shown))
		if got := strings.Join(shown.Moves, " "); !shown.Template || got != "cancel fill return undo" || shown.Holds.Sub(at) < 80*24*time.Hour {
			t.Errorf("%+v", shown)
		}
		h.as(bot.Marketer, 409, "POST", "/broadcasts/water/start", `{"version":3}`)
		h.as(bot.Approver, 403, "POST", "/broadcasts/water/fill", fill(3, ""))
		h.as(bot.Marketer, 412, "POST", "/broadcasts/water/fill", fill(2, ""))
		h.as(bot.Marketer, 428, "POST", "/broadcasts/water/fill", `{}`)
		for code, more := range map[string]string{
			"moment": `,"until":"tomorrow"`, "order": `,"until":"` + at.Add(-time.Hour).Format(time.RFC3339) + `"`, "slot_far": `,"until":"2099-01-01T00:00"`,
		} {
			if got := h.as(bot.Marketer, 422, "POST", "/broadcasts/water/fill", fill(3, more)); !strings.Contains(string(got.body), `"code":"`+code+`"`) {
				t.Errorf("%s: %s", code, got.body)
			}
		}
		sent := h.as(bot.Marketer, 201, "POST", "/broadcasts/water/fill", fill(3, ""), "Idempotency-Key", "night")
		again := h.as(bot.Marketer, 201, "POST", "/broadcasts/water/fill", fill(3, ""), "Idempotency-Key", "night")
		if string(sent.body) != string(again.body) {
			t.Errorf("the same request sent another: %s", again.body)
		}
		var made struct {
			ID, State string
			Text      bot.Bilingual
			Filled    struct {
				Template string
				Where    bot.Bilingual
				From     time.Time
			}
		}
		h.ok(json.Unmarshal(sent.body, &made))
		if made.State != "sending" || made.Filled.Template != "water" || made.Filled.Where.UK != "вул. Лісова" || !made.Filled.From.Equal(at) || !strings.HasSuffix(made.Text.UK, " до кінця ремонту") {
			t.Errorf("%s", sent.body)
		}
		if sent.header.Get("Location") == "" {
			t.Error("it does not say where it is")
		}
		h.as(bot.Marketer, 200, "GET", "/broadcasts/"+made.ID+"/report", "")
		if got := h.as(bot.Marketer, 409, "POST", "/broadcasts/water/fill", fill(3, "")); !strings.Contains(string(got.body), "said_today") {
			t.Errorf("%s", got.body)
		}
		h.as(bot.Marketer, 200, "POST", "/broadcasts/water/cancel", `{"version":3}`)
		h.as(bot.Marketer, 409, "POST", "/broadcasts/water/fill", fill(4, ""))
	})
}
