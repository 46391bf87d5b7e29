package flows

import "strings"

// sound is a word as its letters sound, whichever of the two alphabets it is in and
// however one is put into the other: "vidpysatysya", "vidpisatisia" and
// «відписатися» are one.
func sound(w string) string {
	if isLatin(w) {
		w = latinSounds.Replace(w)
	} else {
		w = cyrillicSounds.Replace(w)
	}
	var out []rune
	for _, r := range w {
		if r == 'и' && len(out) > 0 && out[len(out)-1] == 'и' {
			continue // «ії», "iy", "yi"
		}
		out = append(out, r)
	}
	return string(out)
}

var (
	latinSounds = strings.NewReplacer(
		"shch", "шч", "sch", "шч", "zgh", "зх", "zh", "ж", "kh", "х", "ts", "тс", "tz", "тс", "ch", "ч", "sh", "ш", "ph", "ф",
		"a", "а", "b", "б", "c", "тс", "d", "д", "e", "е", "f", "ф", "g", "х", "h", "х", "i", "и", "j", "и", "k", "к", "l", "л", "m", "м",
		"n", "н", "o", "о", "p", "п", "q", "к", "r", "р", "s", "с", "t", "т", "u", "у", "v", "в", "w", "в", "x", "х", "y", "и", "z", "з",
	)
	cyrillicSounds = strings.NewReplacer(
		"г", "х", "ґ", "х", "є", "ие", "ё", "ио", "і", "и", "ї", "и", "й", "и", "ы", "и", "э", "е", "ц", "тс", "щ", "шч",
		"ю", "иу", "я", "иа", "ь", "", "ъ", "",
	)
)
