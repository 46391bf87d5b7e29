package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// asked stores a question of a chat, as its turn would.
func (h *house) asked(chat, text string, how bot.Ending, article string) {
	h.t.Helper()
	ctx := h.t.Context()
	lease, _, ours, err := h.store.Acquire(ctx, "telegram", "me", time.Hour)
	h.ok(err)
	if !ours {
		h.t.Fatal("no lease")
	}
	id := storage.NewID()
	_, err = h.store.Receive(ctx, []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", ID: id, Chat: chat, Payload: []byte("{}")},
	}})
	h.ok(err)
	_, err = h.store.CommitTurns(ctx, lease, []storage.TurnWrite{{
		Bot: "telegram", InboxID: id, Questions: []bot.Question{{
			Address: bot.Address{Bot: "telegram", Chat: chat}, Cause: id, Contact: "c" + chat, Text: text,
			Language: bot.Ukrainian, Ending: how, Article: article,
		}},
	}})
	h.ok(err)
}

func TestWantedAndSuggestions(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		if got := h.as(bot.Marketer, 200, "GET", "/articles/wanted", ""); string(got.body) != `{"items":[],"questions":0,"days":90}` {
			t.Errorf("%s", got.body)
		}
		h.asked("1", "чи є знижки студентам", bot.EndedUnanswered, "")
		h.asked("2", "знижка студентам, мій номер •••", bot.EndedRejected, "")
		h.as(bot.Marketer, 201, "POST", "/articles", articleJSON)
		h.as(bot.Approver, 200, "POST", "/articles/price/approve", `{"version":1}`)
		h.asked("3", "почім мегабіти у вас", bot.EndedPicked, "price")
		wanted := h.as(bot.Approver, 200, "GET", "/articles/wanted", "").json(t)
		items := wanted["items"].([]any)
		if len(items) != 1 || items[0].(object)["people"] != 2.0 || len(items[0].(object)["examples"].([]any)) != 2 {
			t.Errorf("%v", wanted)
		}
		h.problem(bot.Operator, 403, "forbidden", "GET", "/articles/wanted", "")

		list := h.as(bot.Marketer, 200, "GET", "/articles/price/offers", "").json(t)["items"].([]any)
		if len(list) != 1 || list[0].(object)["phrase"] != "почім мегабіти у вас" {
			t.Fatalf("%v", list)
		}
		path := "/offers/" + list[0].(object)["id"].(string)
		h.problem(bot.Approver, 403, "forbidden", "POST", path+"/accept", "")
		h.problem(bot.Marketer, 400, "malformed_body", "POST", path+"/accept", `{"phrase":"x"}`)
		entries := h.entries()
		for range 2 { // with a key the answer is the same, and it is learnt once
			got := h.as(bot.Marketer, 200, "POST", path+"/accept", "", headerKey, "learn")
			if got := fmt.Sprint(got.json(t)["aliases"]); got != "map[ru:[] uk:[почім мегабіти у вас]]" {
				t.Errorf("%s", got)
			}
		}
		if h.entries() != entries+1 {
			t.Error("learnt once, and the audit says otherwise")
		}
		h.problem(bot.Marketer, 404, "not_found", "POST", path+"/reject", "")
		for _, none := range []string{"/offers/price.x/accept", "/offers/none/negative"} {
			h.problem(bot.Marketer, 404, "not_found", "POST", none, "")
		}
		if got := h.as(bot.Marketer, 200, "GET", "/articles/price/offers", ""); string(got.body) != `{"items":[]}` {
			t.Errorf("%s", got.body)
		}
		h.problem(bot.Marketer, 404, "not_found", "GET", "/articles/none/offers", "")
	})
}

func TestArticleWarnings(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/articles", strings.Replace(articleJSON, `"answer"`, `"negatives":{"uk":["оптова ціна"],"ru":[]},"answer"`, 1))
		h.as(bot.Marketer, 201, "POST", "/articles", strings.NewReplacer("price", "cost").Replace(articleJSON))
		codes := func(r reply) (all []string) {
			t.Helper()
			for _, w := range r.json(t)["warnings"].([]any) {
				w := w.(object)
				all = append(all, fmt.Sprint(w["code"], " ", w["field"]))
			}
			return all
		}
		want := "[no_phrase aliases.uk no_phrase aliases.ru same question.uk same question.ru]"
		read := h.as(bot.Operator, 200, "GET", "/articles/price", "")
		if got := codes(read); fmt.Sprint(got) != want {
			t.Errorf("%v", got)
		}
		if got := fmt.Sprint(read.json(t)["negatives"]); got != "map[ru:[] uk:[оптова ціна]]" {
			t.Errorf("%s", got)
		}
		if got := codes(h.as(bot.Approver, 200, "POST", "/articles/price/approve", `{"version":1}`)); fmt.Sprint(got) != want {
			t.Errorf("on approval: %v", got)
		}
		h.as(bot.Marketer, 200, "POST", "/articles/price/retire", `{"version":1}`)
		if got := codes(h.as(bot.Operator, 200, "GET", "/articles/price", "")); len(got) > 0 {
			t.Errorf("retired: %v", got)
		}
		p := h.problem(bot.Marketer, 422, "content", "POST", "/articles", strings.Replace(articleJSON, `"price"`, `"wanted"`, 1))
		if got := fields(p); fmt.Sprint(got) != "[id]" {
			t.Errorf("%v", got)
		}
		if got := h.do(h.tokens[bot.Marketer], "DELETE", "/articles/wanted", ""); got.status != 405 || got.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%d %v", got.status, got.header)
		}
	})
}
