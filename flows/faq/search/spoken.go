package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
)

const (
	// clearly is how many words more an article's wordings in one language must hold
	// than those in the other.
	clearly = 0.3
	// likely is how much of a word must be the same for it to be a form, or a slip,
	// of another.
	likely = 0.6
)

// spokenIn returns the language in which the article's own words hold those of the
// text, where the text itself did not tell; Unsure where both do alike.
func spokenIn(text string, a bot.Article) bot.Language {
	uk := held(text, bot.Ukrainian, append([]string{a.Question.UK, a.Answer.UK}, a.Aliases.UK...))
	ru := held(text, bot.Russian, append([]string{a.Question.RU, a.Answer.RU}, a.Aliases.RU...))
	switch {
	case uk > ru+clearly:
		return bot.Ukrainian
	case ru > uk+clearly:
		return bot.Russian
	}
	return bot.Unsure
}

// held counts the words of the text that stand in the texts of a language, a form
// of a word as a part of it; of several readings of Latin letters the best counts.
func held(text string, l bot.Language, texts []string) (most float64) {
	words := map[string]bool{}
	for _, t := range texts {
		for _, w := range plainWords(t) {
			words[w] = true
		}
	}
	for _, r := range readingsIn(l, short(text)) {
		sum := 0.0
		for _, w := range plainWords(r) {
			sum += among(w, words)
		}
		most = max(most, sum)
	}
	return most
}

func plainWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
}

// among returns how much of a word stands in the best of the words.
func among(word string, words map[string]bool) float64 {
	if words[word] {
		return 1
	}
	n, best := utf8.RuneCountInString(word), 0.0
	if n <= 3 {
		return 0
	}
	for w := range words {
		m := utf8.RuneCountInString(w)
		if m <= 3 || !strings.HasPrefix(w, word[:2]) {
			continue
		}
		if share := float64(begin(word, w)) / float64(max(n, m)); share >= likely {
			best = max(best, share)
		}
	}
	return best
}

// begin returns how many letters two words begin with together.
func begin(a, b string) (n int) {
	for _, r := range a {
		s, size := utf8.DecodeRuneInString(b)
		if size == 0 || r != s {
			return n
		}
		b = b[size:]
		n++
	}
	return n
}

// readingsIn returns what a text in Latin letters may stand for in a language.
func readingsIn(l bot.Language, text string) []string {
	list := readings(text)
	if len(list) == 1 {
		return list
	}
	lower := strings.ToLower(text)
	if l == bot.Ukrainian {
		return []string{keys.Replace(ukrainianKeys.Replace(lower)), spelling.Replace(ukrainianSpelling.Replace(lower)), spelling.Replace(ukrainianVowels.Replace(lower))}
	}
	return []string{keys.Replace(russianKeys.Replace(lower)), spelling.Replace(russianSpelling.Replace(lower))}
}

// Where the ways of the languages part; the rest is common.
var (
	ukrainianKeys     = strings.NewReplacer("s", "і", "]", "ї", "'", "є", "\\", "ґ")
	russianKeys       = strings.NewReplacer("s", "ы", "]", "ъ", "'", "э", "`", "ё")
	ukrainianSpelling = strings.NewReplacer("shch", "щ", "sch", "щ", "zh", "ж", "kh", "х", "sh", "ш", "ch", "ч", "ye", "є", "ie", "є", "yi", "ї", "ya", "я", "ia", "я", "yu", "ю", "iu", "ю", "h", "г", "y", "и", "i", "і")
	ukrainianVowels   = strings.NewReplacer("h", "г", "ya", "я", "yu", "ю", "y", "и", "i", "і", "e", "е")
	russianSpelling   = strings.NewReplacer("sh", "ш", "zh", "ж", "ch", "ч", "kh", "х", "h", "х", "ya", "я", "yu", "ю", "yo", "ё", "iy", "ий", "yj", "ый", "y", "ы")
)
