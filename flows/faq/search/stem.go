package search

import (
	"slices"
	"strings"
)

// The endings of both languages as fold writes them, the longest first. One list
// serves both languages: after folding most endings are the same, and a stock stemmer of
// either language leaves twins apart.
var (
	verbal = byLast(`
	ование ования ованию ованием ованого увати ювати овати ивати ывать овать ивать ювать ування ювання овання ивання
	ував увала ували увало овал овала овали ивал ивала ивали ував
	ание ания анию анием аниям аниями ений ение ения ению ением ениям ениями аниях ениях іння ення ання яння інню енню анню енням анням енні анні
	ити ати яти іти ути юти ить ать ять еть уть ють ишь ешь иш еш єш їш имо емо ємо їмо ите ете єте їте іть йте айте ійте
	ав ала али ало ал ив ила или ило ил ів яв яла яли яло ял ел ела ели ув ула ули нув нула нули нуть нути
	ає ают ають ает аем аємо аете аєте аешь аєш ую ує уют ують ует уем уємо уете уєте уешь уєш юєш ює юют ютьь яю яє яют яють яет
	ят ат ут ют ит ет
	ський ська ську ські ского ский ская
	ючи учи ачи ющий ющая ющие ючий
	`)
	nominal = byLast(`
	ого его ому ему ими ыми ий ый ой ей ая яя ое ее ую юю ие ые их ых ою ею ім ым им ом ем ів ов ев єв
	ами ями ам ям ах ях ию ия ие ії ію ією єю ях
	а я о е у ю и і ї є ы ь й
	нний нная нное нные нного нной нному нную ному ною ній
	ний ная ное ные ного ной ную
	`)
)

func sorted(list string) []string {
	var all []string
	for e := range strings.FieldsSeq(list) {
		all = append(all, fold(e))
	}
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(all)
}

// byLast returns the endings by their last letter, so that a word is compared with
// few of them.
func byLast(list string) *[256][]string {
	m := &[256][]string{}
	for _, e := range sorted(list) {
		if n := len(e); n > 0 { // ь alone folds to nothing
			m[e[n-1]] = append(m[e[n-1]], e)
		}
	}
	return m
}

var (
	reflexive = sorted(`ться тись тися лась лось лись вся вшись тесь шся юсь усь юся уся мся мось`)
	sia       = fold("ся")
	why       = fold("почему")
	ist, ost  = fold("ист"), fold("ост")
	labial    = fold("бпвмф")
	vowels    = fold("аеиоуюя")
	letterK   = fold("к")[0]
	letterN   = fold("н")[0]
	letterL   = fold("л")[0]
	tails     = sorted(`очк ичк ечк енк`)
)

// stem cuts the ending off a folded word, and what a noun and its verb differ
// in: «доставка» and «доставити», «оформление» and «оформить» meet.
func stem(word string) string {
	if len(word) < 4 || word[0] < cyr || word == why { // «почём» is not «почему»
		return word
	}
	w := word
	for _, r := range reflexive {
		if strings.HasSuffix(w, r) && len(w) >= len(r)+2 {
			if strings.HasSuffix(w, sia) {
				w = w[:len(w)-2]
			} else {
				w = w[:len(w)-1]
			}
			break
		}
	}
	for _, list := range [...]struct {
		endings *[256][]string
		left    int // letters that stay: those of verbs look like nouns of three letters
	}{{verbal, 4}, {nominal, 3}} {
		if e := ending(w, list.endings, list.left); e > 0 {
			w = w[:len(w)-e]
			break
		}
	}
	for _, t := range tails {
		if strings.HasSuffix(w, t) && len(w)-len(t) >= 4 {
			w = w[:len(w)-len(t)]
		}
	}
	if strings.HasSuffix(w, ist) && len(w) >= 6 {
		w = w[:len(w)-3] + ost
	}
	if n := len(w); n >= 5 {
		consonant := strings.IndexByte(vowels, w[n-2]) < 0
		if w[n-1] == letterK && consonant || w[n-1] == letterN && consonant ||
			w[n-1] == letterL && strings.IndexByte(labial, w[n-2]) >= 0 {
			w = w[:n-1]
		}
	}
	return w
}

// ending returns the length of the longest ending that leaves a stem.
func ending(w string, list *[256][]string, left int) int {
	for _, e := range list[w[len(w)-1]] {
		if rest, ok := strings.CutSuffix(w, e); ok && len(rest) >= left && voiced(rest) {
			return len(e)
		}
	}
	return 0
}

// voiced reports whether a rest has a vowel: a short one without is no stem.
func voiced(w string) bool {
	for i := range len(w) {
		if strings.IndexByte(vowels, w[i]) >= 0 {
			return true
		}
	}
	return len(w) >= 4
}
