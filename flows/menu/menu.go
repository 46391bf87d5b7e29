// Package menu is the crossroads of a conversation, and the place where a
// person asks to be left alone or to be told things again.
package menu

import "visnyk/flows"

// Flow gives the flow.
func Flow() flows.Flow {
	return flows.Flow{
		Name: "menu",
		Steps: []flows.Step{
			{
				Name: "main", Enter: show,
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
				Else: flows.Transition{Label: "then", Do: resume, To: "main"},
			},
		},
		Texts: []string{
			"menu.choose", "menu.changes", "menu.questions", "menu.waiting", "button.operator", "button.menu",
			"menu.settings", "language.uk", "language.ru", "stop.done", "stop.resume", "stop.resumed",
		},
	}
}

func show(t flows.Turn) []flows.Effect {
	operator := flows.OperatorButton()
	if t.Waiting() {
		operator.Label = flows.T("menu.waiting")
	}
	buttons := [][]flows.Button{
		flows.Row(flows.T("menu.changes"), flows.ToChanges),
		flows.Row(flows.T("menu.questions"), flows.ToQuestions),
		{operator},
	}
	if t.Facts.Stopped {
		buttons = append(buttons, flows.Row(flows.T("stop.resume"), flows.ToResume))
	}
	buttons = append(buttons, flows.Row(flows.T("menu.settings"), flows.ToSettings))
	if t.Var(flows.VarGreeted) != "" { // the language may still be the wrong one
		buttons = append(buttons, []flows.Button{
			{Label: flows.T("language.uk"), Action: flows.ToUkrainian},
			{Label: flows.T("language.ru"), Action: flows.ToRussian},
		})
	}
	return []flows.Effect{
		flows.Set{Name: flows.VarTopic}, flows.Set{Name: flows.VarAsked}, // what was talked of before is over
		flows.Say{Texts: []flows.Text{flows.T("menu.choose")}, Buttons: buttons},
	}
}

func stop(t flows.Turn) []flows.Effect {
	if t.Facts.Stopped {
		return nil
	}
	return []flows.Effect{flows.Stop{}}
}

func confirm(flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Say{
		Texts:   []flows.Text{flows.T("stop.done")},
		Buttons: [][]flows.Button{flows.Row(flows.T("stop.resume"), flows.ToResume), {flows.MenuButton()}},
	}}
}

func resume(flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Resume{}, flows.Say{Texts: []flows.Text{flows.T("stop.resumed")}}}
}
