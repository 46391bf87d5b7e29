package clarity

import (
	"regexp"
	"strings"
	"unicode"

	"visnyk/bot"
)

// A text says less than the other when it is that much shorter, and the other is no
// mere line.
const (
	lessThan  = 0.6
	lineAtAll = 30 // letters
)

// less compares how much the two languages say.
func (t Text) less() []Finding {
	uk, ru := said(t.Words.UK), said(t.Words.RU)
	switch {
	case max(uk, ru) < lineAtAll:
	case float64(uk) < lessThan*float64(ru):
		return []Finding{{Code: Less, Language: bot.Ukrainian}}
	case float64(ru) < lessThan*float64(uk):
		return []Finding{{Code: Less, Language: bot.Russian}}
	}
	return nil
}

// said counts letters and digits; an address of a page says nothing.
func said(text string) (n int) {
	for _, c := range address.ReplaceAllString(text, "") {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			n++
		}
	}
	return n
}

var (
	actsUK = regexp.MustCompile(`(?:йте|йтеся|йтесь|іть|їть|іться|їться|ьте|ьтеся|ьтесь|[рвштжч]те)$|^(?:треба|потрібно|потрібен|потрібна|потрібні|варто|слід|досить|достатньо|можна|можете|зможете|мусите|маєте|доведеться|забудьте|подбаємо)$`)
	actsRU = regexp.MustCompile(`(?:йте|йтесь|ите|итесь|ьте|ьтесь)$|^(?:нужно|надо|нужен|нужна|нужны|стоит|следует|достаточно|можно|можете|сможете|должны|придется|требуется)$`)
)

// looksLike are names of things that end as an order does.
var looksLike = place{"сайте", "*кредите", "лимите", "визите", "пакете", "аудите", "транзите", "депозите", "реквизите", "дефиците", "граните"}

// acts reports whether the text says what to do, or that nothing is to be done.
func (r reading) acts(l bot.Language) bool {
	acts := actsUK
	if l == bot.Russian {
		acts = actsRU
	}
	for i, t := range r.tokens {
		if acts.MatchString(t.text) && !looksLike.is(t.text) && (l != bot.Russian || !strings.HasPrefix(r.before(i, 1), "вы")) {
			return true
		}
	}
	return false
}
