// Package menu is the crossroads of a conversation, and the place where a
// person asks to be left alone or to be told things again.
package menu

import (
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// Flow returns the flow.
func Flow() flows.Flow {
	return flows.Flow{
		Name: "menu", Door: "main", Title: "button.menu",
		Steps: []flows.Step{
			{
				Name: "main", Enter: show, Choice: true,
				On:   []flows.Transition{flows.Asking()},
				Else: flows.Stay(),
			},
			{
				Name: "stop", Pass: true,
				Else: flows.Transition{Label: "then", Do: stop, To: "stopped"},
			},
			{
				Name: "stopped", Enter: confirm,
				On:   []flows.Transition{flows.Asking()},
				Else: flows.Stay(),
			},
			{
				Name: "resume", Pass: true,
				On:   []flows.Transition{{Label: "no topic is on", When: deaf, Do: resume, To: "settings/topics"}},
				Else: flows.Transition{Label: "then", Do: resume, To: "main"},
			},
		},
		Texts: []string{
			"menu.choose", "menu.changes", "menu.questions", "menu.waiting", "button.operator", "button.menu",
			"menu.settings", "language.uk", "language.ru", "stop.done", "stop.resume", "stop.resumed", "stop.getting",
			"settings.limited", "stop.here", "stop.here_late", "stop.elsewhere",
		},
	}
}

// The rows of the menu. Every third turn says them.
var (
	changes   = flows.Row(flows.T("menu.changes"), flows.ToChanges)
	questions = flows.Row(flows.T("menu.questions"), flows.ToQuestions)
	operator  = []flows.Button{flows.OperatorButton()}
	waiting   = flows.Row(flows.T("menu.waiting"), flows.ToOperator)
	resumes   = flows.Row(flows.T("stop.resume"), flows.ToResume)
	settings  = flows.Row(flows.T("menu.settings"), flows.ToSettings)
	languages = []flows.Button{
		{Label: flows.T("language.uk"), Action: flows.ToUkrainian},
		{Label: flows.T("language.ru"), Action: flows.ToRussian},
	}
)

func show(t flows.Turn) []flows.Effect {
	buttons := append(make([][]flows.Button, 0, 6), changes, questions)
	if t.Waiting() {
		buttons = append(buttons, waiting)
	} else {
		buttons = append(buttons, operator)
	}
	if t.Facts.Quiet() {
		buttons = append(buttons, resumes)
	}
	buttons = append(buttons, settings)
	if t.Var(flows.VarGreeted) != "" { // the language may still be the wrong one
		buttons = append(buttons, languages)
	}
	return []flows.Effect{
		flows.Set{Name: flows.VarTopic}, flows.Set{Name: flows.VarAsked}, flows.Set{Name: flows.VarPage}, // what was talked of before is over
		flows.Say{Texts: []flows.Text{flows.T("menu.choose")}, Buttons: buttons},
	}
}

// Anywhere are the arrows of a stop that fit in any step.
func Anywhere() []flows.Transition {
	return []flows.Transition{
		flows.Due(flows.ToSilence, "", func(t flows.Turn) []flows.Effect {
			return append(t.StopEverywhere(), flows.Set{Name: flows.ToSilence})
		}),
		flows.Undue(flows.ToSilence, ""),
	}
}

// stop holds everywhere. Said in a chat that has just come it holds there, and
// elsewhere only once the person has said so in another or nobody objects.
func stop(t flows.Turn) []flows.Effect {
	switch {
	case !t.Facts.Newcomer():
		return t.StopEverywhere()
	case t.Facts.Quiet():
		return nil
	}
	return append([]flows.Effect{flows.Stop{Here: true}}, t.Request(flows.ToSilence, flows.HeardStopAsk, "")...)
}

func confirm(t flows.Turn) []flows.Effect {
	key := "stop.done"
	switch {
	case t.Facts.Stopped || len(t.Facts.Chats) < 2:
	case t.Pending(flows.ToSilence):
		key = "stop.here_late"
	case t.Facts.Hushed:
		key = "stop.here"
	}
	return []flows.Effect{flows.Say{
		Texts:   []flows.Text{flows.T(key)},
		Buttons: [][]flows.Button{flows.Row(flows.T("stop.resume"), flows.ToResume), {flows.MenuButton()}},
	}}
}

// resume takes back a stop and a pause; a chat that has just come takes back its own
// stop alone. Who had neither hears that they get the news already.
func resume(t flows.Turn) []flows.Effect {
	newcomer := t.Facts.Newcomer()
	key := "stop.getting"
	var effects []flows.Effect
	if t.Facts.Quiet() && (!newcomer || t.Facts.Hushed) {
		effects, key = append(effects, flows.Resume{Here: newcomer}), "stop.resumed"
	}
	if t.Var(flows.ToSilence) != "" {
		effects, key = append(effects, flows.Unwait{Name: flows.ToSilence}, flows.Set{Name: flows.ToSilence}), "stop.resumed"
	}
	switch paused := t.Facts.Wishes.Paused(t.Facts.Now); {
	case newcomer && t.Facts.Stopped:
		key = "stop.elsewhere"
	case newcomer && paused && key == "stop.getting":
		key = "settings.limited"
	case !newcomer && paused:
		w := t.Facts.Wishes
		w.PausedUntil = time.Time{}
		effects, key = append(effects, flows.Wish{Wishes: w}), "stop.resumed"
	}
	return append(effects, flows.Say{Texts: []flows.Text{flows.T(key)}})
}

// deaf reports whether the person has turned every topic off, so that no news would
// come though they may.
func deaf(t flows.Turn) bool {
	return !t.Facts.Newcomer() && len(t.Facts.Wishes.Muted) == len(bot.ChangeKinds())
}
