package broadcasts

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/contact"
)

// hidden is the value of a hidden input of the page.
func hidden(page, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

// A template is written and approved ahead; at night one person fills it, sees what people
// will get and how many they are, and sends just that.
func TestTemplateFilledOnItsPage(t *testing.T) {
	h := newHouse(t)
	_, to := h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, "/console/broadcasts/new", url.Values{"do": {"template"}})
	at, _, _ := strings.Cut(to, "?")
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Це шаблон", "{{where}}", "{{until|завершення робіт}}", "⟨де⟩", `data-insert="from"`, "Обов’язково")
	h.SaysNot(page, `name="start"`, `name="digest_uk"`, `name="must"`, `name="change"`)
	id := strings.TrimPrefix(at, "/console/broadcasts/")
	form := composed("1", "0")
	for field, value := range map[string]string{
		"urgent": "аварія на мережі", "text_uk": "{{where}}: перерва з {{from}} до {{until|завершення робіт}}", "text_ru": "{{where}}: перерыв с {{from}} до {{until|завершения работ}}",
	} {
		form.Set(field, value)
	}
	for _, other := range []string{"topic", "change", "digest_uk", "digest_ru", "start", "until", "must", "correction"} { // which the page has not
		form.Del(other)
	}
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/save", form)
	h.moved(id, bot.BroadcastSubmit)
	h.moved(id, bot.BroadcastApprove)

	_, to = h.As(bot.Marketer, http.StatusSeeOther, http.MethodGet, at, nil)
	if to != at+"/fill" {
		t.Errorf("an approved template leads to %s", to)
	}
	page, _ = h.As(bot.Approver, http.StatusOK, http.MethodGet, to, nil)
	h.Says(page, "Погодження діє до", "<button type=\"button\" disabled")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, to, nil)
	h.Says(page, `name="where_uk"`, `name="until"`, "Якщо ще невідомо, лишіть порожнім.")
	h.SaysNot(page, `value="send"`)
	fill := url.Values{"version": {hidden(page, "version")}, "do": {"look"}, "where_uk": {"вул. Лісова, 5"}, "where_ru": {"ул. Лесная, 5"}, "from": {bot.Wall(time.Now(), time.UTC)}, "until": {""}}
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, to, fill)
	h.Says(page, "вул. Лісова, 5: перерва з ", " до завершення робіт", "ул. Лесная, 5: перерыв с ", "Надіслати 0 людям зараз", "Піде й уночі, бо:", "аварія на мережі")
	fill.Set("read", hidden(page, "read"))
	fill.Set("do", "send")
	fill.Set("where_uk", "вул. Степова")
	page, _ = h.As(bot.Marketer, http.StatusConflict, http.MethodPost, to, fill)
	h.Says(page, "Це вже не те, що Ви читали", "вул. Степова: перерва")
	fill.Set("where_uk", "example.com")
	page, _ = h.As(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, to, fill)
	h.Says(page, "Лише слова й числа в один рядок", `value="example.com"`)
	fill.Set("from", "колись")
	h.As(bot.Marketer, http.StatusUnprocessableEntity, http.MethodPost, to, fill)
	fill.Set("where_uk", "вул. Лісова, 5")
	fill.Set("from", bot.Wall(time.Now(), time.UTC))
	fill.Set("do", "look")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, to, fill)
	fill.Set("read", hidden(page, "read"))
	fill.Set("do", "send")
	_, report := h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, to, fill)
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, strings.TrimSuffix(report, "/report")+"/message", nil)
	h.Says(page, "Надіслано за погодженим шаблоном.", at, "вул. Лісова, 5: перерва з ")
	page, _ = h.As(bot.Marketer, http.StatusConflict, http.MethodPost, to, fill)
	h.Says(page, "Далі не піде", report)

	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts?tab=templates", nil)
	h.Says(page, at, "шаблон")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, "/console/broadcasts?tab=ready", nil)
	h.SaysNot(page, at+`"`)
	h.As(bot.Marketer, http.StatusSeeOther, http.MethodPost, at+"/go", url.Values{"do": {"cancel"}, "version": {fill.Get("version")}})
	_, to = h.As(bot.Marketer, http.StatusSeeOther, http.MethodGet, at+"/fill", nil)
	if to != at {
		t.Errorf("a template that was withdrawn leads to %s", to)
	}
}

// Whom a template is for is looked at when it is filled: how many were approved and are by
// now, and that the segment is another since, to whose new people it does not go.
func TestTemplateForOthersThanWereApproved(t *testing.T) {
	h := newHouse(t)
	line, err := h.people.Create(h.Context(), actor(bot.Marketer), "Лінія", bot.In("tier", "vip"))
	h.OK(err)
	b, err := h.broadcasts.NewTemplate()
	h.OK(err)
	b.ID, b.Title, b.Urgent, b.Audience = "water", "Вода", "аварія на мережі", bot.In(bot.SavedField, line.ID)
	_, err = h.broadcasts.Create(h.Context(), actor(bot.Marketer), b)
	h.OK(err)
	h.moved("water", bot.BroadcastSubmit)
	h.moved("water", bot.BroadcastApprove)
	at := "/console/broadcasts/water/fill"
	page, _ := h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Кому: <bdi>рівень = VIP")
	h.SaysNot(page, "Сегмент змінили")
	fill := url.Values{"version": {hidden(page, "version")}, "do": {"look"}, "where_uk": {"вул. Лісова"}, "where_ru": {"ул. Лесная"}, "from": {bot.Wall(time.Now(), time.UTC)}, "until": {""}}
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at, fill)
	h.SaysNot(page, "Погоджували для")

	var all []contact.Record
	for i := range 60 {
		all = append(all, contact.Record{ExternalID: strconv.Itoa(i), Name: "Олена", Tier: map[bool]string{true: "vip", false: "new"}[i < 55]})
	}
	_, err = h.contacts.Upsert(h.Context(), bot.System(), all)
	h.OK(err)
	line.Tree = bot.In("tier", "vip", "new")
	h.OK(h.people.Change(h.Context(), actor(bot.Marketer), line))
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodGet, at, nil)
	h.Says(page, "Кому: <bdi>рівень = VIP</bdi>", "Сегмент змінили після погодження.")
	page, _ = h.As(bot.Marketer, http.StatusOK, http.MethodPost, at, fill)
	h.Says(page, "Погоджували для 0 людей, тепер їх 55.", "Новий сегмент — це 60 людей.")
}
