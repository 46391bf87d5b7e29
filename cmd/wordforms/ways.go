package main

import (
	"strings"

	"visnyk/flows"
)

// ways are how people type a word.
var ways = []struct {
	name  string
	typed func(word string) []string
}{
	{"as it is", func(word string) []string { return []string{word} }},
	{"on a Latin layout", flows.OtherLayouts},
	{"on the other Cyrillic layout", flows.OtherCyrillic},
	{"in Latin letters", func(word string) []string { return different(word, official, casual) }},
}

// different returns the word as each typist writes it, where that is another.
func different(word string, typists ...*strings.Replacer) (all []string) {
	for _, t := range typists {
		if typed := t.Replace(word); typed != word && (len(all) == 0 || all[0] != typed) {
			all = append(all, typed)
		}
	}
	return all
}

var (
	official = strings.NewReplacer(append(pairs("абвгґдезиіклмнопрстуфыэ", "abvhgdezyiklmnoprstufye"),
		"ж", "zh", "х", "kh", "ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "я", "ya", "ю", "yu", "є", "ye", "ї", "yi", "й", "i", "ё", "yo",
		"ь", "", "ъ", "", "'", "", "’", "")...)
	casual = strings.NewReplacer(append(pairs("абвгґдезиіклмнопрстуфхцыэйї", "abvggdeziiklmnoprstufhcyeyi"),
		"ж", "zh", "ч", "ch", "ш", "sh", "щ", "sch", "я", "ia", "ю", "iu", "є", "e", "ё", "e", "ь", "", "ъ", "", "'", "", "’", "")...)
)

func pairs(from, to string) []string {
	f, t := []rune(from), []rune(to)
	var p []string
	for i := range f {
		p = append(p, string(f[i]), string(t[i]))
	}
	return p
}
