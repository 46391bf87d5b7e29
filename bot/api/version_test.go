package api

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"visnyk/bot"
)

// A writer takes a sheet back and sends it up again with other words while an
// approver presses on what they have read: whatever comes first, nobody has
// approved what they did not see.
func TestAttackApproverApprovesAnotherVersion(t *testing.T) {
	const races = 30 // on each database; without versions a fifth and more go wrong
	onEach(t, func(t *testing.T, h *house) {
		unseen, approved := 0, 0
		for i := range races {
			id := fmt.Sprint("c", i)
			at := "/changes/" + id
			h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"`+id+`",`+changeTexts+`}`)
			h.as(bot.Marketer, 200, "POST", at+"/submit", "", headerMatch, `"1"`)
			read := h.as(bot.Approver, 200, "GET", at, "")
			var wg sync.WaitGroup
			wg.Go(func() { // the author gets it back, and has it up again
				for _, step := range [][3]string{
					{"POST", at + "/return", `{"note":"інше","version":1}`},
					{"PUT", at, `{"version":1,` + strings.Replace(changeTexts, "Новий тариф", "Інший тариф", 1) + `}`},
					{"POST", at + "/submit", `{"version":2}`},
				} {
					if r, err := h.try(h.tokens[bot.Admin], step[0], step[1], strings.NewReader(step[2])); err != nil || r.status != 200 {
						return // it was approved meanwhile
					}
				}
			})
			wg.Go(func() {
				for range 3 {
					r, err := h.try(h.tokens[bot.Approver], "POST", at+"/approve", strings.NewReader(""), headerMatch, read.header.Get("Etag"))
					if err != nil || r.status == 200 || r.status == 412 {
						return
					}
				}
			})
			wg.Wait()
			if got := h.as(bot.Operator, 200, "GET", at, "").json(t); got["state"] == "approved" {
				approved++
				if got["version"].(float64) != 1 {
					unseen++
				}
			}
		}
		t.Logf("%d of %d approved, %d of them unseen", approved, races, unseen)
		if unseen > 0 {
			t.Errorf("%d of %d were approved in words that nobody had read", unseen, races)
		}
	})
}

// Every move says which version it means, in the body or in If-Match.
func TestMovesCarryTheirVersion(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Admin, 201, "POST", "/changes", changeJSON)
		h.as(bot.Admin, 200, "PUT", "/changes/tariff", `{"version":1,`+changeTexts+`}`)
		made := h.as(bot.Admin, 201, "POST", "/articles", articleJSON)
		if made.header.Get("Etag") != `"1"` || made.json(t)["version"] != 1.0 {
			t.Errorf("%s %v", made.body, made.header)
		}
		edited := strings.Replace(articleJSON, "Сто", "Двісті", 1)
		h.problem(bot.Admin, 428, "version_required", "PUT", "/articles/price", edited)
		h.problem(bot.Admin, 412, "version_stale", "PUT", "/articles/price", edited, headerMatch, `"2"`)
		next := h.as(bot.Admin, 200, "PUT", "/articles/price", edited, headerMatch, `"1"`)
		if next.header.Get("Etag") != `"2"` || next.json(t)["version"] != 2.0 {
			t.Errorf("%s %v", next.body, next.header)
		}
		if got := h.as(bot.Operator, 200, "GET", "/articles/price", ""); got.header.Get("Etag") != `"2"` {
			t.Errorf("%v", got.header)
		}
		h.problem(bot.Admin, 412, "version_stale", "PUT", "/articles/price", strings.Replace(edited, `{`, `{"version":1,`, 1))

		before := h.entries()
		for _, path := range []string{
			"/changes/tariff/submit", "/changes/tariff/approve", "/changes/tariff/return", "/changes/tariff/announce",
			"/changes/tariff/close", "/changes/tariff/withdraw", "/articles/price/approve", "/articles/price/retire",
		} {
			h.problem(bot.Admin, 428, "version_required", "POST", path, "")
			h.problem(bot.Admin, 412, "version_stale", "POST", path, "", headerMatch, `"1"`)
			h.problem(bot.Admin, 412, "version_stale", "POST", path, `{"version":3}`)
			h.problem(bot.Admin, 400, "malformed_parameter", "POST", path, `{"version":2}`, headerMatch, `"1"`)
			h.problem(bot.Admin, 400, "malformed_parameter", "POST", path, "", headerMatch, "*")
		}
		if h.entries() != before {
			t.Error("something was moved")
		}
		h.as(bot.Admin, 200, "POST", "/changes/tariff/submit", `{"version":2}`)
		h.as(bot.Approver, 200, "POST", "/changes/tariff/approve", "", headerMatch, `"2"`)
		h.as(bot.Approver, 200, "POST", "/articles/price/approve", "", headerMatch, `"2"`)
		retired := h.as(bot.Admin, 200, "POST", "/articles/price/retire", `{"version":2}`, headerMatch, `"2"`)
		if retired.header.Get("Etag") != `"2"` {
			t.Errorf("%v", retired.header)
		}
	})
}

// Of writers who edit the same version, one wins; of movers one moves.
func TestOneOfManyWins(t *testing.T) {
	const clients = 8
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Admin, 201, "POST", "/articles", articleJSON)
		at := func(by bot.Role, method, path, body string) (won int) {
			t.Helper()
			replies, errs := make([]reply, clients), make([]error, clients)
			var wg sync.WaitGroup
			for i := range clients {
				wg.Go(func() { replies[i], errs[i] = h.try(h.tokens[by], method, path, strings.NewReader(body)) })
			}
			wg.Wait()
			for i, r := range replies {
				h.ok(errs[i])
				h.spec.check(t, method, path, []byte(body), r)
				switch {
				case r.status == 200:
					won++
				case r.status != 412 && r.status != 409:
					t.Errorf("%s %s: %d %s", method, path, r.status, r.body)
				}
			}
			return won
		}
		for _, write := range []struct {
			by                 bot.Role
			method, path, body string
		}{
			{bot.Admin, "PUT", "/articles/price", strings.Replace(articleJSON, `{`, `{"version":1,`, 1)},
			{bot.Approver, "POST", "/articles/price/approve", `{"version":2}`},
			{bot.Admin, "POST", "/articles/price/retire", `{"version":2}`},
		} {
			if won := at(write.by, write.method, write.path, write.body); won != 1 {
				t.Errorf("%s %s: %d of %d did it", write.method, write.path, won, clients)
			}
		}
	})
}
