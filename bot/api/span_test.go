package api

import (
	"strings"
	"testing"

	"visnyk/bot"
)

// TestArticlesOfAChange: an article with the day of its change follows it, says so, and has
// no dates besides; it goes its way to approval with a note, keeps its versions, and what
// was asked of the change is listed.
func TestArticlesOfAChange(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"tariff",`+changeTexts+`}`)
		change := h.as(bot.Marketer, 200, "GET", "/changes/tariff", "").json(t)
		from, _ := change["from"].(string)
		texts := `"question":{"uk":"Скільки?","ru":"Сколько?"},"answer":{"uk":"260","ru":"260"}`
		made := h.as(bot.Marketer, 201, "POST", "/articles", `{"id":"new",`+texts+`,"change":"tariff","valid_from":"`+from+`"}`).json(t)
		if made["span"] != "since" {
			t.Errorf("%v: want it to follow the change", made)
		}
		if read := h.as(bot.Marketer, 200, "GET", "/articles/new", "").json(t); read["valid_from"] != from || read["span"] != "since" {
			t.Errorf("%v", read)
		}
		p := h.problem(bot.Marketer, 422, "content", "PUT", "/articles/new", `{`+texts+`,"change":"tariff","span":"since","valid_from":"2030-01-01T00:00:00Z","version":1}`)
		if got := fields(p); len(got) != 1 || got[0] != "span" {
			t.Errorf("%v", got)
		}
		for body, field := range map[string]string{`"span":"since"`: "span", `"span":"ever","change":"tariff"`: "span", `"replaces":"none"`: "replaces"} {
			if got := fields(h.problem(bot.Marketer, 422, "content", "POST", "/articles", `{`+texts+`,`+body+`}`)); len(got) == 0 || got[0] != field {
				t.Errorf("%s: %v", body, got)
			}
		}
		h.as(bot.Marketer, 200, "POST", "/articles/new/submit", `{"version":1}`)
		h.problem(bot.Marketer, 409, "illegal_move", "POST", "/articles/new/submit", `{"version":1}`)
		h.problem(bot.Approver, 422, "content", "POST", "/articles/new/return", `{"version":1}`)
		if back := h.as(bot.Approver, 200, "POST", "/articles/new/return", `{"version":1,"note":"Додайте стару ціну."}`).json(t); back["state"] != "draft" || back["note"] != "Додайте стару ціну." {
			t.Errorf("%v", back)
		}
		h.as(bot.Marketer, 200, "PUT", "/articles/new", `{"question":{"uk":"Скільки?","ru":"Сколько?"},"answer":{"uk":"260, було 220","ru":"260, было 220"},"change":"tariff","span":"since","valid_from":"`+from+`","version":1}`)
		h.as(bot.Marketer, 200, "POST", "/articles/new/submit", `{"version":2}`)
		h.as(bot.Approver, 200, "POST", "/articles/new/approve", `{"version":2}`)
		versions := h.as(bot.Marketer, 200, "GET", "/articles/new/versions", "")
		if got := string(versions.body); strings.Count(got, `"version"`) != 2 || !strings.Contains(got, "було 220") {
			t.Errorf("%s", got)
		}
		if asked := h.as(bot.Marketer, 200, "GET", "/changes/tariff/asked", "").json(t); asked["questions"] != float64(0) {
			t.Errorf("%v", asked)
		}
		h.problem(bot.Marketer, 404, "not_found", "GET", "/changes/none/asked", "")
	})
}
