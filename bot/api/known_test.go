package api

import (
	"fmt"
	"net/url"
	"testing"

	"visnyk/bot"
)

// TestRegionsAndTopics: both are listed, made and renamed; what a topic starts as stays.
func TestRegionsAndTopics(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		kyiv := h.as(bot.Marketer, 200, "POST", "/regions", `{"name":{"uk":"Київ","ru":"Киев"},"aliases":["Столиця"]}`).json(t)["id"].(string)
		part := h.as(bot.Marketer, 200, "POST", "/regions", fmt.Sprintf(`{"parent":%q,"name":{"uk":"Дарницький","ru":"Дарницкий"}}`, kyiv)).json(t)
		if part["path"] != "/"+kyiv+"/"+part["id"].(string)+"/" {
			t.Errorf("%v", part)
		}
		h.as(bot.Marketer, 200, "POST", "/regions", fmt.Sprintf(`{"id":%q,"name":{"uk":"Місто Київ","ru":"Город Киев"}}`, kyiv))
		if all := h.as(bot.Approver, 200, "GET", "/regions", "").json(t)["items"].([]any); len(all) != 2 {
			t.Errorf("%v", all)
		}
		h.problem(bot.Marketer, 422, "content", "POST", "/regions", `{"name":{"uk":"Лише так"}}`)
		h.problem(bot.Marketer, 422, "content", "DELETE", "/regions/"+kyiv, "")
		h.as(bot.Marketer, 204, "DELETE", "/regions/"+part["id"].(string), "")
		h.problem(bot.Marketer, 404, "not_found", "DELETE", "/regions/"+part["id"].(string), "")

		made := h.as(bot.Marketer, 200, "POST", "/topics", `{"id":"events","label":{"uk":"Зустрічі","ru":"Встречи"},"position":9}`).json(t)
		named := h.as(bot.Marketer, 200, "POST", "/topics", `{"id":"events","label":{"uk":"Події","ru":"События"},"starts":true,"position":9}`).json(t)
		if made["starts"] != false || named["starts"] != false || named["label"].(map[string]any)["uk"] != "Події" {
			t.Errorf("%v, then %v", made, named)
		}
		if service := h.as(bot.Marketer, 200, "POST", "/topics", `{"id":"outage","label":{"uk":"Аварії","ru":"Аварии"}}`).json(t); service["service"] != true || service["starts"] != true {
			t.Errorf("%v", service)
		}
		if all := h.as(bot.Approver, 200, "GET", "/topics", "").json(t)["items"].([]any); len(all) != 7 {
			t.Errorf("%v", all)
		}
		h.problem(bot.Marketer, 422, "content", "POST", "/topics", `{"id":"Не те","label":{"uk":"а","ru":"б"}}`)
		h.problem(bot.Operator, 403, "forbidden", "POST", "/topics", `{"id":"x","label":{"uk":"а","ru":"б"}}`)
	})
}

// TestContactsAreFiltered: a list is narrowed as the pages narrow it, page by page.
func TestContactsAreFiltered(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 200, "POST", "/contacts", `[{"external_id":"1","name":"Олена Їжакевич","tier":"vip","tags":["опт"]},
			{"external_id":"2","name":"Олег","tier":"vip"},{"external_id":"3","name":"Петро","language":"ru"}]`)
		for {
			if n, err := h.store.FillSearch(t.Context()); err != nil {
				t.Fatal(err)
			} else if n == 0 {
				break
			}
		}
		for query, want := range map[string]int{"tier=vip": 2, "tier=vip&tag=" + url.QueryEscape("опт"): 1, "q=" + url.QueryEscape("їжа"): 1, "language=ru": 1, "stopped=true": 0, "stopped=false&tier=vip": 2, "bot=telegram": 0} {
			if all := h.as(bot.Operator, 200, "GET", "/contacts?"+query, "").json(t)["items"].([]any); len(all) != want {
				t.Errorf("%s: %d, want %d", query, len(all), want)
			}
		}
		first := h.as(bot.Operator, 200, "GET", "/contacts?tier=vip&limit=1", "").json(t)
		rest := h.as(bot.Operator, 200, "GET", "/contacts?tier=vip&limit=1&cursor="+first["next"].(string), "").json(t)
		if len(first["items"].([]any)) != 1 || len(rest["items"].([]any)) != 1 || fmt.Sprint(first["items"]) == fmt.Sprint(rest["items"]) {
			t.Errorf("%v, then %v", first, rest)
		}
		h.problem(bot.Operator, 400, "malformed_parameter", "GET", "/contacts?stopped=maybe", "")
		h.problem(bot.Operator, 404, "not_found", "GET", "/contacts?region=nowhere", "")
	})
}
