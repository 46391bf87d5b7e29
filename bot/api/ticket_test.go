package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// paper is a messenger that takes every text.
type paper struct{ bot.Channel }

func (paper) Name() string                   { return "telegram" }
func (paper) Capabilities() bot.Capabilities { return bot.Capabilities{} }

func (paper) Render(m bot.Message) ([]bot.Part, error) {
	return []bot.Part{{Kind: bot.Say, Body: fmt.Appendf(nil, "%q", m.Text)}}, nil
}

// asks has n people ask for somebody, a minute apart, and gives the tickets' ids.
func (h *house) asks(n int) []string {
	h.t.Helper()
	l, _, ours, err := h.store.Acquire(h.t.Context(), "telegram", "me", time.Minute)
	h.ok(err)
	if !ours {
		h.t.Fatal("the lease is somebody else's")
	}
	ids := make([]string, n)
	for i := range n {
		chat := fmt.Sprintf("chat-%d", i)
		at, update := bot.Address{Bot: "telegram", Chat: chat}, "update-"+chat
		ids[i] = "ticket-" + chat
		_, err := h.store.Receive(h.t.Context(), []storage.Incoming{{
			Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", Chat: chat, ID: update, Payload: []byte("{}")},
		}})
		h.ok(err)
		_, err = h.store.CommitTurns(h.t.Context(), l, []storage.TurnWrite{{
			Bot: "telegram", InboxID: update, Conversation: &bot.Conversation{Address: at, Contact: "contact-" + chat, Version: 1, Reach: bot.Reachable},
			Contact: &bot.Contact{ID: "contact-" + chat, Name: "Марія", Language: bot.Ukrainian},
			History: []bot.Entry{{Address: at, Cause: update, Kind: string(bot.Typed), Text: "Покличте людину"}},
			Open: &bot.Ticket{
				ID: ids[i], Address: at, Contact: "contact-" + chat, Reason: bot.ReasonAsked,
				OpenedAt: time.Now().Add(time.Duration(i-60) * time.Minute),
			},
		}})
		h.ok(err)
	}
	return ids
}

// TestTicketsByREST: from the list to the closing, and every move of somebody else's
// ticket is 409 and names the holder.
func TestTicketsByREST(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		ids := h.asks(3)
		first := h.as(bot.Operator, 200, "GET", "/tickets?limit=2", "").json(t)
		rest := h.as(bot.Operator, 200, "GET", "/tickets?limit=2&cursor="+first["next"].(string), "").json(t)
		if a, b := first["items"].([]any), rest["items"].([]any); len(a) != 2 || len(b) != 1 ||
			a[0].(map[string]any)["id"] != ids[0] || b[0].(map[string]any)["id"] != ids[2] || rest["next"] != nil {
			t.Errorf("%v, then %v", first, rest)
		}
		path := "/tickets/" + ids[0]
		if got := h.as(bot.Operator, 200, "POST", path+"/take", "").json(t); got["state"] != "taken" || got["holder"] != "operator1" {
			t.Errorf("taken: %v", got)
		}
		for move, body := range map[string]string{"take": "", "release": "", "close": "", "reply": `{"text":"Добрий день"}`} {
			p := h.as(bot.Admin, 409, "POST", path+"/"+move, body).problem(t)
			if p.Code != "illegal_move" || p.Holder != "operator1" || !strings.Contains(p.Detail, "operator1") {
				t.Errorf("%s by another: %+v", move, p)
			}
		}
		newest := int64(h.as(bot.Operator, 200, "GET", path, "").json(t)["newest"].(float64))
		unread := h.as(bot.Operator, 409, "POST", path+"/reply", `{"text":"Добрий день","seen":1}`).problem(t)
		if unread.Code != "refused" || len(unread.Errors) != 1 || unread.Errors[0].Code != bot.FaultUnread {
			t.Errorf("a reply to what was not read: %+v", unread)
		}
		said := fmt.Sprintf(`{"text":"Добрий день","seen":%d}`, newest)
		for range 2 { // the same request twice says it once
			got := h.do(h.tokens[bot.Operator], "POST", path+"/reply", said, "Idempotency-Key", "one")
			if got.status != 200 || got.json(t)["turn"] != "theirs" {
				t.Errorf("reply: %d %s", got.status, got.body)
			}
		}
		if n := h.count(`SELECT count(*) FROM history WHERE kind = 'desk'`); n != 1 {
			t.Errorf("said %d times", n)
		}
		stats := h.as(bot.Operator, 200, "GET", "/stats", "").json(t)["tickets"].(map[string]any)
		if stats["waiting"] != 2.0 || stats["theirs"] != 1.0 || stats["taken"] != 1.0 || stats["open"] != 3.0 || stats["waiting_since"] == nil {
			t.Errorf("stats: %v", stats)
		}
		if got := h.as(bot.Admin, 200, "POST", path+"/takeover", "{}").json(t); got["holder"] != "admin1" {
			t.Errorf("taken over: %v", got)
		}
		h.as(bot.Operator, 403, "POST", path+"/return", "") // who does not lead the desk
		h.sql(`UPDATE users SET desk_lead = TRUE WHERE login = 'operator1'`)
		if got := h.as(bot.Operator, 200, "POST", path+"/return", "").json(t); got["state"] != "waiting" || got["holder"] != nil {
			t.Errorf("returned: %v", got)
		}
		h.as(bot.Admin, 200, "POST", path+"/take", "")
		if got := h.as(bot.Operator, 200, "GET", "/tickets?holder=admin1&state=taken", "").json(t)["items"].([]any); len(got) != 1 {
			t.Errorf("held by admin1: %v", got)
		}
		if got := h.as(bot.Operator, 200, "GET", "/tickets?holder=stranger", "").json(t)["items"].([]any); len(got) != 0 {
			t.Errorf("held by nobody we know: %v", got)
		}
		if got := h.as(bot.Admin, 200, "POST", path+"/close", `{"outcome":"unsolved"}`).json(t); got["state"] != "closed" || got["outcome"] != "unsolved" {
			t.Errorf("closed: %v", got)
		}
		h.as(bot.Admin, 200, "POST", "/tickets/"+ids[1]+"/close", "") // takes it by that
		h.as(bot.Admin, 409, "POST", path+"/take", "")
		for query, want := range map[string]int{"?state=asleep": 400, "?cursor=Zm9v": 400, "?state=closed": 200, "?state=waiting&limit=1": 200} {
			h.as(bot.Operator, want, "GET", "/tickets"+query, "")
		}
		h.as(bot.Operator, 404, "GET", "/tickets/absent", "")
		h.as(bot.Operator, 422, "POST", "/tickets/"+ids[2]+"/close", `{"outcome":"joined"}`)
	})
}

// TestOneWinnerByREST: of many who take at once one wins, the others learn who.
func TestOneWinnerByREST(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		path := "/tickets/" + h.asks(1)[0] + "/take"
		var mu sync.Mutex
		statuses := map[int]int{}
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				got := h.do(h.tokens[[]bot.Role{bot.Operator, bot.Admin}[i%2]], http.MethodPost, path, "")
				mu.Lock()
				defer mu.Unlock()
				if statuses[got.status]++; got.status == 409 && got.problem(t).Holder == "" {
					t.Errorf("nobody is named: %s", got.body)
				}
			})
		}
		wg.Wait()
		if statuses[200] != 1 || statuses[409] != 11 {
			t.Errorf("%v", statuses)
		}
	})
}
