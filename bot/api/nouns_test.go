package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

func (h *house) problem(r bot.Role, status int, code, method, path, body string, headers ...string) problem {
	h.t.Helper()
	p := h.as(r, status, method, path, body, headers...).problem(h.t)
	if p.Code != code || p.Status != status || p.Type != "urn:visnyk:problem:"+code || p.Title == "" || p.Detail == "" {
		h.t.Errorf("%s %s: %+v, want %s", method, path, p, code)
	}
	return p
}

func fields(p problem) (names []string) {
	for _, f := range p.Errors {
		names = append(names, f.Field)
	}
	slices.Sort(names)
	return names
}

func TestArticles(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		made := h.as(bot.Marketer, 201, "POST", "/articles", articleJSON)
		if made.header.Get("Location") != prefix+"/articles/price" || made.json(t)["state"] != "draft" {
			t.Errorf("%s %v", made.body, made.header)
		}
		h.problem(bot.Marketer, 409, "version_conflict", "POST", "/articles", articleJSON)
		named := h.as(bot.Marketer, 201, "POST", "/articles", strings.Replace(articleJSON, `"id":"price",`, "", 1)).json(t)
		h.as(bot.Operator, 200, "GET", "/articles/"+named["id"].(string), "")
		edited := strings.Replace(articleJSON, "Сто", "Двісті", 1)
		if got := h.as(bot.Marketer, 200, "PUT", "/articles/price", edited, headerMatch, `"1"`); !strings.Contains(string(got.body), "Двісті") {
			t.Errorf("%s", got.body)
		}
		h.problem(bot.Marketer, 400, "malformed_body", "PUT", "/articles/other", articleJSON)
		h.problem(bot.Marketer, 404, "not_found", "PUT", "/articles/other", strings.Replace(articleJSON, "price", "other", 1), headerMatch, `"1"`)
		p := h.problem(bot.Marketer, 422, "content", "POST", "/articles",
			`{"id":"../x","question":{"uk":"а"},"answer":{},"valid_from":"2027-02-01T00:00:00Z","valid_to":"2027-01-01T00:00:00Z","change":"none"}`)
		if got := fields(p); !slices.Equal(got, []string{"answer", "change", "id", "question", "valid_from"}) {
			t.Errorf("%v: %s", got, p.Detail)
		}
		for _, f := range p.Errors {
			if f.Detail == "" || !strings.Contains(p.Detail, f.Field) {
				t.Errorf("%+v in %q", f, p.Detail)
			}
		}
		p = h.problem(bot.Marketer, 409, "illegal_move", "POST", "/articles/price/retire", `{"version":2}`)
		if p.From != "draft" || p.Move != "retire" || !strings.HasSuffix(p.Detail, "Its moves are: submit, approve.") {
			t.Errorf("%+v", p)
		}
		h.problem(bot.Marketer, 403, "forbidden", "POST", "/articles/price/approve", "")
		if got := h.as(bot.Approver, 200, "POST", "/articles/price/approve", `{"version":2}`); got.json(t)["state"] != "approved" {
			t.Errorf("%s", got.body)
		}
		p = h.problem(bot.Marketer, 409, "illegal_move", "PUT", "/articles/price", articleJSON, headerMatch, `"2"`)
		if p.From != "approved" || p.Move != "edit" {
			t.Errorf("%+v", p)
		}
		h.problem(bot.Marketer, 400, "malformed_body", "POST", "/articles/price/retire", `{"note":"x"}`)
		h.as(bot.Marketer, 200, "POST", "/articles/price/retire", "", headerMatch, `"2"`)
		h.problem(bot.Approver, 404, "not_found", "POST", "/articles/none/approve", `{"version":1}`)
	})
}

func TestChanges(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		made := h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"tariff","kind":"tariff"}`)
		if made.header.Get("Etag") != `"1"` || made.header.Get("Location") != prefix+"/changes/tariff" || made.json(t)["from"] != nil {
			t.Errorf("%s %v", made.body, made.header)
		}
		// Nothing goes up for approval with a blank; every blank is named.
		p := h.problem(bot.Marketer, 422, "content", "POST", "/changes/tariff/submit", `{"version":1}`)
		if got := fields(p); !slices.Equal(got, []string{"benefit", "consequence", "from", "reason", "summary", "title", "to_do"}) {
			t.Errorf("%v", got)
		}
		full := func(version string) string { return `{` + version + changeTexts + `}` }
		h.problem(bot.Marketer, 428, "version_required", "PUT", "/changes/tariff", full(""))
		h.problem(bot.Marketer, 400, "malformed_parameter", "PUT", "/changes/tariff", full(""), headerMatch, "*")
		h.problem(bot.Marketer, 400, "malformed_parameter", "PUT", "/changes/tariff", full(`"version":1,`), headerMatch, `"2"`)
		h.problem(bot.Marketer, 400, "malformed_body", "PUT", "/changes/tariff", full(`"id":"other",`), headerMatch, `"1"`)
		if got := h.as(bot.Marketer, 200, "PUT", "/changes/tariff", full(""), headerMatch, `"1"`); got.header.Get("Etag") != `"2"` {
			t.Errorf("%v", got.header)
		}
		h.problem(bot.Marketer, 412, "version_stale", "PUT", "/changes/tariff", full(`"version":1,`))
		h.as(bot.Marketer, 200, "PUT", "/changes/tariff", full(`"version":2,`))
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", "", headerMatch, `"3"`)
		p = h.problem(bot.Marketer, 409, "illegal_move", "PUT", "/changes/tariff", full(`"version":3,`))
		if p.From != "in review" || p.Move != "edit" {
			t.Errorf("%+v", p)
		}
		if got := fields(h.problem(bot.Approver, 422, "content", "POST", "/changes/tariff/return", `{"version":3}`)); !slices.Equal(got, []string{"note"}) {
			t.Errorf("%v", got)
		}
		back := h.as(bot.Approver, 200, "POST", "/changes/tariff/return", `{"note":"Додайте суму","version":3}`).json(t)
		if back["state"] != "draft" || back["note"] != "Додайте суму" || back["author"] == "" {
			t.Errorf("%v", back)
		}
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", `{"version":3}`)
		h.as(bot.Approver, 200, "POST", "/changes/tariff/approve", `{"version":3}`)
		p = h.problem(bot.Approver, 409, "illegal_move", "POST", "/changes/tariff/approve", `{"version":3}`)
		if p.From != "approved" || p.Move != "approve" || !strings.HasSuffix(p.Detail, "Its moves are: announce, revise, undo, withdraw.") {
			t.Errorf("%+v", p)
		}
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/announce", `{"version":3}`)
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/close", `{"version":3}`)
		if got := h.as(bot.Operator, 200, "GET", "/changes/tariff", "").json(t); got["state"] != "closed" {
			t.Errorf("%v", got)
		}
		if got := fields(h.problem(bot.Marketer, 422, "content", "POST", "/changes",
			`{"id":"A","kind":"none","audience":{"kinds":["x"],"regions":[""]}}`)); len(got) < 4 {
			t.Errorf("%v", got)
		}
		h.problem(bot.Marketer, 400, "malformed_body", "POST", "/changes", full(`"version":1,`))
		h.problem(bot.Marketer, 409, "version_conflict", "POST", "/changes", changeJSON)
	})
}

func TestContacts(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		got, err := h.try(h.tokens[bot.Marketer], "POST", "/contacts", strings.NewReader(
			`[{"external_id":"crm-1","name":"Оксана","attributes":{"Plan":"max"}},{"external_id":"","language":"en"},{"external_id":"crm-1"}]`))
		h.ok(err)
		h.spec.check(t, "POST", "/contacts", nil, got)
		var p page[outcome]
		h.ok(json.Unmarshal(got.body, &p))
		if len(p.Items) != 3 || p.Items[0].Result != "created" || p.Items[1].Result != "refused" || len(p.Items[1].Problems) != 2 ||
			p.Items[2].Result != "refused" || p.Items[2].Index != 2 {
			t.Errorf("%s", got.body)
		}
		id := p.Items[0].ID
		one := h.as(bot.Operator, 200, "GET", "/contacts/"+id, "").json(t)
		if one["name"] != "Оксана" || one["external_id"] != "crm-1" {
			t.Errorf("%v", one)
		}
		if got := h.as(bot.Marketer, 200, "POST", "/contacts", `[]`); string(got.body) != `{"items":[]}` {
			t.Errorf("%s", got.body)
		}
		h.problem(bot.Marketer, 422, "content", "POST", "/contacts", "["+strings.Repeat(`{"external_id":"x"},`, mostContacts)+`{"external_id":"x"}]`)
		h.problem(bot.Marketer, 400, "malformed_body", "POST", "/contacts", `[{"external_id":"x","addresses":["telegram:1"]}]`)
		h.problem(bot.Marketer, 400, "malformed_body", "POST", "/contacts", `[{"external_id":"x","id":"`+id+`"}]`)
		h.as(bot.Marketer, 200, "POST", "/attributes", `{"name":"since","type":"date","label":{"uk":"З","ru":"С"},"sensitive":true}`)
		h.problem(bot.Operator, 403, "forbidden", "POST", "/attributes", `{"name":"since","type":"date","label":{"uk":"З","ru":"С"}}`)
		h.problem(bot.Marketer, 422, "content", "POST", "/attributes", `{"name":"x","type":"choice","label":{"uk":"З","ru":"С"}}`)
		if got := h.as(bot.Approver, 200, "GET", "/attributes", "").json(t)["items"].([]any); len(got) != 1 {
			t.Errorf("%v", got)
		}
		h.as(bot.Marketer, 200, "POST", "/contacts", `[{"external_id":"crm-1","attributes":{"since":"31.12.2026"},"phones":["067 123 45 67"]}]`)
		one = h.as(bot.Operator, 200, "GET", "/contacts/"+id, "").json(t)
		if masked := one["masked"].([]any); len(masked) != 1 || one["phones"].([]any)[0] != "+380671234567" {
			t.Errorf("%v", one)
		}
		h.as(bot.Marketer, 204, "DELETE", "/attributes/since", "")
		h.problem(bot.Marketer, 404, "not_found", "DELETE", "/attributes/since", "")
		consents := "/contacts/" + id + "/consents"
		h.as(bot.Marketer, 204, "POST", consents, `{"topic":"news","given":false,"source":"staff","words":"Ні"}`)
		h.problem(bot.Marketer, 422, "content", "POST", consents, `{"topic":"news","given":true,"source":"import"}`)
		if got := h.as(bot.Operator, 200, "GET", consents, "").json(t)["items"].([]any); len(got) != 1 {
			t.Errorf("%v", got)
		}
		export := h.as(bot.Admin, 200, "GET", "/contacts/"+id+"/export", "")
		if !strings.Contains(string(export.body), "Оксана") || export.header.Get("Content-Disposition") != `attachment; filename="contact.json"` {
			t.Errorf("%v %s", export.header, export.body)
		}
		h.problem(bot.Marketer, 403, "forbidden", "DELETE", "/contacts/"+id, "")
		h.as(bot.Admin, 204, "DELETE", "/contacts/"+id, "")
		for _, path := range []string{"/contacts/" + id, "/contacts/" + id + "/export"} {
			h.problem(bot.Admin, 404, "not_found", "GET", path, "")
		}
		h.problem(bot.Admin, 404, "not_found", "DELETE", "/contacts/"+id, "")
		h.ok(json.Unmarshal(h.as(bot.Marketer, 200, "POST", "/contacts", contactJSON).body, &p))
		if p.Items[0].Result != "refused" {
			t.Errorf("brought back: %+v", p)
		}
	})
}

// What is done and what the audit says of it are one commit: an audit that
// cannot be written undoes the move, with an Idempotency-Key and without.
func TestAuditOrNothing(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/changes", changeJSON)
		h.as(bot.Marketer, 201, "POST", "/articles", articleJSON)
		before := h.entries()
		h.sql(`ALTER TABLE audit RENAME TO audit_away`)
		for _, headers := range [][]string{nil, {headerKey, "k"}} {
			if got := h.do(h.tokens[bot.Marketer], "POST", "/changes/tariff/submit", `{"version":1}`, headers...); got.status != 500 {
				t.Errorf("%d %s", got.status, got.body)
			}
			if got := h.do(h.tokens[bot.Marketer], "PUT", "/articles/price", strings.Replace(articleJSON, `"Сто"`, `"Двісті"`, 1), append(headers, headerMatch, `"1"`)...); got.status != 500 {
				t.Errorf("%d %s", got.status, got.body)
			}
			if got := h.do(h.tokens[bot.Marketer], "POST", "/contacts", contactJSON, headers...); got.status != 500 {
				t.Errorf("%d %s", got.status, got.body)
			}
		}
		h.sql(`ALTER TABLE audit_away RENAME TO audit`)
		if h.entries() != before {
			t.Error("something is in the audit")
		}
		if got := h.as(bot.Operator, 200, "GET", "/changes/tariff", "").json(t); got["state"] != "draft" {
			t.Errorf("%v", got)
		}
		if got := h.as(bot.Operator, 200, "GET", "/articles/price", ""); strings.Contains(string(got.body), "Двісті") {
			t.Errorf("%s", got.body)
		}
		if got := h.as(bot.Operator, 200, "GET", "/contacts", ""); string(got.body) != `{"items":[]}` {
			t.Errorf("%s", got.body)
		}
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", `{"version":1}`, headerKey, "k") // the key is free
		if h.entries() != before+1 {
			t.Error("the move is not in the audit")
		}
	})
}
