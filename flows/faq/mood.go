package faq

import (
	"slices"
	"strings"
	"unicode"

	"visnyk/bot"
	"visnyk/flows"
)

// heard are the arrows of what a text turned out to be. Who is angry gets a person,
// and no suggestions; what is no question is no miss.
func heard() []flows.Transition {
	on := func(label string, o flows.Outcome, to string, do func(flows.Turn) []flows.Effect) flows.Transition {
		return flows.Transition{Label: label, When: turnedOut(o), Do: do, To: to}
	}
	return []flows.Transition{
		{Label: "a change", When: turnedOut(ofChange), To: flows.Part},
		on("sure", flows.Sure, "answer", nil),
		{Label: "after a talk", When: unsettled, Do: askAgain, To: flows.Human},
		on("several", flows.Unclear, "clarify", nil),
		{Label: "anger at the answer", When: both(turnedOut(flows.Complains), both(bySign, at("answer", "clarify"))), To: flows.Human, Do: func(t flows.Turn) []flows.Effect {
			return append(judgedBad(t), flows.Complaining(t)...)
		}},
		on("for an operator", flows.AsksHuman, flows.Human, nil),
		on("a complaint", flows.Complains, flows.Human, flows.Complaining),
		on("a threat", flows.Threatens, flows.Human, func(t flows.Turn) []flows.Effect {
			return append(flows.Complaining(t), say("mood.threat")...)
		}),
		on("money back", flows.WantsRefund, flows.Human, func(t flows.Turn) []flows.Effect {
			return append(flows.Calling(bot.ReasonAsked, t.Var(flows.VarTopic)), say("mood.refund")...)
		}),
		{Label: "to the operator", When: aside, Do: passOn, To: "handoff/waiting"},
		on("thanks", flows.SaysThanks, "welcome/thanks", nil),
		on("a greeting", flows.SaysHello, "welcome/hello", nil),
		on("a farewell", flows.SaysBye, "welcome/bye", nil),
		{Label: "thanks for what was offered", To: "welcome/thanks", When: both(turnedOut(flows.SaysYes), both(bySign, at("clarify"))), Do: func(flows.Turn) []flows.Effect {
			return []flows.Effect{flows.Set{Name: flows.VarAsked}}
		}},
		{Label: "yes to the answer", When: both(turnedOut(flows.SaysYes), at("answer")), Do: helped, To: flows.Menu},
		{Label: "no to the answer", When: both(denies, at("answer")), Do: unhelped, To: "unhelped"},
		{Label: "none of these", When: refused, To: "missed"},
		{Label: "yes to a person", When: both(consents, at(offers()...)), Do: accept, To: flows.Human},
		on("it did not help", flows.Unhelped, "unhelped", nil),
		{Label: "anger again", When: both(turnedOut(flows.Insults), has(varSorry)), Do: flows.Complaining, To: flows.Human},
		on("anger", flows.Insults, "sorry", func(flows.Turn) []flows.Effect {
			return []flows.Effect{flows.Set{Name: varSorry, Value: "yes"}}
		}),
		{Label: "a change is dear", When: both(turnedOut(flows.FindsDear), has(flows.VarTopic)), Do: askHuman, To: flows.Human},
		on("dear", flows.FindsDear, "dear", nil),
		on("where to reach us", flows.WantsContact, "contact", nil),
		on("who is this", flows.WondersWho, flows.Menu, func(t flows.Turn) []flows.Effect {
			return []flows.Effect{flows.Say{Texts: []flows.Text{t.Facts.Signed("mood.who")}}}
		}),
		on("chatter", flows.Chats, flows.Menu, saying("mood.chat")),
		on("agreement", flows.SaysYes, flows.Menu, saying("mood.fine")),
		on("no, thanks", flows.SaysNo, flows.Menu, saying("mood.fine")),
		on("who am I", flows.WondersWhoAmI, "welcome/name", nil),
		{Label: "perhaps for a person", When: perhapsForPerson, Do: miss, To: "person"},
	}
}

func saying(key string) func(flows.Turn) []flows.Effect {
	return func(flows.Turn) []flows.Effect { return say(key) }
}

// helped and unhelped are what the buttons under an answer do.
func helped(t flows.Turn) []flows.Effect {
	return append(t.Ended(bot.EndedHelped, nil, t.Var(flows.VarArticle)), say("faq.glad")...)
}

func unhelped(t flows.Turn) []flows.Effect {
	return t.Ended(bot.EndedUnhelped, nil, t.Var(flows.VarArticle))
}

// judgedBad notes that neither an answer nor what was offered was of help.
func judgedBad(t flows.Turn) []flows.Effect {
	if at("clarify")(t) {
		return t.Ended(bot.EndedRejected, articles(t), "")
	}
	return unhelped(t)
}

// bySign reports whether the person said it by a sign alone, as by 👍.
func bySign(t flows.Turn) bool { return !strings.ContainsFunc(t.Event.Text, unicode.IsLetter) }

// refused reports whether the person said that no suggestion is what they meant.
func refused(t flows.Turn) bool { return both(denies, at("clarify"))(t) }

// denies reports whether the text says no, or that an answer did not help.
func denies(t flows.Turn) bool { return turnedOut(flows.Unhelped)(t) || turnedOut(flows.SaysNo)(t) }

// perhapsForPerson reports whether a text that nothing answers may be for a person,
// whom nobody has called yet.
func perhapsForPerson(t flows.Turn) bool {
	return turnedOut(flows.Nothing)(t) && t.Var(varDoubt) != "" && !t.Waiting() && t.Var(flows.VarTopic) == ""
}

// offers are the steps that offer a person.
func offers() []string {
	return []string{"unknown", "offer", "unhelped", "dear", "contact", "sorry", "person"}
}

// offering is a step that has no answer and offers a person.
func offering(name, key string, reason bot.Reason, vars ...string) flows.Step {
	return flows.Step{
		Name: name, Vars: append(vars, varSaidAt),
		Enter: func(t flows.Turn) []flows.Effect {
			return []flows.Effect{flows.Say{
				Texts:   append([]flows.Text{flows.T(key)}, inEnglish(t)...),
				Buttons: [][]flows.Button{flows.Row(flows.T("faq.human"), toHuman), {flows.MenuButton()}},
			}}
		},
		On:   []flows.Transition{calling(reason), said(name, again())},
		Else: flows.Stay(),
	}
}

// consents reports whether the text says yes and nothing else.
func consents(t flows.Turn) bool {
	yes, _ := flows.Agrees(t.Event.Text)
	return yes && turnedOut(flows.SaysYes)(t)
}

// accept calls a person where one was offered.
func accept(t flows.Turn) []flows.Effect {
	reason := bot.ReasonAsked
	switch t.Var(varSaidAt) {
	case "unknown", "offer", "person":
		reason = bot.ReasonMisses
	case "unhelped", "sorry":
		reason = bot.ReasonUnhelped
	}
	return append([]flows.Effect{flows.Set{Name: flows.VarMisses}}, flows.Calling(reason, t.Var(flows.VarTopic))...)
}

// said notes the step in which the person wrote: what they say may be about it.
func said(step string, tr flows.Transition) flows.Transition {
	do := tr.Do
	tr.Do = func(t flows.Turn) []flows.Effect {
		effects := []flows.Effect{flows.Set{Name: varSaidAt, Value: step}}
		if do != nil {
			effects = append(effects, do(t)...)
		}
		return effects
	}
	return tr
}

// at reports whether the text was written in one of the steps.
func at(steps ...string) func(flows.Turn) bool {
	return func(t flows.Turn) bool { return slices.Contains(steps, t.Var(varSaidAt)) }
}

func both(a, b func(flows.Turn) bool) func(flows.Turn) bool {
	return func(t flows.Turn) bool { return a(t) && b(t) }
}

// turnedOut tells what the text that was searched for turned out to be.
func turnedOut(outcomes ...flows.Outcome) func(flows.Turn) bool {
	return func(t flows.Turn) bool { return slices.Contains(outcomes, flows.Outcome(t.Var(varHeard))) }
}

// aside reports whether the text was no question, and an operator whom the person
// waits for will read it.
func aside(t flows.Turn) bool {
	o := flows.Outcome(t.Var(varHeard))
	return t.Waiting() && o != flows.Nothing
}
