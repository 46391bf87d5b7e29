package flows

import (
	"slices"
	"unicode/utf8"
)

// Command is what a person wants by a word that works in any step.
type Command string

// The commands. None is an ordinary message.
const (
	None            Command = ""
	WantsHuman      Command = "human"
	WantsToComplain Command = "complaint"
	WantsStop       Command = "stop"
	MayWantStop     Command = "stop?" // to be asked before it is done
	WantsResume     Command = "resume"
	WantsErase      Command = "erase"
	WantsData       Command = "data"
	WantsTopics     Command = "topics"
	WantsQuiet      Command = "quiet"
	WantsPause      Command = "pause"
	WantsMenu       Command = "menu"
	WantsChanges    Command = "changes"
	WantsLanguage   Command = "language" // to be asked which
	WantsSettings   Command = "settings"
	WantsUkrainian  Command = "ukrainian"
	WantsRussian    Command = "russian"
	Greets          Command = "hello"
	Thanks          Command = "thanks"
)

const (
	// short is the longest message, in words, that can be a bare command.
	short = 10
	// long is how many words of a message are searched for a request, and
	// longText how many bytes they may have: of what follows nothing is looked at.
	long     = 120
	longText = 8 << 10
	// aloudText is how many of them are read for a wish in a sentence, which takes as
	// long again as all the rest.
	aloudText = 2 << 10
)

// ParseCommand tells which command a message is, in either language, inflected,
// misspelt by a letter, in Latin letters or typed on the wrong keyboard layout.
// A misspelling that is a word of its own is that word.
//
// To be left alone, to be forgotten and to change the language are never guessed:
// their forms are listed, and what only resembles one is asked about, as
// MayWantStop, WantsErase and WantsLanguage do.
//
// A message is a command only if all of it is: every word is a command's own or
// a word that people put around one. The exception is a plain request for a
// human inside a longer message. So a question that only mentions an operator
// or a menu stays a question.
func ParseCommand(text string) Command {
	text = beginning(text, longText)
	words := spell(text)
	c := heard(words, typed)
	if c == WantsHuman && len(text) <= aloudText && askWhetherBot(words) {
		return None
	}
	if isCompound(text) {
		return None
	}
	if c == WantsToComplain && len(words) > short {
		if aloud := aloudWords(text, words); refuses(aloud, clauses(aloud)) == MayWantStop {
			return MayWantStop
		}
	}
	if c != None && (c != WantsUkrainian && c != WantsRussian && c != Greets || !marred(text)) {
		return c
	}
	layouts := guesses(text, OtherLayouts(text))
	if c := heardOnKeys(layouts); c != None {
		return c
	}
	if c := heardOnKeys(guesses(text, OtherCyrillic(text))); c != None && !slices.ContainsFunc(words, word.confusable) {
		return c
	}
	if marred(text) {
		return None
	}
	if c := heard(words, slipped); c != None {
		return c
	}
	if c := inSentences(text, words); c != None {
		return c
	}
	for _, g := range layouts {
		if c := inSentences(g.text, g.words); c != None {
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

// reading is how sure it is that the words are those that were meant.
type reading int

const (
	typed   reading = iota // they stand there
	keyed                  // they were typed on another layout
	slipped                // they stand there, and are to be a letter beside what is never guessed
)

// names reports whether the word may make the message a command.
func (how reading) names(w word) bool {
	if how == typed || how == slipped {
		return named.near(w)
	}
	return named.names(w)
}

// heard tells which command the words are.
func heard(words []word, how reading) Command {
	if !slices.ContainsFunc(words[:min(len(words), long)], how.names) {
		return None
	}
	if len(words) <= short {
		for _, e := range vocabulary {
			switch {
			case how == slipped && e.slip == None:
			case e.is(words, how):
				if how == slipped {
					return e.slip
				}
				return e.command
			}
		}
	}
	if how == slipped {
		return None
	}
	return calls(words, how)
}

// entry is how one command is said.
type entry struct {
	command Command
	names   *forms  // at least one must be there
	needs   *forms  // and one of these, where there are any
	also    *forms  // and one of these
	around  *forms  // may stand around it
	never   *forms  // make it something else, manners or not
	exact   bool    // only the names as they are listed
	slip    Command // of an exact one: what a letter beside its names is; None: an ordinary message
	// light, with needs, is all that may stand between one of those and the name
	// behind it: «не треба мені писати» is one thing, «не хочу писати» another.
	light *forms
}

// is reports whether the words are the command.
func (e entry) is(words []word, how reading) bool {
	named, complete, whole := false, e.needs == nil, e.also == nil
	slips := how == typed && !e.exact || how == slipped
	for i, w := range words {
		needed := e.needs.has(w)
		if needed {
			complete = complete || e.light == nil || e.leads(words, i)
		}
		also := e.also.has(w)
		whole = whole || also
		switch {
		case e.never.has(w):
			return false
		case needed, also && !e.names.names(w):
		case e.names.names(w) || slips && e.names.near(w):
			named = true
		case !e.around.has(w) && !manners.has(w):
			return false
		}
	}
	return named && complete && whole
}

// leads reports whether the needed word at i belongs to a name.
func (e entry) leads(words []word, i int) bool {
	if i > 0 && words[i-1].text == "не" {
		return false
	}
	for _, w := range words[i+1:] {
		if !e.light.has(w) {
			return e.names.has(w)
		}
	}
	return false
}

// calls reports whether somewhere in the message a human is asked for: a verb of
// calling, and the human right after it but for words that may stand between.
// A wish to complain is for a human too.
func calls(words []word, how reading) Command {
	words = words[:min(len(words), long)]
	is := (*forms).names
	if how == typed {
		is = (*forms).near
	}
	for i, w := range words {
		if i > 0 && wishing.has(words[i-1]) && is(complaining, w) {
			return WantsToComplain
		}
		if !is(calling, w) || i > 0 && words[i-1].text == "не" {
			continue
		}
		for _, next := range words[i+1:] {
			if is(people, next) {
				return WantsHuman
			}
			if !between.has(next) {
				break
			}
		}
	}
	return None
}

// Agrees reports whether the text, an answer to a question of ours, says yes;
// answered is false where it says neither yes nor no.
func Agrees(text string) (yes, answered bool) {
	words := spell(text)
	if len(words) == 0 || len(words) > short {
		return false, false
	}
	yes = agreeing.has(words[0])
	for _, w := range words[1:] {
		same := agreeing
		if !yes {
			same = declining
		}
		if !same.has(w) && !settled.has(w) {
			return false, false
		}
	}
	return yes, yes || declining.has(words[0])
}
