package flows

import "visnyk/bot"

// Hearing keeps what the words of an event are made out to be: every arrow of a step
// asks, and making it out takes longer than all the rest of a turn. A nil one keeps
// nothing. It serves one turn after the other, never two at once.
type Hearing struct {
	command madeOut[string, Command]
	aspect  madeOut[ofChange, Aspect]
}

// ofChange is a text that is read beside the title of a change.
type ofChange struct {
	text  string
	title bot.Bilingual
}

// madeOut is the last that was made out, and of what.
type madeOut[K comparable, V any] struct {
	known bool
	of    K
	as    V
}

func (m *madeOut[K, V]) once(of K, read func(K) V) V {
	if !m.known || m.of != of {
		m.known, m.of, m.as = true, of, read(of)
	}
	return m.as
}

// commands are those of the texts that were written last. Most of what is a command is
// written by many, and so are their questions, which are none.
var commands = NewMemory[Words, Command](1024)

func commandOf(text string) Command {
	return commands.Once(WordsOf(text), func() Command { return ParseCommand(text) })
}

// Command is ParseCommand of the text.
func (h *Hearing) Command(text string) Command {
	if h == nil {
		return ParseCommand(text)
	}
	return h.command.once(text, commandOf)
}

// Aspect is ParseAspect of the text beside the title.
func (h *Hearing) Aspect(text string, title bot.Bilingual) Aspect {
	if h == nil {
		return ParseAspect(text, title)
	}
	return h.aspect.once(ofChange{text, title}, func(c ofChange) Aspect { return ParseAspect(c.text, c.title) })
}
