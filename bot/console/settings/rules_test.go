package settings

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

// How early a change is told is set for each kind, by a form alone; the audit says so in
// words; what is wrong is said at its field, and what others set meanwhile is not undone.
func TestRulesPage(t *testing.T) {
	h := newHouse(t)
	page, _ := h.do(http.StatusOK, http.MethodGet, "/console/settings/rules")
	if !strings.Contains(page, `id="change_review" name="number" value="14"`) || !strings.Contains(page, `id="change_notice_tariff" name="number" value="0"`) {
		t.Error("the page does not show what is in force")
	}
	was := []string{"0", "0", "0", "0", "0", "14", "24", "3"}
	send := func(status int, over map[string]string) (page, to string) {
		form := url.Values{"was_alone": {"off"}}
		for i, name := range numberRules() {
			value, ok := over[name]
			if !ok {
				value = was[i]
			}
			form.Add("was_number", was[i])
			form.Add("number", value)
		}
		if over[bot.AloneSetting] != "" {
			form.Set("alone", "on")
		}
		return h.As(bot.Admin, status, http.MethodPost, "/console/settings/rules", form)
	}
	tariff := bot.ChangeNoticeSetting(bot.Tariff)
	page, _ = send(http.StatusUnprocessableEntity, map[string]string{tariff: "366", bot.ChangeReviewSetting: "0"})
	for _, want := range []string{"Ціле число від 0 до 365", "Ціле число від 1 до 365", `value="366"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	_, to := send(http.StatusSeeOther, map[string]string{tariff: " 14 ", bot.ApprovalReminderSetting: "48", bot.AloneSetting: "on"})
	if page, _ := h.do(http.StatusOK, http.MethodGet, to); !strings.Contains(page, "Збережено") || !strings.Contains(page, `name="number" value="48"`) {
		t.Error("it is not said that it was saved")
	}
	if got := []string{h.setting(tariff), h.setting(bot.ApprovalReminderSetting), h.setting(bot.AloneSetting), h.setting(bot.ChangeReviewSetting)}; !slices.Equal(got, []string{"14", "48", "on", ""}) {
		t.Errorf("set: %q", got)
	}
	page, _ = send(http.StatusConflict, map[string]string{tariff: "7"})
	if !strings.Contains(page, `value="7"`) || h.setting(tariff) != "14" {
		t.Error("who was overtaken is not told, or undid what another set")
	}
	page, _ = h.do(http.StatusOK, http.MethodGet, "/console/settings/audit?noun=setting")
	if !strings.Contains(page, "попередження про зміну тарифу") || !strings.Contains(page, "погодження однією людиною") {
		t.Error("the audit does not say in words what was set")
	}
	h.do(http.StatusBadRequest, http.MethodPost, "/console/settings/rules", "number", "1")
}
