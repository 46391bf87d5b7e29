package search

import (
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// What an article may not answer though it speaks of the same thing: whoever says that
// they have paid is not told how to pay, and whoever wants to be rid of a thing is not
// told how good it is.

// disputes reports whether a text says that what is owed, or was cut off for it, is paid.
func disputes(ts []token) bool {
	return anyIs(ts, havingPaid) && anyIs(ts, owing)
}

// tellsOfPaid reports whether a wording of the match is of what is paid already.
func tellsOfPaid(m flows.Match) bool {
	all := wordingsOf(*m.Article)
	return anyIs(all, havingPaid) || general().speaks(all, "credited")
}

// endsIt reports whether a text bids us end something, or asks how to.
func endsIt(ts []token) bool {
	return anyIs(ts, ridding) && !anyIs(ts, negates)
}

// tellsHowToEnd reports whether a wording or the answer of the match says a word of
// ending a thing.
func tellsHowToEnd(m flows.Match) bool {
	all := append(wordingsOf(*m.Article), tokens(m.Article.Answer.UK+"\n"+m.Article.Answer.RU)...)
	return general().speaks(all, "disable", "terminate", "cancel", "unsubscribe", "delete", "block")
}

// only keeps what was found where one of the best matches is such, with those first, and
// sure only where the best was; else only a person can look that up, or do it.
func only(f flows.Finding, such func(flows.Match) bool) flows.Finding {
	best := slices.Clone(f.Matches[:min(len(f.Matches), weighed)])
	told := slices.DeleteFunc(slices.Clone(best), func(m flows.Match) bool { return !such(m) })
	switch {
	case len(told) == 0:
		return flows.Finding{Matches: f.Matches, Doubtful: true}
	case !such(best[0]):
		others := slices.DeleteFunc(best, such)
		f.Matches = slices.Concat(told, others, f.Matches[len(told)+len(others):])
		f.Outcome, f.Doubtful = flows.Unclear, true
	}
	return f
}

// wordingsOf are the words in which an article is asked for.
func wordingsOf(a bot.Article) []token {
	return tokens(strings.Join(slices.Concat([]string{a.Question.UK, a.Question.RU}, a.Aliases.UK, a.Aliases.RU), "\n"))
}

var (
	havingPaid = kindOf(`платив платила заплатив заплатила заплатили оплатив оплатила оплатили сплатив сплатила сплатили проплатив проплатила заплачено оплачено сплачено проплачено
		платил заплатил оплатил уплатил уплатила уплачено проплатил платили закинув закинула закинул кинув кинула кинул поповнив поповнила пополнил пополнила внёс внесла вніс`)
	owing = kindOf(`борг борги боргу борги заборгованість заборгованості долг долги долга долгу задолженность задолженности винен винна должен должна мінус минус
		відключили вимкнули отключили выключили заблокували заблокировали обрубили відрубили отрубили відрізали отрезали`)
	ridding = kindOf(`вимкніть вимкнути вимкни відключіть відключити відключи відключить виключіть виключити отключите отключить отключи выключите выключить
		відмовляюся відмовляюсь відмовитися відмовитись відмовлюся відмовлюсь отказываюсь отказаться откажусь скасуйте скасувати отмените отменить`)
)

// oneWord is how like a word of the match the only word of a subject must be.
const oneWord = 0.9

// saysTooLittle reports whether a text has no word of a subject, or one that is but like
// a word of the match: «что такое» asks nothing, and «опишите» is not «обещанный».
func (x *Index) saysTooLittle(ts []token, m flows.Match) bool {
	if n := weighty(ts); n != 1 {
		return n == 0
	}
	content := ts[slices.IndexFunc(ts, func(t token) bool { return t.weight == 1 }):][:1]
	return len(general().hear(content, true)) == 0 && !slices.ContainsFunc(x.similar(content[0], nil), func(l link) bool {
		return l.sim >= oneWord && x.inWordings(x.terms[l.to].in, m)
	})
}
