package flows

import (
	"slices"
	"strings"
	"unicode"

	"visnyk/bot"
)

// aloudWords returns those of the words of a text that are read for a wish in a sentence.
func aloudWords(text string, words []word) []word {
	if len(text) > aloudText {
		return spell(beginning(text, aloudText))
	}
	return words
}

// inSentences tells which command a text of the words says in words of its own. That takes
// two at least, and reading for it takes longer than all the rest.
func inSentences(text string, words []word) Command {
	text = beginning(text, aloudText)
	if isOneWord(text) {
		return None
	}
	if dated := datesInWords(text); dated != text {
		words = spell(beginning(dated, aloudText))
	} else {
		words = aloudWords(text, words)
	}
	all := clauses(words)
	switch c := refuses(words, all); {
	case c != None:
		return c
	case forgets(all):
		return WantsErase
	case asksWhatIsKept(all):
		return WantsData
	case wishesLanguage(words, all):
		return WantsLanguage
	case slices.ContainsFunc(all, clause.callsBack):
		return WantsHuman
	}
	return None
}

// callsBack reports whether the clause bids us call the person, and says nothing else:
// «вчора не додзвонилися, передзвоніть ще раз».
func (c clause) callsBack() bool {
	return len(c) <= short && slices.ContainsFunc(c, ringing.has) && heard(c, keyed) == WantsHuman
}

// isOneWord reports whether no two words stand in the text.
func isOneWord(text string) bool {
	mark := func(r rune) bool {
		return !bot.IsLetter(r) && !unicode.In(r, unicode.M, unicode.N) && r != '\'' && r != '’'
	}
	return !strings.ContainsFunc(strings.TrimFunc(text, mark), mark)
}
