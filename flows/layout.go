package flows

import (
	"slices"
	"strings"
	"unicode"
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
	asLatin        = strings.NewReplacer(append(pairs(ukrainianKeys, latinKeys), pairs(russianKeys, latinKeys)...)...)
)

func keys(from, to string) *strings.Replacer { return strings.NewReplacer(pairs(from, to)...) }

func pairs(from, to string) []string {
	f, t := []rune(from), []rune(to)
	var p []string
	for i := range f {
		p = append(p, string(f[i]), string(t[i]))
	}
	return p
}

// OtherLayouts returns what the text would be had it been typed on another
// keyboard layout; nothing for a text in both alphabets.
func OtherLayouts(text string) []string {
	var latin, cyrillic bool
	for _, r := range text {
		latin = latin || unicode.Is(unicode.Latin, r)
		cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, r)
	}
	text = strings.ToLower(text)
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
	text = strings.ToLower(text)
	for _, r := range []*strings.Replacer{fromRussian, fromUkrainian, fromApostrophe} {
		if other := r.Replace(text); other != text && !slices.Contains(list, other) {
			list = append(list, other)
		}
	}
	return list
}
