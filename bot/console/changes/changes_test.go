package changes

import (
	"bufio"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"visnyk/bot"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/console/drafting"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/db"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the pages over a database. The login of a user stands for their session.
type house struct {
	*testing.T
	store   *storage.Store
	changes *change.Changes
	live    *console.Live
	console *console.Console
	echo    *echo.Echo

	broadcasts *broadcast.Broadcasts
}

// olha and petro are two who write.
const (
	olha  = "olha"
	petro = "petro"
)

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, store: storagetest.Open(t, storagetest.SQLiteURL(t))}
	bind := func(c bot.Change, _ []bot.Change) ([]bot.Rendering, bot.BoundWords, error) {
		return []bot.Rendering{{Change: c.ID, Version: c.Version, Channel: "telegram", Language: bot.Ukrainian, Part: bot.PartCard, Template: c.Title.UK}}, nil, nil
	}
	h.changes = change.New(h.store, bind, time.Now)
	segments := audience.New(h.store, time.UTC, time.Now)
	texts, err := locales.New()
	h.ok(err)
	h.broadcasts = broadcast.New(broadcast.Config{Store: h.store, Texts: texts, Zone: time.UTC, Now: time.Now})
	h.console = console.New(console.Config{
		Session: func(ctx context.Context, token string) (storage.Session, error) {
			u, err := h.store.User(ctx, token)
			if err != nil {
				return storage.Session{}, staff.ErrUnauthenticated
			}
			return storage.Session{ID: "session", User: u}, nil
		},
		Staff: func() *staff.Staff { return staff.New(h.store) }, Texts: texts, Log: slog.New(slog.DiscardHandler),
	})
	h.live = console.NewLive(func() *storage.Store { return h.store }, slog.New(slog.DiscardHandler))
	h.console.Stream("/live", console.Anybody, h.live.Stream(nil))
	Add(h.console, Config{
		Changes: func() *change.Changes { return h.changes }, Audiences: func() *audience.Audiences { return segments }, Zone: time.UTC,
		Live: h.live, Broadcasts: func() *broadcast.Broadcasts { return h.broadcasts },
		Owners: func(context.Context) ([]Owner, error) {
			return []Owner{{olha, "Ольга"}, {petro, "Петро"}}, nil
		},
		Name: func(_ context.Context, user string) string { return user },
		Show: func(c bot.Change) (all []Shown, err error) {
			for _, l := range bot.Languages() {
				card := bot.Bubble{Runs: []bot.Run{{Text: c.Title.In(l), Bold: true}}, Buttons: [][]string{{"Чому?", "Що далі?"}}}
				means := bot.Bubble{Runs: []bot.Run{{Text: c.Consequence.In(l)}}}
				all = append(all,
					Shown{"telegram", l, bot.PartCard, []bot.Bubble{card}, 4096, false}, Shown{"telegram", l, bot.PartForMe, []bot.Bubble{means}, 4096, false},
					Shown{"viber", l, bot.PartCard, []bot.Bubble{card}, 7000, true}, Shown{"viber", l, bot.PartForMe, []bot.Bubble{means, means}, 7000, true},
				)
			}
			return all, nil
		},
	})
	h.echo = echo.New()
	h.console.Mount(h.echo)
	h.ok(h.store.InTx(t.Context(), func(tx *storage.Tx) error {
		for login, r := range map[string]bot.Role{"operator": bot.Operator, "marketer": bot.Marketer, "approver": bot.Approver, "admin": bot.Admin, olha: bot.Marketer, petro: bot.Marketer} {
			if err := tx.AddUser(t.Context(), storage.User{ID: login, Login: login, Role: r, Password: "none"}); err != nil {
				return err
			}
		}
		return nil
	}))
	return h
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func cookie(login string) *http.Cookie { return &http.Cookie{Name: "__Host-visnyk", Value: login} }

// do asks as a user and returns what the page says, and where it leads.
func (h *house) do(who string, status int, method, path string, form url.Values) (body, to string) {
	h.Helper()
	got := consoletest.Do(h.echo, method, path, form.Encode(), cookie(who))
	if got.Code != status {
		h.Fatalf("%s %s: %d, want %d: %s", method, path, got.Code, status, got.Body)
	}
	return got.Body.String(), got.Header().Get("Location")
}

func (h *house) says(page string, all ...string) {
	h.Helper()
	for _, words := range all {
		if !strings.Contains(page, words) {
			h.Errorf("no %q on the page:\n%s", words, page)
		}
	}
}

// made makes a draft from a template and returns where its sheet is.
func (h *house) made(who string) string {
	h.Helper()
	_, to := h.do(who, http.StatusSeeOther, http.MethodPost, "/console/changes/new", url.Values{"kind": {"tariff"}})
	return strings.TrimSuffix(to, "?done=made")
}

// form is what a browser would send of the sheet.
func (h *house) form(page string) url.Values {
	h.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	h.ok(err)
	form := url.Values{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && attribute(n, "id") == "sheet" {
			fieldsOf(n, form)
		}
	}
	if len(form) == 0 {
		h.Fatalf("no sheet on the page:\n%s", page)
	}
	return form
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func marked(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// fieldsOf adds what a browser sends of the form.
func fieldsOf(form *html.Node, all url.Values) {
	for n := range form.Descendants() {
		name, kind := attribute(n, "name"), attribute(n, "type")
		switch {
		case n.Type != html.ElementNode || name == "":
		case n.Data == "input" && (kind != "radio" && kind != "checkbox" || marked(n, "checked")):
			all.Add(name, attribute(n, "value"))
		case n.Data == "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			all.Add(name, strings.TrimPrefix(text, "\n"))
		case n.Data == "select":
			chosen := ""
			for o := range n.Descendants() {
				if o.Data == "option" && marked(o, "selected") {
					chosen = attribute(o, "value")
				}
			}
			all.Add(name, chosen)
		}
	}
}

// whole are the words of a change that lacks nothing.
func whole() map[string]string {
	return map[string]string{
		"title_uk": "Нові тарифи з 1 лютого", "title_ru": "Новые тарифы с 1 февраля", "from": "2027-02-01T00:00",
		"summary_uk": "З 1 лютого 2027 року «Домашній» коштуватиме 260 грн на місяць замість 220 грн.",
		"summary_ru": "С 1 февраля 2027 года «Домашний» будет стоить 260 грн в месяц вместо 220 грн.",
		"reason_uk":  "Електроенергія для мережі подорожчала за рік на 38 %.", "reason_ru": "Электроэнергия для сети подорожала за год на 38 %.",
		"consequence_uk": "Перший платіж буде на 40 грн більший.", "consequence_ru": "Первый платёж будет на 40 грн больше.",
		"benefit_uk": "Швидкість зросте втричі.", "benefit_ru": "Скорость вырастет втрое.",
		"to_do_uk": "Нічого робити не треба.", "to_do_ru": "Ничего делать не нужно.",
	}
}

func fill2(form url.Values, words map[string]string) url.Values {
	for name, text := range words {
		form.Set(name, text)
	}
	return form
}

func TestTemplates(t *testing.T) {
	h := newHouse(t)
	consoletest.Templates(t, h.console, files, samples())
}

func samples() map[string]any {
	at := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	head := headView{
		ID: "a", Title: "Новий тариф", State: "draft", Version: 3, Told: 2, Note: "Немає дати.", Here: "sheet", Edits: true, By: "Олена", At: at,
		Unready: []missingView{{"benefit", 0, "at-benefit"}, {"sums", 1, "at-sums-0-what"}}, Long: []missingView{{"title", 0, "at-title"}}, Open: 2, Ahead: "tell", Done: "saved",
	}
	var found []foundView
	for _, f := range []foundKey{"hedge", "blank_unknown"} {
		found = append(found, foundView{Key: "k" + string(f), About: f, Words: "мабуть", Start: 1, End: 7, At: "at-title-uk", Stops: f != "hedge"})
	}
	found = append(found, foundView{Key: "z", About: "jargon", Words: "кейс", Accepted: true, Why: "так кажуть", Who: "Петро"})
	noted := noteView{"title", "title", 1, "at-title", "Коротше.", "Петро", at, false, true}
	words := func(id anchor) wordsView {
		at := noted
		at.ID = id
		return wordsView{"title", "title", "title", "title_uk", "title_ru", "Тариф", "Тариф", 2, drafting.Room{Most: 120, Over: 2}, drafting.Room{Most: 120, Near: true, Left: 5}, found, nil, "Задовге.", id, id + "-uk", id + "-ru", &at}
	}
	facts := func(id anchor) []factView {
		return []factView{{"from", "title", "from", id + "from", "2027-01-01T00:00", "datetime-local", "пт", "Ні.", true, nil, "Замало часу."}, {Name: "owner", In: "owner", ID: id + "owner"}}
	}
	choices := []choiceView{{"", "changes.everyone", "", true}, {"vip", "", "VIP", false}}
	row := listRow{1, "drop groups 0", "{}", "хто = клієнт", []string{"Кияни", "260"}, []wordsView{words("at-g0")}, facts("at-g"), []choicesView{{"segment", "group_segment", "at-s", choices}}}
	pieces := []console.Piece{{Text: "Ціна "}, {Text: "220", Gone: true}, {Text: "260", New: true}}
	differences := []console.Difference{{Field: "Заголовок", Language: bot.Ukrainian, Pieces: pieces, Before: "220", After: "260"}, {Field: "Коли", Pieces: pieces, After: "x"}}
	sheet := sheetPage{
		View: drafting.View{At: "/changes/a", Base: 2, Rev: 4, Kept: true, Clash: &drafting.Clash{By: "Петро", Version: 3, Differences: differences}, Tabbed: true, Faults: console.Faults{"from": "Ні."}},
		Head: head, Edits: true, Words: []wordsView{words("at-title")}, Others: []wordsView{words("at-questions")}, Kinds: []choiceView{{"tariff", "changes.kind.tariff", "", true}},
		Levels: []choiceView{{"information", "changes.level.information", "", true}}, Facts: facts("at-"), Lists: []listView{{"groups", []listRow{row}, nil}, {"sums", nil, nil}},
		Next: nextView{true, true},
	}
	sheet.Head.Noted = []noteView{noted}
	submits := head
	submits.Unready, submits.Long, submits.Submits, submits.Here = nil, nil, true, "approval"
	bubble := bot.Bubble{Buttons: [][]string{{"Чому?"}, {"Так", "Ні"}}, Runs: []bot.Run{
		{Text: "Тариф", Bold: true}, {Text: "а", Italic: true}, {Text: "б", Strike: true}, {Text: "в", Code: true}, {Text: "г", Link: "https://a.example"}, {Text: "д"},
	}}
	return map[string]any{
		"changes": listPage{
			Tabs: []tabView{{"all", true, 4, ""}, {"draft", false, 1, "?tab=draft"}}, Kinds: []kindKey{"tariff"}, Kind: "tariff", Owners: []string{"О"}, Owner: "О", Tab: "all", Edits: true,
			Rows: []rowView{{"a", "Новий тариф", "draft", "tariff", at, "Олена", 3, true, 2, "Петро", at}, {ID: "b", State: "in_review"}},
		},
		"approval": approvalPage{
			Head: submits, Who: "Марина", People: 4218, About: true, Review: true, Decides: true, Own: true, Button: "changes.approve_press", Hash: "v1:0", Whom: "0",
			Facts: facts("at-"), Level: "changes.level.information", Until: at, Short: "Аварія.", Passed: true, Void: at, Compared: 2, Returned: true, Differences: differences,
			Notes: []noteView{noted, {Name: "sums", Text: "x", Mended: true}}, Stands: []standView{{"title", "hedge", "мабуть", "так і є", "Петро"}, {}},
			Tightest: tightView{tightSplit, "viber", "card", 2, 40}, Fault: "Задовге.", Changed: &changedView{true, 2, true, differences}, Undo: at, Announces: true, Again: "300", Crowd: &crowdView{100, 300}, Revises: true,
			Languages: []languageView{{bot.Ukrainian, true, "Ні.", []partView{{"card", []wayShownView{
				{Channels: []textKey{"channel.telegram", "channel.viber"}, Whose: []string{"VIP"}, Messages: []bot.Bubble{bubble}}, {Others: true, Messages: []bot.Bubble{bubble}},
			}}}}},
			Remarked: true, Fields: []remarkView{{"title", "at-title", true, "а", "б", "", "Коротше."}, {Name: "from", ID: "at-from", Value: "пт"}}, Note: "Ні.", Faults: console.Faults{"note": "Ні."},
		},
		"fresh":    freshPage{Kinds: []kindKey{"tariff", "move"}, Past: []pastView{{"a", "Новий тариф"}}, From: "a"},
		"sheet":    sheet,
		"ledger":   ledgerSample(head, at),
		"proof":    proofSample(head, at),
		"versions": versionsPage{head, []versionView{{3, "draft", "Петро", at, "Ні.", false, true}, {Version: 2, State: "announced", From: true}}, 2, 3, differences},
		"news": newsPage{
			Head: head, Followers: 2, Heard: 4218, Next: at, Late: true, Public: "https://bot.example/follow/a", Version: 2, Tells: true, Waits: true, Ends: true, Missing: "Viber", Extends: true,
			Stages: []stageView{{at, "Почали", "Начали", "told", 12}, {UK: "Далі", RU: "Дальше", State: "planned"}}, UK: "ще", RU: "ещё", At: "2026-12-01T10:00", By: "ні",
			Faults: console.Faults{"at": "Ні."},
		},
		"plan": planSample(head, at),
		"view": viewPage{
			Head: submits, Language: bot.Ukrainian, Channel: "telegram", Ways: []wayView{{"telegram", bot.Ukrainian, true}, {"viber", bot.Russian, false}}, Chosen: true,
			Tightest: tightView{tightSplit, "viber", "card", 2, 40},
			Shown:    []shownView{{"card", []saidView{{nil, []bot.Bubble{bubble}, 12}, {[]string{"VIP", "Кияни"}, []bot.Bubble{bubble, bubble}, 24}}, true}},
		},
	}
}

// TestTheSheetIsLight: what is written for these pages is small, unpacked.
func TestTheSheetIsLight(t *testing.T) {
	for pattern, most := range map[string]int64{"assets/sheet.js": 12 << 10, "assets/changes.css": 5 << 10, "assets/ledger.js": 2 << 10, "assets/ledger.css": 5 << 10, "assets/news.css": 1 << 10, "assets/plan.css": 2 << 10} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v, %v", pattern, found, err)
		}
		var all int64
		for _, name := range found {
			file, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			all += file.Size()
		}
		if all > most {
			t.Errorf("%s: %d bytes, at most %d", pattern, all, most)
		}
	}
}

func TestRights(t *testing.T) {
	h := newHouse(t)
	h.told("x", "olena")
	sheet := h.made(olha)
	id := strings.TrimPrefix(sheet, "/console/changes/")
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	form := h.form(page).Encode()
	writers, readers := []bot.Role{bot.Marketer, bot.Admin}, []bot.Role{bot.Marketer, bot.Approver, bot.Admin}
	rows := map[string]consoletest.Row{
		"GET /console/changes":                     {May: readers, Want: http.StatusOK},
		"GET /console/changes/new":                 {May: writers, Want: http.StatusOK},
		"POST /console/changes/new":                {May: writers, Want: http.StatusSeeOther, Form: "kind=move"},
		"GET /console/changes/:id":                 {May: readers, Want: http.StatusOK, Path: sheet},
		"POST /console/changes/:id/keep":           {May: writers, Want: http.StatusOK, Path: sheet + "/keep", Form: form},
		"POST /console/changes/:id/save":           {May: writers, Want: http.StatusOK, Path: sheet + "/save", Form: strings.Replace(form, "rev=0", "rev=1&do=add+sums", 1)},
		"POST /console/changes/:id/leave":          {May: writers, Want: http.StatusNoContent, Path: sheet + "/leave", Form: form},
		"POST /console/changes/:id/estimate":       {May: writers, Want: http.StatusOK, Path: sheet + "/estimate"},
		"POST /console/changes/:id/count":          {May: writers, Want: http.StatusOK, Path: sheet + "/count"},
		"GET /console/changes/:id/versions":        {May: readers, Want: http.StatusOK, Path: sheet + "/versions"},
		"GET /console/changes/:id/view":            {May: readers, Want: http.StatusOK, Path: sheet + "/view"},
		"GET /console/changes/:id/approval":        {May: readers, Want: http.StatusOK, Path: sheet + "/approval"},
		"POST /console/changes/:id/decide":         {May: readers, Want: http.StatusUnprocessableEntity, Path: sheet + "/decide", Form: "do=approve&version=1"},
		"POST /console/changes/:id/rehearse":       {May: readers, Want: http.StatusConflict, Path: sheet + "/rehearse", Form: "version=1"},
		"POST /console/live/sheet":                 {May: readers, Want: http.StatusNoContent, Form: "what=looks&sheet=" + id},
		"GET /console/changes/:id/plan":            {May: readers, Want: http.StatusOK, Path: sheet + "/plan"},
		"POST /console/changes/:id/plan":           {May: readers, Want: http.StatusUnprocessableEntity, Path: sheet + "/plan", Form: "do=open&wave=none"},
		"GET /console/changes/:id/ledger":          {May: readers, Want: http.StatusOK, Path: "/console/changes/x/ledger"},
		"GET /console/changes/:id/ledger/numbers":  {May: readers, Want: http.StatusOK, Path: "/console/changes/x/ledger/numbers"},
		"POST /console/changes/:id/ledger/file":    {May: []bot.Role{bot.Admin}, Want: http.StatusOK, Path: "/console/changes/x/ledger/file"},
		"GET /console/changes/:id/proof/:contact":  {May: []bot.Role{bot.Marketer, bot.Admin}, Want: http.StatusOK, Path: "/console/changes/x/proof/olena"},
		"POST /console/changes/:id/proof/:contact": {May: []bot.Role{bot.Admin}, Want: http.StatusOK, Path: "/console/changes/x/proof/olena"},
		"POST /console/changes/:id/correct":        {May: writers, Want: http.StatusConflict, Path: sheet + "/correct", Form: "version=1"},
		"POST /console/changes/:id/drop":           {May: writers, Want: http.StatusConflict, Path: sheet + "/drop", Form: "version=9"},
		"GET /console/changes/:id/news":            {May: readers, Want: http.StatusOK, Path: sheet + "/news"},
		"POST /console/changes/:id/news":           {May: writers, Want: http.StatusUnprocessableEntity, Path: sheet + "/news", Form: "version=1"},
		"POST /console/changes/:id/news/extend":    {May: []bot.Role{bot.Approver, bot.Admin}, Want: http.StatusConflict, Path: sheet + "/news/extend", Form: "version=9"},
		"POST /console/changes/:id/news/close":     {May: writers, Want: http.StatusConflict, Path: sheet + "/news/close", Form: "version=9"},
		"POST /console/changes/:id/news/withdraw":  {May: writers, Want: http.StatusConflict, Path: sheet + "/news/withdraw", Form: "version=9"},
	}
	var routes []console.Route
	for _, r := range h.console.Routes() {
		if _, ours := rows[r.Method+" "+r.Path]; ours || strings.Contains(r.Path, "/changes") {
			routes = append(routes, r)
		}
	}
	consoletest.Matrix(t, h.echo, routes, rows, func(r bot.Role) *http.Cookie { return cookie(string(r)) })
}

// TestWritten: a sheet is made from a template, kept as it is written without a version or
// a word in the audit, refused while the benefit is missing, mended and submitted.
func TestWritten(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.says(page, "Нові тарифи з [дата]", "Новые тарифы с [дата]", "Місце «[дата]» не заповнено.", `type="button" disabled`)
	words := whole()
	words["benefit_ru"] = ""
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), words))
	h.says(page, "Не заповнено 1 поле:", `href="#at-benefit"`, "Тут ще нічого не написано.")
	id := strings.TrimPrefix(sheet, "/console/changes/")
	if kept, err := h.changes.Versions(t.Context(), bot.System(), id); err != nil || len(kept) != 1 {
		t.Fatalf("%d versions, %v", len(kept), err)
	}
	form := h.form(page)
	form.Set("do", "submit")
	_, to := h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/save", form)
	if to != sheet {
		t.Errorf("submitted with a blank: %s", to)
	}
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.says(page, `type="button" disabled`)
	form = fill2(h.form(page), map[string]string{"benefit_ru": whole()["benefit_ru"], "do": "submit"})
	_, to = h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/save", form)
	if to != sheet+"?done=submitted" {
		t.Fatalf("not submitted: %s", to)
	}
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, to, nil)
	h.says(page, "на погодженні", "Швидкість зросте втричі.", "Скорость вырастет втрое.")
	if strings.Contains(page, "<textarea") {
		t.Error("what is in review can be written")
	}
	all, err := h.changes.Versions(t.Context(), bot.System(), id)
	h.ok(err)
	if len(all) != 3 || all[0].State != bot.ChangeReview || all[0].Editor != olha {
		t.Errorf("%+v", all)
	}
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, sheet+"/versions?from=1&to=2", nil)
	h.says(page, "<del>", "<ins>1 лютого</ins>")
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, sheet+"/view", nil)
	h.says(page, "<strong>Нові тарифи з 1 лютого</strong>", "Чому?")
}

// TestShownToEach: the messenger that the change fits worst comes first and is said in
// words; what a group is told otherwise stands beside what all others are, with the
// buttons in their rows.
// Who is too late for the kind hears so as they choose the day, and no more once they say
// why.
func TestShortNoticeIsToldWhileWriting(t *testing.T) {
	h := newHouse(t)
	h.ok(h.store.PutSetting(t.Context(), bot.ChangeNoticeSetting(bot.Tariff), "30"))
	sheet := h.made(olha)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	for _, c := range []struct {
		in   time.Duration
		why  string
		told bool
	}{{24 * time.Hour, "", true}, {24 * time.Hour, "Аварія.", false}, {40 * 24 * time.Hour, "", false}} {
		from := time.Now().Add(c.in).Format("2006-01-02T15:04")
		page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(fill2(h.form(page), whole()), map[string]string{"from": from, "short_notice": c.why}))
		if strings.Contains(page, "менше, ніж потрібно для такої зміни (днів: 30)") != c.told {
			t.Errorf("%+v: told otherwise", c)
		}
	}
}

// Who writes more than fits hears so as they write, and just before, at the text and at
// the button; nothing waits for the button to be pressed.
func TestRoomIsTold(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	keep := func(title string) string {
		page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(fill2(h.form(page), whole()), map[string]string{"title_uk": title}))
		return page
	}
	submits := `name="do" value="submit"`
	if page := keep(strings.Repeat("я", 107)); strings.Contains(page, "Залиш") || strings.Contains(page, "Задовг") || !strings.Contains(page, submits) {
		t.Error("room is told of where there is plenty")
	}
	if page := keep(strings.Repeat("я", 115)); !strings.Contains(page, "Залишилося 5 знаків.") || !strings.Contains(page, submits) {
		t.Error("it is not told how much room is left")
	}
	if page := keep(strings.Repeat("я", 122)); !strings.Contains(page, "Задовго на 2 знаки. Може бути щонайбільше 120 знаків.") || !strings.Contains(page, "Задовгі тексти:") || strings.Contains(page, submits) {
		t.Error("it is not told that a text is too long")
	}
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), map[string]string{"title_uk": "Коротко", "do": "add addresses"}))
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), map[string]string{"place_address_ru": strings.Repeat("я", 201)}))
	if !strings.Contains(page, "Задовго на 1 знак. Може бути щонайбільше 200 знаків.") || !strings.Contains(page, `<a href="#at-addresses-0-address">`) {
		t.Error("it is not told that a row of a list is too long")
	}
	page, _ = h.do(olha, http.StatusUnprocessableEntity, http.MethodPost, sheet+"/save", h.form(page))
	if !strings.Contains(page, "Задовго на 1 знак.") {
		t.Error("who saves without a module does not learn where it is too long")
	}
}

func TestShownToEach(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	form := fill2(h.form(page), whole())
	for range 2 {
		form.Set("do", "add groups")
		page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/save", form)
		form = h.form(page)
	}
	form["group_consequence_uk"] = []string{"Для Вас нічого не змінюється.", ""}
	form["group_consequence_ru"] = []string{"Для вас ничего не меняется.", ""}
	form.Set("do", "")
	h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/save", form)
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, sheet+"/view", nil)
	h.says(page, "Найтісніше тут: Viber. Частина «Що зміниться для мене?» не вміститься в одне повідомлення, їх буде 2 повідомлення.",
		"<ul><li>Чому?</li><li>Що далі?</li></ul>", "Перший платіж буде на 40 грн більший.", "<bdi>усі</bdi> · ", "Для Вас нічого не змінюється.", "Усім іншим · ")
	if viber, telegram := strings.Index(page, "channel=viber"), strings.Index(page, "channel=telegram"); viber < 0 || telegram < viber {
		t.Errorf("Viber at %d, Telegram at %d", viber, telegram)
	}
	if n := strings.Count(page, "Для Вас нічого не змінюється."); n != 2 { // in two messages
		t.Errorf("the group's text stands there %d times", n)
	}
	if n := strings.Count(page, "<strong>"); n != 1 {
		t.Errorf("a card that is the same for all stands there %d times", n)
	}
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, sheet+"/view?channel=telegram&language=ru", nil)
	h.says(page, "Для вас ничего не меняется.")
}

// TestPeopleCounted: the button says how many people the sheet concerns, as it was last
// kept, also before any version has it.
func TestPeopleCounted(t *testing.T) {
	h := newHouse(t)
	h.ok(h.store.InTx(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.ImportContacts(t.Context(), []bot.Person{
			{Contact: bot.Contact{ID: "a", External: "1", Region: "Київ"}}, {Contact: bot.Contact{ID: "b", External: "2"}}, {Contact: bot.Contact{ID: "c", External: "3"}},
		})
		return err
	}))
	sheet := h.made(olha)
	for _, way := range []string{"/estimate", "/count"} {
		part, _ := h.do(olha, http.StatusOK, http.MethodPost, sheet+way, url.Values{})
		h.says(part, `<span id="people" data-final>: 3 людини</span>`)
	}
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	form := h.form(page)
	form.Set("do", "add groups")
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/save", form)
	form = h.form(page)
	form["group_segment"], form["group_tree"] = []string{"="}, []string{`{"field":"region","op":"in","values":["Київ"]}`}
	h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", form)
	part, _ := h.do(olha, http.StatusOK, http.MethodPost, sheet+"/count", url.Values{})
	h.says(part, ": 1 людина<")
	if part, _ = h.do("admin", http.StatusOK, http.MethodPost, sheet+"/count", url.Values{}); !strings.Contains(part, "3 людини") {
		t.Errorf("a colleague's draft counts: %s", part)
	}
}

// TestAccepted: a finding stands for a reason that the approver reads; other words of the
// same field are found again, and a blank cannot stand.
func TestAccepted(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	words := whole()
	words["reason_uk"] = "Можливо, електроенергія подорожчає ще на 38 %."
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), words))
	h.says(page, "«Можливо» звучить непевно.", "1 зауваження")
	form := h.form(page)
	if len(form["found"]) != 1 {
		t.Fatalf("%q", form["found"])
	}
	form["why"], form["do"] = []string{"ціну встановлює регулятор"}, []string{"accept " + form["found"][0]}
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/save", form)
	h.says(page, "Лишено так:", "ціну встановлює регулятор")
	if strings.Contains(page, "зауваження</span>") {
		t.Error("what was accepted counts")
	}
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), map[string]string{"reason_uk": "Мабуть, електроенергія подорожчає ще на 38 %."}))
	h.says(page, "«Мабуть» звучить непевно.")
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), map[string]string{"reason_uk": words["reason_uk"], "do": "dispute " + form["found"][0]}))
	h.says(page, "«Можливо» звучить непевно.", "1 зауваження")
}

// TestClash: of two who write at once the second sees both texts and decides; nothing is
// lost either way, and another page of the same writer overwrites nothing.
func TestClash(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	first, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	second, _ := h.do(petro, http.StatusOK, http.MethodGet, sheet, nil)
	page, _ := h.do(petro, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(second), map[string]string{"title_uk": "Дорожче"}))
	h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/save", fill2(h.form(first), map[string]string{"title_uk": "Швидше"}))
	h.do(petro, http.StatusConflict, http.MethodPost, sheet+"/keep", h.form(second)) // the page from before
	page, _ = h.do(petro, http.StatusConflict, http.MethodPost, sheet+"/save", h.form(page))
	h.says(page, "Поки Ви писали, з’явилася інша версія", olha, "Швидше", "Дорожче")
	page, _ = h.do(petro, http.StatusOK, http.MethodGet, sheet, nil)
	h.says(page, "Поки Ви писали", ">\nДорожче</textarea>")
	form := h.form(page)
	form.Set("do", "mine 2")
	h.do(petro, http.StatusSeeOther, http.MethodPost, sheet+"/save", form)
	id := strings.TrimPrefix(sheet, "/console/changes/")
	is, err := h.changes.Read(t.Context(), bot.System(), id)
	h.ok(err)
	if is.Title.UK != "Дорожче" || is.Version != 3 || is.Editor != petro {
		t.Errorf("%+v", is)
	}
	h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(first), map[string]string{"title_uk": "Інакше"}))
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	form = h.form(page)
	form.Set("do", "theirs")
	h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/save", form)
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.says(page, ">\nДорожче</textarea>")
}

// TestLeft: leaving makes a version of what was written, and none of what was not; so do
// ten idle minutes.
func TestLeft(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	id := strings.TrimPrefix(sheet, "/console/changes/")
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	versions := func(want int) {
		t.Helper()
		all, err := h.changes.Versions(t.Context(), bot.System(), id)
		if err != nil || len(all) != want {
			t.Errorf("%d versions, want %d, %v", len(all), want, err)
		}
	}
	h.do(olha, http.StatusNoContent, http.MethodPost, sheet+"/leave", h.form(page))
	versions(1)
	h.do(olha, http.StatusNoContent, http.MethodPost, sheet+"/leave", fill2(h.form(page), map[string]string{"title_uk": "Дорожче"}))
	versions(2)
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), map[string]string{"title_uk": "Швидше"}))
	if n, err := h.changes.Drafts().Idle(t.Context()); n != 0 || err != nil {
		t.Errorf("%d at once, %v", n, err)
	}
	versions(2)
	h.ok(h.store.DB().InTx(t.Context(), func(sql db.Conn) error {
		_, err := sql.Exec(t.Context(), `UPDATE sheet_drafts SET updated_at = updated_at - $1`, int64(11*time.Minute/time.Microsecond))
		return err
	}))
	if n, err := h.changes.Drafts().Idle(t.Context()); n != 1 || err != nil {
		t.Errorf("%d after ten minutes, %v", n, err)
	}
	versions(3)
}

// A page that is opened anew comes before what was left by it is a version: it goes on from
// that. What another page of theirs wrote meanwhile is not written over.
func TestOpenedAnew(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), whole()))
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), map[string]string{"do": "add groups"}))
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), map[string]string{"do": "add sums"}))
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), map[string]string{"sum_amount": "300,50", "sum_currency": "UAH", "sum_what_uk": "на місяць", "sum_what_ru": "в месяц", "group_impact": "high"}))
	anew, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.do(olha, http.StatusNoContent, http.MethodPost, sheet+"/leave", h.form(page))
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(anew), map[string]string{"title_uk": "Дорожче з 1 лютого"}))
	h.says(page, `name="version" value="2"`, "Дорожче з 1 лютого")
	versions, _ := h.do("approver", http.StatusOK, http.MethodGet, sheet+"/versions?from=1&to=2", nil)
	h.says(versions, "1. усі · зачіпає сильно<", "1. 300,50 UAH · на місяць<")
	if strings.Contains(page, "інша версія") || strings.Contains(page, "в іншій вкладці") {
		t.Error("who opened the page anew is told that another page wrote it")
	}
	h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/save", h.form(page))
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(anew), map[string]string{"title_uk": "Дешевше"}))
	h.says(page, "інша версія", "Дешевше", "Дорожче з 1 лютого")
	anew, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.do(olha, http.StatusNoContent, http.MethodPost, sheet+"/leave", h.form(page)) // it becomes no version
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(anew), map[string]string{"title_uk": "Дешевше з 1 лютого"}))
	h.says(page, "інша версія", "Дешевше з 1 лютого")
}

// TestWhoElse: who has a sheet open hears of a colleague who opens it, by name, and of
// nobody once they leave. It is told, and kept nowhere.
func TestWhoElse(t *testing.T) {
	h := newHouse(t)
	id := strings.TrimPrefix(h.made(olha), "/console/changes/")
	served := httptest.NewServer(h.echo)
	ctx, stop := context.WithTimeout(context.Background(), time.Minute) // what is never told ends the test
	listens := make(chan error, 1)
	go func() { listens <- h.store.Listen(ctx, h.live.Heard) }()
	t.Cleanup(func() {
		h.live.Close()
		stop()
		if err := <-listens; err != nil {
			t.Error(err)
		}
		served.Close()
	})
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, served.URL+"/console/live", nil)
	h.ok(err)
	ask.AddCookie(&http.Cookie{Name: "visnyk", Value: olha}) // of a plain connection
	answer, err := http.DefaultClient.Do(ask)
	h.ok(err)
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	until := func(words string) {
		t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), words) {
				return
			}
		}
		t.Fatalf("the stream ended before %q: %v", words, lines.Err())
	}
	until(`"all":true`)
	h.do(petro, http.StatusNoContent, http.MethodPost, "/console/live/sheet", url.Values{"sheet": {id}, "what": {"looks"}})
	until(`"change-` + id + `":[{"user":"petro","name":"` + petro)
	h.do(petro, http.StatusNoContent, http.MethodPost, "/console/live/sheet", url.Values{"sheet": {id}, "what": {"leaves"}})
	until(`"change-` + id + `":[]`)
}

// TestCopied: a copy has the words and the people of a past change, and none of its days.
func TestCopied(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	form := fill2(h.form(page), whole())
	form.Set("do", "add groups")
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/save", form)
	form = h.form(page)
	form["group_impact"], form["group_consequence_uk"] = []string{"high"}, []string{"Для Вас нічого не змінюється."}
	form["group_consequence_ru"] = []string{"Для вас ничего не меняется."}
	h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/save", form)
	id := strings.TrimPrefix(sheet, "/console/changes/")
	_, to := h.do(petro, http.StatusSeeOther, http.MethodPost, "/console/changes/new", url.Values{"from": {id}})
	got, err := h.changes.Read(t.Context(), bot.System(), strings.TrimSuffix(strings.TrimPrefix(to, "/console/changes/"), "?done=made"))
	h.ok(err)
	if got.Title.UK != whole()["title_uk"] || len(got.Groups) != 1 || got.Groups[0].Impact != bot.ImpactHigh || !got.From.IsZero() || got.Version != 1 || got.ID == id {
		t.Errorf("%+v", got.Change)
	}
	page, _ = h.do(petro, http.StatusOK, http.MethodGet, "/console/changes?tab=draft&kind=tariff", nil)
	h.says(page, whole()["title_uk"])
	page, _ = h.do(petro, http.StatusOK, http.MethodGet, "/console/changes?tab=announced", nil)
	h.says(page, "Таких змін немає.")
}

// TestNewsPage: of a change that customers hear of, the next stage is written on its page
// and waits for an approval; withdrawing says how many have heard.
func TestNewsPage(t *testing.T) {
	h := newHouse(t)
	sheet := h.made(olha)
	id := strings.TrimPrefix(sheet, "/console/changes/")
	submitted := whole()
	submitted["do"] = "submit"
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/save", fill2(h.form(page), submitted))
	boss := bot.Actor{User: "boss", Login: "boss", Role: bot.Admin}
	for _, m := range []bot.ChangeMove{bot.ChangeApprove, bot.ChangeAnnounce} {
		is, err := h.changes.Read(t.Context(), boss, id)
		h.ok(err)
		_, err = h.changes.Move(t.Context(), boss, id, m, is.Version, "")
		h.ok(err)
	}
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet+"/news", nil)
	h.says(page, "Новин ще не було", "Надіслати новину на погодження", "Про зміну вже чули: 0.")
	form := url.Values{"version": {"2"}, "text_uk": {"Почали"}}
	page, _ = h.do(olha, http.StatusUnprocessableEntity, http.MethodPost, sheet+"/news", form)
	h.says(page, "Заповніть текст обома мовами.", "Почали")
	form.Set("text_ru", "Начали")
	h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/news", form)
	is, err := h.changes.Read(t.Context(), boss, id)
	h.ok(err)
	if is.State != bot.ChangeReview || len(is.Stages) != 1 || is.Stages[0].Text.RU != "Начали" {
		t.Errorf("%s: %+v", is.State, is.Stages)
	}
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet+"/news", nil)
	h.says(page, "Готується інша версія цієї зміни")
	for _, m := range []bot.ChangeMove{bot.ChangeApprove, bot.ChangeAnnounce, bot.ChangeWithdraw} {
		is, err := h.changes.Read(t.Context(), boss, id)
		h.ok(err)
		_, err = h.changes.Move(t.Context(), boss, id, m, is.Version, "")
		h.ok(err)
	}
	if page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet+"/news", nil); strings.Contains(page, "Наступна новина до") {
		t.Error("news are promised of what was withdrawn")
	}
}
