package api

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// What waits is listed to who may decide; the hash they read is what they approve, what is
// returned has its notes at fields, and an approval is taken back at once.
func TestApprovalByREST(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/changes", changeJSON)
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", `{"version":1}`)
		if got := h.as(bot.Approver, 200, "GET", "/approvals", ""); !strings.Contains(string(got.body), `"noun":"change","id":"tariff","version":1`) || !strings.Contains(string(got.body), `"mine":true`) {
			t.Errorf("%s", got.body)
		}
		var read struct {
			Hash string    `json:"hash"`
			Mine bool      `json:"mine"`
			By   string    `json:"by"`
			Undo time.Time `json:"undo_until"`
		}
		reads := func(r bot.Role) {
			t.Helper()
			read.Undo = time.Time{}
			h.ok(json.Unmarshal(h.as(r, 200, "GET", "/changes/tariff/approval", "").body, &read))
		}
		if reads(bot.Marketer); read.Mine {
			t.Error("who wrote it decides about it")
		}
		if reads(bot.Approver); !read.Mine || read.By != "marketer1" || !read.Undo.IsZero() {
			t.Errorf("%+v", read)
		}
		h.problem(bot.Approver, 400, "malformed_body", "POST", "/changes/tariff/approve", `{"version":1,"notes":{"title":"x"}}`)
		h.problem(bot.Approver, 409, "refused", "POST", "/changes/tariff/approve", `{"version":1,"hash":"v1:other"}`)
		h.problem(bot.Approver, 422, "content", "POST", "/changes/tariff/return", `{"version":1,"notes":{"Title":"x"}}`)
		h.as(bot.Approver, 200, "POST", "/changes/tariff/return", `{"version":1,"notes":{"title":"коротше"}}`)
		if got := h.as(bot.Marketer, 200, "GET", "/changes/tariff/notes", ""); !strings.Contains(string(got.body), `"field":"title","note":"коротше","version":1,"by":"approver1"`) || !strings.Contains(string(got.body), `"mended":false`) {
			t.Errorf("%s", got.body)
		}
		if got := h.as(bot.Marketer, 200, "PUT", "/changes/tariff/notes", `{"field":"title","mended":true}`); !strings.Contains(string(got.body), `"mended":true`) {
			t.Errorf("%s", got.body)
		}
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", `{"version":1}`)
		h.as(bot.Approver, 200, "POST", "/changes/tariff/approve", `{"version":1,"hash":"`+read.Hash+`"}`)
		if reads(bot.Approver); read.Undo.IsZero() {
			t.Errorf("%+v", read)
		}
		h.problem(bot.Admin, 409, "refused", "POST", "/changes/tariff/undo", `{"version":1}`)
		if got := h.as(bot.Approver, 200, "POST", "/changes/tariff/undo", `{"version":1}`); !strings.Contains(string(got.body), `"state":"in review"`) {
			t.Errorf("%s", got.body)
		}
	})
}

// What is announced to many more people than it was approved for is refused with both
// numbers, unless it is said to how many.
func TestAnnouncedToOthersByREST(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		people := 100
		h.parts.Changes.Counting = func(context.Context, bot.Segment) (int, error) { return people, nil }
		h.as(bot.Marketer, 201, "POST", "/changes", changeJSON)
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", `{"version":1}`)
		h.problem(bot.Approver, 400, "malformed_body", "POST", "/changes/tariff/approve", `{"version":1,"people":100}`)
		h.as(bot.Approver, 200, "POST", "/changes/tariff/approve", `{"version":1}`)
		people = 300
		h.problem(bot.Marketer, 409, "refused", "POST", "/changes/tariff/announce", `{"version":1}`)
		h.problem(bot.Marketer, 409, "refused", "POST", "/changes/tariff/announce", `{"version":1,"people":100}`)
		if got := h.as(bot.Marketer, 409, "POST", "/changes/tariff/announce", `{"version":1}`); !strings.Contains(string(got.body), "is 300 now, and was 100 when it was approved") {
			t.Errorf("%s", got.body)
		}
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/announce", `{"version":1,"people":300}`)
	})
}

// A rehearsal goes to the messenger that one has linked, and without one nowhere.
func TestRehearsalByREST(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/changes", changeJSON)
		h.problem(bot.Marketer, 409, "refused", "POST", "/changes/tariff/rehearse", `{"version":1}`)
		u, err := h.store.User(t.Context(), "marketer1")
		h.ok(err)
		h.ok(h.store.InTx(t.Context(), func(tx *storage.Tx) error {
			return tx.LinkStaff(t.Context(), u.ID, bot.Address{Bot: "telegram", Chat: "7"})
		}))
		var language bot.Language
		h.parts.Changes.Rehearsal = func(to bot.Address, l bot.Language, cause string, c bot.Change) ([]bot.Queued, error) {
			language = l
			return []bot.Queued{{Lane: bot.LaneDesk, To: to, Cause: cause + "/0", Part: bot.Part{Kind: bot.Say, Body: []byte(c.Title.In(l))}}}, nil
		}
		h.problem(bot.Marketer, 422, "content", "POST", "/changes/tariff/rehearse", `{"version":1,"language":"de"}`)
		h.problem(bot.Marketer, 404, "not_found", "POST", "/changes/tariff/rehearse", `{"version":2}`)
		for range 2 {
			h.as(bot.Marketer, 200, "POST", "/changes/tariff/rehearse", `{"version":1,"language":"ru"}`)
		}
		if n := h.count(`SELECT count(*) FROM outbox WHERE chat = '7' AND cause LIKE 'rehearsal/tariff/%' AND NOT tells`); n != 2 || language != bot.Russian {
			t.Errorf("%d rehearsals, the last in %q", n, language)
		}
		if n := h.count(`SELECT count(*) FROM audit WHERE action = 'change.rehearse' AND object = 'change/tariff'`); n != 2 {
			t.Errorf("%d entries of the audit", n)
		}
		if n := h.count(`SELECT count(*) FROM tellings`) + h.count(`SELECT count(*) FROM ledger`); n != 0 {
			t.Errorf("the ledger has %d rows", n)
		}
	})
}
