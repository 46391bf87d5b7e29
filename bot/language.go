package bot

import (
	"strconv"
	"strings"
)

// Language is a language Visnyk answers in. The zero value means "not known".
type Language string

// The languages Visnyk speaks.
const (
	Unsure    Language = ""
	Ukrainian Language = "uk"
	Russian   Language = "ru"
)

// Languages lists every language that each text must exist in.
func Languages() []Language { return []Language{Ukrainian, Russian} }

// Known reports whether l is a language Visnyk speaks.
func (l Language) Known() bool { return l == Ukrainian || l == Russian }

// LanguageOfLocale reads a client's locale tag ("uk-UA", "ru", and the common
// mistake "ua"). Any other locale says nothing about our two languages: Unsure.
func LanguageOfLocale(tag string) Language {
	main := strings.ToLower(tag)
	if i := strings.IndexAny(main, "-_"); i >= 0 {
		main = main[:i]
	}
	switch main {
	case "uk", "ua":
		return Ukrainian
	case "ru":
		return Russian
	}
	return Unsure
}

// LanguageAccepted reads an Accept-Language header (RFC 9110, 12.5.4): the one of
// our languages that is wanted most, the first of equals; Ukrainian where neither
// is named.
func LanguageAccepted(header string) Language {
	best, most := Ukrainian, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, parameter, _ := strings.Cut(part, ";")
		wanted := 1.0
		if q, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
			wanted, _ = strconv.ParseFloat(q, 64) // nonsense wants nothing
		}
		if l := LanguageOfLocale(strings.TrimSpace(tag)); l.Known() && wanted > most {
			best, most = l, wanted
		}
	}
	return best
}

// Bilingual is one approved text in every language, written by a person.
type Bilingual struct {
	UK string `json:"uk"`
	RU string `json:"ru"`
}

// In returns the text in language l; Ukrainian where l is not known. It never
// falls back to the other language: a missing text is "".
func (w Bilingual) In(l Language) string {
	if l == Russian {
		return w.RU
	}
	return w.UK
}

// Complete reports whether the text exists in every language.
func (w Bilingual) Complete() bool {
	return strings.TrimSpace(w.UK) != "" && strings.TrimSpace(w.RU) != ""
}
