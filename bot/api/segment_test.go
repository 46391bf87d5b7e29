package api

import (
	"strings"
	"testing"

	"visnyk/bot"
)

func TestSegments(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 200, "POST", "/contacts", `[{"external_id":"1","region":"Київ","name":"Олена"},{"external_id":"2","region":"Київ","tier":"vip"},{"external_id":"3","region":"Львів"}]`)
		made := h.as(bot.Marketer, 201, "POST", "/segments", `{"name":"Кияни","text":"регион = \"Київ\" и не уровень = VIP"}`)
		one := made.json(t)
		id := one["id"].(string)
		if one["text"] != `регіон = "Київ" та не рівень = VIP` || made.header.Get("Location") != prefix+"/segments/"+id {
			t.Errorf("%s %v", made.body, made.header)
		}
		count := h.as(bot.Approver, 200, "GET", "/segments/"+id+"/count", "").json(t)
		if count["count"] != 1.0 || count["final"] != true || count["only_blank"] != 1.0 || count["of"] != 3.0 {
			t.Errorf("%v", count)
		}
		if read := h.as(bot.Approver, 200, "GET", "/segments/"+id, "").json(t); read["count"] != 1.0 || read["counted_at"] == nil {
			t.Errorf("%v", read)
		}
		people := h.as(bot.Marketer, 200, "GET", "/segments/"+id+"/people?limit=1", "").json(t)
		first := people["items"].([]any)[0].(map[string]any)
		if first["external_id"] != "1" || people["next"] != nil {
			t.Errorf("%v", people)
		}
		why := h.as(bot.Marketer, 200, "GET", "/segments/"+id+"/explain/"+first["id"].(string), "").json(t)
		if why["in"] != true || why["only_blank"] != true || len(why["why"].(map[string]any)["parts"].([]any)) != 2 {
			t.Errorf("%v", why)
		}
		within := h.as(bot.Marketer, 201, "POST", "/segments", `{"name":"Решта","tree":{"not":{"field":"segment","op":"in","values":["`+id+`"]}}}`).json(t)
		if within["text"] != `не сегмент = "Кияни"` {
			t.Errorf("%v", within)
		}
		if list := h.as(bot.Approver, 200, "GET", "/segments?limit=1", "").json(t); len(list["items"].([]any)) != 1 || list["next"] == nil {
			t.Errorf("%v", list)
		}
		h.problem(bot.Marketer, 428, "version_required", "PUT", "/segments/"+id, `{"name":"Київські","text":"регіон = \"Київ\""}`)
		h.problem(bot.Marketer, 412, "version_stale", "PUT", "/segments/"+id, `{"name":"Київські","text":"регіон = \"Київ\"","version":7}`)
		h.problem(bot.Marketer, 422, "content", "PUT", "/segments/"+id, `{"name":"","text":"усі","version":1}`)
		now := h.as(bot.Marketer, 200, "PUT", "/segments/"+id, `{"name":"Київські","text":"регіон = \"Київ\"","version":1}`)
		if got := now.json(t); got["version"] != 2.0 || got["name"] != "Київські" || now.header.Get("ETag") != `"2"` || got["count"] != nil {
			t.Errorf("%s", now.body)
		}
		h.problem(bot.Marketer, 428, "version_required", "DELETE", "/segments/"+id, "")
		if used := h.as(bot.Marketer, 409, "DELETE", "/segments/"+id, "", "If-Match", `"2"`); !strings.Contains(string(used.body), "«Решта»") {
			t.Errorf("%s", used.body)
		}
		h.as(bot.Marketer, 204, "DELETE", "/segments/"+within["id"].(string), "", "If-Match", `"1"`)
		h.problem(bot.Approver, 403, "forbidden", "GET", "/segments/"+id+"/people", "")
		h.problem(bot.Marketer, 404, "not_found", "GET", "/segments/absent/count", "")
		p := h.problem(bot.Marketer, 422, "content", "POST", "/segments", `{"name":"Інша","text":"регіон = \"Київ\" та\nрівень"}`)
		if len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Detail, "line 2, character 7") {
			t.Errorf("%+v", p.Errors)
		}
		h.problem(bot.Marketer, 422, "content", "POST", "/segments", `{"name":"Київські","text":"усі"}`)
		h.problem(bot.Marketer, 422, "content", "POST", "/segments", `{"name":"Обидва","text":"усі","tree":{"field":"tier","op":"known"}}`)
	})
}

// Whom a change concerns is not asked of what people do, least of all of the change.
func TestAudiencesDoNotMove(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		moving := h.as(bot.Marketer, 201, "POST", "/segments", `{"name":"Писали","tree":{"field":"last","op":"known"}}`).json(t)["id"].(string)
		for _, audience := range []string{
			`{"field":"change","op":"untold","values":["tariff"]}`, `{"field":"last","op":"known"}`, `{"field":"attributes.until","op":"next","values":["30 days"]}`,
			`{"not":{"field":"segment","op":"in","values":["` + moving + `"]}}`, `{"field":"ticket","op":"known"}`,
		} {
			p := h.problem(bot.Marketer, 422, "content", "POST", "/changes", `{`+strings.Replace(changeTexts, `{"kinds":["client"]}`, audience, 1)+`}`)
			if len(p.Errors) != 1 || p.Errors[0].Code != bot.FaultMoving {
				t.Errorf("%s: %+v", audience, p.Errors)
			}
		}
	})
}
