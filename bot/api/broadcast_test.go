package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

const saleJSON = `{"id":"sale","title":"Знижки","topic":"tariff","text":{"uk":"Вітаємо, {{name|клієнте}}! [Ціни](https://shop.example/a)","ru":"Здравствуйте, {{name|клиент}}!"},` +
	`"buttons":[{"label":{"uk":"Ціни","ru":"Цены"},"url":"https://shop.example/b"},{"label":{"uk":"Зрозуміло","ru":"Понятно"},"do":"ack"},{"label":{"uk":"Налаштування","ru":"Настройки"},"flow":"settings"}],` +
	`"segment":{"kinds":["client"]},"zone":"Europe/Kyiv","until":"2099-03-28T10:00"}`

// A broadcast goes its whole way: who wrote it does not approve it, what was approved
// is locked, and the report adds up.
func TestBroadcastGoesItsWay(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/broadcasts", saleJSON)
		h.as(bot.Marketer, 409, "POST", "/broadcasts", saleJSON)
		h.as(bot.Marketer, 409, "POST", "/broadcasts/sale/start", `{"version":1}`)
		h.as(bot.Marketer, 428, "POST", "/broadcasts/sale/submit", "")
		h.as(bot.Marketer, 200, "PUT", "/broadcasts/sale", strings.TrimSuffix(saleJSON, "}")+`,"version":1}`)
		h.as(bot.Marketer, 412, "POST", "/broadcasts/sale/submit", `{"version":1}`)
		h.as(bot.Admin, 200, "POST", "/broadcasts/sale/submit", `{"version":2}`)
		h.as(bot.Admin, 403, "POST", "/broadcasts/sale/approve", `{"version":3}`) // who submitted it wrote it
		h.as(bot.Approver, 422, "POST", "/broadcasts/sale/return", `{"version":3}`)
		h.as(bot.Approver, 200, "POST", "/broadcasts/sale/approve", `{"version":3}`)
		var shown struct {
			State, Approved, Until string
			Moves                  []string
		}
		h.ok(json.Unmarshal(h.as(bot.Approver, 200, "GET", "/broadcasts/sale", "").body, &shown))
		if shown.State != "approved" || !strings.HasPrefix(shown.Approved, "v1:") || shown.Until != "2099-03-28T08:00:00Z" {
			t.Errorf("%+v", shown)
		}
		h.as(bot.Marketer, 409, "PUT", "/broadcasts/sale", strings.TrimSuffix(saleJSON, "}")+`,"version":4}`)
		h.as(bot.Marketer, 422, "POST", "/broadcasts/sale/schedule", `{"version":4}`) // no start
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/start", `{"version":4}`)
		h.as(bot.Approver, 200, "POST", "/broadcasts/sale/pause", `{"version":5}`)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/resume", `{"version":6}`)
		h.as(bot.Marketer, 422, "POST", "/broadcasts/sale/retry", `{"version":7}`)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/retry", `{"version":7,"reason":"gone"}`)
		if got := h.as(bot.Approver, 200, "POST", "/broadcasts/stop", ""); !strings.Contains(string(got.body), `["sale"]`) {
			t.Errorf("%s", got.body)
		}
		if got := h.as(bot.Approver, 200, "GET", "/broadcasts/sale", ""); !strings.Contains(string(got.body), `"halted":"stopped"`) {
			t.Errorf("%s", got.body)
		}
		var report bot.Report
		h.ok(json.Unmarshal(h.as(bot.Marketer, 200, "GET", "/broadcasts/sale/report", "").body, &report))
		if report.Planned != report.Sum() || report.Skipped == nil || report.Failed == nil {
			t.Errorf("%+v", report)
		}
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/cancel", `{"version":9}`)
		if got := h.as(bot.Admin, 200, "GET", "/broadcasts?limit=1", ""); !strings.Contains(string(got.body), `"state":"cancelled"`) {
			t.Errorf("%s", got.body)
		}
		h.as(bot.Admin, 404, "GET", "/broadcasts/absent/report", "")
	})
}

// What was changed behind the approval does not start (S49).
func TestBroadcastNeedsFourEyes(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/broadcasts", saleJSON)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/submit", `{"version":1}`)
		h.as(bot.Marketer, 403, "POST", "/broadcasts/sale/approve", `{"version":2}`)
		h.as(bot.Admin, 200, "POST", "/broadcasts/sale/approve", `{"version":2}`)
		h.sql(`UPDATE broadcasts SET until_at = until_at + 1000000`)
		got := h.as(bot.Marketer, 409, "POST", "/broadcasts/sale/start", `{"version":3}`)
		if !strings.Contains(string(got.body), "not_as_approved") {
			t.Errorf("%s", got.body)
		}
		h.as(bot.Approver, 200, "POST", "/broadcasts/sale/return", `{"version":3,"note":"вікно інше"}`)
		if got := h.as(bot.Approver, 200, "GET", "/broadcasts/sale", ""); strings.Contains(string(got.body), `"approved":"`) {
			t.Errorf("%s", got.body)
		}
	})
}

// A template is names and words, and nothing that runs (S57).
func TestTemplateDenied(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		for text, code := range map[string]string{
			`{{env \"HOME\"}}`: "template", `{{.}}`: "template", `{{range .}}a{{end}}`: "template", `{{name`: "template", `{{{{name|x}}}}`: "template",
			`{{ call .X }}`: "template", `{{name}}`: "fallback", `{{password|x}}`: "variable", `{{name|{{tier|x}}}}`: "template", `{% include \"x\" %} {{printf|x}}`: "variable",
		} {
			got := h.as(bot.Marketer, 422, "POST", "/broadcasts", `{"text":{"uk":"`+text+`","ru":"б"}}`)
			if !strings.Contains(string(got.body), `"code":"`+code+`"`) || !strings.Contains(string(got.body), `"field":"text/uk"`) {
				t.Errorf("%s: %s", text, got.body)
			}
		}
		for what, body := range map[string]string{
			"one_of":      `{"text":{"uk":"а","ru":"б"},"buttons":[{"label":{"uk":"а","ru":"б"}}]}`,
			"choice":      `{"text":{"uk":"а","ru":"б"},"buttons":[{"label":{"uk":"а","ru":"б"},"do":"erase"}]}`,
			"/flow":       `{"text":{"uk":"а","ru":"б"},"buttons":[{"label":{"uk":"а","ru":"б"},"flow":"welcome"}]}`,
			"web_address": `{"text":{"uk":"а","ru":"б"},"buttons":[{"label":{"uk":"а","ru":"б"},"url":"javascript:alert(1)"}]}`,
			"topic":       `{"topic":"nothing","text":{"uk":"а","ru":"б"}}`,
			"no_change":   `{"change":"nothing","text":{"uk":"а","ru":"б"}}`,
			"zone":        `{"zone":"Mars/Base","text":{"uk":"а","ru":"б"}}`,
			"moment":      `{"start":"tomorrow","text":{"uk":"а","ru":"б"}}`,
			"order":       `{"start":"2099-01-02T10:00","until":"2099-01-01T10:00","text":{"uk":"а","ru":"б"}}`,
			"reserved":    `{"id":"stop","text":{"uk":"а","ru":"б"}}`,
			"why":         `{"urgent":" ","text":{"uk":"а","ru":"б"}}`,
		} {
			if got := h.as(bot.Marketer, 422, "POST", "/broadcasts", body); !strings.Contains(string(got.body), what+`"`) {
				t.Errorf("%s: %s", what, got.body)
			}
		}
		if all := h.as(bot.Marketer, 200, "GET", "/broadcasts", ""); strings.Contains(string(all.body), `"id"`) {
			t.Errorf("some were made: %s", all.body)
		}
	})
}

// What is urgent says why, in the audit of its approval and its start; what is late
// asks.
func TestScheduledAndUrgent(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		put := func(id string, start time.Time) {
			h.as(bot.Marketer, 201, "POST", "/broadcasts", fmt.Sprintf(`{"id":%q,"topic":"outage","urgent":"аварія","text":{"uk":%[1]q,"ru":%[1]q},"start":%[2]q}`, id, start.Format(time.RFC3339)))
			h.as(bot.Marketer, 200, "POST", "/broadcasts/"+id+"/submit", `{"version":1}`)
			h.as(bot.Approver, 200, "POST", "/broadcasts/"+id+"/approve", `{"version":2}`)
			h.as(bot.Marketer, 200, "POST", "/broadcasts/"+id+"/schedule", `{"version":3}`)
		}
		h.parts.Broadcasts = h.broadcasts(time.Hour) // what is over now was ahead then
		put("due", time.Now().Add(-time.Minute))
		put("late", time.Now().Add(-20*time.Minute))
		put("later", time.Now().Add(time.Hour))
		h.parts.Broadcasts = h.broadcasts(0)
		h.as(bot.Marketer, http.StatusConflict, "POST", "/broadcasts/later/start", `{"version":4}`)
		begun, err := h.parts.Broadcasts.StartDue(t.Context())
		if h.ok(err); fmt.Sprint(begun.IDs, begun.Asks) != "[due] [late]" || time.Until(begun.Next) < 50*time.Minute {
			t.Errorf("%+v", begun)
		}
		if got := h.as(bot.Marketer, 200, "GET", "/broadcasts/late", ""); !strings.Contains(string(got.body), `"halted":"late"`) {
			t.Errorf("%s", got.body)
		}
		h.as(bot.Marketer, 200, "POST", "/broadcasts/late/resume", `{"version":5}`)
		if n := h.count(`SELECT count(*) FROM audit WHERE action IN ('broadcast.approve', 'broadcast.start') AND detail LIKE '%аварія%'`); n != 4 {
			t.Errorf("%d entries say why", n)
		}
	})
}

// A segment that a broadcast is for is not deleted. Submitted, the broadcast holds a
// copy of it: who changes the segment gives it back while it is in review, and later it
// says that the copy is not the segment any more.
func TestBroadcastNamesSegments(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		var segment struct{ ID string }
		h.ok(json.Unmarshal(h.as(bot.Marketer, 201, "POST", "/segments", `{"name":"Київ","tree":{"field":"region","op":"in","values":["Київ"]}}`).body, &segment))
		h.as(bot.Marketer, 201, "POST", "/broadcasts", strings.Replace(saleJSON, `{"kinds":["client"]}`, `{"field":"segment","op":"in","values":["`+segment.ID+`"]}`, 1))
		is := func(state, audience, note string, outdated bool) {
			t.Helper()
			got := string(h.as(bot.Approver, 200, "GET", "/broadcasts/sale", "").body)
			if !strings.Contains(got, `"state":"`+state+`"`) || !strings.Contains(got, `"segment":{`+audience) ||
				!strings.Contains(got, note) || strings.Contains(got, `"segment_outdated":true`) != outdated ||
				strings.Contains(got, `"segment_named":{"field":"segment"`) != (audience != `"field":"segment"`) {
				t.Errorf("it is not %s for %s: %s", state, audience, got)
			}
		}
		change := func(version int, region string) {
			t.Helper()
			h.as(bot.Marketer, 200, "PUT", "/segments/"+segment.ID,
				fmt.Sprintf(`{"name":"Київ","tree":{"field":"region","op":"in","values":["%s"]},"version":%d}`, region, version))
		}
		refused := func(version int) {
			t.Helper()
			got := h.as(bot.Marketer, 409, "DELETE", "/segments/"+segment.ID, "", "If-Match", fmt.Sprintf(`"%d"`, version))
			if !strings.Contains(string(got.body), "Знижки") {
				t.Errorf("it is not said what uses it: %s", got.body)
			}
		}
		const named, copied = `"field":"segment"`, `"field":"region"`
		is("draft", named, "", false)
		refused(1)
		if got := h.as(bot.Marketer, 200, "GET", "/segments/"+segment.ID, ""); !strings.Contains(string(got.body), `"broadcasts":["sale"]`) {
			t.Errorf("%s", got.body)
		}
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/submit", `{"version":1}`)
		is("in review", copied, "", false)
		refused(1)
		change(1, "Київ")
		is("in review", copied, "", false) // the same people
		change(2, "Львів")
		is("draft", named, "Сегмент «Київ» змінено", false)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/submit", `{"version":3}`)
		h.as(bot.Approver, 200, "POST", "/broadcasts/sale/return", `{"version":4,"note":"ні"}`)
		is("draft", named, "", false)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/submit", `{"version":5}`)
		h.as(bot.Approver, 200, "POST", "/broadcasts/sale/approve", `{"version":6}`)
		is("approved", copied, "", false)
		change(3, "Одеса")
		is("approved", `"field":"region","op":"in","values":["Львів"]`, "", true)
		refused(4)
		h.as(bot.Marketer, 200, "POST", "/broadcasts/sale/start", `{"version":7}`) // it is what was approved
		refused(4)
		h.as(bot.Approver, 200, "POST", "/broadcasts/sale/cancel", `{"version":8}`)
		h.as(bot.Marketer, 204, "DELETE", "/segments/"+segment.ID, "", "If-Match", `"4"`)
	})
}
