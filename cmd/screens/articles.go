package main

import (
	"fmt"

	"github.com/chromedp/chromedp"
)

// articles takes the pages of articles: all of them, one that is written and one that is
// told, what each messenger shows, the bases to begin with and what people miss.
func (s shift) articles(b browser, whole photograph) error {
	writes := `{ const put = (name, text) => { const f = document.querySelector("[name=" + name + "]"); f.value = text; f.dispatchEvent(new Event("input", { bubbles: true })); };
	put("question_uk", "Чи можна прийти до вас один раз"); put("question_ru", "Можно ли прийти к вам один раз");
	put("answer_uk", "Так. Разовий вхід — [[ціна]]."); put("answer_ru", "Да. Разовый вход — 150 грн."); }`
	if err := b.play(
		act{"/console/articles", `document.querySelector(".actions form button").click()`, fmt.Sprintf(drawn, "#sheet")},
		act{"", writes, `document.getElementById("rev")?.value > 0`},
	); err != nil {
		return err
	}
	path, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname`))
	if err != nil {
		return err
	}
	for _, p := range []struct{ page, path, what string }{
		{"articles", "/console/articles", ".articles"},
		{"articles-none", "/console/articles?q=zzz", ".hint"},
		{"article", path, "#sheet"},
		{"article-told", "/console/articles/price-2026", ".said"},
		{"article-view", "/console/articles/price-2026/view", ".phone"},
		{"article-versions", path + "/versions", ".bar"},
		{"starter", "/console/starter?base=gym", ".bases"},
		{"wanted", "/console/wanted", ".sheet"},
		{"change-asked", "/console/wanted/tariff-2027", ".sums"},
	} {
		if err := whole(p.page, p.path, p.what); err != nil {
			return err
		}
	}
	return nil
}
