package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/expand"
)

func broadcastMoves() []bot.BroadcastMove {
	return []bot.BroadcastMove{
		bot.BroadcastSubmit, bot.BroadcastApprove, bot.BroadcastReturn, bot.BroadcastUndo, bot.BroadcastSchedule, bot.BroadcastStart,
		bot.BroadcastPause, bot.BroadcastResume, bot.BroadcastCancel, bot.BroadcastRetry,
	}
}

// Whoever wrote any part of a broadcast does not approve it after it was approved and
// returned either, and whoever lost their role meanwhile approves and starts nothing
// (S49).
func TestBroadcastRemembersItsWriters(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		token := map[string]string{}
		for _, login := range []string{"first", "second", "third"} {
			h.user(login, bot.Admin)
			token[login] = h.token(login, "one")
		}
		at := "/broadcasts/sale"
		by := func(login string, status int, method, path, body string) reply {
			t.Helper()
			got := h.do(token[login], method, path, body)
			if got.status != status {
				t.Fatalf("%s %s by %s: %d %s, want %d", method, path, login, got.status, got.body, status)
			}
			return got
		}
		by("first", 201, "POST", "/broadcasts", saleJSON)
		by("first", 200, "POST", at+"/submit", `{"version":1}`)
		by("second", 200, "POST", at+"/approve", `{"version":2}`)
		by("second", 200, "POST", at+"/return", `{"version":3,"note":"ще раз"}`)
		by("third", 200, "PUT", at, strings.Replace(strings.Replace(saleJSON, "Вітаємо", "Доброго дня", 1), "{", `{"version":4,`, 1))
		by("third", 200, "POST", at+"/submit", `{"version":5}`)
		for _, login := range []string{"first", "third"} {
			if got := by(login, 403, "POST", at+"/approve", `{"version":6}`); got.problem(t).Code != "same_person" {
				t.Errorf("%s: %s", login, got.body)
			}
		}
		role := func(login string, r bot.Role) {
			t.Helper()
			h.sql(`UPDATE users SET role = '` + string(r) + `' WHERE login = '` + login + `'`)
			if got := h.do(token[login], "POST", at+"/approve", `{"version":6}`); got.status != 401 && got.status != 403 { // of more rights than they have now
				t.Errorf("%s by the token of before: %d %s", login, got.status, got.body)
			}
			token[login] = h.token(login, string(r))
		}
		role("second", bot.Marketer)
		if got := by("second", 403, "POST", at+"/approve", `{"version":6}`); got.problem(t).Code != "forbidden" {
			t.Errorf("%s", got.body)
		}
		role("second", bot.Approver)
		if got := h.as(bot.Marketer, 200, "GET", at, "").json(t); got["state"] != "in review" {
			t.Fatalf("%v", got)
		}
		by("second", 200, "POST", at+"/approve", `{"version":6}`)
		by("second", 403, "POST", at+"/start", `{"version":7}`)
		role("third", bot.Operator)
		by("third", 403, "POST", at+"/start", `{"version":7}`)
		h.sql(`UPDATE users SET disabled_at = 1 WHERE login = 'third'`)
		by("third", 401, "POST", at+"/start", `{"version":7}`)
		h.as(bot.Marketer, 200, "POST", at+"/start", `{"version":7}`)
	})
}

// Every move that a state does not allow says from which state it is, where it leads
// and what there is instead, and leaves all as it was; and every move says which
// version it means.
func TestBroadcastRefusesIllegalMoves(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/broadcasts", saleJSON)
		before := h.entries()
		for _, state := range bot.BroadcastStates() {
			h.sql(`UPDATE broadcasts SET state = '` + string(state) + `'`)
			for _, m := range broadcastMoves() {
				at := "/broadcasts/sale/" + string(m)
				if state == bot.BroadcastDraft {
					h.problem(bot.Admin, 428, "version_required", "POST", at, "")
					h.problem(bot.Admin, 412, "version_stale", "POST", at, `{"version":2}`)
					h.problem(bot.Admin, 412, "version_stale", "POST", at, "", headerMatch, `"7"`)
					h.problem(bot.Admin, 400, "malformed_parameter", "POST", at, `{"version":1}`, headerMatch, `"2"`)
					h.problem(bot.Admin, 400, "malformed_body", "POST", at, `{"version":-1}`)
				}
				if _, legal := state.Can(m); legal {
					continue
				}
				to := m.Leads()
				p := h.problem(bot.Admin, 409, "illegal_move", "POST", at, `{"version":1}`)
				if p.From != string(state) || p.Move != string(m) || p.To != string(to) || to == "" || !strings.Contains(p.Detail, fmt.Sprintf("leads to %q", to)) {
					t.Errorf("%s from %s: %+v", m, state, p)
				}
				for _, other := range (bot.Broadcast{State: state}).Moves() {
					if !strings.Contains(p.Detail, string(other)) {
						t.Errorf("%s from %s does not say that it may %s: %s", m, state, other, p.Detail)
					}
				}
			}
			if state != bot.BroadcastDraft {
				p := h.problem(bot.Admin, 409, "illegal_move", "PUT", "/broadcasts/sale", strings.Replace(saleJSON, "{", `{"version":1,`, 1))
				if p.From != string(state) || p.Move != bot.EditMove {
					t.Errorf("edit of %s: %+v", state, p)
				}
			}
		}
		if got := h.as(bot.Admin, 200, "GET", "/broadcasts/sale", "").json(t); got["version"] != 1.0 || h.entries() != before {
			t.Errorf("something was done: %v", got)
		}
		h.as(bot.Operator, 403, "GET", "/broadcasts/sale", "")
		for _, m := range broadcastMoves() {
			h.as(bot.Operator, 403, "POST", "/broadcasts/sale/"+string(m), `{"version":1}`)
			h.as(bot.Admin, 404, "POST", "/broadcasts/none/"+string(m), `{"version":1}`)
		}
	})
}

// A write that is sent twice with its key is done once: a broadcast is made once,
// starts once, and the second answer is the first.
func TestBroadcastMovesOnceForAKey(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		twice := func(r bot.Role, status int, path, body, action string) {
			t.Helper()
			first := h.as(r, status, "POST", path, body, headerKey, path)
			again := h.as(r, status, "POST", path, body, headerKey, path)
			if again.header.Get(headerReplayed) != "true" || string(first.body) != string(again.body) || first.header.Get("Etag") != again.header.Get("Etag") {
				t.Errorf("%s: %s, then %s", path, first.body, again.body)
			}
			if n := h.count(`SELECT count(*) FROM audit WHERE action = 'broadcast.` + action + `'`); n != 1 {
				t.Errorf("%s is %d times in the audit", action, n)
			}
			h.problem(r, 422, "key_reused", "POST", path, strings.Replace(body, "{", "{ ", 1), headerKey, path)
		}
		unnamed := strings.Replace(saleJSON, `"id":"sale",`, "", 1)
		twice(bot.Marketer, 201, "/broadcasts", unnamed, "create")
		id := h.as(bot.Marketer, 200, "GET", "/broadcasts", "").json(t)["items"].([]any)[0].(map[string]any)["id"].(string)
		at := "/broadcasts/" + id
		twice(bot.Marketer, 200, at+"/submit", `{"version":1}`, "submit")
		twice(bot.Approver, 200, at+"/approve", `{"version":2}`, "approve")
		twice(bot.Marketer, 200, at+"/start", `{"version":3}`, "start")
		twice(bot.Approver, 200, at+"/pause", `{"version":4}`, "pause")
		// A refused one has done nothing, and its key is free.
		h.as(bot.Marketer, 412, "POST", at+"/resume", `{"version":4}`, headerKey, "k")
		h.as(bot.Marketer, 200, "POST", at+"/resume", `{"version":5}`, headerKey, "k")
	})
}

// Moments are read on the clock of the zone, or of the company: an hour that clocks
// leave out is the first moment behind it, of one that comes twice the first is meant,
// and the answer says what moment it is. A schedule whose moment has passed is refused
// in words; by hand it starts all the same.
func TestBroadcastMoments(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		for i, c := range []struct{ start, zone, want string }{
			{"2099-03-29T03:30", "Europe/Kyiv", "2099-03-29T01:00:00Z"}, // left out
			{"2099-03-29T04:00", "Europe/Kyiv", "2099-03-29T01:00:00Z"},
			{"2099-10-25T03:30", "Europe/Kyiv", "2099-10-25T00:30:00Z"}, // comes twice
			{"2099-10-25T03:30", "", "2099-10-25T00:30:00Z"},
			{"2099-01-02T10:00", "", "2099-01-02T08:00:00Z"},
			{"2099-01-02T10:00", "America/New_York", "2099-01-02T15:00:00Z"},
			{"2099-01-02T10:00:00+05:45", "Europe/Kyiv", "2099-01-02T04:15:00Z"},
		} {
			body := fmt.Sprintf(`{"id":"m%d","start":%q,"zone":%q,"until":"2099-12-01T10:00"}`, i, c.start, c.zone)
			if got := h.as(bot.Marketer, 201, "POST", "/broadcasts", body).json(t); got["start"] != c.want {
				t.Errorf("%s in %q is %v, want %s", c.start, c.zone, got["start"], c.want)
			}
		}
		for _, zone := range []string{"Mars/Base", "Local", "+02:00", "../../etc/localtime", "Europe/Kyiv "} {
			h.faulty(422, "zone", "zone", "POST", "/broadcasts", fmt.Sprintf(`{"start":"2099-01-02T10:00","zone":%q}`, zone))
		}
		for _, start := range []string{"2099-02-30T10:00", "2099-01-02", "10:00", "1969-12-31T10:00", "99999-01-01T10:00", "0000-01-01T00:00:00Z", " "} {
			h.faulty(422, "start", "moment", "POST", "/broadcasts", fmt.Sprintf(`{"start":%q}`, start))
		}
		past := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
		h.as(bot.Marketer, 201, "POST", "/broadcasts", `{"start":"`+past+`",`+saleJSON[1:])
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/submit", `{"version":1}`)
		h.as(bot.Approver, 200, "POST", "/broadcasts/sale/approve", `{"version":2}`)
		h.faulty(409, "start", "start_passed", "POST", "/broadcasts/sale/schedule", `{"version":3}`)
		if got := h.as(bot.Marketer, 200, "GET", "/broadcasts/sale", "").json(t); got["state"] != "approved" || got["version"] != 3.0 {
			t.Errorf("%v", got)
		}
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/start", `{"version":3}`)
		over := strings.Replace(strings.Replace(saleJSON, `"sale"`, `"over"`, 1), "2099-03-28T10:00", past, 1)
		h.as(bot.Marketer, 201, "POST", "/broadcasts", over)
		h.faulty(422, "until", "window_over", "POST", "/broadcasts/over/submit", `{"version":1}`)
	})
}

// faulty wants the field to be refused with the code.
func (h *house) faulty(status int, field, code, method, path, body string) {
	h.t.Helper()
	got := h.as(bot.Marketer, status, method, path, body)
	if !slices.ContainsFunc(got.problem(h.t).Errors, func(f fault) bool { return f.Field == field && string(f.Code) == code && f.Detail != "" }) {
		h.t.Errorf("%.200s: %.500s, want %s at %s", body, got.body, code, field)
	}
}

// What lacks a language, names a variable that nobody knows, or is no broadcast at all,
// is refused at its place; nothing that a stranger sends is an error of ours.
func TestBroadcastRefusesWhatIsNone(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		bare := func(id, text, more string) string {
			return `{"id":"` + id + `","topic":"tariff","text":` + text + more + `}`
		}
		const both = `{"uk":"а","ru":"б"}`
		for i, c := range []struct{ text, more, field string }{
			{`{"uk":"а"}`, "", "text"},
			{`{"ru":"б"}`, "", "text"},
			{`{"uk":"а","ru":" \n"}`, "", "text"},
			{`{}`, "", "text"},
			{both, `,"digest":{"ru":"б"}`, "digest"},
			{both, `,"buttons":[{"label":{"uk":"а"},"do":"ack"}]`, "buttons/0/label"},
		} {
			id := fmt.Sprint("b", i)
			h.as(bot.Marketer, 201, "POST", "/broadcasts", bare(id, c.text, c.more))
			h.faulty(422, c.field, "blank", "POST", "/broadcasts/"+id+"/submit", `{"version":1}`)
		}
		h.faulty(422, "text/ru", "variable", "POST", "/broadcasts", bare("v", `{"uk":"а","ru":"{{nme|клиент}}"}`, ""))
		h.faulty(422, "text/uk", "variable", "POST", "/broadcasts", bare("v", `{"uk":"{{ attributes.plan |x}}","ru":"б"}`, ""))
		h.faulty(422, "digest/uk", "variable", "POST", "/broadcasts", bare("v", both, `,"digest":{"uk":"{{nme|x}}","ru":"б"}`))
		h.faulty(422, "digest/ru", "long", "POST", "/broadcasts", bare("v", both, `,"digest":{"uk":"а","ru":"`+strings.Repeat("б", 201)+`"}`))
		for field, more := range map[string]string{
			"title":           `,"title":"` + strings.Repeat("т", 121) + `"`,
			"buttons/0/label": `,"buttons":[{"label":{"uk":"` + strings.Repeat("т", 41) + `","ru":"б"},"do":"ack"}]`,
		} {
			h.faulty(422, field, "long", "POST", "/broadcasts", bare("v", both, more))
		}
		h.faulty(422, "buttons", "too_many", "POST", "/broadcasts", bare("v", both, `,"buttons":[`+strings.TrimSuffix(strings.Repeat(`{"label":`+both+`,"do":"ack"},`, 8), ",")+`]`))
		h.faulty(422, "fallback_hours", "number", "POST", "/broadcasts", bare("v", both, `,"fallback_hours":721`))
		for _, body := range []string{
			``, `[]`, `null`, `{"id":null}`, `{"state":"approved"}`, `{"text":"а"}`, `{"text":{"en":"a"}}`, `{"version":1}`, `{"title":"a","title":"b"}`, `{"segment":[]}`,
			`{"fallback_hours":1.5}`, `{"title":"\u0000"}`, `{} {}`, `{"approved":"v1:0"}`, `{"author":"x"}`,
		} {
			h.as(bot.Marketer, http.StatusBadRequest, "POST", "/broadcasts", body)
		}
		big := func(bytes int) string { return bare("v", `{"uk":"`+strings.Repeat("а", bytes/2)+`","ru":"б"}`, "") }
		h.faulty(422, "text/uk", "long", "POST", "/broadcasts", big(1<<20-100))
		h.problem(bot.Marketer, 413, "too_large", "POST", "/broadcasts", big(1<<20))
		h.as(bot.Marketer, 404, "GET", "/broadcasts/v", "")
	})
}

// A broadcast that is for nobody is over at once, and its report is all zeroes.
func TestBroadcastForNobody(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.contact("crm-1")
		h.as(bot.Marketer, 201, "POST", "/broadcasts", strings.Replace(saleJSON, `{"kinds":["client"]}`, `{"field":"region","op":"in","values":["Ніде"]}`, 1))
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/submit", `{"version":1}`)
		h.as(bot.Approver, 200, "POST", "/broadcasts/sale/approve", `{"version":2}`)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/start", `{"version":3}`)
		h.ok(expand.New(expand.Config{Store: h.store, Owner: "me"}).Work(t.Context()))
		_, err := h.parts.Broadcasts.Keeper(nil).Keep(t.Context())
		h.ok(err)
		report := h.as(bot.Approver, 200, "GET", "/broadcasts/sale/report", "").json(t)
		for _, what := range []string{"planned", "sent", "pending", "unknown"} {
			if report[what] != 0.0 {
				t.Errorf("%s: %v", what, report)
			}
		}
		if got := h.as(bot.Marketer, 200, "GET", "/broadcasts/sale", "").json(t); got["state"] != "sent" {
			t.Errorf("%v", got)
		}
		for i, segment := range []string{ // none of it means everybody
			`{"kinds":[]}`, `{"kinds":["client"],"regions":[]}`, `{"and":[]}`, `{"or":[]}`, `{"values":[]}`, `{"field":"region","op":"in","values":[]}`, `{"field":"region","op":"in"}`,
			`{"kinds":["client"],"field":"region","op":"in","values":["Київ"]}`,
		} {
			h.as(bot.Marketer, 422, "POST", "/broadcasts", strings.Replace(strings.Replace(saleJSON, `"sale"`, fmt.Sprintf(`"n%d"`, i), 1), `{"kinds":["client"]}`, segment, 1))
		}
	})
}
