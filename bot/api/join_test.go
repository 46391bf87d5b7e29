package api

import (
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
	"visnyk/storage"
)

// at gives the address a first turn of the contact's, or the next one that
// follows a join code.
func (h *house) at(a bot.Address, person, code string) {
	h.t.Helper()
	ctx := h.t.Context()
	l, _, _, err := h.store.Acquire(ctx, a.Bot, "me", 60e9)
	h.ok(err)
	id := storage.NewID()
	_, err = h.store.Receive(ctx, []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: a.Bot, ID: id, Chat: a.Chat, Payload: []byte("{}")},
	}})
	h.ok(err)
	w := storage.TurnWrite{
		Bot: a.Bot, InboxID: id, Contact: &bot.Contact{ID: person},
		Conversation: &bot.Conversation{Address: a, Contact: person, Version: 1, Reach: bot.Reachable},
	}
	if code != "" {
		w.Join = &storage.Joining{Code: code, To: a}
	}
	_, err = h.store.CommitTurns(ctx, l, []storage.TurnWrite{w})
	h.ok(err)
}

func TestSplit(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		web, tg := bot.Address{Bot: "webchat", Chat: "w1"}, bot.Address{Bot: "telegram", Chat: "42"}
		h.at(web, "web", "")
		time.Sleep(2 * time.Millisecond) // who came first is known by the clock, in milliseconds
		code, err := contact.New(h.store, nil).Invite(t.Context(), web)
		h.ok(err)
		h.at(tg, "tg", code)
		if got := h.as(bot.Operator, 200, "GET", "/contacts/web", ""); !strings.Contains(string(got.body), `["telegram:42","webchat:w1"]`) {
			t.Errorf("%s", got.body)
		}
		h.problem(bot.Operator, 403, "forbidden", "POST", "/contacts/web/split", `{"address":"telegram:42"}`)
		h.problem(bot.Marketer, 422, "content", "POST", "/contacts/web/split", `{"address":"telegram"}`)
		h.problem(bot.Marketer, 404, "not_found", "POST", "/contacts/web/split", `{"address":"telegram:43"}`)
		h.problem(bot.Marketer, 409, "own_address", "POST", "/contacts/web/split", `{"address":"webchat:w1"}`)
		before := h.entries()
		for i, headers := range [][]string{{headerKey, "k"}, {headerKey, "k"}, nil} {
			got := h.as(bot.Marketer, 200, "POST", "/contacts/web/split", `{"address":"telegram:42"}`, headers...).json(t)
			if got["id"] != "tg" || len(got["addresses"].([]any)) != 1 {
				t.Errorf("%d: %v", i, got)
			}
		}
		if h.entries() != before+1 {
			t.Errorf("%d entries of the audit for one split", h.entries()-before)
		}
	})
}

func TestPersonalLink(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		person := h.contact("crm-7")
		h.problem(bot.Operator, 403, "forbidden", "POST", "/contacts/"+person+"/link", "")
		h.problem(bot.Marketer, 404, "not_found", "POST", "/contacts/none/link", "")
		first := h.as(bot.Marketer, 200, "POST", "/contacts/"+person+"/link", "").json(t)
		link := h.as(bot.Marketer, 200, "POST", "/contacts/"+person+"/link", "{}").json(t)
		code, ok := strings.CutPrefix(link["url"].(string), h.parts.JoinPage)
		if !ok || len(code) != 22 || first["url"] == link["url"] {
			t.Errorf("%v, then %v", first, link)
		}
		h.at(bot.Address{Bot: "viber", Chat: "v"}, "stranger", code)
		if got := h.as(bot.Operator, 200, "GET", "/contacts/"+person, ""); !strings.Contains(string(got.body), `["viber:v"]`) {
			t.Errorf("%s", got.body)
		}
		// They are not who they were to the company if the company says so.
		got := h.as(bot.Marketer, 200, "POST", "/contacts/"+person+"/split", `{"address":"viber:v"}`).json(t)
		if got["id"] != "stranger" {
			t.Errorf("%v", got)
		}
		h.parts.JoinPage = ""
		h.problem(bot.Marketer, 503, "not_configured", "POST", "/contacts/"+person+"/link", "")
	})
}
