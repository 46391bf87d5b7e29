package settings

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/parked"
	"visnyk/bot/staff"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the pages over a database.
type house struct{ *consoletest.House }

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{}
	now := func() time.Time { return time.Date(2026, time.November, 24, 14, 5, 0, 0, time.UTC) }
	h.House = consoletest.Open(t, storagetest.Open(t, storagetest.SQLiteURL(t)), now, func(c *console.Console) {
		Add(c, Config{
			Staff: func() *staff.Staff { return h.Staff }, Address: "https://bot.example.com", Zone: time.UTC,
			ChatLinks: func(_ context.Context, code string) []ChatLink {
				return []ChatLink{{"button.menu", template.URL("viber://pa?context=" + code)}}
			},
			ChatName: func(string) string { return "button.menu" },
			Parked:   func() *parked.Parked { return parked.New(h.Store) },
			Now:      func() time.Time { return time.Date(2026, time.November, 28, 17, 0, 0, 0, time.UTC) }, // a Saturday, after hours
		})
	})
	return h
}

// do sends a request as an admin.
func (h *house) do(status int, method, path string, pairs ...string) (body string, to string) {
	h.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return h.As(bot.Admin, status, method, path, form)
}

// samples give each page everything it can show.
func samples() map[string]any {
	at := time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	olena := row{Login: "olena", Name: "Олена Коваль", Role: bot.Operator, Lead: true, Standing: "works", Factor: "on", SeenAt: at}
	gone := row{Login: "ivan", Name: "ivan", Role: bot.Admin, Standing: "disabled", Factor: "due", DisabledAt: at}
	faults := console.Faults{"": "Щось не так.", "login": "Це останній адміністратор.", "name": "Задовге.", "role": "Оберіть.", "name_uk": "Ні.", "name_ru": "Ні."}
	form := companyForm{"Ластівка", "Ласточка", "Ми поруч.\nПишіть.", "Мы рядом.", "#3366ff"}
	aside := parkedRow{Bot: "telegram", ID: "7", Path: "/console/parked/update?bot=telegram&id=7", Reason: "failed 3 times", Tries: 3, At: at}
	return map[string]any{
		"company": companyPage{
			companyForm: form, Was: form, Logo: "abc.png", Style: "/console/settings/look?colour=%233366ff", Done: true, Seen: true,
			Chats:   []chat{{Language: bot.Ukrainian, Title: "Ластівка", Logo: "abc.png", Hello: "Вітаємо.", Own: "Ми поруч."}, {Language: bot.Russian, Dark: true, Title: "Ласточка"}},
			Schemes: []scheme{{Readable: true, Contrast: "5,0"}, {Dark: true, Contrast: "3,1", Shade: "#6688ff"}, {Contrast: "2,0", Shade: "#112233"}, {Dark: true, Readable: true, Contrast: "6,0"}},
			Faults:  console.Faults{"": "Щось не так.", "company.name.uk": "Задовге.", "company.greeting.uk": "Ні.", "company.colour": "Ні.", "company.logo": "Ні."},
		},
		"work": workPage{
			Days:  []day{{"Понеділок", "day1", "9:00–18:00", ""}, {"Неділя", "day0", "x", "Запишіть так."}},
			Dates: []date{{"date0", "2027-01-01", "", ""}, {"date1", "", "9-18", "Оберіть дату."}}, Return: "15", Notice: "5", Price: "0,02 €",
			Was: workValues{"{}", "15", "5", ""}, Zone: "Europe/Kyiv", Opens: at, Opening: true, Done: true, Seen: true,
			Faults: console.Faults{"": "Щось.", "desk.hours": "Інші.", "desk.return": "Ні.", "desk.notice": "Ні.", "desk.price": "Ні."},
		},
		"rules": rulesPage{
			Notice:   []rule{{ID: "change_notice_tariff", Kind: bot.Tariff, Value: "14"}, {ID: "change_notice_move", Kind: bot.Move, Value: "x", Fault: "Ціле число."}},
			Approval: []rule{{ID: "change_review", Value: "14"}, {ID: "change_seen", Value: "-1", Fault: "Ціле число."}}, Alone: true,
			Was: rulesWere{[]string{"14", "0", "14", "3"}, "off"}, Faults: console.Faults{"": "Щось.", "approval.alone": "Ні."}, Done: true,
		},
		"limits": limitsPage{
			Told: []rule{{ID: "cap_day", Value: "1"}, {ID: "cap_week", Value: "x", Fault: "Ціле число."}}, Kept: []rule{{ID: "keep_history"}}, Shorter: true, Was: []string{"1", "", "3"},
			Faults: console.Faults{"": "Щось.", "shorter": "Позначте."}, Done: true,
		},
		"messenger": messengerPage{Linked: true, Name: "button.menu", Open: []opening{{"button.menu", "https://t.me/b?start=x"}}, Until: at, None: true, Done: true},
		"parked":    parkedPage{Rows: []parkedRow{aside}, Left: 3, Number: 4, Moved: "drop"},
		"update": updatePage{
			parkedRow: aside, Chat: "77", Received: at, Object: "update/telegram/ab", Body: "{\n}",
			Faults: console.Faults{"": "Щось.", "replay": "Поставте позначку.", "drop": "Поставте позначку."},
		},
		"users": usersPage{[]row{olena, {Login: "new", Name: "new", Role: bot.Marketer, Standing: "invited", Factor: "due"}}, []row{gone}},
		"user": userPage{
			row: olena, ID: "id", OwnName: "Олена Коваль", NameUK: "Олена", NameRU: "Елена", Language: bot.Ukrainian, MadeAt: at, Tokens: 3,
			Roles: roles(), Me: true, Linked: true, Password: true, Faults: faults, Done: true,
		},
		"invitation": invitationPage{Login: "petro", Name: "Петро", NameUK: "Петро", NameRU: "Пётр", Role: bot.Marketer, Lead: true, Roles: roles(), Faults: faults},
		"link":       linkPage{Login: "petro", Address: "https://bot.example.com/console/invite/code", Until: at},
		"audit": auditPage{
			State: staff.AuditState{Checked: at, Entries: 21}, Actor: "id", Noun: "user", Object: "user/id", From: "2026-11-01", To: "2026-11-30",
			Users: []choice{{"id", "Олена"}}, Nouns: nouns(), Entries: 21, Chosen: true, Next: "/console/settings/audit?before=7",
			Lines: []auditLine{
				{ID: 21, At: at, By: "Олена", Role: bot.Admin, Text: "settings.audit.did.user_role", Code: "user.role", Object: "user/id", Whom: "ivan", Detail: []factView{{Name: "settings.audit.fact.to", Word: "console.role.admin"}, {Raw: "x", Value: "y"}}},
				{ID: 20, At: at, Code: "new.thing", Object: "thing/1", Short: "thing/1"},
				{ID: 19, At: at, Code: "ticket.take", Object: "ticket/1", Noun: "settings.audit.one.ticket", Short: "1"},
				{ID: 18, At: at, Code: "setting.set", Object: "setting/change.review", Noun: "settings.audit.one.setting", Which: "settings.audit.setting.change_review"},
			},
		},
	}
}

func TestTemplates(t *testing.T) {
	consoletest.Templates(t, newHouse(t).Console, files, samples())
}

func TestStatesOfTheChain(t *testing.T) {
	h := newHouse(t)
	for want, state := range map[string]staff.AuditState{
		"запис № 7":   {Checked: time.Now(), Broken: &storage.BrokenAuditError{Entry: 7}},
		"Перевіряємо": {Under: true},
	} {
		out, err := h.Console.Example(bot.Ukrainian, "audit", auditPage{State: state, Broken: state.Broken != nil}, "olena")
		h.OK(err)
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q on the page", want)
		}
	}
}

func TestAuthzMatrix(t *testing.T) {
	h := newHouse(t)
	h.OK(h.Store.InTx(t.Context(), func(tx *storage.Tx) error {
		for _, u := range []storage.User{
			{ID: "1", Login: "works", Role: bot.Operator, Password: "none", TOTP: "sealed"},
			{ID: "2", Login: "gone", Role: bot.Operator, Disabled: true},
			{ID: "3", Login: "leaves", Role: bot.Operator},
		} {
			if err := tx.AddUser(t.Context(), u); err != nil {
				return err
			}
			if err := tx.PutUser(t.Context(), u); err != nil {
				return err
			}
		}
		return nil
	}))
	logo := h.picture(4)
	h.OK(h.Staff.Set(t.Context(), bot.System(), bot.LogoSetting, logo.Setting()))
	for _, id := range []string{"1", "2", "3"} {
		h.aside(id, "77", `{"text":"привіт"}`)
	}
	admin, ok, see := []bot.Role{bot.Admin}, http.StatusOK, http.StatusSeeOther
	h.Matrix(map[string]consoletest.Row{
		"GET /console/settings/users":                 {May: admin, Want: ok},
		"GET /console/settings/invite":                {May: admin, Want: ok},
		"POST /console/settings/invite":               {May: admin, Want: ok, Form: "login=fresh&role=operator"},
		"GET /console/settings/users/:login":          {May: admin, Want: ok, Path: "/console/settings/users/works"},
		"POST /console/settings/users/:login/profile": {May: admin, Want: see, Path: "/console/settings/users/works/profile", Form: "name=W"},
		"POST /console/settings/users/:login/role":    {May: admin, Want: see, Path: "/console/settings/users/works/role", Form: "role=operator&lead=on"},
		"POST /console/settings/users/:login/link":    {May: admin, Want: ok, Path: "/console/settings/users/works/link"},
		"POST /console/settings/users/:login/factor":  {May: admin, Want: see, Path: "/console/settings/users/works/factor"},
		"POST /console/settings/users/:login/disable": {May: admin, Want: see, Path: "/console/settings/users/leaves/disable"},
		"POST /console/settings/users/:login/enable":  {May: admin, Want: ok, Path: "/console/settings/users/gone/enable"},
		"GET /console/settings/audit":                 {May: admin, Want: ok},
		"GET /console/settings/company":               {May: admin, Want: ok},
		"POST /console/settings/company":              {May: admin, Want: see, Form: "name_uk=L"},
		"GET /console/settings/look":                  {May: admin, Want: ok, Path: "/console/settings/look?colour=%23336699"},
		"GET /console/settings/logo/:name":            {May: admin, Want: ok, Path: "/console/settings/logo/" + logo.Name},
		"POST /console/settings/logo":                 {May: admin, Want: http.StatusBadRequest},
		"GET /console/settings/work":                  {May: admin, Want: ok},
		"POST /console/settings/work":                 {May: admin, Want: http.StatusUnprocessableEntity, Form: "day1=x"},
		"GET /console/settings/limits":                {May: admin, Want: ok},
		"POST /console/settings/limits":               {May: admin, Want: http.StatusBadRequest},
		"GET /console/settings/rules":                 {May: admin, Want: ok},
		"POST /console/settings/rules":                {May: admin, Want: http.StatusBadRequest},
		"GET /console/messenger":                      {May: consoletest.Roles(), Want: ok},
		"POST /console/messenger/link":                {May: consoletest.Roles(), Want: ok},
		"POST /console/messenger/unlink":              {May: consoletest.Roles(), Want: see},
		"GET /console/parked":                         {May: admin, Want: ok},
		"GET /console/parked/update":                  {May: admin, Want: ok, Path: "/console/parked/update?bot=telegram&id=1"},
		"POST /console/parked/replay":                 {May: admin, Want: see, Form: "bot=telegram&id=2&sure=on"},
		"POST /console/parked/drop":                   {May: admin, Want: see, Form: "bot=telegram&id=3&sure=on"},
	}, "/settings/", "/parked", "/messenger")
}

// An admin invites, changes, lets back in and disables; the last one stays.
func TestUsers(t *testing.T) {
	h := newHouse(t)
	h.do(http.StatusUnprocessableEntity, http.MethodPost, "/console/settings/invite", "login", "о'лена", "role", "root")
	page, _ := h.do(http.StatusOK, http.MethodPost, "/console/settings/invite", "login", "Olena", "role", "operator", "name", "Олена", "name_uk", "Олена", "name_ru", "Елена")
	_, rest, found := strings.Cut(page, "https://bot.example.com"+staff.InvitePath)
	code, _, _ := strings.Cut(rest, "<")
	if u, first, err := h.Staff.Invited(t.Context(), code); !found || err != nil || !first || u.Known.RU != "Елена" {
		t.Fatalf("%q: %+v, %v", code, u, err)
	}
	h.do(http.StatusUnprocessableEntity, http.MethodPost, "/console/settings/invite", "login", "olena", "role", "operator")
	h.do(http.StatusBadRequest, http.MethodPost, "/console/settings/users/olena/role", "role", "operator", "id", "admin")
	_, to := h.do(http.StatusSeeOther, http.MethodPost, "/console/settings/users/olena/role", "role", "marketer")
	if page, _ := h.do(http.StatusOK, http.MethodGet, to); !strings.Contains(page, "Збережено.") || !strings.Contains(page, `value="marketer" checked`) {
		t.Error("the role is not on the page")
	}
	if page, _ := h.do(http.StatusOK, http.MethodGet, "/console/settings/users"); !strings.Contains(page, "запрошення діє") || !strings.Contains(page, "Олена") {
		t.Error("she is not on the list")
	}
	for _, path := range []string{"disable", "role"} {
		page, _ := h.do(http.StatusUnprocessableEntity, http.MethodPost, "/console/settings/users/admin/"+path, map[string][]string{"role": {"role", "operator"}}[path]...)
		if !strings.Contains(page, "останній адміністратор") {
			t.Errorf("%s: the page does not say why", path)
		}
	}
	h.do(http.StatusUnprocessableEntity, http.MethodPost, "/console/settings/users/olena/factor")
	h.do(http.StatusUnprocessableEntity, http.MethodPost, "/console/settings/users/olena/enable")
	h.do(http.StatusNotFound, http.MethodGet, "/console/settings/users/nobody")
	h.do(http.StatusSeeOther, http.MethodPost, "/console/settings/users/olena/disable")
	h.do(http.StatusUnprocessableEntity, http.MethodPost, "/console/settings/users/olena/link")
}

// The audit by who, by what and when, a page at a time.
func TestAuditPage(t *testing.T) {
	h := newHouse(t)
	h.OK(h.Store.InTx(t.Context(), func(tx *storage.Tx) error {
		for range auditLines + 3 {
			e := storage.AuditEntry{
				Actor: bot.Actor{User: "operator", Role: bot.Operator}, Action: "ticket.take", Object: "ticket/7",
				Detail: map[string]string{"from": "waiting", "to": "taken"},
			}
			if err := tx.Audit(t.Context(), e); err != nil {
				return err
			}
		}
		return tx.Audit(t.Context(), storage.AuditEntry{Actor: bot.System(), Action: "user.disable", Object: "user/marketer"})
	}))
	count := func(path, words string) int {
		t.Helper()
		page, _ := h.do(http.StatusOK, http.MethodGet, path)
		return strings.Count(page, words)
	}
	if n := count("/console/settings/audit", "Звернення взято"); n != auditLines-1 {
		t.Errorf("%d on the first page", n)
	}
	for path, want := range map[string]int{
		"/console/settings/audit?before=5": 4, "/console/settings/audit?actor=operator&before=4": 3, "/console/settings/audit?actor=system": 0,
		"/console/settings/audit?noun=user": 0, "/console/settings/audit?object=ticket/7&before=3": 2, "/console/settings/audit?to=2020-01-01": 0,
		"/console/settings/audit?from=x&to=y&noun=z&before=w&actor=operator": auditLines,
	} {
		if n := count(path, "Звернення взято"); n != want {
			t.Errorf("%s: %d, want %d", path, n, want)
		}
	}
	if count("/console/settings/audit?actor=operator&before=", "before=4&amp;") != 0 || count("/console/settings/audit?actor=operator", "actor=operator&amp;before=4") != 1 {
		t.Error("the way to what is older")
	}
	if count("/console/settings/audit?noun=user", "Вимкнено користувача") != 1 || count("/console/settings/audit?noun=user", "ланцюг цілий") != 1 {
		t.Error("what was done to a user, or the state of the chain")
	}
	h.do(http.StatusBadRequest, http.MethodGet, "/console/settings/audit?limit=100000")
}

// A colleague is given a link that works once, in the messengers there are, and may
// forget the chat again.
func TestMessengerPage(t *testing.T) {
	h := newHouse(t)
	page, _ := h.do(http.StatusOK, http.MethodGet, "/console/messenger")
	if !strings.Contains(page, "нікуди не надходять") || strings.Contains(page, "Від’єднати") {
		t.Error("it is said to be linked")
	}
	page, _ = h.do(http.StatusOK, http.MethodPost, "/console/messenger/link")
	_, rest, _ := strings.Cut(page, "viber://pa?context=")
	code, _, found := strings.Cut(rest, `"`)
	if good, err := h.Store.GoodStaffLink(t.Context(), code); !found || err != nil || !good {
		t.Fatalf("%q is no link: %v", code, err)
	}
	h.OK(h.Store.InTx(t.Context(), func(tx *storage.Tx) error {
		return tx.LinkStaff(t.Context(), "admin", bot.Address{Bot: "b", Chat: "7"})
	}))
	if page, _ := h.do(http.StatusOK, http.MethodGet, "/console/messenger"); !strings.Contains(page, "Пишемо Вам сюди: Меню.") {
		t.Error("it is not said where they are written to")
	}
	_, to := h.do(http.StatusSeeOther, http.MethodPost, "/console/messenger/unlink")
	if page, _ := h.do(http.StatusOK, http.MethodGet, to); !strings.Contains(page, "нікуди не надходять") {
		t.Error("it stayed")
	}
}
