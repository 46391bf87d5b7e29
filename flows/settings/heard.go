package settings

import (
	"strings"

	"visnyk/bot"
	"visnyk/flows"
)

// varHeard is what another chat did, and the address of that chat.
const varHeard = "heard"

func heardTexts() []string {
	return []string{
		"heard.join", "heard.join_here", "heard.stop", "heard.stop_ask", "heard.stop_yes", "heard.stop_no", "heard.stop_kept",
		"heard.erase_ask", "heard.erase_late", "heard.apart", flows.ErasedElsewhere,
	}
}

// Anywhere are the arrows of the settings that fit in any step.
func Anywhere() []flows.Transition {
	relayed := func(t flows.Turn) bool { return t.Event.Kind == bot.Relayed }
	return append(append(many(), numbers()...), []flows.Transition{
		{
			Label: "word of another chat", To: flows.Heard,
			When: func(t flows.Turn) bool { return relayed(t) && worth(t) },
			Do: func(t flows.Turn) []flows.Effect {
				of := t.Event.ID
				if asker(t, of) == nil { // apart already: it is not to be remembered
					of = ""
				}
				return []flows.Effect{flows.Set{Name: varHeard, Value: t.Event.Detail + " " + of}}
			},
		},
		{Label: "old word of another chat", When: relayed},
		flows.Due(flows.ToForget, "settings/erased", erase),
		flows.Undue(flows.ToForget, flows.HeardEraseLate),
	}...)
}

// worth reports whether the person is to hear of it: it is still so. A join is heard
// of by those too who want nothing but answers, for it may be a stranger's doing.
func worth(t flows.Turn) bool {
	switch t.Event.Detail {
	case flows.HeardJoin:
		return t.Facts.OnProbation()
	case flows.HeardStop:
		return !t.Facts.Hushed
	case flows.HeardStopAsk:
		return !t.Facts.Stopped && asker(t, t.Event.ID) != nil
	}
	return asker(t, t.Event.ID) != nil
}

// asker is the other chat that it is about; nil when that is not the person's any
// more.
func asker(t flows.Turn, address string) *flows.Chat {
	for _, c := range t.Facts.Chats {
		if !c.Here && c.Address.String() == address {
			return &c
		}
	}
	return nil
}

// heardOf returns what this chat has heard, and of which.
func heardOf(t flows.Turn) (what string, of *flows.Chat) {
	what, address, _ := strings.Cut(t.Var(varHeard), " ")
	return what, asker(t, address)
}

func heardStep(on func(...flows.Transition) []flows.Transition) flows.Step {
	sure := func(what string) func(flows.Turn) bool {
		return func(t flows.Turn) bool {
			_, of := heardOf(t)
			return t.Pressed(flows.Action(yes, what)) && of != nil && t.Facts.Vouches(*of)
		}
	}
	pressedYes := func(t flows.Turn) bool {
		return t.Pressed(flows.Action(yes, flows.ToForget)) || t.Pressed(flows.Action(yes, flows.ToSilence))
	}
	return flows.Step{
		Name: "heard", Enter: heard, Else: flows.Stay(), Vars: []string{varHeard},
		On: on(
			flows.Transition{Label: "[part a chat]", To: "chats", When: chosen(pickedChat), Do: partChat},
			parting(0).Turning("heard"),
			flows.Transition{Label: "[yes] erase", To: "erased", When: sure(flows.ToForget), Do: erase},
			flows.Transition{Label: "[yes] stop", To: "menu/stopped", When: sure(flows.ToSilence), Do: flows.Turn.StopEverywhere},
			flows.Transition{Label: "[yes] to nobody", To: "chats", When: pressedYes, Do: says("heard.apart")},
			flows.Pressing(toKeep, flows.Menu, says("settings.erase_kept")),
			flows.Pressing(toNews, flows.Menu, says("heard.stop_kept")),
		),
	}
}

// heard says what was done in another chat, and what can be done about it.
func heard(t flows.Turn) []flows.Effect {
	what, of := heardOf(t)
	if what == flows.HeardJoin {
		return heardOfJoin(t)
	}
	if of == nil {
		say := line("heard.apart")
		say.Buttons = [][]flows.Button{back()}
		return []flows.Effect{say}
	}
	say := line("heard."+what, "Channel", of.Name())
	switch what {
	case flows.HeardStop:
		say.Buttons = append(say.Buttons, flows.Row(flows.T("stop.resume"), flows.ToResume))
	case flows.HeardStopAsk:
		say.Buttons = append(say.Buttons,
			flows.Row(flows.T("heard.stop_yes"), flows.Action(yes, flows.ToSilence)), flows.Row(flows.T("heard.stop_no"), toNews))
	case flows.HeardEraseAsk:
		say.Buttons = append(say.Buttons,
			flows.Row(flows.T("settings.erase_yes"), flows.Action(yes, flows.ToForget)), flows.Row(flows.T("settings.erase_no"), toKeep))
	}
	return []flows.Effect{withParting(t, say, func(c flows.Chat) bool {
		return what != flows.HeardStop && (c.Address == of.Address || t.Facts.Here().New && c.Here)
	})}
}

// heardOfJoin names those who have just come: this chat, or the others.
func heardOfJoin(t flows.Turn) []flows.Effect {
	var say flows.Say
	mine := t.Facts.Here().New
	for _, c := range t.Facts.Chats {
		switch {
		case mine && !c.Here && len(say.Texts) == 0:
			say.Texts = append(say.Texts, flows.T("heard.join_here", "Channel", c.Name()))
		case !mine && c.New:
			say.Texts = append(say.Texts, flows.T("heard.join", "Channel", c.Name()))
		}
	}
	say.Texts = say.Texts[:min(len(say.Texts), flows.PageRows)]
	if len(say.Texts) == 0 { // it has been a while
		return listChats(t)
	}
	return []flows.Effect{withParting(t, say, func(c flows.Chat) bool { return c.New })}
}

// withParting adds a way out for those of the chats that may go, and the menu.
func withParting(t flows.Turn, say flows.Say, which func(flows.Chat) bool) flows.Say {
	var rows [][]flows.Button
	for _, c := range t.Facts.Chats {
		if which(c) && partable(t, c) {
			rows = append(rows, partRow(c))
		}
	}
	page := parting(len(say.Buttons)).Page(t, len(rows))
	say.Texts = append(say.Texts, page.Note()...)
	say.Buttons = append(append(say.Buttons, rows[page.From:page.To]...), page.Row()...)
	say.Buttons = append(say.Buttons, []flows.Button{flows.MenuButton()})
	return say
}

// parting are the pages of the chats that may go, above the menu and other buttons.
func parting(others int) flows.List { return flows.List{Name: "parting", Below: others + 1} }
