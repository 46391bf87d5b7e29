package flows

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// forms is a set of words as spell writes them. Every word is in the one list of all sets,
// which says in which of them it is: so a word of a message is looked up once.
type forms struct {
	number  int
	guessed func() guessed // made for those few sets that are asked
}

// sets are forms by their numbers; there is room for 384, and the process does not begin
// with more.
type sets [6]uint64

func (s *sets) has(number int) bool { return s[number>>6]>>(number&63)&1 != 0 }
func (s *sets) add(number int)      { s[number>>6] |= 1 << (number & 63) }

// listed are the words of all forms, and sounding how those in Cyrillic are written in
// Latin letters: both are places in in, where 0 is of what is in none. formsMade counts
// the forms.
var (
	listed    = map[string]standing{}
	sounding  = map[string]int32{}
	in        = make([]sets, 1)
	formsMade int
)

// standing is where it stands in which forms a word is, and in which one that sounds so; more
// than one may.
type standing struct{ word, sound int32 }

// guessed are the words of a set that have five letters and more, by the marks of what is
// left without one letter. There are thousands of marks, so nothing of them points
// anywhere: all that does is looked at whenever memory is collected.
type guessed struct {
	words  []string
	beside map[uint64]int32 // where the chain of a mark begins
	chains []link
}

// link is a guessed word of a mark, and where the mark's next one stands; 0 is nowhere.
type link struct{ word, next int32 }

// of makes a set of the words of the lists.
func of(lists ...string) *forms {
	f := &forms{number: formsMade}
	f.guessed = sync.OnceValue(f.guess)
	formsMade++
	for _, l := range lists {
		for w := range strings.FieldsSeq(l) {
			at := list(w)
			in[at.word].add(f.number)
			if at.sound != 0 {
				in[at.sound].add(f.number)
			}
		}
	}
	return f
}

// list returns the place of a word, new or not.
func list(w string) standing {
	at, ok := listed[w]
	if ok {
		return at
	}
	at.word = int32(len(in))
	in = append(in, sets{})
	if !isLatin(w) {
		s := sound(w)
		if at.sound, ok = sounding[s]; !ok {
			at.sound = int32(len(in))
			in = append(in, sets{})
			sounding[s] = at.sound
		}
	}
	listed[w] = at
	return at
}

// joined makes a set of all that are in one of the sets.
func joined(some []*forms) *forms {
	f := of()
	for i := range in {
		if slices.ContainsFunc(some, func(one *forms) bool { return in[i].has(one.number) }) {
			in[i].add(f.number)
		}
	}
	return f
}

// words returns those of the set.
func (f *forms) words() (all []string) {
	for w, at := range listed {
		if in[at.word].has(f.number) {
			all = append(all, w)
		}
	}
	return all
}

func (f *forms) guess() guessed {
	g := guessed{beside: map[uint64]int32{}, chains: make([]link, 1)}
	for _, w := range f.words() {
		if isLatin(w) || utf8.RuneCountInString(w) < guessable {
			continue
		}
		for _, less := range without(w, nil) {
			g.chains = append(g.chains, link{int32(len(g.words)), g.beside[less]})
			g.beside[less] = int32(len(g.chains) - 1)
		}
		g.words = append(g.words, w)
	}
	g.words, g.chains = slices.Clip(g.words), slices.Clip(g.chains)
	return g
}

// has reports whether the word is one of the forms.
func (f *forms) has(w word) bool {
	return f != nil && (in[w.listed].has(f.number) || in[w.sounding].has(f.number))
}

// names reports whether the word is one of the forms, of those that make a message a
// command: a short one in Latin letters must be listed as it stands, for many a
// thing sounds like it.
func (f *forms) names(w word) bool {
	return in[w.listed].has(f.number) || len(w.sound) >= 2*guessable && in[w.sounding].has(f.number)
}

// guessable is how many letters a word has at least that is known with one of them
// wrong.
const guessable = 5

// near reports whether the word is one of the forms, or no word at all and one slip
// away from one.
func (f *forms) near(w word) bool {
	return f.names(w) || f.slips(w) && !w.confusable()
}

// slips reports whether the word is one slip away from one of the forms.
func (f *forms) slips(w word) bool {
	if w.letters < guessable {
		return false
	}
	g := f.guessed()
	var room [2 * longestMarked]uint64
	for _, less := range without(w.text, room[:0]) {
		for at := g.beside[less]; at != 0; at = g.chains[at].next {
			if slip([]rune(w.text), []rune(g.words[g.chains[at].word])) {
				return true
			}
		}
	}
	return false
}

// longestMarked is of how many letters the marks of a word are made without asking for room.
const longestMarked = 24

// without adds a mark of the word, and one of it without each of its letters: two
// words that are one slip apart have one of these in common. Others may, seldom.
func without(word string, all []uint64) []uint64 {
	const base = 0x100000001b3 // any odd number; a mark is the letters as its digits
	var room [longestMarked]rune
	letters := room[:0]
	for _, r := range word {
		letters = append(letters, r)
	}
	all = append(all, 0)
	var before uint64
	for _, r := range letters { // what stands before each letter
		all = append(all, before)
		before = before*base + uint64(r)
	}
	all[0] = before
	behind, place := uint64(0), uint64(1)
	for i := len(letters) - 1; i >= 0; i-- { // and what stands behind it
		all[i+1] = all[i+1]*place + behind
		behind += uint64(letters[i]) * place
		place *= base
	}
	return all
}

//go:embed confusable.txt
var confusableText string

// confusable are the words of both languages that are one slip away from a form of
// a command and are other words in their own right; cmd/wordforms lists them.
var confusable = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(confusableText) {
		m[compound(line, plainly)] = true
		if strings.Contains(line, "-") {
			m[compound(line, aloud)] = true
		}
	}
	return m
})

// plainly and aloud are the two ways in which a part of a word is compared.
func plainly(w word) string { return w.text }
func aloud(w word) string   { return sound(w.text) }

// compound returns a word that may be joined by hyphens, each part as it is compared;
// "" for several words.
func compound(text string, as func(word) string) string {
	text = strings.TrimSpace(text)
	if strings.ContainsFunc(text, unicode.IsSpace) {
		return ""
	}
	var parts []string
	for _, w := range spell(text) {
		parts = append(parts, as(w))
	}
	return strings.Join(parts, "-")
}

// isCompound reports whether the text is one word whose parts, written apart, would be
// taken for a command, and which is none, on either Cyrillic layout: «гей-теми».
func isCompound(text string) bool {
	if !strings.Contains(text, "-") {
		return false
	}
	own := func(text string) bool {
		return confusable()[compound(text, plainly)] || isLatin(strings.ReplaceAll(text, "-", "")) && confusable()[compound(text, aloud)]
	}
	return own(text) || slices.ContainsFunc(OtherCyrillic(text), own)
}

// confusable reports whether the word, like a command as it is, is one of its own,
// or one typed on the layout of the other language.
func (w word) confusable() bool {
	own := func(text string) bool { return confusable()[plain(text)] }
	return own(w.text) || slices.ContainsFunc(OtherCyrillic(w.keys), own)
}

// naming are the sets of forms that make a message a command; slippery says of each
// whether a slip may reach it.
func naming(slippery bool) []*forms {
	all := []*forms{people, calling, complaining}
	if !slippery {
		all = append(all, leaving)
	}
	for _, e := range vocabulary {
		if !slippery || !e.exact || e.slip != None {
			all = append(all, e.names)
		}
	}
	return all
}

var slippery = sync.OnceValue(func() []*forms { return naming(true) })

// named are the words of all these sets.
var named = joined(naming(false))

// Listed reports whether every word of the text is a form of a command as its list
// has it, or «по», which is a part of one.
func Listed(text string) bool {
	return !slices.ContainsFunc(spell(text), func(w word) bool { return w.text != "по" && !named.names(w) })
}

// Resembles reports whether the word, should it be one of its own, would be taken
// for a command, on either Cyrillic layout: it is one slip away from a form, where
// it is none itself, or joined by a hyphen of what is one written apart.
func Resembles(text string) bool {
	if apart := strings.ReplaceAll(text, "-", " "); apart != text {
		return !Listed(text) && slices.ContainsFunc(append(OtherCyrillic(apart), apart), func(said string) bool { return ParseCommand(said) != None })
	}
	return slips(text) || !Listed(text) && slices.ContainsFunc(OtherCyrillic(text), func(other string) bool {
		return slips(other) || Listed(other)
	})
}

func slips(text string) bool {
	words := spell(text)
	if len(words) != 1 || !named.slips(words[0]) {
		return false
	}
	return slices.ContainsFunc(slippery(), func(f *forms) bool { return !f.has(words[0]) && f.slips(words[0]) })
}
