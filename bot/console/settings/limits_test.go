package settings

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
)

// How much a person is told and how long things are kept is set by a form alone, where
// nothing written is no limit; what shortens a time, and so removes what is older, is not
// done unless that is ticked; the audit says all of it in words.
func TestLimitsPage(t *testing.T) {
	h := newHouse(t)
	names := allLimits()
	page, _ := h.do(http.StatusOK, http.MethodGet, "/console/settings/limits")
	if !strings.Contains(page, `id="cap_day" name="number" value="1"`) || !strings.Contains(page, `id="keep_parked" name="number" value="30"`) {
		t.Errorf("the page does not show what is in force: %s", page)
	}
	was := []string{"1", "3", "400", "400", "400", "30", "90", "400", "90", "400"}
	send := func(status int, sure bool, over map[string]string) (page, to string) {
		t.Helper()
		form := url.Values{}
		for i, name := range names {
			value, ok := over[name]
			if !ok {
				value = was[i]
			}
			form.Add("was_number", was[i])
			form.Add("number", value)
		}
		if sure {
			form.Set("shorter", "on")
		}
		return h.As(bot.Admin, status, http.MethodPost, "/console/settings/limits", form)
	}
	page, _ = send(http.StatusUnprocessableEntity, true, map[string]string{bot.CapDaySetting: "101", "keep.history": "багато"})
	if n := strings.Count(page, `class="fault"`); n != 2 || !strings.Contains(page, "Ціле число від 1 до 100. Порожнє поле або «none» — без обмеження.") || !strings.Contains(page, `value="багато"`) {
		t.Errorf("%d faults are told: %s", n, page)
	}
	page, _ = send(http.StatusUnprocessableEntity, false, map[string]string{"keep.history": "40", bot.CapWeekSetting: "5"})
	if !strings.Contains(page, "Строк стає коротшим") || !strings.Contains(page, `value="40"`) || h.setting("keep.history")+h.setting(bot.CapWeekSetting) != "" {
		t.Error("what is older would leave unasked")
	}
	_, to := send(http.StatusSeeOther, false, map[string]string{bot.CapWeekSetting: "", "keep.history": "500", "keep.files": " "})
	if page, _ = h.do(http.StatusOK, http.MethodGet, to); !strings.Contains(page, "Збережено") || !strings.Contains(page, `id="cap_week" name="number" value=""`) || strings.Contains(page, `value="never"`) {
		t.Errorf("it is not said that it was saved: %s", page)
	}
	if got := []string{h.setting(bot.CapWeekSetting), h.setting("keep.history"), h.setting("keep.files"), h.setting(bot.CapDaySetting)}; !slices.Equal(got, []string{"none", "500", "never", ""}) {
		t.Errorf("set: %q", got)
	}
	send(http.StatusConflict, true, map[string]string{"keep.history": "40"})
	was[1], was[3], was[4] = "", "", "500"
	send(http.StatusUnprocessableEntity, false, map[string]string{"keep.files": "1000"}) // it was for good
	send(http.StatusSeeOther, true, map[string]string{"keep.files": "1000"})
	page, _ = h.do(http.StatusOK, http.MethodGet, "/console/settings/audit?noun=setting")
	for _, words := range []string{"повідомлень людині за 7 днів", "скільки зберігати файли", "без обмеження"} {
		if !strings.Contains(page, words) {
			t.Errorf("the audit does not say %q", words)
		}
	}
	h.do(http.StatusBadRequest, http.MethodPost, "/console/settings/limits", "number", "1")
}
