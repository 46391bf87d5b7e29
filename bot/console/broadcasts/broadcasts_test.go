package broadcasts

import (
	"context"
	"maps"
	"net/http"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/locales"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the pages over a database.
type house struct {
	*consoletest.House
	broadcasts *broadcast.Broadcasts
}

func newHouse(t *testing.T) *house {
	t.Helper()
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{broadcasts: broadcast.New(broadcast.Config{Store: s, Texts: texts, Zone: time.UTC, Now: time.Now})}
	h.House = consoletest.Open(t, s, nil, func(c *console.Console) {
		Add(c, Config{
			Broadcasts: func() *broadcast.Broadcasts { return h.broadcasts }, Zone: time.UTC,
			Name: func(_ context.Context, user string) string { return user },
		})
	})
	return h
}

func actor(r bot.Role) bot.Actor { return bot.Actor{User: string(r), Login: string(r), Role: r} }

// drafted makes a draft that could be submitted.
func (h *house) drafted(id string) int {
	h.Helper()
	m, err := h.broadcasts.Create(h.Context(), actor(bot.Marketer), bot.Broadcast{
		ID: id, Title: "Знижки", Topic: "news", Text: bot.Bilingual{UK: "{{name|Вітаємо}}, знижки!", RU: "{{name|Здравствуйте}}, скидки!"}, Fallback: bot.UsualFallback,
	})
	h.OK(err)
	return m.Version
}

func TestTemplates(t *testing.T) {
	h, at := newHouse(t), time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)
	row := rowView{"a", "Знижки", "draft", "Марина", "tariff", at, at, "Олег", at}
	consoletest.Templates(t, h.Console, files, map[string]any{
		"broadcasts": listPage{[]tabView{{"all", true, 2}, {"draft", false, 1}}, []rowView{row, {State: "sent"}}, true, false},
		"report":     reportSample(at),
	})
}

func TestRights(t *testing.T) {
	h := newHouse(t)
	rows := map[string]consoletest.Row{
		"GET /console/broadcasts": {May: []bot.Role{bot.Marketer, bot.Approver, bot.Admin}, Want: http.StatusOK},
	}
	maps.Copy(rows, h.reportRights())
	h.Matrix(rows, "/broadcasts")
}

// An empty list has its first action for who may take it; what is made stands there with
// its state and who made it, under the tabs of its state.
func TestList(t *testing.T) {
	h := newHouse(t)
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts", nil)
	h.Says(page, "Розсилок ще немає", `href="/console/broadcasts/new"`)
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, "/console/broadcasts", nil)
	h.SaysNot(page, `href="/console/broadcasts/new"`)
	h.drafted("sale")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts?tab=draft", nil)
	h.Says(page, `href="/console/broadcasts/sale"`, "Знижки", "чернетка", "marketer", "натисканням")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts?tab=over", nil)
	h.Says(page, "Тут зараз нічого немає.")
	h.As(bot.Marketer, http.StatusNotFound, http.MethodGet, "/console/broadcasts?tab=else", nil)
}
