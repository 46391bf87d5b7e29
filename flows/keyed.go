package flows

import (
	"strings"
	"unicode/utf8"

	"visnyk/bot"
)

// guess is what a text would be had it been typed on another layout.
type guess struct {
	text  string
	words []word
}

// guesses are those of what a text may be that are faithful to it.
func guesses(text string, may []string) (all []guess) {
	for _, other := range may {
		if faithful(text, other) {
			all = append(all, guess{other, spell(other)})
		}
	}
	return all
}

// heardOnKeys tells which command the first of the guesses is that is one.
func heardOnKeys(all []guess) Command {
	for _, g := range all {
		if isCompound(g.text) {
			continue
		}
		if c := heard(g.words, keyed); c != None {
			return c
		}
	}
	return None
}

// faithful reports whether the guess of another layout keeps every letter typed,
// but for one at the end that is a comma or a full stop then, and has more than
// the two letters that many a thing is short for: «кг» is not "ru".
func faithful(text, guess string) bool {
	typed, meant := strings.TrimRight(text, " !?"), strings.TrimRight(guess, " !?")
	letters := 0
	for meant != "" {
		r, size := utf8.DecodeRuneInString(meant)
		meant = meant[size:]
		was, size := utf8.DecodeRuneInString(typed)
		typed = typed[size:]
		switch {
		case bot.IsLetter(r):
			letters++
		case r == '\'' && was == 'ё': // one key, as good as a letter
		case meant != "" && bot.IsLetter(was):
			return false
		}
	}
	return letters > 2
}

// marred reports whether a single Latin word has a mark before a letter that is itself
// a letter on the keys of a Cyrillic layout: «;ru» is «жкг», «uk.jy» is «глюон».
func marred(text string) bool {
	text = strings.Trim(text, " !?")
	for i := range len(text) - 1 {
		mark := strings.IndexByte("`;[],.", text[i]) >= 0 || text[i] == '\'' && i == 0
		if mark && 'a' <= text[i+1]|0x20 && text[i+1]|0x20 <= 'z' {
			return !strings.Contains(text, " ")
		}
	}
	return false
}
