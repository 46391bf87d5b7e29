package faq

import (
	"visnyk/bot"
	"visnyk/flows"
)

// inLanguage is the verb of the actions that say the screen again in a language.
const inLanguage = "in"

// varAdmitted says that the person was told of the guess; once is enough.
const varAdmitted = "admitted"

// guess notes that the answer's language is a guess, the first time it is.
func guess(t flows.Turn) []flows.Effect {
	if !t.Facts.Guessed || t.Var(varAdmitted) != "" {
		return nil
	}
	return []flows.Effect{flows.Set{Name: flows.VarGuessed, Value: "yes"}, flows.Set{Name: varAdmitted, Value: "yes"}}
}

// guessed is what a screen says when its language is a guess, with the way to
// the other one.
func guessed(t flows.Turn) (note []flows.Text, other [][]flows.Button) {
	if t.Var(flows.VarGuessed) == "" {
		return nil, nil
	}
	for _, l := range bot.Languages() {
		if l != t.Facts.Language {
			label := flows.T("language." + string(l))
			other = append(other, []flows.Button{{Label: label, Action: flows.Action(inLanguage, string(l)), Listed: true}})
		}
	}
	return []flows.Text{flows.T("faq.guessed")}, other
}

// inOther are the arrows that say the step again in the language of the button.
func inOther(step string) (all []flows.Transition) {
	for _, l := range bot.Languages() {
		all = append(all, flows.Pressing(flows.Action(inLanguage, string(l)), step, func(flows.Turn) []flows.Effect {
			return []flows.Effect{flows.Speak{Language: l}}
		}))
	}
	return all
}
