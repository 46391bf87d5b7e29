package settings

import "visnyk/flows"

func askData(t flows.Turn) []flows.Effect {
	say := line("settings.about_data")
	say.Buttons = [][]flows.Button{flows.Row(flows.T("settings.show"), toKept)}
	if sharesPhone(t) {
		say.Buttons = append(say.Buttons, flows.Row(flows.T("settings.phone"), toPhone))
	}
	say.Buttons = append(say.Buttons, flows.Row(flows.T("settings.erase"), toErase), back())
	return []flows.Effect{say}
}

// kept says in words what we hold of the person, and how the whole of it is to
// be had.
func kept(t flows.Turn) []flows.Effect {
	name := flows.T("settings.kept_nameless")
	if t.Facts.Name != "" {
		name = flows.T("settings.kept_name", "Name", t.Facts.Name)
	}
	say := flows.Say{Texts: []flows.Text{flows.T("settings.kept"), name}}
	if t.Facts.Known {
		say.Texts = append(say.Texts, flows.T("settings.kept_known"))
	}
	say.Texts = append(say.Texts, flows.T("settings.kept_more"), flows.T("settings.kept_file"))
	say.Buttons = [][]flows.Button{{flows.OperatorButton()}, flows.Row(flows.T("settings.erase"), toErase), back()}
	return []flows.Effect{say}
}

// askErase asks before anything is forgotten. A chat that has just come may only
// have another one asked.
func askErase(t flows.Turn) []flows.Effect {
	if t.Pending(flows.ToForget) || t.Requested(flows.ToForget) && t.Facts.Newcomer() && t.Facts.Reach() {
		return asked(t)
	}
	key, sure := "settings.ask_erase", "settings.erase_yes"
	switch {
	case !t.Facts.Newcomer():
	case t.Facts.Reach():
		key, sure = "settings.ask_erase_new", "settings.erase_check"
	default:
		key = "settings.ask_erase_late"
	}
	say := line(key)
	say.Buttons = [][]flows.Button{
		flows.Row(flows.T(sure), toErased), flows.Row(flows.T("settings.erase_no"), toData),
		{flows.MenuButton()},
	}
	return []flows.Effect{say}
}

// askStop asks whether what sounded like it is meant: no news any more. Who gets
// none already is told so.
func askStop(t flows.Turn) []flows.Effect {
	if t.Facts.Quiet() {
		say := line("stop.done")
		say.Buttons = [][]flows.Button{flows.Row(flows.T("stop.resume"), flows.ToResume), {flows.MenuButton()}}
		return []flows.Effect{say}
	}
	say := line("stop.ask")
	say.Buttons = [][]flows.Button{
		{{Label: flows.T("stop.yes"), Action: flows.ToStop}, {Label: flows.T("stop.no"), Action: toNews}},
		{flows.MenuButton()},
	}
	return []flows.Effect{say}
}

// asked says what becomes of a newcomer's wish to be forgotten.
func asked(t flows.Turn) []flows.Effect {
	say := line("settings.erase_asked")
	say.Buttons = [][]flows.Button{back()}
	if t.Pending(flows.ToForget) {
		say = line("settings.erase_late")
		say.Buttons = [][]flows.Button{flows.Row(flows.T("settings.erase_keep"), toKeep), back()}
	}
	return []flows.Effect{say}
}

func requestErase(t flows.Turn) []flows.Effect {
	return t.Request(flows.ToForget, flows.HeardEraseAsk, flows.HeardEraseLate)
}

func keepAll(flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Unwait{Name: flows.ToForget}, flows.Set{Name: flows.ToForget}, line("settings.erase_kept")}
}

func erase(flows.Turn) []flows.Effect { return []flows.Effect{flows.Erase{}} }

// limited says what a chat that has just come may do.
func limited(flows.Turn) []flows.Effect {
	say := line("settings.limited")
	say.Buttons = [][]flows.Button{flows.Row(flows.T("settings.chats"), toChats), back()}
	return []flows.Effect{say}
}
