package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"visnyk/bot"
)

func TestIdempotency(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		first := h.as(bot.Marketer, 201, "POST", "/changes", `{`+changeTexts+`}`, headerKey, "k1")
		after := h.entries()
		again := h.as(bot.Marketer, 201, "POST", "/changes", `{`+changeTexts+`}`, headerKey, "k1")
		if string(first.body) != string(again.body) || first.header.Get(headerReplayed) != "" || again.header.Get(headerReplayed) != "true" {
			t.Errorf("%s %v\n%s %v", first.body, first.header, again.body, again.header)
		}
		for _, name := range []string{"Etag", "Location"} {
			if first.header.Get(name) == "" || first.header.Get(name) != again.header.Get(name) {
				t.Errorf("%s: %q, then %q", name, first.header.Get(name), again.header.Get(name))
			}
		}
		if h.entries() != after {
			t.Error("done again")
		}
		for name, c := range map[string][3]string{
			"other body":   {"POST", "/changes", `{ ` + changeTexts + `}`},
			"other path":   {"POST", "/articles", `{` + changeTexts + `}`},
			"other method": {"PUT", "/changes/tariff", `{` + changeTexts + `}`},
		} {
			if p := h.as(bot.Marketer, 422, c[0], c[1], c[2], headerKey, "k1").problem(t); p.Code != "key_reused" {
				t.Errorf("%s: %+v", name, p)
			}
		}
		if p := h.as(bot.Marketer, 422, "POST", "/changes", `{`+changeTexts+`}`, headerKey, "k1", headerMatch, `"2"`).problem(t); p.Code != "key_reused" {
			t.Errorf("other If-Match: %+v", p)
		}
		// The key of another user is another key; another token of the same user is not.
		if got := h.as(bot.Admin, 201, "POST", "/changes", `{`+changeTexts+`}`, headerKey, "k1"); got.header.Get(headerReplayed) != "" {
			t.Error("answered by what somebody else did")
		}
		second := h.token("marketer1", "second")
		if got := h.do(second, "POST", "/changes", `{`+changeTexts+`}`, headerKey, "k1"); got.header.Get(headerReplayed) != "true" {
			t.Errorf("another token: %d %v", got.status, got.header)
		}
		for _, key := range []string{"", " ", "\t", strings.Repeat("k", 256), "ключ"} {
			got, err := h.try(h.tokens[bot.Marketer], "POST", "/changes", strings.NewReader(changeJSON), headerKey, key)
			h.ok(err)
			if got.status != 400 {
				t.Errorf("key %q: %d", key, got.status)
			}
		}
	})
}

// A refused write did nothing: its key is free for the mended one.
func TestIdempotencyOfRefusals(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 422, "POST", "/changes", `{"kind":"nothing"}`, headerKey, "k")
		h.as(bot.Marketer, 409, "POST", "/changes/"+h.approved("tariff")+"/submit", `{"version":1}`, headerKey, "k")
		h.as(bot.Marketer, 201, "POST", "/changes", `{"kind":"outage"}`, headerKey, "k")
	})
}

// approved makes an approved change.
func (h *house) approved(id string) string {
	h.t.Helper()
	h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"`+id+`",`+changeTexts+`}`)
	h.as(bot.Marketer, 200, "POST", "/changes/"+id+"/submit", `{"version":1}`)
	h.as(bot.Approver, 200, "POST", "/changes/"+id+"/approve", `{"version":1}`)
	return id
}

// Moves, erasures and lists of people are not done twice either: a repeat gets
// the first answer where without a key it would be refused.
func TestIdempotencyOfEveryWrite(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		person := h.contact("crm-9")
		h.approved("tariff")
		for _, c := range []struct {
			role               bot.Role
			method, path, body string
		}{
			{bot.Marketer, "POST", "/articles", articleJSON},
			{bot.Marketer, "PUT", "/articles/price", strings.Replace(articleJSON, `{`, `{"version":1,`, 1)},
			{bot.Approver, "POST", "/articles/price/approve", `{"version":2}`},
			{bot.Marketer, "POST", "/articles/price/retire", `{"version":2}`},
			{bot.Marketer, "POST", "/changes", `{"id":"move","kind":"move"}`},
			{bot.Marketer, "PUT", "/changes/move", `{"kind":"move","version":1}`},
			{bot.Marketer, "POST", "/changes/move/withdraw", `{"note":"пізніше","version":2}`},
			{bot.Marketer, "POST", "/changes/tariff/announce", `{"version":1}`},
			{bot.Marketer, "POST", "/changes/tariff/close", `{"version":1}`},
			{bot.Marketer, "POST", "/contacts", contactJSON},
			{bot.Admin, "DELETE", "/contacts/" + person, ""},
		} {
			key := c.method + c.path
			first := h.do(h.tokens[c.role], c.method, c.path, c.body, headerKey, key)
			after := h.entries()
			again := h.do(h.tokens[c.role], c.method, c.path, c.body, headerKey, key)
			if first.status >= 300 || again.status != first.status || string(again.body) != string(first.body) ||
				again.header.Get(headerReplayed) != "true" || h.entries() != after {
				t.Errorf("%s %s: %d %s, then %d %s", c.method, c.path, first.status, first.body, again.status, again.body)
			}
		}
	})
}

func TestIdempotencyInParallel(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		const clients = 10
		before := h.entries()
		replies := make([]reply, clients)
		errs := make([]error, clients)
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() {
				replies[i], errs[i] = h.try(h.tokens[bot.Marketer], "POST", "/changes", strings.NewReader(`{`+changeTexts+`}`), headerKey, "same")
			})
		}
		wg.Wait()
		bodies := map[string]bool{}
		firsts := 0
		for i, r := range replies {
			h.ok(errs[i])
			h.spec.check(t, "POST", "/changes", nil, r)
			switch {
			case r.status == 201:
				bodies[string(r.body)] = true
				if r.header.Get(headerReplayed) == "" {
					firsts++
				}
			case r.status != 409 || r.problem(t).Code != "request_in_flight" || r.header.Get("Retry-After") == "":
				t.Errorf("%d %s", r.status, r.body)
			}
		}
		if len(bodies) != 1 || firsts != 1 || h.entries() != before+1 {
			t.Errorf("%d answers, %d of them first, %d done", len(bodies), firsts, h.entries()-before)
		}
	})
}

// pages reads a whole list, with something happening between the pages.
func (h *house) pages(path string, limit int, between func(page int)) (ids []string) {
	h.t.Helper()
	cursor := ""
	for n := 0; ; n++ {
		got := h.as(bot.Admin, 200, "GET", fmt.Sprintf("%s?limit=%d&cursor=%s", path, limit, cursor), "")
		var p page[struct{ ID string }]
		h.ok(json.Unmarshal(got.body, &p))
		for _, one := range p.Items {
			ids = append(ids, one.ID)
		}
		if len(p.Items) > limit || n > 50 {
			h.t.Fatalf("page %d has %d items", n, len(p.Items))
		}
		if cursor = p.Next; cursor == "" {
			return ids
		}
		between(n)
	}
}

// Everything that was there when the list was begun is on it once, whatever is
// written meanwhile.
func TestCursors(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		put := func(id string) {
			h.as(bot.Marketer, 201, "POST", "/articles", strings.Replace(articleJSON, "price", id, 1))
			h.as(bot.Marketer, 201, "POST", "/changes", `{"id":"`+id+`","kind":"rules"}`)
		}
		var there []string
		for i := range 7 {
			there = append(there, fmt.Sprintf("m%d", i))
			put(there[i])
			h.contact(there[i])
		}
		for _, path := range []string{"/articles", "/changes", "/contacts"} {
			if all := h.pages(path, 100, func(int) {}); len(all) != 7 || !slices.IsSorted(all) {
				t.Errorf("%s: %v", path, all)
			}
		}
		before := h.pages("/contacts", 3, func(int) {})
		for _, path := range []string{"/articles", "/changes"} {
			kind := path[1:2]
			seen := h.pages(path, 3, func(n int) {
				put(fmt.Sprintf("a%s%d", kind, n)) // behind the cursor
				put(fmt.Sprintf("z%s%d", kind, n)) // before it
			})
			old := slices.DeleteFunc(slices.Clone(seen), func(id string) bool { return id[0] != 'm' })
			if !slices.Equal(old, there) || !slices.IsSorted(seen) || slices.Contains(seen, "a"+kind+"0") || !slices.Contains(seen, "z"+kind+"0") {
				t.Errorf("%s: %v", path, seen)
			}
		}
		seen := h.pages("/contacts", 2, func(n int) { h.contact(fmt.Sprint("new", n)) })
		if !slices.Equal(seen[:7], before) {
			t.Errorf("%v, want %v first", seen, before)
		}
		for _, query := range []string{"limit=0", "limit=101", "limit=-1", "limit=x", "limit=1e3", "limit=5&limit=6", "cursor=%25", "cursor=" + strings.Repeat("A", 1000), "limits=5", "role=admin"} {
			if p := h.as(bot.Admin, 400, "GET", "/articles?"+query, "").problem(t); p.Code != "malformed_parameter" {
				t.Errorf("%s: %+v", query, p)
			}
		}
		if got := h.as(bot.Admin, 200, "GET", "/articles?cursor=AAD_", ""); got.status != 200 {
			t.Errorf("%d", got.status)
		}
	})
}
