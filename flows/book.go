package flows

import "visnyk/bot"

// Flow is one subject of conversation: its steps, and the keys of every text
// it may say.
type Flow struct {
	Name  string
	Steps []Step
	Texts []string
	Chats bool // its turns look at Facts.Chats
	// Door is the step at which a button under a message to many opens it, and Title the
	// key of what it is called there; "" where none does.
	Door, Title string
}

// Step is a place where a conversation can stand.
type Step struct {
	Name string
	// Enter describes what happens on arriving: usually one Say. It must give
	// the same screen again from the same state and facts, for a person whose
	// old button is gone is shown the current screen again.
	Enter func(Turn) []Effect
	On    []Transition
	Else  Transition // when nothing of On fits; required
	// Vars are forgotten when the conversation goes on to another step.
	Vars []string
	// Pass marks a step that decides at once, without waiting for an event.
	Pass bool
	// Place marks a step whose Enter tells the person's place in the queue, from
	// Facts.Desk.Ahead: only for such is it counted.
	Place bool
	// Choice marks a step whose Enter says nothing but a choice: a menu, a setting,
	// a list. Where a messenger changes messages, pressing on one turns it into the
	// next.
	Choice bool
}

// arrive is what happens on arriving. What a choice says is marked as one.
func (s Step) arrive(t Turn) []Effect {
	if s.Enter == nil {
		return nil
	}
	effects := s.Enter(t)
	for i, e := range effects {
		if say, ok := e.(Say); ok && s.Choice {
			say.Choice = true
			effects[i] = say
		}
	}
	return effects
}

// Transition is one arrow of the state machine.
type Transition struct {
	Label string // what the drawing shows
	When  func(Turn) bool
	Do    func(Turn) []Effect
	// To is "flow/step", or "step" of the same flow; "" stays without entering
	// again. Entering the same step again needs its name; Again enters whichever is
	// current.
	To string
}

// Book is every flow of the service.
type Book struct {
	flows  []Flow
	anyway []Transition // tried before any step's own: global words
	home   string       // "flow/step" where a new conversation begins
	steps  map[string]place
}

type place struct {
	flow string
	step Step
}

// Home is the "flow/step" where a new conversation begins.
func (b Book) Home() string { return b.home }

// Flows returns the flows, for drawing and for checks.
func (b Book) Flows() []Flow { return b.flows }

// Texts returns every text key that a flow may say.
func (b Book) Texts() []string {
	var keys []string
	for _, f := range b.flows {
		keys = append(keys, f.Texts...)
		if f.Door != "" {
			keys = append(keys, f.Title)
		}
	}
	return keys
}

// Chooses reports whether the screen of the state is a choice.
func (b Book) Chooses(s bot.State) bool {
	p, ok := b.steps[path(s)]
	return ok && p.step.Choice
}

// TellsPlace reports whether the screen of the state tells a place in the queue.
func (b Book) TellsPlace(s bot.State) bool {
	p, ok := b.steps[path(s)]
	return ok && p.step.Place
}
