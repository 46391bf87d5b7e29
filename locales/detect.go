package locales

import (
	"math"
	"strings"

	"golang.org/x/text/unicode/norm"

	"visnyk/bot"
)

// How much the letters that stand in a row must speak for a language, as log-odds.
// To take a Ukrainian for a Russian is the worse mistake, so Russian needs more.
const (
	oddsUkrainian = 1.0
	oddsRussian   = -0.7
	// Latin letters are also other languages, names of things and gibberish: they
	// must speak loudly.
	oddsLatin = 4.0
	// A lone word is the same in both languages too often («раз», «кран») for its
	// letters to say anything, but for the words that one language alone has.
	fewWords = 2
	// contradicted: letters that speak against a lone sign of a language are those of
	// a slip («скасувты»).
	contradicted = 1.0
	// muchMore is how many times more words must be Russian where some are Ukrainian.
	muchMore = 3
)

// Detect tells the language of a text, and whether that is sure: it is where a
// letter or a function word stands in it that one language alone has, and none
// that the other has. Otherwise it is a guess, by the letters that stand in a row;
// Unsure where nothing speaks for either.
func Detect(text string) (l bot.Language, sure bool) {
	if strings.ContainsFunc(text, func(r rune) bool { return !bot.Everyday(r) }) {
		text = norm.NFC.String(text)
	}
	uk, ru, words := count(text)
	odds := letterOdds(text)
	switch {
	case uk > 0 && ru == 0:
		return bot.Ukrainian, odds > -contradicted
	case ru > 0 && uk == 0 && odds < contradicted:
		return bot.Russian, true
	case ru > 0 && uk == 0:
		return bot.Unsure, false
	case uk > 0 && uk >= ru:
		return bot.Ukrainian, false
	case ru > muchMore*uk:
		return bot.Russian, false
	case uk > 0 || words < fewWords:
		return bot.Unsure, false
	}
	if !strings.ContainsFunc(text, bot.IsCyrillic) && math.Abs(odds) < oddsLatin {
		return bot.Unsure, false
	}
	switch {
	case odds > oddsUkrainian:
		return bot.Ukrainian, false
	case odds < oddsRussian:
		return bot.Russian, false
	}
	return bot.Unsure, false
}

// count returns how many words are of one language alone, and how many there are; of each
// that is written several times, one.
func count(text string) (uk, ru, words int) {
	seen := map[string]bool{}
	for w := range strings.FieldsFuncSeq(bot.InSmall(text), func(r rune) bool { return !bot.IsLetter(r) && r != '-' }) {
		if seen[w] {
			continue
		}
		seen[w] = true
		switch inUkrainian, inRussian := ukrainianWords[w] || hasUkrainianLetter(w), russianWords[w] || strings.ContainsAny(w, "ыэёъ"); {
		case inUkrainian && !inRussian:
			uk++
		case inRussian && !inUkrainian:
			ru++
		}
	}
	return uk, ru, len(seen)
}

// hasUkrainianLetter also takes a Latin i among Cyrillic letters for the Ukrainian one.
func hasUkrainianLetter(word string) bool {
	return strings.ContainsAny(word, "їєґі") || strings.Contains(word, "i") && strings.ContainsFunc(word, bot.IsCyrillic)
}
