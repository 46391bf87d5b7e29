package api

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/bot/expand"
)

// may is who may use which route: the whole table.
func may() map[string][]bot.Role {
	o, m, a, admin := bot.Operator, bot.Marketer, bot.Approver, bot.Admin
	all := []bot.Role{o, m, a, admin}
	write, approve := []bot.Role{m, admin}, []bot.Role{a, admin}
	return map[string][]bot.Role{
		"GET /openapi.json": all,

		"GET /articles":              all,
		"POST /articles":             write,
		"GET /articles/:id":          all,
		"PUT /articles/:id":          write,
		"POST /articles/:id/submit":  write,
		"POST /articles/:id/approve": approve,
		"POST /articles/:id/return":  approve,
		"POST /articles/:id/recall":  write,
		"POST /articles/:id/retire":  write,
		"GET /articles/wanted":       {m, a, admin},
		"GET /articles/:id/offers":   {m, a, admin},
		"GET /articles/:id/askers":   all,
		"GET /articles/:id/versions": all,
		"GET /changes/:id/asked":     {m, a, admin},
		"POST /offers/:id/accept":    write,
		"POST /offers/:id/negative":  write,
		"POST /offers/:id/reject":    write,

		"GET /changes":               all,
		"POST /changes":              write,
		"GET /changes/:id":           all,
		"PUT /changes/:id":           write,
		"POST /changes/:id/submit":   write,
		"POST /changes/:id/approve":  approve,
		"POST /changes/:id/return":   approve,
		"POST /changes/:id/announce": write,
		"POST /changes/:id/close":    write,
		"POST /changes/:id/withdraw": write,
		"GET /changes/:id/versions":  all,
		"GET /changes/:id/findings":  all,
		"GET /changes/:id/rollout":   all,
		"POST /changes/:id/stages":   write,
		"POST /changes/:id/extend":   approve,

		"GET /changes/:id/ledger":         {m, a, admin},
		"GET /changes/:id/ledger/people":  {m, admin},
		"GET /changes/:id/proof/:contact": {admin},

		"PUT /changes/:id/findings/:finding": write,

		"GET /approvals":             approve,
		"GET /changes/:id/approval":  all,
		"GET /changes/:id/notes":     all,
		"PUT /changes/:id/notes":     write,
		"POST /changes/:id/undo":     approve,
		"POST /changes/:id/recall":   write,
		"POST /changes/:id/rehearse": {m, a, admin},

		"POST /changes/:id/revise":  {m, a, admin},
		"POST /changes/:id/correct": write,

		"GET /contacts":            {o, m, admin},
		"POST /contacts":           write,
		"GET /contacts/:id":        {o, m, admin},
		"DELETE /contacts/:id":     {admin},
		"GET /contacts/:id/export": {admin},
		"POST /contacts/:id/split": write,
		"POST /contacts/:id/link":  write,

		"GET /segments":                      {m, a, admin},
		"POST /segments":                     write,
		"GET /segments/:id":                  {m, a, admin},
		"PUT /segments/:id":                  write,
		"DELETE /segments/:id":               write,
		"GET /segments/:id/count":            {m, a, admin},
		"GET /segments/:id/people":           {m, admin},
		"GET /segments/:id/explain/:contact": {m, a, admin},

		"GET /regions":                  all,
		"POST /regions":                 write,
		"DELETE /regions/:id":           write,
		"GET /topics":                   all,
		"POST /topics":                  write,
		"GET /broadcasts":               {m, a, admin},
		"POST /broadcasts":              write,
		"POST /broadcasts/stop":         approve,
		"GET /broadcasts/:id":           {m, a, admin},
		"PUT /broadcasts/:id":           write,
		"GET /broadcasts/:id/report":    {m, a, admin},
		"POST /broadcasts/:id/submit":   write,
		"POST /broadcasts/:id/approve":  approve,
		"POST /broadcasts/:id/return":   approve,
		"POST /broadcasts/:id/undo":     approve,
		"POST /broadcasts/:id/recall":   write,
		"POST /broadcasts/:id/fill":     write,
		"POST /broadcasts/:id/schedule": write,
		"POST /broadcasts/:id/start":    write,
		"POST /broadcasts/:id/pause":    {m, a, admin},
		"POST /broadcasts/:id/ceiling":  {m, a, admin},
		"POST /broadcasts/:id/resume":   write,
		"POST /broadcasts/:id/cancel":   {m, a, admin},
		"POST /broadcasts/:id/retry":    write,
		"POST /broadcasts/:id/mend":     write,
		"GET /attributes":               all,
		"POST /attributes":              write,
		"DELETE /attributes/:id":        write,
		"GET /contacts/:id/consents":    {o, m, admin},
		"POST /contacts/:id/consents":   write,

		"GET /calendar":                       {m, a, admin},
		"GET /plans/:id":                      {m, a, admin},
		"POST /plans/:id":                     write,
		"POST /plans/:id/waves":               write,
		"PUT /plans/:id/waves/:wave":          write,
		"POST /plans/:id/waves/:wave/earlier": write,
		"POST /plans/:id/waves/:wave/later":   write,
		"POST /plans/:id/waves/:wave/open":    approve,
		"POST /plans/:id/waves/:wave/drop":    write,

		"GET /tickets":               {o, admin},
		"GET /tickets/:id":           {o, admin},
		"POST /tickets/:id/take":     {o, admin},
		"POST /tickets/:id/takeover": {o, admin},
		"POST /tickets/:id/release":  {o, admin},
		"POST /tickets/:id/return":   {admin},
		"POST /tickets/:id/close":    {o, admin},
		"POST /tickets/:id/reply":    {o, admin},
		"GET /stats":                 {o, admin},
	}
}

// TestAuthzMatrix tries every route with every role, with a wrong token and with
// none (S47). A route that is not in the table fails.
func TestAuthzMatrix(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		table := may()
		for _, r := range routes() {
			name := r.method + " " + r.path
			allowed, listed := table[name]
			if !listed {
				t.Errorf("%s is not in the table", name)
			}
			delete(table, name)
			for _, role := range roles() {
				body := map[string]string{
					"POST /articles": `{"question":{"uk":"а","ru":"б"},"answer":{"uk":"а","ru":"б"}}`, "POST /contacts": contactJSON, "POST /segments": `{"name":"` + string(role) + `","text":"усі"}`,
					"POST /regions": `{"name":{"uk":"Львів","ru":"Львов"}}`, "POST /topics": `{"id":"events","label":{"uk":"Зустрічі","ru":"Встречи"}}`,
					"POST /attributes": `{"name":"a","type":"text","label":{"uk":"а","ru":"б"}}`, "POST /contacts/:id/consents": `{"topic":"news","given":true,"source":"staff"}`,
					"POST /tickets/:id/reply": `{"text":"а"}`, "POST /contacts/:id/split": `{"address":"webchat:absent"}`,
					"PUT /changes/:id/findings/:finding": `{"reason":"а"}`, "PUT /changes/:id/notes": `{"field":"title","mended":true}`, "POST /changes/:id/stages": `{"version":1,"text":{"uk":"а","ru":"б"}}`, "POST /broadcasts/:id/ceiling": `{"ceiling":"1 грн","version":1}`, "POST /broadcasts": `{"text":{"uk":"а","ru":"б"}}`, "PUT /broadcasts/:id": `{"version":1}`,
					"POST /broadcasts/:id/fill": `{"version":1}`, "POST /plans/:id/waves": `{"kind":"staff"}`, "PUT /plans/:id/waves/:wave": `{"version":1}`,
					"PUT /articles/:id": articleJSON, "PUT /segments/:id": `{"name":"а","text":"усі","version":1}`, "POST /changes": `{` + changeTexts + `}`, "PUT /changes/:id": `{"version":1,` + changeTexts + `}`,
				}[name]
				path := pathOf(r.path, "absent")
				if name == "PUT /articles/:id" {
					path = pathOf(r.path, "price")
				}
				got := h.do(h.tokens[role], r.method, path, body)
				if forbidden := got.status == http.StatusForbidden; forbidden == slices.Contains(allowed, role) {
					t.Errorf("%s by %s: %d %s", name, role, got.status, got.body)
				}
				if got.status == http.StatusUnauthorized || got.status >= 500 {
					t.Errorf("%s by %s: %d", name, role, got.status)
				}
			}
			for what, token := range map[string]string{"no": "", "a wrong": "visnyk_AAAA", "a cut": h.tokens[bot.Admin][:20]} {
				got := h.do(token, r.method, pathOf(r.path, "absent"), "")
				if (got.status == http.StatusUnauthorized) == r.public {
					t.Errorf("%s with %s token: %d", name, what, got.status)
				}
			}
		}
		for name := range table {
			t.Errorf("%s is in the table and does not exist", name)
		}
	})
}

// One answer to whatever is wrong with a token.
func TestWrongTokensLookAlike(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.user("gone", bot.Admin)
		disabled := h.token("gone", "a")
		h.ok(h.staff.DisableUser(t.Context(), bot.Actor{User: "x", Role: bot.Admin}, "gone"))
		revoked := h.token("admin1", "b")
		h.as(bot.Admin, 200, "GET", "/articles", "")
		h.ok(h.staff.RevokeToken(t.Context(), bot.Actor{User: "x", Role: bot.Admin}, "admin1", "b"))
		good := h.tokens[bot.Admin]
		var first string
		for what, header := range map[string]string{
			"disabled user": "Bearer " + disabled, "revoked": "Bearer " + revoked, "unknown": "Bearer visnyk_" + fmt.Sprintf("%043d", 0),
			"no scheme": good, "other scheme": "Basic " + good, "twice": "Bearer " + good + " " + good, "empty": "Bearer ",
		} {
			got := h.do("", "GET", "/articles", "", "Authorization", header)
			if first == "" {
				first = string(got.body)
			}
			if got.status != 401 || string(got.body) != first || got.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s: %d %s", what, got.status, got.body)
			}
		}
		// The scheme's case does not matter; the token in the address does not help.
		if got := h.do("", "GET", "/articles", "", "Authorization", "bearer "+good); got.status != 200 {
			t.Errorf("bearer: %d", got.status)
		}
		if got := h.do("", "GET", "/articles?access_token="+good, ""); got.status != 401 {
			t.Errorf("in the address: %d", got.status)
		}
	})
}

// TestFourEyes: neither who wrote a change nor who edited it approves it, with
// whichever token (S49).
func TestFourEyes(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.user("admin2", bot.Admin)
		editor, other := h.token("admin2", "test"), h.token("admin1", "other")
		h.as(bot.Admin, 201, "POST", "/changes", changeJSON)
		if got := h.do(editor, "PUT", "/changes/tariff", `{"version":1,`+changeTexts+`}`); got.status != 200 {
			t.Fatalf("%d %s", got.status, got.body)
		}
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", `{"version":2}`)
		before := h.entries()
		for who, token := range map[string]string{"author": h.tokens[bot.Admin], "author again": other, "editor": editor} {
			got := h.do(token, "POST", "/changes/tariff/approve", `{"version":2}`)
			if p := got.problem(t); got.status != 403 || p.Code != "same_person" {
				t.Errorf("%s: %d %s", who, got.status, got.body)
			}
		}
		if h.entries() != before {
			t.Error("a refusal is in the audit")
		}
		h.as(bot.Approver, 200, "POST", "/changes/tariff/approve", `{"version":2}`)
		if h.entries() != before+1 {
			t.Error("the approval is not in the audit")
		}
		// Nobody waits until everybody whom it concerns is listed.
		if got := h.as(bot.Marketer, 200, "POST", "/changes/tariff/announce", `{"version":2}`).json(t); got["expanding"] != true || got["walked"] != 0.0 {
			t.Errorf("announced, and %v, %v", got["expanding"], got["walked"])
		}
		if err := expand.New(expand.Config{Store: h.store, Owner: "me"}).Work(t.Context()); err != nil {
			t.Error(err)
		}
		if got := h.as(bot.Approver, 200, "GET", "/changes/tariff", "").json(t); got["expanding"] != nil {
			t.Errorf("listed, and still %v", got["expanding"])
		}
	})
}
