package approvals

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/approval"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the pages over a database.
type house struct {
	*consoletest.House
	changes    *change.Changes
	broadcasts *broadcast.Broadcasts
	live       *console.Live
}

func newHouse(t *testing.T) *house {
	t.Helper()
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{changes: change.New(s, nil, time.Now), broadcasts: broadcast.New(broadcast.Config{Store: s, Texts: texts, Zone: time.UTC, Now: time.Now})}
	waits, people := approval.New(s, nil, time.UTC), audience.New(s, time.UTC, time.Now)
	h.live = console.NewLive(func() *storage.Store { return s }, slog.New(slog.DiscardHandler))
	h.House = consoletest.Open(t, s, nil, func(c *console.Console) {
		c.Stream("/live", console.Anybody, h.live.Stream(nil))
		Add(c, Config{
			Approvals: func() *approval.Approvals { return waits }, Broadcasts: func() *broadcast.Broadcasts { return h.broadcasts },
			Audiences: func() *audience.Audiences { return people }, Path: func(w storage.Awaiting) string { return "/here/" + w.ID },
			Linked: func(_ context.Context, by bot.Actor) (bool, error) { return by.Role == bot.Admin, nil },
			Show: func(b bot.Broadcast, l bot.Language, vars map[string]string) ([]Shown, error) {
				m, err := h.broadcasts.Preview(b, l, vars)
				shown := []bot.Bubble{{Runs: []bot.Run{{Text: m.Text}}, Buttons: [][]string{{m.Buttons[0][0].Label}}}}
				return []Shown{{"telegram", shown}, {"viber", shown}}, err
			},
		})
	})
	return h
}

func actor(r bot.Role) bot.Actor { return bot.Actor{User: string(r), Login: string(r), Role: r} }

// mailed submits a broadcast to all, and says where it is decided about.
func (h *house) mailed(by bot.Role, id string) string {
	h.Helper()
	m, err := h.broadcasts.Create(h.Context(), actor(by), bot.Broadcast{
		ID: id, Title: "Знижки", Topic: "news", Text: bot.Bilingual{UK: "{{name|Вітаємо}}, знижки!", RU: "{{name|Здравствуйте}}, скидки!"},
		Digest: bot.Bilingual{UK: "Знижки", RU: "Скидки"},
	})
	h.OK(err)
	_, err = h.broadcasts.Move(h.Context(), actor(by), id, bot.BroadcastSubmit, m.Version, broadcast.Moved{})
	h.OK(err)
	return "/console/approvals/broadcasts/" + id
}

func TestTemplates(t *testing.T) {
	h, at := newHouse(t), time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	bubble := bot.Bubble{Buttons: [][]string{{"Так", "Ні"}}, Runs: []bot.Run{
		{Text: "Тариф", Bold: true}, {Text: "а", Italic: true}, {Text: "б", Strike: true}, {Text: "в", Code: true}, {Text: "г", Link: "https://a.example"}, {Text: "д"},
	}}
	row := rowView{"change", "Нові тарифи", "/changes/a/approval", "Марина", at}
	consoletest.Templates(t, h.Console, files, map[string]any{
		"approvals": waitingPage{[]rowView{row, {Noun: "article"}}, []rowView{row}, true},
		"mailing": mailingPage{
			"a", "Знижки", "in_review", 3, "Марина", at, true, true, true, 4218, true, "VIP", "b", "", at, at, "Аварія.", true, true,
			[]languageView{{bot.Ukrainian, true, "Ні.", []shownView{{"long", []textKey{"channel.viber"}, []bot.Bubble{bubble}}, {"", nil, []bot.Bubble{bubble}}}, "Знижки"}},
			"Задовге.", true, "Ні.", "approved",
			console.Faults{"note": "Ні."},
			"v1:aa", at, true,
		},
	})
}

func TestRights(t *testing.T) {
	h := newHouse(t)
	may, at := []bot.Role{bot.Approver, bot.Admin}, h.mailed(bot.Marketer, "sale")
	h.Matrix(map[string]consoletest.Row{
		"GET /console/approvals":                 {May: may, Want: http.StatusOK},
		"GET /console/approvals/broadcasts/:id":  {May: may, Want: http.StatusOK, Path: at},
		"POST /console/approvals/broadcasts/:id": {May: may, Want: http.StatusUnprocessableEntity, Path: at, Form: "do=approve&version=2"},
	}, "/approvals")
}

// What waits stands there for who may decide about it, and apart from that what somebody
// else does; an empty page says what will be there.
func TestWaiting(t *testing.T) {
	h := newHouse(t)
	page, _ := h.As(bot.Approver, http.StatusOK, http.MethodGet, "/console/approvals", nil)
	h.Says(page, "Зараз ніщо не чекає на Ваше рішення", "Під’єднати месенджер")
	h.mailed(bot.Marketer, "sale")
	w := func(s string) bot.Bilingual { return bot.Bilingual{UK: s + " їґ", RU: s + " ыъ"} }
	_, err := h.changes.Create(t.Context(), actor(bot.Admin), bot.Change{
		ID: "tariff", Kind: bot.Tariff, Title: w("Тарифи"), Summary: w("s"), Reason: w("r"), Consequence: w("c"), Benefit: w("b"), ToDo: w("t"), From: time.Now().AddDate(0, 1, 0),
	})
	h.OK(err)
	_, err = h.changes.Move(t.Context(), actor(bot.Admin), "tariff", bot.ChangeSubmit, 1, "")
	h.OK(err)
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, "/console/approvals", nil)
	h.Says(page, `<span class="count" id="count-approvals">2</span>`, "/console/here/sale", "Знижки", "/console/here/tariff", "Тарифи їґ", "Розсилка", "Зміна")
	h.SaysNot(page, "Чекають на рішення колег")
	page, _ = h.As(bot.Admin, http.StatusOK, http.MethodGet, "/console/approvals", nil)
	mine, others, _ := strings.Cut(page, "Чекають на рішення колег")
	h.Says(mine, "/console/here/sale")
	h.Says(others, "/console/here/tariff")
	h.SaysNot(page, "Під’єднати месенджер")
}

// A broadcast is read as the worst reader gets it, in both languages, and approved by who
// has read both; who wrote it does not, and what was decided meanwhile is said.
func TestMailingDecided(t *testing.T) {
	h := newHouse(t)
	at := h.mailed(bot.Admin, "sale")
	page, _ := h.As(bot.Approver, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "хоче надіслати це 0 людям.", "Олександра-Вікторія Заболотна-Криворучко, знижки!", "Вітаємо, знижки!", "Здравствуйте, скидки!", "Рядок у переліку:")
	if n := strings.Count(page, "Вітаємо, знижки!"); n != 1 {
		t.Errorf("what messengers show alike stands there %d times", n)
	}
	decides := func(who bot.Role, status int, form url.Values) string {
		t.Helper()
		page, to := h.As(who, status, http.MethodPost, at, form)
		return page + to
	}
	both := url.Values{"do": {"approve"}, "version": {"2"}, "read": {"uk", "ru"}}
	h.Says(decides(bot.Approver, http.StatusUnprocessableEntity, url.Values{"do": {"approve"}, "version": {"2"}, "read": {"uk"}}), "Позначте, що текст цією мовою Ви прочитали.", `value="uk" checked`)
	decides(bot.Admin, http.StatusForbidden, both)
	h.Says(decides(bot.Approver, http.StatusUnprocessableEntity, url.Values{"do": {"return"}, "version": {"2"}}), "Напишіть, що треба виправити.")
	h.Says(decides(bot.Approver, http.StatusSeeOther, both), at+"?done=approved")
	h.Says(decides(bot.Approver, http.StatusConflict, both), "Поки Ви читали, розсилка змінилася")
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, at+"?done=approved", nil)
	h.Says(page, "погоджено", "Погоджено. Надіслати це можна лише таким, як Ви прочитали.", `value="undo"`)
	h.SaysNot(page, `value="approve"`)
	page, _ = h.As(bot.Admin, http.StatusOK, http.MethodGet, at, nil)
	h.SaysNot(page, `name="do"`)
	h.Says(decides(bot.Approver, http.StatusSeeOther, url.Values{"do": {"undo"}, "version": {"3"}}), at+"?done=undone")
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, at+"?done=undone", nil)
	h.Says(page, "Погодження скасовано: розсилка знову чекає на рішення.", `name="hash" value="v1:`)
	anew := url.Values{"do": {"approve"}, "version": {"4"}, "read": {"uk", "ru"}, "hash": {"v1:else"}}
	page = decides(bot.Approver, http.StatusConflict, anew)
	h.Says(page, "Поки Ви читали, розсилка змінилася")
	h.SaysNot(page, "checked")
	_, hash, _ := strings.Cut(page, `name="hash" value="`)
	anew["hash"][0], _, _ = strings.Cut(hash, `"`)
	h.Says(decides(bot.Approver, http.StatusSeeOther, anew), at+"?done=approved")
}

// What corrects another broadcast is for those whom that one told: the approver reads so, and
// of how many, however many its words would suit.
func TestCorrectionSaysWhomItIsFor(t *testing.T) {
	h := newHouse(t)
	h.mailed(bot.Marketer, "sale")
	m, err := h.broadcasts.Move(h.Context(), actor(bot.Approver), "sale", bot.BroadcastApprove, 2, broadcast.Moved{})
	h.OK(err)
	m, err = h.broadcasts.Move(h.Context(), actor(bot.Marketer), "sale", bot.BroadcastStart, m.Version, broadcast.Moved{})
	h.OK(err)
	mended, err := h.broadcasts.Mend(h.Context(), actor(bot.Marketer), "sale", m.Version, "")
	h.OK(err)
	for _, one := range []struct {
		m    storage.Mailing
		whom string
	}{{*mended.Correction, ">ті, хто отримав попередню розсилку<"}, {mended.Rest, "усім, <a href=\"/console/broadcasts/sale/report\">крім тих"}} {
		one.m.Text.UK += " Не 10, а 15 %."
		one.m.Text.RU += " Не 10, а 15 %."
		m, err := h.broadcasts.Replace(h.Context(), actor(bot.Marketer), one.m.Broadcast)
		h.OK(err)
		_, err = h.broadcasts.Move(h.Context(), actor(bot.Marketer), m.ID, bot.BroadcastSubmit, m.Version, broadcast.Moved{})
		h.OK(err)
		page, _ := h.As(bot.Approver, http.StatusOK, http.MethodGet, "/console/approvals/broadcasts/"+m.ID, nil)
		h.Says(page, one.whom, "0 людям")
	}
}
