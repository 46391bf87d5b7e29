package changes

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/api"
	"visnyk/bot/approval"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// links makes a chat the one where the user is called.
func (h *house) links(login, chat string) {
	h.Helper()
	h.ok(h.store.InTx(h.Context(), func(tx *storage.Tx) error {
		return tx.LinkStaff(h.Context(), login, bot.Address{Bot: "telegram", Chat: chat})
	}))
}

// doors are the pages and the REST API over the same changes.
type doors struct {
	*house
	rest   *echo.Echo
	staff  *staff.Staff
	given  int
	tokens map[string]string // by the user, and "again " before it for the second one
}

func newDoors(t *testing.T) *doors {
	t.Helper()
	h := newHouse(t)
	d := &doors{house: h, rest: echo.New(), staff: staff.New(h.store), tokens: map[string]string{}}
	parts := &api.Parts{Store: h.store, Staff: d.staff, Changes: h.changes, Approvals: approval.New(h.store, nil, time.UTC)}
	api.New(api.Config{Parts: func() *api.Parts { return parts }, Log: slog.New(slog.DiscardHandler)}).Mount(d.rest)
	for i := range 3 {
		login := fmt.Sprint("person", i)
		h.ok(h.store.InTx(t.Context(), func(tx *storage.Tx) error {
			return tx.AddUser(t.Context(), storage.User{ID: login, Login: login, Role: bot.Admin, Password: "none"})
		}))
		for _, name := range []string{"", "again "} {
			token, err := d.staff.AddToken(t.Context(), bot.System(), login, "token"+strings.TrimSpace(name), bot.Admin)
			h.ok(err)
			d.tokens[name+login] = token
		}
	}
	return d
}

// asks sends a request to the REST API.
func (d *doors) asks(token, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+d.tokens[token])
	r.Header.Set("Content-Type", "application/json")
	out := httptest.NewRecorder()
	d.rest.ServeHTTP(out, r)
	return out
}

// judges sends the decision of a page.
func (d *doors) judges(who, sheet string, form url.Values) int {
	return consoletest.Do(d.echo, http.MethodPost, sheet+"/decide", form.Encode(), cookie(who)).Code
}

// becomes gives the user another role, and a token of it: those of before count no more.
func (d *doors) becomes(who string, r bot.Role) {
	d.Helper()
	d.ok(d.staff.SetRole(d.Context(), bot.System(), who, r, false))
	for _, name := range []string{"", "again "} {
		d.given++
		token, err := d.staff.AddToken(d.Context(), bot.System(), who, fmt.Sprint("as-", d.given), r)
		d.ok(err)
		d.tokens[name+who] = token
	}
}

// Of three people, in every order, one makes a change, one edits it by REST and one edits
// it on a page and submits it: none of them approves it, by the page, in a tab from before
// they wrote, by REST, by a second token, or in another role; and one who did nothing does.
func TestFourEyes(t *testing.T) {
	d := newDoors(t)
	for n, order := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}, {0, 0, 1}, {0, 1, 1}, {0, 0, 0}} {
		var by [3]string
		for i, p := range order {
			by[i] = fmt.Sprint("person", p)
		}
		sheet, early := d.written(t, by)
		id := strings.TrimPrefix(sheet, "/console/changes/")
		form := d.decision(d.reads("approver", sheet), "approve")
		form["read"] = []string{"uk", "ru"}
		body := fmt.Sprintf(`{"version":%s}`, form.Get("version"))
		ways := map[string]func(who string) int{
			"the page":          func(who string) int { return d.judges(who, sheet, form) },
			"a tab from before": func(who string) int { return d.judges(who, sheet, early) },
			"REST":              func(who string) int { return d.asks(who, http.MethodPost, "/changes/"+id+"/approve", body).Code },
			"a second token": func(who string) int {
				return d.asks("again "+who, http.MethodPost, "/changes/"+id+"/approve", body).Code
			},
			"the page, as approver": func(who string) int { d.becomes(who, bot.Approver); return d.judges(who, sheet, form) },
			"REST, as approver":     func(who string) int { return d.asks(who, http.MethodPost, "/changes/"+id+"/approve", body).Code },
			"REST, as marketer": func(who string) int {
				d.becomes(who, bot.Marketer)
				return d.asks(who, http.MethodPost, "/changes/"+id+"/approve", body).Code
			},
			"the page, as marketer":  func(who string) int { return d.judges(who, sheet, form) },
			"the page, back as were": func(who string) int { d.becomes(who, bot.Admin); return d.judges(who, sheet, form) },
		}
		names := []string{
			"the page", "a tab from before", "REST", "a second token", "the page, as approver", "REST, as approver", "REST, as marketer", "the page, as marketer", "the page, back as were",
		}
		tried := 4 // what another role changes does not hang on the order
		if n == 0 || n == 8 {
			tried = len(names)
		}
		for p := range 3 {
			who := fmt.Sprint("person", p)
			if p != order[0] && p != order[1] && p != order[2] {
				continue
			}
			for _, way := range names[:tried] {
				want := http.StatusForbidden
				if way == "a tab from before" {
					want = http.StatusConflict // another version is there
				}
				if got := ways[way](who); got != want {
					t.Errorf("order %d: %s by %s: %d, want %d", n, who, way, got, want)
				}
			}
		}
		if got := d.judges("approver", sheet, form); got != http.StatusSeeOther {
			t.Errorf("order %d: who wrote nothing is answered %d", n, got)
		}
	}
	if found, err := d.store.VerifyApprovals(t.Context()); err != nil || len(found.Problems) > 0 || found.Checked != 9 {
		t.Errorf("%+v, %v", found, err)
	}
}

// written has the three write a change and submit it; early is a decision from a page that
// was open before the last of them wrote.
func (d *doors) written(t *testing.T, by [3]string) (sheet string, early url.Values) {
	t.Helper()
	sheet = d.made(by[0])
	page, _ := d.do(by[0], http.StatusOK, http.MethodGet, sheet, nil)
	d.do(by[0], http.StatusSeeOther, http.MethodPost, sheet+"/save", fill2(d.form(page), whole()))
	id := strings.TrimPrefix(sheet, "/console/changes/")
	var is map[string]any
	d.ok(json.Unmarshal(d.asks(by[1], http.MethodGet, "/changes/"+id, "").Body.Bytes(), &is))
	edited := map[string]any{"reason": map[string]string{"uk": "Так вирішив регулятор.", "ru": "Так решил регулятор."}}
	for _, name := range []string{"kind", "title", "summary", "consequence", "benefit", "to_do", "from", "version", "level"} {
		edited[name] = is[name]
	}
	body, err := json.Marshal(edited)
	d.ok(err)
	if got := d.asks(by[1], http.MethodPut, "/changes/"+id, string(body)); got.Code != http.StatusOK {
		t.Fatalf("%d %s", got.Code, got.Body)
	}
	early = url.Values{"do": {"approve"}, "version": {"3"}, "hash": {"v1:0"}, "read": {"uk", "ru"}}
	d.submits(by[2], sheet, map[string]string{"benefit_uk": "Швидкість зросте вп’ятеро."})
	return sheet, early
}
