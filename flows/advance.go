package flows

import (
	"fmt"
	"slices"
	"strings"

	"visnyk/bot"
)

// MaxSteps bounds how many steps one turn may pass through.
const MaxSteps = 100

// Advance applies the event to the state. It is pure: the same turn gives the
// same state and effects, in any process. State.Screen and State.Buttons are
// not touched here; they follow from what is really said.
func (b Book) Advance(t Turn) (bot.State, []Effect, error) {
	before := t.State.Vars
	for _, name := range ofScreen {
		t.set(name, "")
	}
	from := path(t.State)
	state, effects, err := b.advance(&t)
	if err != nil {
		return state, nil, err
	}
	t.State = state
	if path(state) != from {
		for _, name := range b.steps[from].step.Vars {
			t.set(name, "")
		}
	}
	if lastSay(effects) < 0 { // the screen is still there
		for _, name := range ofScreen {
			if was := before.Get(name); was != "" {
				t.set(name, was)
			}
		}
	}
	effects = t.mention(effects)
	return t.State, effects, nil
}

// ofScreen are the variables that last as long as the screen they were set with.
var ofScreen = [...]string{VarGreeted, VarNews, VarGuessed}

// advance goes along one arrow. What the effects change shows in t.
func (b Book) advance(t *Turn) (bot.State, []Effect, error) {
	p, known := b.steps[path(t.State)]
	if !known { // a new conversation, or a step that a later version took away
		p = b.steps[b.home]
		t.State.Flow, t.State.Step = p.flow, p.step.Name
	}
	tr := choose(*t, b.anyway, p.step)
	var effects []Effect
	if tr.Do != nil {
		effects = t.conclude(nil, tr.Do(*t))
	}
	if tr.To == "" {
		if !known {
			return b.enter(t, b.home, effects)
		}
		return t.State, t.remark(join(effects), p.step), nil
	}
	if tr.To == Again {
		if !known || p.step.Pass {
			return b.enter(t, Menu, effects)
		}
		return b.enter(t, path(t.State), effects)
	}
	return b.enter(t, qualify(p.flow, tr.To), effects)
}

// Show returns what the current step says on arriving, and nothing else of what
// it does: for a person who needs the current screen again. Where no step is
// current, it is what a new conversation begins with.
func (b Book) Show(t Turn) []Effect {
	t.Event = &bot.Event{}
	p, ok := b.steps[path(t.State)]
	var effects []Effect
	if ok && !p.step.Pass {
		effects = t.conclude(nil, p.step.Enter(t))
	} else {
		_, effects, _ = b.enter(&t, b.home, nil) // home was checked with the book
	}
	said := slices.DeleteFunc(join(effects), func(e Effect) bool {
		_, says := e.(Say)
		return !says
	})
	return t.withNews(said)
}

// enter goes to the step, and on through steps that do not wait.
func (b Book) enter(t *Turn, to string, effects []Effect) (bot.State, []Effect, error) {
	for range MaxSteps {
		p, ok := b.steps[to]
		if !ok {
			return t.State, nil, fmt.Errorf("no step %q", to)
		}
		t.State.Flow, t.State.Step = p.flow, p.step.Name
		effects = t.conclude(effects, p.step.arrive(*t))
		if !p.step.Pass {
			return t.State, join(effects), nil
		}
		tr := choose(*t, nil, p.step)
		if tr.Do != nil {
			effects = t.conclude(effects, tr.Do(*t))
		}
		to = qualify(p.flow, tr.To)
	}
	return t.State, nil, fmt.Errorf("more than %d steps without a wait, last %q", MaxSteps, to)
}

// choose returns the first arrow that fits.
func choose(t Turn, anyway []Transition, s Step) Transition {
	for _, list := range [][]Transition{anyway, s.On} {
		for _, tr := range list {
			if tr.When(t) {
				return tr
			}
		}
	}
	return s.Else
}

// conclude adds more to effects. What they change takes hold at once, so that the
// next step of the same turn already sees it.
func (t *Turn) conclude(effects, more []Effect) []Effect {
	effects = slices.Grow(effects, len(more))
	for _, e := range more {
		if set, ok := e.(Set); ok {
			t.set(set.Name, set.Value)
			continue
		}
		t.Facts = t.Facts.After(e)
		effects = append(effects, e)
	}
	return effects
}

// set gives a variable its value, among variables that are the turn's own from then on.
func (t *Turn) set(name, value string) {
	if t.Var(name) == value {
		return
	}
	if !t.own {
		t.State.Vars, t.own = t.State.Vars.Copy(4), true
	}
	t.State.Vars.Set(name, value)
}

// remark returns what is said without leaving the step the buttons of its screen:
// some messengers show buttons only under the last message.
func (t Turn) remark(effects []Effect, s Step) []Effect {
	last := -1
	for i, e := range effects {
		if _, ok := e.(Say); ok {
			last = i
		}
	}
	if last < 0 || len(effects[last].(Say).Buttons) > 0 || s.Pass {
		return effects
	}
	for _, e := range s.Enter(t) {
		if screen, ok := e.(Say); ok && len(screen.Buttons) > 0 {
			say := effects[last].(Say)
			say.Buttons, say.Under = screen.Buttons, screen.Tells
			effects[last] = say
		}
	}
	return effects
}

// join puts a Say without buttons in front of the Say that follows it, so that
// a turn is one message where it can be: a person reads one answer, and the
// buttons stand under the last thing said.
func join(effects []Effect) []Effect {
	joined := make([]Effect, 0, len(effects))
	open := -1 // the Say in joined that still waits for its buttons
	for _, e := range effects {
		say, ok := e.(Say)
		if ok && open >= 0 {
			first := joined[open].(Say)
			say.Texts = slices.Concat(first.Texts, say.Texts)
			say.Tells = slices.Concat(first.Tells, say.Tells)
			say.Choice = false
			joined, e = slices.Delete(joined, open, open+1), say
		}
		joined = append(joined, e)
		if !ok {
			continue
		}
		open = len(joined) - 1
		if len(say.Buttons) > 0 {
			open = -1
		}
	}
	return joined
}

func path(s bot.State) string { return s.Flow + "/" + s.Step }

func qualify(flow, to string) string {
	if strings.Contains(to, "/") {
		return to
	}
	return flow + "/" + to
}
