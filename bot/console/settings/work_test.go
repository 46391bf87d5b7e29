package settings

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/console/consoletest"
)

// workSent is the page's form as a browser sends it, with what is written over it.
func (h *house) workSent(over url.Values) url.Values {
	form := url.Values{"date": {"", ""}, "date_hours": {"", ""}, "return": {"15"}, "was_return": {"15"}, "notice": {"5"}, "was_notice": {"5"}, "price": {""}}
	form.Set("was_hours", bot.DefaultHours(time.UTC).Setting())
	for _, d := range week() {
		form.Set(dayField(d), bot.DefaultHours(time.UTC).Days[d].String())
	}
	for name, values := range over {
		form[name] = values
	}
	return form
}

func (h *house) send(status int, form url.Values) string {
	h.Helper()
	got := consoletest.Do(h.Echo, http.MethodPost, "/console/settings/work", form.Encode(), &http.Cookie{Name: "__Host-visnyk", Value: "admin"})
	if got.Code != status {
		h.Fatalf("%d, want %d: %s", got.Code, status, got.Body)
	}
	return got.Body.String()
}

// Hours with breaks and dates that differ, by a form alone.
func TestWorkPage(t *testing.T) {
	h := newHouse(t)
	page, _ := h.do(http.StatusOK, http.MethodGet, "/console/settings/work")
	for _, want := range []string{"Зараз закрито. Відкриється:", "пн, 30 листопада, 9:00", `value="10:00–16:00"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	h.send(http.StatusSeeOther, h.workSent(nil))
	if h.setting(bot.HoursSetting) != "" {
		t.Error("what nobody touched was set")
	}
	change := h.workSent(url.Values{"day1": {"9-13; 14.00 - 18.00"}, "day6": {""}, "date": {"2026-11-30", ""}, "date_hours": {"12-15", ""}, "return": {"30"}, "price": {"0,02 €"}})
	seen := h.workSent(nil)
	for name, values := range change {
		seen[name] = values
	}
	if page := h.send(http.StatusOK, with(seen, "preview", "1")); !strings.Contains(page, "пн, 30 листопада, 12:00") || h.setting(bot.ReturnSetting) != "" {
		t.Error("the preview does not go by what is sent, or it saves")
	}
	h.send(http.StatusSeeOther, change)
	hours, err := bot.ParseHours(h.setting(bot.HoursSetting), time.UTC)
	if err != nil || hours.Days[time.Monday].String() != "9:00–13:00, 14:00–18:00" || hours.Days[time.Saturday] != nil || hours.Dates["2026-11-30"].String() != "12:00–15:00" {
		t.Errorf("%+v, %v", hours, err)
	}
	if h.setting(bot.ReturnSetting) != "30" || h.setting(bot.PriceSetting) != "0,02 €" {
		t.Error("the rules are not set")
	}
	page = h.send(http.StatusConflict, h.workSent(url.Values{"day1": {"8-12"}})) // whose page is from before
	if !strings.Contains(page, "Понеділок 9:00–13:00, 14:00–18:00") || !strings.Contains(page, `value="8-12"`) {
		t.Error("who was overtaken is not told by what, or loses what they wrote")
	}
	page = h.send(http.StatusUnprocessableEntity, h.workSent(url.Values{
		"day2": {"18-9"}, "date": {"", "2026-12-01", "2026-12-01"}, "date_hours": {"9-18", "", "9-12"}, "return": {"-1"},
	}))
	for _, want := range []string{"Запишіть години так", "Оберіть дату", "Трапляється двічі", "Ціле число від 0 до 10080", `value="18-9"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	h.send(http.StatusBadRequest, h.workSent(url.Values{"date": {"2026-12-01"}}))
	off := url.Values{}
	for _, d := range week() {
		off.Set(dayField(d), "")
	}
	if page := h.send(http.StatusOK, with(h.workSent(off), "preview", "1")); !strings.Contains(page, "робочих годин немає") {
		t.Error("no hours at all are not told")
	}
}

func with(form url.Values, name, value string) url.Values {
	form.Set(name, value)
	return form
}

// What was put aside is listed, shown without keys, sent back or dropped, each of it
// with a yes.
func TestParkedPages(t *testing.T) {
	h := newHouse(t)
	page, _ := h.do(http.StatusOK, http.MethodGet, "/console/parked")
	if !strings.Contains(page, "Усе гаразд") || !strings.Contains(page, `id="count-parked" hidden`) {
		t.Error("nothing is parked, and the page does not say that all is well")
	}
	h.aside("a/1", "77", `{"text":"/start join_AbCdEf <script>"}`)
	h.aside("2", "", "сирі слова")
	page, _ = h.do(http.StatusOK, http.MethodGet, "/console/parked")
	if !strings.Contains(page, "Відкладено 2 повідомлення") || !strings.Contains(page, `id="count-parked">2`) || strings.Contains(page, "join_") {
		t.Error("the list or its number")
	}
	one := "/console/parked/update?bot=telegram&id=a%2F1"
	page, _ = h.do(http.StatusOK, http.MethodGet, one)
	if !strings.Contains(page, "join_xxxxx &lt;script&gt;") || strings.Contains(page, "AbCdEf") {
		t.Error("it shows a key, or marks of the person's")
	}
	page, _ = h.do(http.StatusUnprocessableEntity, http.MethodPost, "/console/parked/replay", "bot", "telegram", "id", "a/1")
	if !strings.Contains(page, "Поставте позначку") {
		t.Error("no yes was asked for")
	}
	page, _ = h.do(http.StatusConflict, http.MethodPost, "/console/parked/replay", "bot", "telegram", "id", "2", "sure", "on")
	if !strings.Contains(page, "повернути його нема куди") {
		t.Error("nobody's update was sent back")
	}
	_, to := h.do(http.StatusSeeOther, http.MethodPost, "/console/parked/replay", "bot", "telegram", "id", "a/1", "sure", "on")
	if page, _ := h.do(http.StatusOK, http.MethodGet, to); !strings.Contains(page, "повернуто в роботу") {
		t.Error("it is not said what was done")
	}
	h.do(http.StatusNotFound, http.MethodGet, one)
	h.do(http.StatusSeeOther, http.MethodPost, "/console/parked/drop", "bot", "telegram", "id", "2", "sure", "on")
	h.do(http.StatusNotFound, http.MethodPost, "/console/parked/drop", "bot", "telegram", "id", "2", "sure", "on")
	if page, _ := h.do(http.StatusOK, http.MethodGet, "/console/settings/audit?noun=update"); !strings.Contains(page, "Повідомлення відкинуто") || !strings.Contains(page, "Повідомлення повернуто в роботу") {
		t.Error("the audit does not have it")
	}
}
