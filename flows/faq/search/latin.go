package search

import (
	"strings"
	"unicode"
)

// readings returns what a text in Latin letters may stand for: itself, what the
// same keys give on a Cyrillic layout, and what it is letter by letter. Folding
// makes the two layouts and the two transliterations nearly one: what differs
// after it are ] and h.
func readings(text string) []string {
	var latin, cyrillic int
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			latin++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		}
	}
	if latin < 2 || latin <= cyrillic {
		return []string{text}
	}
	lower := strings.ToLower(text)
	list := []string{text, keys.Replace(lower)}
	if strings.Contains(lower, "]") {
		list = append(list, keys.Replace(strings.ReplaceAll(lower, "]", "s")))
	}
	spelt := spelling.Replace(lower)
	list = append(list, strings.ReplaceAll(spelt, "h", "х"))
	if strings.Contains(spelt, "h") {
		list = append(list, strings.ReplaceAll(spelt, "h", "г"))
	}
	return list
}

// keys gives the Cyrillic letters on the keys of a Latin layout.
var keys = strings.NewReplacer(
	"q", "й", "w", "ц", "e", "у", "r", "к", "t", "е", "y", "н", "u", "г", "i", "ш", "o", "щ", "p", "з", "[", "х", "{", "х", "]", "ъ", "}", "ъ",
	"a", "ф", "s", "и", "d", "в", "f", "а", "g", "п", "h", "р", "j", "о", "k", "л", "l", "д", ";", "ж", ":", "ж", "'", "е", "\"", "е",
	"z", "я", "x", "ч", "c", "с", "v", "м", "b", "и", "n", "т", "m", "ь", ",", "б", "<", "б", ".", "ю", ">", "ю", "`", "е", "~", "е", "\\", "г",
	"&", "?", "/", ".",
)

// spelling reads Latin letters as people write Cyrillic ones with them; h stays,
// for it is х in one language and г in the other.
var spelling = strings.NewReplacer(
	"shch", "щ", "sch", "щ", "zgh", "зг", "zh", "ж", "kh", "х", "ts", "ц", "tz", "ц", "ch", "ч", "sh", "ш", "ya", "я", "yu", "ю", "ye", "е", "yi", "и", "yo", "е",
	"ia", "я", "iu", "ю", "ja", "я", "ju", "ю", "je", "е", "ji", "и", "jo", "е", "ie", "е", "yy", "и", "iy", "и", "ij", "и", "yj", "и",
	"a", "а", "b", "б", "v", "в", "g", "г", "d", "д", "e", "е", "z", "з", "i", "и", "j", "и", "k", "к", "l", "л", "m", "м", "n", "н",
	"o", "о", "p", "п", "r", "р", "s", "с", "t", "т", "u", "у", "f", "ф", "c", "ц", "y", "и", "w", "в", "x", "х", "q", "к",
	"'", "", "’", "", "4", "ч", "6", "ш",
)
