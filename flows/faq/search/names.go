package search

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// called is a name in quotation marks of what the company offers: behind a word for such a
// thing, or before the dash that says what it is. What stands in them elsewhere is mostly
// something to press.
var called = regexp.MustCompile(`(?i)(?:тариф|пакет|послуг|услуг|план|абонемент|карт|вклад|депозит|акці|акци|програм|опці|опци|підписк|подписк|номер|набір|набор)\p{L}*\s+«([^«»]{3,40})»|«([^«»]{3,40})»\s+—`)

// namesIn returns the names of what is offered that the answers of an article speak of,
// «Родинний»: people ask by them alone, though no wording has them.
func namesIn(a bot.Article) (all []string) {
	for _, answer := range []string{a.Answer.UK, a.Answer.RU} {
		if !strings.ContainsRune(answer, '«') { // most have none, and looking closely takes long
			continue
		}
		for _, m := range called.FindAllStringSubmatch(answer, -1) {
			all = append(all, cmp.Or(m[1], m[2]))
		}
	}
	return distinct(all)
}

// matter is what an article of the index is told by: one of a change has no id.
type matter struct{ article, change string }

// keepNames notes the stems of the names that the answers of an article speak of.
func (x *Index) keepNames(a bot.Article, names []string) {
	for _, t := range tokens(strings.Join(names, "\n")) {
		of := matter{a.ID, a.Change}
		x.names[of] = append(x.names[of], t.stem)
	}
}

// onlyNames reports whether the best of the matches is found by a name that its answer
// speaks of, and one of the next by something else that is asked of it: «переведіть мене на
// Родинний» asks how to change, and not what it costs.
func (x *Index) onlyNames(m *said, found []flows.Match) bool {
	own := x.names[matter{found[0].Article.ID, found[0].Article.Change}]
	named := func(t token) bool { return slices.Contains(own, t.stem) }
	if !slices.ContainsFunc(m.words, named) {
		return false
	}
	return slices.ContainsFunc(m.matters, func(h heard) bool {
		if slices.ContainsFunc(m.words[h.from:h.to], named) || x.asksOf(h.concept, found[0]) {
			return false
		}
		return slices.ContainsFunc(found[1:min(len(found), weighed)], func(other flows.Match) bool { return x.asksOf(h.concept, other) })
	})
}
