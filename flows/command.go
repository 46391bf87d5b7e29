package flows

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Command is what a person wants by a word that works in any step.
type Command string

// The commands. None is an ordinary message.
const (
	None            Command = ""
	WantsHuman      Command = "human"
	WantsToComplain Command = "complaint"
	WantsStop       Command = "stop"
	WantsMenu       Command = "menu"
	WantsChanges    Command = "changes"
	WantsLanguage   Command = "language"
	WantsSettings   Command = "settings"
	WantsUkrainian  Command = "ukrainian"
	WantsRussian    Command = "russian"
	Greets          Command = "hello"
	Thanks          Command = "thanks"
)

const (
	// short is the longest message, in words, that can be a bare command.
	short = 6
	// long is how many words of a message are searched for a request, and
	// longText how many bytes they may have: of what follows nothing is looked at.
	long     = 120
	longText = 8 << 10
)

// ParseCommand tells which command a message is, in either language, inflected,
// misspelt by a letter, in Latin letters or typed on the wrong keyboard layout.
// To be left alone and to change the language are never guessed: their forms are
// listed, and a letter beside one is another word.
//
// A message is a command only if all of it is: every word is a command's own or
// a word that people put around one. The exception is a plain request for a
// human inside a longer message. So a question that only mentions an operator
// or a menu stays a question.
func ParseCommand(text string) Command {
	text = beginning(text, longText)
	if c := heard(spell(text), false); c != None {
		return c
	}
	for _, guess := range otherLayouts(text) {
		if c := heard(spell(guess), !faithful(text, guess)); c != None {
			return c
		}
	}
	return None
}

// beginning returns at most so many bytes of the text, up to the end of a letter.
func beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}

// heard tells which command the words are; of those that are never guessed none,
// if the words themselves are a guess.
func heard(tokens []string, guessed bool) Command {
	if len(tokens) == 0 {
		return None
	}
	if len(tokens) <= short {
		for _, e := range vocabulary {
			if (!e.exact || !guessed) && e.is(tokens) {
				return e.command
			}
		}
	}
	return calls(tokens)
}

// faithful reports whether the guess of another layout keeps every letter typed,
// but for one at the end that is a comma or a full stop then, and has more than
// the two letters that many a thing is short for: «кг» is not "ru".
func faithful(text, guess string) bool {
	typed, meant := []rune(strings.TrimRight(text, " !?")), []rune(strings.TrimRight(guess, " !?"))
	letters := 0
	for i, r := range meant {
		switch {
		case unicode.IsLetter(r):
			letters++
		case i < len(typed) && unicode.IsLetter(typed[i]) && i < len(meant)-1:
			return false
		}
	}
	return letters > 2
}

// entry is how one command is said.
type entry struct {
	command Command
	names   forms // at least one must be there
	needs   forms // and one of these, where there are any
	around  forms // may stand around it
	never   forms // make it something else, manners or not
	exact   bool  // only the names as they are listed
	// light, with needs, is all that may stand between one of those and the name
	// behind it: «не треба мені писати» is one thing, «не хочу писати» another.
	light forms
}

func (e entry) is(tokens []string) bool {
	named, complete := false, e.needs == nil
	for i, t := range tokens {
		switch {
		case e.never.has(t):
			return false
		case e.needs.has(t):
			complete = complete || e.light == nil || e.leads(tokens, i)
		case e.names.has(t) || !e.exact && e.names.near(t):
			named = true
		case !e.around.has(t) && !manners.has(t):
			return false
		}
	}
	return named && complete
}

// leads reports whether the needed word at i belongs to a name.
func (e entry) leads(tokens []string, i int) bool {
	if i > 0 && tokens[i-1] == "не" {
		return false
	}
	for _, t := range tokens[i+1:] {
		if !e.light.has(t) {
			return e.names.has(t)
		}
	}
	return false
}

// calls reports whether somewhere in the message a human is asked for: a verb of
// calling, and the human right after it but for words that may stand between.
// A wish to complain is for a human too.
func calls(tokens []string) Command {
	tokens = tokens[:min(len(tokens), long)]
	for i, t := range tokens {
		if i > 0 && wishing.has(tokens[i-1]) && complaining.near(t) {
			return WantsToComplain
		}
		if !calling.near(t) || i > 0 && tokens[i-1] == "не" {
			continue
		}
		for _, next := range tokens[i+1:] {
			if people.near(next) {
				return WantsHuman
			}
			if !between.has(next) {
				break
			}
		}
	}
	return None
}

// spell returns the words of a text in small letters, composed, without
// apostrophes, marks and punctuation.
func spell(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’' || r == 'ʼ' || r == '`' || unicode.In(r, unicode.Mn, unicode.Cf):
			return -1
		case r == 'ё':
			return 'е'
		case r == 'ґ':
			return 'г'
		}
		return r
	}, strings.ToLower(norm.NFC.String(text)))
	return strings.FieldsFunc(unstretch(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// unstretch makes «стооооп» a word again: three and more of a letter are one.
func unstretch(text string) string {
	letters := []rune(text)
	var out []rune
	for i := 0; i < len(letters); {
		end := i + 1
		for end < len(letters) && letters[end] == letters[i] {
			end++
		}
		if n := end - i; n < 3 {
			out = append(out, letters[i:end]...)
		} else {
			out = append(out, letters[i])
		}
		i = end
	}
	return string(out)
}

// slip reports whether b is a with at most one letter wrong, missing, added, or
// swapped with its neighbour.
func slip(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	p := 0
	for p < len(a) && a[p] == b[p] {
		p++
	}
	if len(a) < len(b) {
		return slices.Equal(a[p:], b[p+1:])
	}
	if p == len(a) || slices.Equal(a[p+1:], b[p+1:]) {
		return true
	}
	return p+1 < len(a) && a[p] == b[p+1] && a[p+1] == b[p] && slices.Equal(a[p+2:], b[p+2:])
}
