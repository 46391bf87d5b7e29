package main

import (
	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/change"
	"visnyk/flows/faq"
	"visnyk/flows/handoff"
	"visnyk/flows/menu"
	"visnyk/flows/settings"
	"visnyk/flows/welcome"
)

// newBook binds every flow of the service.
func newBook() (flows.Book, error) {
	all := []flows.Flow{welcome.Flow(), menu.Flow(), faq.Flow(), change.Flow(), handoff.Flow(), settings.Flow()}
	return flows.NewBook("welcome/first", anywhere(all...), all...)
}

// anywhere are the arrows that are tried first in any step: what happens to the
// conversation from outside, the buttons that lead from one flow to another,
// those of messages to many, and the words that always work.
func anywhere(all ...flows.Flow) []flows.Transition {
	speak := welcome.Switch
	arrows := []flows.Transition{
		happened(bot.Started, "welcome/start"),
	}
	arrows = append(arrows, handoff.Anywhere()...)
	arrows = append(arrows, flows.Openings(all...)...)
	arrows = append(arrows, settings.Anywhere()...)
	arrows = append(arrows, menu.Anywhere()...)
	arrows = append(arrows,
		flows.Pressing(flows.ToMenu, flows.Menu, nil),
		flows.Pressing(flows.ToChanges, "change/list", nil),
		flows.Pressing(flows.ToQuestions, "faq/ask", nil),
		flows.Pressing(flows.ToOperator, flows.Human, nil),
		flows.Pressing(flows.ToUkrainian, flows.Menu, speak(bot.Ukrainian)),
		flows.Pressing(flows.ToRussian, flows.Menu, speak(bot.Russian)),
		flows.Pressing(flows.ToSettings, "settings/main", nil),
		flows.Pressing(flows.ToStop, "menu/stop", nil),
		flows.Pressing(flows.ToResume, "menu/resume", nil),
	)
	arrows = append(arrows, change.Anywhere()...)
	return append(arrows,
		saying(flows.WantsHuman, flows.Human, nil),
		saying(flows.WantsToComplain, flows.Human, flows.Complaining),
		saying(flows.WantsStop, "menu/stop", nil),
		saying(flows.MayWantStop, "settings/stop", nil),
		saying(flows.WantsResume, "menu/resume", nil),
		saying(flows.WantsErase, "settings/erase", nil),
		saying(flows.WantsData, "settings/data", nil),
		fromNewcomer(flows.WantsTopics), fromNewcomer(flows.WantsQuiet), fromNewcomer(flows.WantsPause),
		saying(flows.WantsTopics, "settings/topics", nil),
		saying(flows.WantsQuiet, "settings/quiet", nil),
		flows.Transition{
			Label: "«" + string(flows.WantsPause) + "» until a day", To: "settings/main", Do: settings.PauseUntil,
			When: func(t flows.Turn) bool { _, ok := t.SilenceUntil(); return ok },
		},
		saying(flows.WantsPause, "settings/pause", nil),
		saying(flows.WantsMenu, flows.Menu, nil),
		unlessOfChange(saying(flows.WantsChanges, "change/list", nil)),
		saying(flows.WantsLanguage, "welcome/language", nil),
		saying(flows.WantsSettings, "settings/main", nil),
		choosing(flows.WantsUkrainian, bot.Ukrainian), choosing(flows.WantsRussian, bot.Russian),
		saying(flows.WantsUkrainian, flows.Again, welcome.Answer(bot.Ukrainian)),
		saying(flows.WantsRussian, flows.Again, welcome.Answer(bot.Russian)),
		unlessWaiting(saying(flows.Greets, "welcome/hello", nil)),
		unlessWaiting(saying(flows.Thanks, "welcome/thanks", nil)),

		welcome.Polite(),
	)
}

func happened(k bot.EventKind, to string) flows.Transition {
	return flows.Transition{Label: string(k), When: func(t flows.Turn) bool { return t.Event.Kind == k }, To: to}
}

func saying(c flows.Command, to string, do func(flows.Turn) []flows.Effect) flows.Transition {
	return flows.Transition{
		Label: "«" + string(c) + "»", Do: do, To: to,
		When: func(t flows.Turn) bool { return t.Command() == c },
	}
}

// fromNewcomer is the arrow of a wish that a chat must have been there for a while
// to have.
func fromNewcomer(c flows.Command) flows.Transition {
	tr := saying(c, "settings/limited", nil)
	when := tr.When
	tr.Label += " in a chat that has just come"
	tr.When = func(t flows.Turn) bool { return when(t) && t.Facts.Newcomer() }
	return tr
}

// choosing is the arrow of a language where it was asked for; elsewhere its word
// leaves the person where they are.
func choosing(c flows.Command, l bot.Language) flows.Transition {
	tr := saying(c, flows.Menu, welcome.Switch(l))
	when := tr.When
	tr.Label += ", asked"
	tr.When = func(t flows.Turn) bool { return when(t) && t.State.Flow == "welcome" && t.State.Step == "language" }
	return tr
}

// unlessOfChange leaves what is asked within a change, in words that fit all of them, to
// that change.
func unlessOfChange(tr flows.Transition) flows.Transition {
	when := tr.When
	tr.When = func(t flows.Turn) bool {
		return when(t) && (t.State.Flow != "change" || t.Var(flows.VarChange) == "" || t.Aspect() == flows.NoAspect)
	}
	return tr
}

// unlessWaiting leaves a greeting or thanks to the operator the person waits for.
func unlessWaiting(tr flows.Transition) flows.Transition {
	when := tr.When
	tr.When = func(t flows.Turn) bool { return when(t) && !t.Waiting() }
	return tr
}
