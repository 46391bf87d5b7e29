package search

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed lexicon.txt
var lexiconText string

//go:embed moods.txt
var moodText string

// concept is a group of the lexicon. Loose ones only tie words that belong
// together.
type concept uint16

// lexicon says which words customers use for the same thing. It knows words of
// service in general, none of one trade, and never changes.
type lexicon struct {
	names   []string
	topics  []bool              // by concept: a matter of its own
	aspects []bool              // by concept: what is asked of a matter, whatever it is
	loose   int                 // the first loose concept
	words   dictionary[concept] // by stem
	forms   dictionary[concept] // by the word as it is listed
	phrases dictionary[concept] // by their stems joined by a space
	begins  dictionary[concept] // the stems that phrases begin with
	parent  [][]concept         // the loose concepts of each
	near    deletions
	list    spellings // the stems by their number in near
}

// general gives the one lexicon of the process.
var general = sync.OnceValue(func() *lexicon { return readLexicon(lexiconText) })

// moodWords gives the words that the intents alone go by.
var moodWords = sync.OnceValue(func() *lexicon { return readLexicon(moodText) })

// aspects are the groups that say what of a matter is asked.
var aspects = namesOf(`price price+ cheap free pay sum max howmuch why time wait fast slow hours when date where address rules urgent limit age
	get give take use choose check open wrong problem begin finish more less allow required find`)

func readLexicon(text string) *lexicon {
	l, all := &lexicon{}, listing{words: map[string][]concept{}, forms: map[string][]concept{}, phrases: map[string][]concept{}}
	byName := map[string]concept{}
	var ties []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '~' {
			ties = append(ties, line[1:])
			continue
		}
		line, topic := strings.CutPrefix(line, "*")
		name, words, _ := strings.Cut(line, ":")
		c := concept(len(l.names))
		l.names = append(l.names, name)
		l.topics = append(l.topics, topic)
		l.aspects = append(l.aspects, aspects[name])
		byName[name] = c
		all.add(strings.Fields(words), c)
	}
	l.loose = len(l.names)
	l.parent = make([][]concept, l.loose)
	for _, line := range ties {
		name, members, _ := strings.Cut(line, ":")
		c := concept(len(l.names))
		l.names = append(l.names, name)
		for m := range strings.FieldsSeq(members) {
			if p, ok := byName[m]; ok {
				l.parent[p] = append(l.parent[p], c)
			}
		}
	}
	long := slices.DeleteFunc(slices.Sorted(maps.Keys(all.words)), func(s string) bool { return len(s) < 5 })
	for i, s := range long {
		l.near.add(s, i)
	}
	l.near.build()
	l.list = newSpellings(long)
	begins := map[string][]concept{}
	for phrase := range all.phrases {
		first, _, _ := strings.Cut(phrase, " ")
		begins[first] = nil
	}
	l.words, l.forms, l.phrases, l.begins = newDictionary(all.words), newDictionary(all.forms), newDictionary(all.phrases), newDictionary(begins)
	return l
}

// listing is what a lexicon lists, while it is read.
type listing struct{ words, forms, phrases map[string][]concept }

// shortStem is a stem that other words have by chance.
const shortStem = 3

// add puts words and phrases into a group. Function words inside a phrase
// count, for they are what makes it one. A short stem stands for its group only
// if the group lists two of its forms.
func (l *listing) add(words []string, c concept) {
	seen := map[string]string{} // the first word of each stem
	only := []concept{c}        // most words have no other group: all of them share this
	for _, w := range words {
		ts := tokens(strings.ReplaceAll(w, "_", " "))
		switch len(ts) {
		case 0:
		case 1:
			t := ts[0]
			put(l.forms, t.word, only)
			if first, again := seen[t.stem]; len(t.stem) > shortStem || again && first != t.word {
				put(l.words, t.stem, only)
			}
			seen[t.stem] = t.word
		default:
			stems := make([]string, len(ts))
			for i, t := range ts {
				stems[i] = t.stem
			}
			put(l.phrases, strings.Join(stems, " "), only)
		}
	}
}

// put adds a list of one group to those of a key.
func put(m map[string][]concept, key string, only []concept) {
	switch list := m[key]; {
	case len(list) == 0:
		m[key] = only
	case !slices.Contains(list, only[0]):
		m[key] = append(slices.Clip(list), only[0])
	}
}

// of returns the groups of a word; a misspelt one is looked up by its neighbours.
// A common word belongs only where it is listed itself: its stem is a chance
// likeness.
func (l *lexicon) of(t token, slips bool) []concept {
	if t.weight < 1 {
		return l.forms.of(t.word)
	}
	form := l.forms.of(t.word)
	if len(form) > 0 && len(t.stem) <= shortStem { // «дату», not «дать»
		return form
	}
	if c := l.words.of(t.stem); len(c) > 0 {
		return c
	}
	if len(form) > 0 || !slips || len(t.stem) < 6 {
		return form
	}
	best, cost := "", 1.01
	l.near.around(t.stem, 1, func(i int) {
		if c := distance(t.stem, l.list.of(i)); c < cost {
			best, cost = l.list.of(i), c
		}
	})
	return l.words.of(best)
}

// heard is a group found in a text: which tokens name it.
type heard struct {
	concept  concept
	from, to int // tokens
}

// hear finds the groups a text names, by words and by phrases.
func (l *lexicon) hear(ts []token, slips bool) []heard {
	out := make([]heard, 0, len(ts))
	for i, t := range ts {
		if t.weight > 0 {
			for _, c := range l.of(t, slips) {
				out = append(out, heard{c, i, i + 1})
			}
		}
		key := traitOf(firstTrait, t.stem)
		if _, begins := l.begins.keys.of(key); !begins {
			continue
		}
		for j := i + 1; j < len(ts) && j < i+4; j++ {
			key = traitOf(traitOf(key, " "), ts[j].stem)
			for _, c := range l.phrases.named(key) {
				out = append(out, heard{c, i, j + 1})
			}
		}
	}
	return out
}

// parents returns the loose groups of a group.
func (l *lexicon) parents(c concept) []concept {
	if int(c) < len(l.parent) {
		return l.parent[c]
	}
	return nil
}

// speaks reports whether a text names one of the groups.
func (l *lexicon) speaks(ts []token, groups ...string) bool {
	return slices.ContainsFunc(l.hear(ts, false), func(h heard) bool { return slices.Contains(groups, l.names[h.concept]) })
}
