package clarity

import (
	"slices"
	"strings"
	"unicode"
)

// phrase is a row of words to look for. A place in it is one of several words, divided
// by |; one that ends with * is the beginning of a word, one that begins with * its
// end, one that ends with a comma stands before a sign, and # is a number or a word for
// one.
type phrase []place

type place []string

// phrases reads one phrase a line.
func phrases(list string) (all []phrase) {
	for line := range strings.Lines(list) {
		var p phrase
		for field := range strings.FieldsSeq(line) {
			p = append(p, strings.Split(field, "|"))
		}
		if len(p) > 0 {
			all = append(all, p)
		}
	}
	return all
}

// matched finds the phrases, the longest where several begin at the same word.
func (r reading) matched(c Code, list []phrase) (all []Finding) {
	for i := 0; i < len(r.tokens); {
		n := 0
		for _, p := range list {
			if len(p) > n && r.at(i, p) {
				n = len(p)
			}
		}
		if n > 0 {
			all = append(all, r.finding(c, "", i, i+n-1))
		}
		i += max(n, 1)
	}
	return all
}

// at reports whether the phrase begins at the word.
func (r reading) at(i int, p phrase) bool {
	if i+len(p) > len(r.tokens) || r.tokens[i+len(p)-1].sentence != r.tokens[i].sentence {
		return false
	}
	for n, one := range p {
		t := r.tokens[i+n]
		if !one.is(t.text) && (!one.is(t.text+",") || strings.IndexAny(r.text[t.end:], ",.;:!?—") != 0) {
			return false
		}
	}
	return true
}

func (p place) is(word string) bool {
	return slices.ContainsFunc(p, func(one string) bool {
		switch {
		case one == "#":
			return counts(word)
		case strings.HasPrefix(one, "*"):
			return strings.HasSuffix(word, one[1:])
		case strings.HasSuffix(one, "*"):
			return strings.HasPrefix(word, one[:len(one)-1])
		}
		return word == one
	})
}

// numerals begin words for numbers, and for what is counted.
var numerals = strings.Fields(`одн двох двух двум двома дві дво дву две два три трьох трех троє трое трьом трем чотир четыр п'ят пят шест шіст сім семи сем восьм восем вісім дев'ят дев'ян девят девян десят
двадцят двадцат тридцят тридцат сорок сот сто тисяч тысяч мільйон миллион пів пол дюжин годин час місяц месяц тижн недел рок года дня дн доби суток хвилин минут`)

// counts reports whether the word is a number, or counts.
func counts(word string) bool {
	return strings.IndexFunc(word, unicode.IsDigit) == 0 ||
		slices.ContainsFunc(numerals, func(n string) bool { return strings.HasPrefix(word, n) })
}
