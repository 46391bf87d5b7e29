package main

import (
	"fmt"

	"github.com/chromedp/chromedp"
)

// changes takes the pages of changes: all of them, a new one, its sheet with what the
// check finds, its versions and what messengers show.
func (s shift) changes(b browser, whole photograph) error {
	writes := `{ const put = (name, text) => { const f = document.querySelector("[name=" + name + "]"); f.value = text; f.dispatchEvent(new Event("input", { bubbles: true })); };
	put("title_uk", "Нові тарифи з 1 лютого"); put("title_ru", "Новые тарифы с 1 февраля");
	put("summary_uk", "Можливо, з 1 лютого тариф «Домашній» коштуватиме 260 грн на місяць замість 220 грн."); put("summary_ru", "С 1 февраля тариф «Домашний» будет стоить 260 грн в месяц.");
	put("reason_uk", "У зв’язку з подорожчанням електроенергії тарифи переглянуто."); put("from", "2027-02-01T00:00"); }`
	if err := b.play(
		act{"/console/changes/new", `document.querySelector(".kinds button").click()`, fmt.Sprintf(drawn, "#sheet")},
		act{"", writes, `document.getElementById("rev")?.value > 0 && ` + fmt.Sprintf(drawn, ".found li")},
	); err != nil {
		return err
	}
	path, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname`))
	if err != nil {
		return err
	}
	for _, p := range []struct{ page, path, what string }{
		{"changes", "/console/changes", ".changes"},
		{"change-new", "/console/changes/new", ".kinds"},
		{"change", path, "#sheet"},
		{"change-told", "/console/changes/tariff-2027", ".said"},
		{"change-versions", "/console/changes/tariff-2027/versions", ".bar"},
		{"change-view", "/console/changes/tariff-2027/view", ".bar"},
		{"change-ledger", "/console/changes/office-move/ledger", "#ledger"},
	} {
		if err := whole(p.page, p.path, p.what); err != nil {
			return err
		}
	}
	return nil
}
