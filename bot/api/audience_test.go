package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

// Both forms of an audience are taken, each is answered as it can be said, and
// what is neither is refused by its place.
func TestAudienceForms(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		body := func(audience string) string {
			return strings.Replace(changeJSON, `{"kinds":["client"]}`, audience, 1)
		}
		version := 0
		for i, c := range []struct{ sent, want string }{
			{`{"kinds":["client"],"regions":["Київ"]}`, `{"kinds":["client"],"regions":["Київ"]}`},
			{`{"and":[{"field":"tier","op":"in","values":["vip"]}]}`, `{"tiers":["vip"]}`},
			{`{"or":[{"field":"tags","op":"in","values":["борг"]},{"not":{"field":"attributes.plan","op":"known"}}]}`, ""},
			{`{"field":"bot","op":"in","values":["viber"]}`, ""},
			{`{}`, `null`},
		} {
			var got reply
			if i == 0 {
				got = h.as(bot.Marketer, 201, "POST", "/changes", body(c.sent))
			} else {
				got = h.as(bot.Marketer, 200, "PUT", "/changes/tariff", strings.Replace(body(c.sent), "{", `{"version":`+string(rune('0'+version))+`,`, 1))
			}
			version++
			if c.want == "" {
				c.want = c.sent
			}
			var want any
			h.ok(json.Unmarshal([]byte(c.want), &want))
			again, _ := json.Marshal(got.json(t)["audience"])
			if wanted, _ := json.Marshal(want); string(again) != string(wanted) {
				t.Errorf("%s came back as %s", c.sent, again)
			}
		}
		for audience, want := range map[string]string{
			`{"kinds":["client"],"field":"tier","op":"known"}`:                    "audience",
			`{"or":[{"field":"tier","op":"known"},{"field":"age","op":"known"}]}`: "audience.or.1.field",
			`{"or":[]}`:          "audience",
			`{"tiers":["gold"]}`: "audience.tiers",
			`{"not":{"field":"tier","op":"in","values":["gold"]}}`:                                  "audience.not.values",
			strings.Repeat(`{"not":`, 9) + `{"field":"tier","op":"known"}` + strings.Repeat(`}`, 9): "audience",
			`{"and":[{}` + strings.Repeat(`,{}`, bot.MaxSegmentConditions) + `]}`:                   "audience",
		} {
			p := h.problem(bot.Marketer, 422, "content", "POST", "/changes", strings.Replace(body(audience), "tariff", "other", 1))
			if !slices.ContainsFunc(p.Errors, func(f fault) bool { return f.Field == want }) {
				t.Errorf("%s: %+v, want %s", audience, p.Errors, want)
			}
		}
		h.problem(bot.Marketer, 400, "malformed_body", "POST", "/changes", body(`{"or":[{"kinds":["client"]}]}`))
		h.problem(bot.Marketer, 400, "malformed_body", "POST", "/changes", body(`{"not":{"field":"tier","op":7}}`))
		h.problem(bot.Marketer, 400, "malformed_body", "POST", "/changes", body(strings.Repeat(`{"not":`, 5000)+`{}`+strings.Repeat(`}`, 5000)))
	})
}
