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
// The words are those of spell.
func clauses(words []word) (all []clause) {
	for i := range words {
		words[i].mails = mails(words[i])
	}
	joins := false
	for from := 0; from < len(words); {
		end := from + 1
		for end < len(words) && words[end].behind == nothing {
			end++
		}
		own := clause(words[from:end:end])
		polite := !slices.ContainsFunc(own, func(w word) bool { return !manners.has(w) })
		if words[from].behind == comma && len(all) > 0 && (joins || polite || purpose.has(own[0])) {
			all[len(all)-1] = append(all[len(all)-1], own...)
		} else {
			all = append(all, own[:min(len(own), long):min(len(own), long)])
		}
		joins = polite
		from = end
	}
	return all
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
func attributive(w word) bool { return ends(w, adjectival) }

// infinitive reports whether the word looks like a verb that says what is not wanted.
func infinitive(w word) bool { return ends(w, verbal) }

var (
	adjectival = strings.Fields("их ых ої ой ую ими ыми ые ими")
	verbal     = strings.Fields("ти ть тись тися ться")
)

func ends(w word, endings []string) bool {
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(w.text, e) })
}
