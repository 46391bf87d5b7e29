package api

import (
	"fmt"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
)

// writing is how an article, a change or a broadcast comes to be approved.
type writing struct {
	path, body string
	edits      [2][2]string // of the body: what becomes what
	submit     bool
}

func writings() []writing {
	return []writing{
		{path: "/articles", body: articleJSON, edits: [2][2]string{{`"uk":"Сто"`, `"uk":"Двісті"`}, {`"uk":"Ціна?"`, `"uk":"Вартість?"`}}},
		{path: "/changes", body: changeJSON, submit: true, edits: [2][2]string{
			{`"reason":{"uk":"а"`, `"reason":{"uk":"бо"`}, {`"uk":"Новий тариф"`, `"uk":"Тариф"`},
		}},
		{path: "/broadcasts", body: saleJSON, submit: true, edits: [2][2]string{
			{`Вітаємо`, `Доброго дня`}, {`"title":"Знижки"`, `"title":"Ціни"`},
		}},
	}
}

// write has the three write one after another, and gives where it is and in what
// version. The first of them submits.
func (h *house) write(w writing, id string, tokens [3]string) (path, version string) {
	h.t.Helper()
	send := func(token string, status int, method, path, body string) {
		h.t.Helper()
		got := h.do(token, method, path, body)
		if got.status != status {
			h.t.Fatalf("%s %s: %d %s", method, path, got.status, got.body)
		}
		version = `{"version":` + strings.Trim(got.header.Get("Etag"), `"`) + `}`
	}
	_, rest, _ := strings.Cut(w.body, ",")
	body := `{"id":"` + id + `",` + rest
	path = w.path + "/" + id
	send(tokens[0], 201, "POST", w.path, body)
	for i, edit := range w.edits {
		body = strings.Replace(body, edit[0], edit[1], 1)
		send(tokens[i+1], 200, "PUT", path, strings.Replace(body, "{", fmt.Sprintf(`{"version":%d,`, i+1), 1))
	}
	if w.submit {
		send(tokens[0], 200, "POST", path+"/submit", version)
	}
	return path, version
}

// Whoever wrote any part, in whatever order, approves nothing of it: not by
// another token either, nor in another role.
func TestFourEyesOfThree(t *testing.T) {
	orders := [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}
	onEach(t, func(t *testing.T, h *house) {
		var tokens [3]string
		for i := range tokens {
			h.user(fmt.Sprint("writer", i), bot.Admin)
			tokens[i] = h.token(fmt.Sprint("writer", i), "one")
		}
		refused := func(token, path, version string) {
			t.Helper()
			if got := h.do(token, "POST", path+"/approve", version); got.status != 403 || got.problem(t).Code != "same_person" {
				t.Errorf("%s: %d %s", path, got.status, got.body)
			}
		}
		for _, w := range writings() {
			for i, o := range orders {
				path, version := h.write(w, fmt.Sprint("x", i), [3]string{tokens[o[0]], tokens[o[1]], tokens[o[2]]})
				for _, token := range tokens {
					refused(token, path, version)
				}
				if i == 0 {
					refused(h.token("writer1", "two"+w.path[1:]), path, version)
				}
				h.as(bot.Approver, 200, "POST", path+"/approve", version)
			}
		}
		versions := map[string]string{} // by the path
		for _, w := range writings()[1:] {
			path, version := h.write(w, "role", [3]string{h.tokens[bot.Marketer], tokens[0], tokens[0]})
			versions[path] = version
		}
		h.sql(`UPDATE users SET role = 'approver' WHERE login = 'marketer1'`)
		promoted := h.token("marketer1", "promoted")
		for path, version := range versions {
			refused(promoted, path, version)
		}
	})
}

// Only submitting makes a writer of somebody too.
func TestWhoSubmitsDoesNotApprove(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/changes", changeJSON)
		h.as(bot.Admin, 200, "POST", "/changes/tariff/submit", `{"version":1}`)
		h.problem(bot.Admin, 403, "same_person", "POST", "/changes/tariff/approve", `{"version":1}`)
		h.as(bot.Approver, 200, "POST", "/changes/tariff/approve", `{"version":1}`)
	})
}

// One person approves their own only where the setting lets them and nobody else
// could approve anything, and the audit tells of it.
func TestApprovalAlone(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Admin, 201, "POST", "/articles", articleJSON)
		h.as(bot.Admin, 201, "POST", "/changes", changeJSON)
		h.as(bot.Admin, 200, "POST", "/changes/tariff/submit", `{"version":1}`)
		own := func(status int) {
			t.Helper()
			for _, path := range []string{"/articles/price", "/changes/tariff"} {
				if got := h.do(h.tokens[bot.Admin], "POST", path+"/approve", `{"version":1}`); got.status != status {
					t.Errorf("%s: %d %s, want %d", path, got.status, got.body, status)
				}
			}
		}
		others := func(at string) { h.sql(`UPDATE users SET disabled_at = ` + at + ` WHERE login = 'approver1'`) }
		own(403)
		others("1")
		own(403) // nobody else, and no setting
		h.ok(h.store.PutSetting(t.Context(), bot.AloneSetting, "on"))
		others("0")
		own(403) // a setting, and somebody else
		others("1")
		own(200)
		for _, object := range []string{"article/price", "change/tariff"} {
			if got := h.count(`SELECT count(*) FROM audit WHERE object = '` + object + `' AND detail LIKE '%"alone":true%' AND action LIKE '%.approve'`); got != 1 {
				t.Errorf("%d entries tell that %s was approved alone", got, object)
			}
		}
		if found := h.asApproved(); len(found.Problems) > 0 || found.Checked != 2 {
			t.Errorf("%+v", found)
		}
	})
}

func (h *house) asApproved() storage.ApprovedContent {
	h.t.Helper()
	found, err := h.store.VerifyApprovals(h.t.Context())
	h.ok(err)
	return found
}

// What was changed in the database after it was approved is found and named, and
// so is what was never approved; what moves on, and wordings, are as they were.
func TestVerifyFindsWhatWasNotApproved(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		approved := func(id string) {
			t.Helper()
			h.as(bot.Marketer, 201, "POST", "/changes", strings.Replace(changeJSON, `"tariff",`, `"`+id+`",`, 1))
			h.as(bot.Marketer, 200, "POST", "/changes/"+id+"/submit", `{"version":1}`)
			h.as(bot.Approver, 200, "POST", "/changes/"+id+"/approve", `{"version":1}`)
			h.as(bot.Marketer, 201, "POST", "/articles", strings.Replace(strings.Replace(articleJSON, `"price"`, `"`+id+`"`, 1),
				"{", `{"change":"`+id+`","valid_from":"2027-01-01T00:00:00Z","valid_to":"2028-01-01T00:00:00Z","aliases":{"uk":["ціну"],"ru":[]},`, 1))
			h.as(bot.Approver, 200, "POST", "/articles/"+id+"/approve", `{"version":1}`)
		}
		approved("still")
		approved("x")
		h.as(bot.Marketer, 200, "POST", "/changes/still/announce", `{"version":1}`)
		h.sql(`UPDATE articles SET content = replace(content, 'ціну', 'почому') WHERE id = 'still'`) // a wording
		h.as(bot.Marketer, 201, "POST", "/articles", strings.Replace(articleJSON, "price", "draft", 1))
		clean := func() {
			t.Helper()
			if found := h.asApproved(); len(found.Problems) > 0 || found.Checked != 4 || len(found.Unhashed) > 0 {
				t.Fatalf("%+v", found)
			}
		}
		clean()
		for _, set := range []string{
			`content = replace(content, 'Ціна', 'Вартість')`, `content = replace(content, 'Сто', 'Один')`,
			`valid_from = valid_from + 1`, `valid_to = 0`, `change_id = 'still'`,
		} {
			h.tampered("articles", "article/x", set)
		}
		for _, set := range []string{
			`kind = 'outage'`, `valid_from = valid_from - 1`, `segment = ''`, `segment = replace(segment, 'client', 'staff')`,
			`content = replace(content, 'Новий', 'Старий')`, `content = replace(content, '"to_do":{"uk":"а"', '"to_do":{"uk":"я"')`,
			`content = replace(content, '"benefit":{"uk":"а","ru":"б"', '"benefit":{"uk":"а","ru":"в"')`,
		} {
			h.tampered("changes", "change/x", set)
		}
		clean()
		h.sql(`UPDATE articles SET state = 'approved' WHERE id = 'draft'`)
		if got := h.asApproved().Problems; len(got) != 1 || !strings.Contains(got[0], "article/draft is approved, and the audit knows of no approval") {
			t.Errorf("%q", got)
		}
		h.sql(`UPDATE articles SET state = 'draft' WHERE id = 'draft'`)
		clean()
	})
}

// What was moved or taken away past the audit is found too: a retired answer that is
// told again, news that were withdrawn, what was approved and is gone.
func TestVerifyFindsWhatWasMovedPastTheAudit(t *testing.T) {
	onEach(t, func(t *testing.T, h *house) {
		h.as(bot.Marketer, 201, "POST", "/articles", articleJSON)
		h.as(bot.Approver, 200, "POST", "/articles/price/approve", `{"version":1}`)
		h.as(bot.Marketer, 200, "POST", "/articles/price/retire", `{"version":1}`)
		h.as(bot.Marketer, 201, "POST", "/changes", changeJSON)
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/submit", `{"version":1}`)
		h.as(bot.Approver, 200, "POST", "/changes/tariff/approve", `{"version":1}`)
		if found := h.asApproved(); len(found.Problems) > 0 || found.Checked != 1 {
			t.Fatalf("%+v", found)
		}
		finds := func(want, statement, back string) {
			t.Helper()
			h.sql(statement)
			if got := h.asApproved().Problems; len(got) != 1 || !strings.HasPrefix(got[0], want) {
				t.Errorf("%s: %q, want %q", statement, got, want)
			}
			h.sql(back)
		}
		move := func(table, state string) string { return `UPDATE ` + table + ` SET state = '` + state + `'` }
		finds("article/price is approved, and is retired in entry ", move("articles", "approved"), move("articles", "retired"))
		finds("article/price is draft, and is retired in entry ", move("articles", "draft"), move("articles", "retired"))
		finds("change/tariff is announced, and is approved in entry ", move("changes", "announced"), move("changes", "approved"))
		finds("change/tariff is draft, and is approved in entry ", move("changes", "draft"), move("changes", "approved"))
		h.as(bot.Marketer, 200, "POST", "/changes/tariff/withdraw", `{"version":1}`)
		finds("change/tariff is approved, and is withdrawn in entry ", move("changes", "approved"), move("changes", "withdrawn"))
		h.sql(`DELETE FROM articles`)
		finds("article/price, approved in entry ", `SELECT 1`, `SELECT 1`)
	})
}

// tampered changes the row x, wants verify to name it and nothing else, and puts
// it back.
func (h *house) tampered(table, object, set string) {
	h.t.Helper()
	h.sql(`CREATE TABLE kept AS SELECT * FROM ` + table + ` WHERE id = 'x'`)
	h.sql(`UPDATE ` + table + ` SET ` + set + ` WHERE id = 'x'`)
	if got := h.asApproved().Problems; len(got) != 1 || !strings.HasPrefix(got[0], object+" is not what was approved in entry ") {
		h.t.Errorf("%s: %q", set, got)
	}
	h.sql(`DELETE FROM ` + table + ` WHERE id = 'x'`)
	h.sql(`INSERT INTO ` + table + ` SELECT * FROM kept`)
	h.sql(`DROP TABLE kept`)
}
