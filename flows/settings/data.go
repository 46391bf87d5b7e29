package settings

import "visnyk/flows"

func askData(flows.Turn) []flows.Effect {
	say := line("settings.about_data")
	say.Buttons = [][]flows.Button{
		flows.Row(flows.T("settings.show"), toKept), flows.Row(flows.T("settings.erase"), toErase), back(),
	}
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

func askErase(flows.Turn) []flows.Effect {
	say := line("settings.ask_erase")
	say.Buttons = [][]flows.Button{
		flows.Row(flows.T("settings.erase_yes"), toErased), flows.Row(flows.T("settings.erase_no"), toData),
		{flows.MenuButton()},
	}
	return []flows.Effect{say}
}
