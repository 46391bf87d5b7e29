package flows

import (
	"slices"
	"strings"
)

// within is how many words may stand between two that say one thing.
const within = 6

// clause is a part of a sentence that says one thing.
type clause []word

// clauses cuts a text at the ends of its sentences and at its commas, but where they
// stand inside of one thought: «не хочу, щоб ви писали», «не шліть, будь ласка, рекламу».
// The words are those of all clauses, as spell gives them of the text.
func clauses(text string) (words []word, all []clause) {
	for sentence := range strings.FieldsFuncSeq(beginning(text, aloudText), func(r rune) bool { return strings.ContainsRune(".!?;\n…", r) }) {
		var own []clause
		words, own = parts(sentence, words)
		all = append(all, own...)
	}
	for i := long; i < len(words); i++ {
		words[i].beside = nil
	}
	return words, all
}

// parts cuts a sentence, and adds its words to those of the sentences before.
func parts(sentence string, before []word) (words []word, all []clause) {
	words = before
	joins := false
	for part := range strings.SplitSeq(sentence, ",") {
		own := clause(spell(part))
		if len(own) == 0 {
			continue
		}
		words = append(words, own...)
		polite := !slices.ContainsFunc(own, func(w word) bool { return !manners.has(w) })
		if len(all) > 0 && (joins || polite || purpose.has(own[0])) {
			all[len(all)-1] = append(all[len(all)-1], own...)
		} else {
			all = append(all, own[:min(len(own), long)])
		}
		joins = polite
	}
	return words, all
}

var purpose = of(`щоб щоби чтоб чтобы аби хай нехай пусть`)

func (c clause) before(i int, text string) bool { return i > 0 && c[i-1].text == text }

// denied reports whether shortly before i stands a «не»: «не хочу отписываться».
func (c clause) denied(i int) bool {
	return slices.ContainsFunc(c[max(i-3, 0):i], func(w word) bool { return w.text == "не" })
}

// leads reports whether one such word stands shortly behind i, with nothing between
// that turns what is said.
func (c clause) leads(i int, such func(word) bool) bool {
	for _, w := range c[i+1 : min(len(c), i+1+within)] {
		switch {
		case such(w):
			return true
		case counter.has(w):
			return false
		}
	}
	return false
}

// follows reports whether what is sent stands shortly before i.
func (c clause) follows(i int) bool {
	for k := i - 1; k >= max(i-within, 0); k-- {
		switch {
		case isMailing(c[k]):
			return true
		case counter.has(c[k]):
			return false
		}
	}
	return false
}

// attributive reports whether the word looks like one that says which: «дурної».
func attributive(w word) bool { return ends(w, "их ых ої ой ую ими ыми ые ими") }

// infinitive reports whether the word looks like a verb that says what is not wanted.
func infinitive(w word) bool { return ends(w, "ти ть тись тися ться") }

func ends(w word, endings string) bool {
	for e := range strings.FieldsSeq(endings) {
		if strings.HasSuffix(w.text, e) {
			return true
		}
	}
	return false
}
