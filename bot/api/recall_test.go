package api

import (
	"strings"
	"testing"

	"visnyk/bot"
)

// Whoever writes takes back what waits for an approval, and nobody can approve it any
// more: neither an article nor a change nor a broadcast. Who only approves returns it.
func TestTakenBackBeforeTheDecision(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/articles", articleJSON)
		h.as(bot.Marketer, 201, "POST", "/changes", changeJSON)
		h.as(bot.Marketer, 201, "POST", "/broadcasts", saleJSON)
		for at, versions := range map[string][3]string{ // before it is submitted, recalled, approved
			"/articles/price":  {`{"version":1}`, `{"version":1}`, `{"version":1}`},
			"/changes/tariff":  {`{"version":1}`, `{"version":1}`, `{"version":1}`},
			"/broadcasts/sale": {`{"version":1}`, `{"version":2}`, `{"version":3}`},
		} {
			h.as(bot.Marketer, 409, "POST", at+"/recall", versions[0])
			h.as(bot.Marketer, 200, "POST", at+"/submit", versions[0])
			h.as(bot.Approver, 403, "POST", at+"/recall", versions[1])
			if got := h.as(bot.Marketer, 200, "POST", at+"/recall", versions[1]); !strings.Contains(string(got.body), `"state":"draft"`) {
				t.Errorf("%s: %s", at, got.body)
			}
			if at != "/articles/price" { // of an article a draft may be approved as it stands
				h.as(bot.Approver, 409, "POST", at+"/approve", versions[2])
			}
			h.as(bot.Approver, 409, "POST", at+"/return", strings.Replace(versions[2], "}", `,"note":"ні"}`, 1))
		}
		if got := h.as(bot.Approver, 200, "GET", "/approvals", ""); strings.Contains(string(got.body), `"noun"`) {
			t.Errorf("somebody is still called: %s", got.body)
		}
		if found := h.asApproved(); len(found.Problems) > 0 {
			t.Errorf("%v", found.Problems)
		}
	})
}
