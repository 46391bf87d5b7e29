package flows

import (
	"slices"

	"visnyk/bot"
)

// The timers, named as variables are, by which a newcomer's wish comes true when
// the person can be asked nowhere else. The variable holds who was meant.
const (
	ToForget  = "erase"
	ToSilence = "stop"
)

// What the person's other chats hear of.
const (
	HeardJoin      = "join"       // a chat has been joined to them
	HeardStop      = "stop"       // the person has asked for no news
	HeardStopAsk   = "stop_ask"   // a newcomer asks for that, everywhere
	HeardEraseAsk  = "erase_ask"  // a newcomer asks to be forgotten
	HeardEraseLate = "erase_late" // that will be done when Probation is over
)

// Reached reports whether we can write to the chat, wherever the person is now.
func (c Chat) Reached() bool { return !c.Messenger.Visited && !c.Blocked }

// Newcomer reports whether this chat is one whose wishes for the whole person need
// a yes from another: it came by a join within Probation. Where the company knows
// nobody of them, the one that was there first may be the stranger's, made long
// ago for that: it is no more than a messenger that came.
func (f *Facts) Newcomer() bool {
	here, ok := f.here()
	return ok && (here.New || len(f.elders(here)) > 0)
}

// elders are the chats that can say yes to what is asked there.
func (f *Facts) elders(asks Chat) []Chat {
	var elders []Chat
	for _, c := range f.Chats {
		switch {
		case c.Address == asks.Address:
		case asks.New && !c.New, !asks.New && !f.Known && c.New && !c.Messenger.Visited:
			elders = append(elders, c)
		}
	}
	return elders
}

// Vouches reports whether a yes given here is one to what the chat asks.
func (f *Facts) Vouches(asks Chat) bool {
	here, ok := f.here()
	if !ok || !f.Newcomer() {
		return ok
	}
	return f.speakFor(asks) && slices.ContainsFunc(f.elders(asks), func(c Chat) bool { return c.Address == here.Address })
}

// speakFor reports whether any of its elders speaks for the chat. Of two that came
// to one who was there first, neither speaks for the other.
func (f *Facts) speakFor(asks Chat) bool { return asks.New || len(f.elders(asks)) == 1 }

// Reach reports whether the person can be asked in a chat that can say yes to what
// is asked here: else it waits until Probation is over.
func (f *Facts) Reach() bool {
	here := f.Here()
	return f.speakFor(here) && slices.ContainsFunc(f.elders(here), Chat.Reached)
}

// OnProbation reports whether a chat of the person came within Probation.
func (f *Facts) OnProbation() bool {
	return slices.ContainsFunc(f.Chats, func(c Chat) bool { return c.New })
}

// Request returns what a newcomer's wish brings about: a question in the chats that
// can say yes, or a timer where none of them can be reached, and word of that, if
// there is any, to the rest.
func (t Turn) Request(timer, question, late string) []Effect {
	here := t.Facts.Here()
	var elders []Chat
	if t.Facts.speakFor(here) {
		elders = t.Facts.elders(here)
	}
	var effects []Effect
	if !t.Facts.Reach() {
		effects = append(effects, Wait{Name: timer, For: bot.Probation}, Set{timer, t.Facts.Person})
	}
	if t.Requested(timer) { // nobody is asked twice
		return effects
	}
	effects = append(effects, Set{timer + requested, t.Facts.Person})
	if len(elders) > 0 {
		effects = append(effects, Relay{What: question, To: addresses(elders)})
	}
	rest := slices.DeleteFunc(slices.Clone(t.Facts.Chats), func(c Chat) bool {
		return c.Here || slices.ContainsFunc(elders, func(e Chat) bool { return e.Address == c.Address })
	})
	if late != "" && !t.Facts.Reach() && len(rest) > 0 {
		effects = append(effects, Relay{What: late, To: addresses(rest)})
	}
	return effects
}

// requested ends the name of the variable that holds of whom it was asked.
const requested = ".asked"

// Requested reports whether that was asked for here before.
func (t Turn) Requested(timer string) bool {
	return t.Var(timer+requested) != "" && t.Var(timer+requested) == t.Facts.Person
}

// StopEverywhere asks for no news in any chat, and lets the others know.
func (t Turn) StopEverywhere() []Effect {
	if t.Facts.Stopped {
		return nil
	}
	return []Effect{Stop{}, Relay{What: HeardStop}}
}

// Pending reports whether what was asked for here waits for its timer. Apart from
// whom it was asked of, it is void.
func (t Turn) Pending(timer string) bool {
	return t.Var(timer) != "" && t.Var(timer) == t.Facts.Person
}

// Due is the arrow of a newcomer's wish whose time has come; a chat that came
// meanwhile has its own day to say no.
func Due(timer, to string, do func(Turn) []Effect) Transition {
	return Transition{
		Label: timer + ": a day has passed", To: to, Do: do,
		When: func(t Turn) bool { return t.TimedOut(timer) && t.Pending(timer) && !t.Facts.OnProbation() },
	}
}

// Undue is the arrow of one whose time has not come yet, or never will.
func Undue(timer, late string) Transition {
	return Transition{
		Label: timer + ": not now", When: func(t Turn) bool { return t.TimedOut(timer) },
		Do: func(t Turn) []Effect {
			if !t.Pending(timer) {
				return []Effect{Set{Name: timer}}
			}
			effects := []Effect{Wait{Name: timer, For: bot.Probation}}
			if late != "" {
				effects = append(effects, Relay{What: late})
			}
			return effects
		},
	}
}

// Here is the chat that the turn is about, where the facts have it.
func (f *Facts) Here() Chat { c, _ := f.here(); return c }

func (f *Facts) here() (Chat, bool) {
	i := slices.IndexFunc(f.Chats, func(c Chat) bool { return c.Here })
	if i < 0 {
		return Chat{}, false
	}
	return f.Chats[i], true
}

// addresses are those of the chats.
func addresses(chats []Chat) []bot.Address {
	all := make([]bot.Address, len(chats))
	for i, c := range chats {
		all[i] = c.Address
	}
	return all
}
