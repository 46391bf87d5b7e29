package broadcasts

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

// TestCalendar: a month has what of changes and broadcasts happens in it, and what of it
// collides, with what is beside the month too.
func TestCalendar(t *testing.T) {
	h := newHouse(t)
	const at = "/console/calendar?month=2099-12"
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Грудень 2099", "Цього місяця нічого немає", "month=2099-11", "month=2100-01", `href="/console/calendar"`)

	w := func(uk, ru string) bot.Bilingual { return bot.Bilingual{UK: uk, RU: ru} }
	first := time.Date(2099, time.December, 1, 0, 0, 0, 0, time.UTC)
	for id, title := range map[string]bot.Bilingual{"tariff": w("Тарифи", "Тарифы"), "rules": w("Правила", "Правила")} {
		_, err := h.changes.Create(t.Context(), actor(bot.Marketer), bot.Change{
			ID: id, Kind: bot.Tariff, Title: title, From: first.Add(9 * time.Hour), Owner: "Олег",
			Particulars: bot.Particulars{Until: first.AddDate(0, 1, 0), AnnounceAt: first.AddDate(0, 0, -1)},
		})
		h.OK(err)
	}
	send := func(id, title string, at time.Time, whom bot.Segment) {
		_, err := h.broadcasts.Create(t.Context(), actor(bot.Marketer), bot.Broadcast{ID: id, Title: title, Text: w("Знижки узимку\nі далі", "Скидки"), Topic: "news", Start: at, Audience: whom})
		h.OK(err)
	}
	send("all", "Усім", first, bot.Segment{})
	send("before", "Напередодні", first.Add(-time.Minute), bot.In("tier", "vip"))
	send("evening", "", first.Add(20*time.Hour), bot.Segment{})
	send("staff", "Своїм", first.Add(8*time.Hour), bot.In("kind", "staff"))

	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, `href="/console/changes/tariff"`, "Починає діяти:", "Олег", "чернетка", `href="/console/broadcasts/evening"`, "Знижки узимку</bdi>",
		"можливо, тим самим людям: 1", "може отримати за день: 1", "для тих самих людей: 1", "може піти «<bdi>Напередодні</bdi>»", "починає діяти «<bdi>Тарифи</bdi>»", "щонайбільше 1 на день")
	h.SaysNot(page, "broadcasts/before", "Завершується", "Оголошення:", "Цього місяця нічого немає")
	if n := strings.Count(page, `class="collides"`); n != 4 {
		t.Errorf("%d rows collide, want 4", n)
	}
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/calendar?month=2099-11", nil)
	h.Says(page, "Оголошення:", "broadcasts/before", "може піти «<bdi>Усім</bdi>»")
	h.SaysNot(page, "може отримати за день")

	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/calendar", nil)
	h.SaysNot(page, `href="/console/calendar">`+"Сьогодні")
	for _, wrong := range []string{"2099-13", "next", "0000-01", "1970-01", "9999-12"} {
		h.As(bot.Marketer, http.StatusNotFound, http.MethodGet, "/console/calendar?month="+wrong, nil)
	}
}
