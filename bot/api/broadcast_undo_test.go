package api

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
)

// What is approved of a broadcast is what was read, and whoever approved it, nobody else,
// may take that back for ten seconds: then it waits again, and whoever wrote it still may
// not approve it.
func TestBroadcastApprovalIsTakenBack(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		const at = "/broadcasts/sale"
		h.user("second", bot.Approver)
		other := h.token("second", "one")
		h.as(bot.Admin, 201, "POST", "/broadcasts", saleJSON)
		h.as(bot.Admin, 200, "POST", at+"/submit", `{"version":1}`)
		var read struct{ Approvable, Approved, State string }
		reads := func(r reply) {
			t.Helper()
			read.Approvable, read.Approved = "", ""
			if err := json.Unmarshal([]byte(r.body), &read); err != nil {
				t.Fatal(err)
			}
		}
		reads(h.as(bot.Approver, 200, "GET", at, ""))
		hash := read.Approvable
		refused := func(r reply, code string) {
			t.Helper()
			if p := r.problem(t); r.status != 409 || len(p.Errors) != 1 || string(p.Errors[0].Code) != code {
				t.Errorf("%d %s, want %s", r.status, r.body, code)
			}
		}
		refused(h.as(bot.Approver, 409, "POST", at+"/approve", `{"version":2,"hash":"v1:else"}`), "read_else")
		reads(h.as(bot.Approver, 200, "POST", at+"/approve", `{"version":2,"hash":"`+hash+`"}`))
		if hash == "" || read.Approved != hash {
			t.Errorf("approved is %q, and %q was to be", read.Approved, hash)
		}
		refused(h.do(other, "POST", at+"/undo", `{"version":3}`), "undo_over")
		h.as(bot.Marketer, 403, "POST", at+"/undo", `{"version":3}`)
		reads(h.as(bot.Approver, 200, "POST", at+"/undo", `{"version":3}`))
		if read.State != string(bot.BroadcastReview) || read.Approved != "" {
			t.Errorf("taken back it is %s, approved %q", read.State, read.Approved)
		}
		if found := h.asApproved(); len(found.Problems) > 0 || found.Checked != 0 {
			t.Errorf("%+v", found)
		}
		if p := h.as(bot.Admin, 403, "POST", at+"/approve", `{"version":4}`).problem(t); p.Code != "same_person" {
			t.Errorf("who wrote it: %+v", p)
		}
		h.as(bot.Marketer, 409, "POST", at+"/start", `{"version":4}`)
		h.as(bot.Approver, 200, "POST", at+"/approve", `{"version":4}`)
		who, err := h.staff.User(t.Context(), bot.System(), string(bot.Approver)+"1")
		h.ok(err)
		var late *bot.RefusedError
		by := bot.Actor{User: who.ID, Login: who.Login, Role: who.Role}
		if _, err := h.broadcasts(-bot.UndoApproval-time.Second).Move(t.Context(), by, "sale", bot.BroadcastUndo, 5, broadcast.Moved{}); !errors.As(err, &late) || late.Code != bot.FaultUndoOver {
			t.Errorf("after ten seconds: %v", err)
		}
		h.as(bot.Marketer, 200, "POST", at+"/start", `{"version":5}`)
		h.as(bot.Approver, 409, "POST", at+"/undo", `{"version":6}`)
	})
}
