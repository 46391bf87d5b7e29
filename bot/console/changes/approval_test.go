package changes

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"visnyk/bot"
)

// submitted writes a whole change and submits it, and says where it stands.
func (h *house) submitted(who string, words map[string]string) string {
	h.Helper()
	sheet := h.made(who)
	h.submits(who, sheet, words)
	return sheet
}

func (h *house) submits(who, sheet string, words map[string]string) {
	h.Helper()
	page, _ := h.do(who, http.StatusOK, http.MethodGet, sheet, nil)
	form := fill2(h.form(page), words)
	form.Set("do", "submit")
	if _, to := h.do(who, http.StatusSeeOther, http.MethodPost, sheet+"/save", form); !strings.HasSuffix(to, "?done=submitted") {
		h.Fatalf("not submitted: %s", to)
	}
}

// decision is what a browser would send of the page for a decision.
func (h *house) decision(page, do string) url.Values {
	h.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	h.ok(err)
	form := url.Values{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" && strings.HasSuffix(attribute(n, "action"), "/decide") && attribute(n, "class") == "" {
			fieldsOf(n, form)
		}
	}
	form.Del("do")
	form.Del("read")
	form.Set("do", do)
	return form
}

func (h *house) reads(who, sheet string) string {
	h.Helper()
	page, _ := h.do(who, http.StatusOK, http.MethodGet, sheet+"/approval", nil)
	return page
}

// Whoever approves reads who wants to tell how many what, as each messenger shows it;
// approves only with a tick for each language, and may take it back at once.
func TestApprovedByWhoReadIt(t *testing.T) {
	h := newHouse(t)
	sheet := h.submitted(olha, whole())
	if page := h.reads(olha, sheet); strings.Contains(page, `value="approve"`) || !strings.Contains(page, "Ви писали це") && !strings.Contains(page, "Рішення за тими") {
		t.Errorf("who wrote it decides: %s", page)
	}
	page := h.reads("approver", sheet)
	h.says(page, "olha хоче розповісти про це 0 людям.", "Зараз таких людей немає.", "Погодити: після оголошення про це зможуть дізнатися 0 людей", "<strong>Нові тарифи з 1 лютого</strong>",
		"<strong>Новые тарифы с 1 февраля</strong>", "<li>Чому?</li>", "Українською прочитано", "Імен у цих текстах немає")
	if n := strings.Count(page, "<strong>"); n != 2 { // alike in both messengers
		t.Errorf("the card stands there %d times", n)
	}
	form := h.decision(page, "approve")
	form["read"] = []string{"uk"}
	page, _ = h.do("approver", http.StatusUnprocessableEntity, http.MethodPost, sheet+"/decide", form)
	h.says(page, "Позначте, що текст цією мовою Ви прочитали.", `value="uk" checked`)
	form["read"] = []string{"uk", "ru"}
	_, to := h.do("approver", http.StatusSeeOther, http.MethodPost, sheet+"/decide", form)
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, to, nil)
	undo := regexp.MustCompile(`data-gone-in="(\d+)"[\s\S]*?до <time datetime="([^"]+)" title="[^"]+ (\d\d:\d\d:\d\d)">(\d\d:\d\d:\d\d)</time>\.[\s\S]*?Скасувати погодження`).FindStringSubmatch(page)
	if undo == nil || undo[3] != undo[4] || undo[1] == "0" || len(undo[1]) > len("10000") {
		t.Errorf("until when it may be taken back: %q in %s", undo, page)
	}
	if page = h.reads("admin", sheet); strings.Contains(page, "Скасувати погодження") {
		t.Error("somebody else takes it back")
	}
	h.says(page, "Оголосити: про це зможуть дізнатися 0 людей", "Повернути в чернетки")
	_, to = h.do("approver", http.StatusSeeOther, http.MethodPost, sheet+"/decide", url.Values{"do": {"undo"}, "version": form["version"]})
	page, _ = h.do("approver", http.StatusOK, http.MethodGet, to, nil)
	h.says(page, "Погодження скасовано", `value="approve"`)
	h.do("approver", http.StatusSeeOther, http.MethodPost, sheet+"/decide", form)
	_, to = h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/decide", url.Values{"do": {"announce"}, "version": form["version"]})
	h.says(to, "done=announced")
	page, _ = h.do("approver", http.StatusConflict, http.MethodPost, sheet+"/decide", form)
	h.says(page, "Поки Ви читали, рішення вже ухвалили")
}

// What is announced to many more people than it was approved for waits for a second press,
// under both numbers.
func TestAnnouncedToOthersOnPurpose(t *testing.T) {
	h := newHouse(t)
	people := 100
	h.changes.Counting = func(context.Context, bot.Segment) (int, error) { return people, nil }
	sheet := h.submitted(olha, whole())
	form := h.decision(h.reads("approver", sheet), "approve")
	form["read"] = []string{"uk", "ru"}
	h.do("approver", http.StatusSeeOther, http.MethodPost, sheet+"/decide", form)
	people = 300
	form = h.decision(h.reads(olha, sheet), "announce")
	page, _ := h.do(olha, http.StatusConflict, http.MethodPost, sheet+"/decide", form)
	h.says(page, "погоджували для 100, тепер їх 300", "Усе одно оголосити")
	form = h.decision(page, "announce")
	people = 900
	page, _ = h.do(olha, http.StatusConflict, http.MethodPost, sheet+"/decide", form)
	h.says(page, "погоджували для 100, тепер їх 900")
	_, to := h.do(olha, http.StatusSeeOther, http.MethodPost, sheet+"/decide", h.decision(page, "announce"))
	h.says(to, "done=announced")
}

// A return notes at its fields what to mend: the author finds it there and ticks it off,
// and who approves sees that, with what is different since the return before all else.
func TestReturnedWithNotes(t *testing.T) {
	h := newHouse(t)
	sheet := h.submitted(olha, whole())
	form := h.decision(h.reads("approver", sheet), "return")
	page, _ := h.do("approver", http.StatusUnprocessableEntity, http.MethodPost, sheet+"/decide", form)
	h.says(page, "Напишіть, що треба виправити.")
	for i, field := range form["field"] {
		switch field {
		case "benefit":
			form["remark"][i] = "Назвіть швидкість."
		case "from":
			form["remark"][i] = "Чи не зарано?"
		}
	}
	_, to := h.do("approver", http.StatusSeeOther, http.MethodPost, sheet+"/decide", form)
	h.says(to, "done=returned")
	page, _ = h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	h.says(page, "Повернено: 2 зауваження до полів", `href="#at-benefit"`, "Назвіть швидкість.", "Чи не зарано?")
	sent := h.form(page)
	sent.Set("do", "mended from")
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", sent)
	h.says(page, "Повернено: 1 зауваження до поля", "unmended from")
	h.submits(olha, sheet, map[string]string{"benefit_uk": "Швидкість зросте до 300 Мбіт/с."})
	page = h.reads("approver", sheet)
	h.says(page, "Що змінилося після повернення", "<ins>до 300 Мбіт/с</ins>", "Що просили виправити", "Назвіть швидкість.", "Виправлено.")
	if strings.Contains(page, "Ще не виправлено.") {
		t.Error("what was mended is open")
	}
	if first, then := strings.Index(page, "Що змінилося після повернення"), strings.Index(page, "Як побачать</h2>"); first < 0 || then < first {
		t.Errorf("the difference stands at %d, the texts at %d", first, then)
	}
}

// Who decides about a page of before is refused, and told what has changed: the words of a
// newer version, or the people.
func TestStalePage(t *testing.T) {
	h := newHouse(t)
	sheet := h.submitted(olha, whole())
	form := h.decision(h.reads("approver", sheet), "approve")
	form["read"] = []string{"uk", "ru"}
	back := url.Values{"do": {"return"}, "version": form["version"], "note": {"Інакше."}}
	h.do("admin", http.StatusSeeOther, http.MethodPost, sheet+"/decide", back)
	h.submits(olha, sheet, map[string]string{"title_uk": "Нові тарифи з 1 березня"})
	page, _ := h.do("approver", http.StatusConflict, http.MethodPost, sheet+"/decide", form)
	h.says(page, "Поки Ви читали, дещо змінилося", "<ins>березня</ins>")
	form = h.decision(page, "approve")
	form["read"], form["hash"], form["whom"] = []string{"uk", "ru"}, []string{"v1:0"}, []string{"others"}
	page, _ = h.do("approver", http.StatusConflict, http.MethodPost, sheet+"/decide", form)
	h.says(page, "Тепер це стосується інших людей.")
	if strings.Contains(page, "checked") {
		t.Error("ticked, though something else is to be read")
	}
	is, err := h.changes.Read(t.Context(), bot.System(), strings.TrimPrefix(sheet, "/console/changes/"))
	h.ok(err)
	if is.State != bot.ChangeReview {
		t.Errorf("it is %s", is.State)
	}
}

// A finding that the author lets stand is read by whoever approves, with its reason; a
// change that comes too late, with the reason of that.
func TestReasonsAreRead(t *testing.T) {
	h := newHouse(t)
	h.ok(h.store.PutSetting(t.Context(), bot.ChangeNoticeSetting(bot.Tariff), "365"))
	sheet := h.made(olha)
	page, _ := h.do(olha, http.StatusOK, http.MethodGet, sheet, nil)
	words := whole()
	words["reason_uk"], words["short_notice"] = "Можливо, електроенергія подорожчає ще на 38 %.", "Регулятор ухвалив рішення вчора."
	page, _ = h.do(olha, http.StatusOK, http.MethodPost, sheet+"/keep", fill2(h.form(page), words))
	form := h.form(page)
	form["why"], form["do"] = []string{"ціну встановлює регулятор"}, []string{"accept " + form["found"][0]}
	h.do(olha, http.StatusOK, http.MethodPost, sheet+"/save", form)
	h.submits(olha, sheet, nil)
	h.says(h.reads("approver", sheet), "Зауваження, які автор лишив", "«Можливо» звучить непевно.", "ціну встановлює регулятор", "Повідомляємо пізніше, ніж належить:", "Регулятор ухвалив рішення вчора.")
}

// A rehearsal goes to the reader's messenger, in the language of the button, and where
// none is linked the page says so.
func TestRehearsed(t *testing.T) {
	h := newHouse(t)
	sheet := h.submitted(olha, whole())
	page, _ := h.do("approver", http.StatusConflict, http.MethodPost, sheet+"/rehearse", url.Values{"version": {"2"}, "language": {"ru"}})
	h.says(page, "не під’єднано жодного месенджера", "/console/messenger")
	var said string
	h.changes.Rehearsal = func(to bot.Address, l bot.Language, cause string, c bot.Change) ([]bot.Queued, error) {
		said = fmt.Sprint(to, l, c.Title.In(l))
		return nil, nil
	}
	h.links("approver", "7")
	_, to := h.do("approver", http.StatusSeeOther, http.MethodPost, sheet+"/rehearse", url.Values{"version": {"2"}, "language": {"ru"}})
	h.says(to, "done=rehearsed")
	h.says(said, "telegram:7", "Новые тарифы с 1 февраля")
}
