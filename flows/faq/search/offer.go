package search

import (
	"visnyk/bot"
)

// alikeEnough is how alike a page and an article must be for its wordings to be offered.
const alikeEnough = 0.35

// Wordings returns how customers of other companies ask for what the article answers, as
// the page has it that is most like its question; none where no page is. None of them is
// a wording of the article.
func (at *Atlas) Wordings(a bot.Article) bot.Aliases {
	var d draft
	page, like := int32(-1), float32(alikeEnough)
	for _, text := range []string{a.Question.UK, a.Question.RU} {
		ts := tokens(text)
		if p := at.profile(&d, ts, general().hear(ts, false)); len(p) > 0 && p[0].weight >= like {
			page, like = p[0].of, p[0].weight
		}
	}
	if page < 0 {
		return bot.Aliases{}
	}
	known := map[string]bool{}
	for _, w := range a.Wordings() {
		known[Key(w.Text)] = true
	}
	fresh := func(list []string) (out []string) {
		for _, text := range list {
			if key := Key(text); !known[key] {
				known[key] = true
				out = append(out, text)
			}
		}
		return out
	}
	of := at.aliases[page]
	return bot.Aliases{UK: fresh(of.UK), RU: fresh(of.RU)}
}
