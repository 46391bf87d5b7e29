package flows

import (
	"slices"
	"strings"

	"visnyk/bot"
)

// The keys of one keyboard in three layouts, key by key.
const (
	latinKeys     = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
	ukrainianKeys = "'йцукенгшщзхїфівапролджєячсмитьбю"
	russianKeys   = "ёйцукенгшщзхъфывапролджэячсмитьбю"
)

var (
	asUkrainian = keys(latinKeys, ukrainianKeys)
	asRussian   = keys(latinKeys, russianKeys)
	// What one alphabet has and the other has not: a Ukrainian word typed on a
	// Russian layout, and the other way round.
	fromRussian   = keys("ыъэё", "іїє'")
	fromUkrainian = keys("іїє", "ыъэ")
	// The key of the apostrophe is that of ё, where it is not meant as a quotation mark.
	fromApostrophe = keys("іїє'’ʼ", "ыъэёёё")
	asLatin        = keys(ukrainianKeys+russianKeys, latinKeys+latinKeys)
)

// letters are letters and what is written for each: of those that nearly every text is
// made of in a table, 0 being the letter itself.
type letters struct {
	near [0x500]rune
	far  map[rune]rune
}

// keys pairs the letters of two lists; of one that is there twice the first counts.
func keys(from, to string) *letters {
	t := []rune(to)
	pairs := &letters{far: map[rune]rune{}}
	for i, r := range []rune(from) {
		switch {
		case pairs.of(r) != r:
		case int(r) < len(pairs.near):
			pairs.near[r] = t[i]
		default:
			pairs.far[r] = t[i]
		}
	}
	return pairs
}

// of returns the other letter, or the letter itself.
func (l *letters) of(r rune) rune {
	if int(r) < len(l.near) {
		if other := l.near[r]; other != 0 {
			return other
		}
		return r
	}
	if other, ok := l.far[r]; ok {
		return other
	}
	return r
}

// Replace writes the text with the other letters.
func (l *letters) Replace(text string) string { return strings.Map(l.of, text) }

// OtherLayouts returns what the text would be had it been typed on another
// keyboard layout; nothing for a text in both alphabets.
func OtherLayouts(text string) []string {
	latin, cyrillic := alphabets(text)
	text = bot.InSmall(text)
	switch {
	case latin && !cyrillic:
		return []string{asUkrainian.Replace(text), asRussian.Replace(text)}
	case cyrillic && !latin:
		return []string{asLatin.Replace(text)}
	}
	return nil
}

// OtherCyrillic returns what the text would be had it been typed on the layout of the
// other language; nothing where that is the same.
func OtherCyrillic(text string) (list []string) {
	text = bot.InSmall(text)
	for _, r := range []*letters{fromRussian, fromUkrainian, fromApostrophe} {
		if other := r.Replace(text); other != text && !slices.Contains(list, other) {
			list = append(list, other)
		}
	}
	return list
}
