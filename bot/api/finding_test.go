package api

import (
	"strings"
	"testing"

	"visnyk/bot"
)

// TestFindings: what the check finds in a change is listed, stands for a reason, which
// whoever approves reads, and not without one; a blank never stands.
func TestFindings(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		texts := strings.NewReplacer(`"reason":{"uk":"а","ru":"б"}`, `"reason":{"uk":"Можливо, подорожчав канал.","ru":"Подорожал канал."}`, `"benefit":{"uk":"а"`, `"benefit":{"uk":""`).Replace(changeTexts)
		h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"tariff",`+texts+`}`)
		find := func(code, field string) map[string]any {
			t.Helper()
			for _, one := range h.as(bot.Operator, 200, "GET", "/changes/tariff/findings", "").json(t)["items"].([]any) {
				if f := one.(map[string]any); f["code"] == code && f["field"] == field && f["language"] == "uk" {
					return f
				}
			}
			t.Fatalf("no %s of %s", code, field)
			return nil
		}
		hedge, blank := find("hedge", "reason"), find("blank", "benefit")
		if hedge["words"] != "Можливо" || hedge["start"] != nil || hedge["end"] != 14.0 || hedge["stops"] != false || blank["stops"] != true || blank["reason"] != "empty" {
			t.Errorf("%v, %v", hedge, blank)
		}
		path := "/changes/tariff/findings/" + hedge["id"].(string)
		h.problem(bot.Marketer, 404, "not_found", "PUT", "/changes/tariff/findings/none", `{"reason":"а"}`)
		h.problem(bot.Marketer, 404, "not_found", "PUT", "/changes/none/findings/none", `{"reason":"а"}`)
		if got := fields(h.problem(bot.Marketer, 422, "content", "PUT", "/changes/tariff/findings/"+blank["id"].(string), `{"reason":"а"}`)); len(got) != 1 || got[0] != "benefit" {
			t.Errorf("%v", got)
		}
		if got := fields(h.problem(bot.Marketer, 422, "content", "PUT", path, `{"reason":"`+strings.Repeat("а", 301)+`"}`)); len(got) != 1 || got[0] != "reason" {
			t.Errorf("%v", got)
		}
		got := h.as(bot.Marketer, 200, "PUT", path, `{"reason":"регулятор ще не вирішив"}`).json(t)["accepted"].(map[string]any)
		if got["reason"] != "регулятор ще не вирішив" || got["by"] != "marketer1" {
			t.Errorf("%v", got)
		}
		if find("hedge", "reason")["accepted"] == nil {
			t.Error("it does not stand")
		}
		if h.as(bot.Marketer, 200, "PUT", path, `{"reason":""}`).json(t)["accepted"] != nil || find("hedge", "reason")["accepted"] != nil {
			t.Error("it stands without a reason")
		}
		h.as(bot.Marketer, 200, "PUT", "/changes/tariff", `{"version":1,`+strings.Replace(texts, `"benefit":{"uk":""`, `"benefit":{"uk":"Більше."`, 1)+`}`)
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", `{"version":2}`)
		h.problem(bot.Marketer, 409, "illegal_move", "PUT", path, `{"reason":"а"}`)
	})
}
