package change

import (
	"visnyk/bot"
	"visnyk/flows"
)

// lasting are the arrows of the buttons under a change that was told, wherever the
// conversation stands since. A press speaks of the version that was read, so it
// never counts for another.
func lasting() []flows.Transition {
	on := []flows.Transition{
		{Label: "[of a change]: the operator answers", When: lastingWhileHeld},
		{
			Label: "[of a change]: it is no longer told", Do: notify("change.gone"),
			When: func(t flows.Turn) bool {
				_, known := t.LastingEntry()
				return t.Facts.Lasting.Do != "" && !t.Facts.Lasting.Current && !known
			},
		},
		{
			Label: "[of a change]: there is a newer version", When: outdated, To: "change/about",
			Do: func(t flows.Turn) []flows.Effect {
				return []flows.Effect{about(t), flows.Say{Texts: []flows.Text{flows.T("change.newer")}}}
			},
		},
		{
			Label: "[of a change " + toAcknowledge + "]: once more", Do: notify("change.already"),
			When: func(t flows.Turn) bool {
				n, _ := t.LastingEntry()
				return t.Lasting(toAcknowledge) && n.Acknowledged
			},
		},
		pressed(toAcknowledge, "", func(t flows.Turn) []flows.Effect {
			n, _ := t.LastingEntry()
			return append(acknowledged(n, under(read(n), t.Facts.Lasting.Part)), flows.Notify{Text: flows.T("change.thanks")})
		}),
		pressed(toAsk, "change/ask", func(t flows.Turn) []flows.Effect {
			return []flows.Effect{about(t), flows.Mark{Change: t.Facts.Lasting.Change, As: bot.MarkAsked}}
		}),
		pressed(toFollow, "", followed(true, "change.followed")),
		pressed(toUnfollow, "", followed(false, "change.unfollowed")),
	}
	for _, s := range sides() {
		on = append(on, pressed(s.step, "change/"+s.step, func(t flows.Turn) []flows.Effect { return []flows.Effect{about(t)} }))
	}
	// What another version of ours offered, or nobody did: no step takes it for a
	// word of the person's.
	return append(on, flows.Transition{
		Label: "[of a change]: nobody knows the button", Do: notify("press.gone"),
		When: func(t flows.Turn) bool { return t.Facts.Lasting.Do != "" && !t.Facts.Lasting.Current },
	})
}

// pressed is the arrow of a lasting button that does this.
func pressed(do, to string, effects func(flows.Turn) []flows.Effect) flows.Transition {
	return flows.Transition{
		Label: "[of a change " + do + "]", To: to, Do: effects,
		When: func(t flows.Turn) bool { return t.Lasting(do) },
	}
}

// about makes the change of the lasting button the one that is read.
func about(t flows.Turn) flows.Effect {
	return flows.Set{Name: flows.VarChange, Value: t.Facts.Lasting.Change}
}

func outdated(t flows.Turn) bool {
	n, known := t.LastingEntry()
	return known && n.Change.Version != t.Facts.Lasting.Version
}

// lastingWhileHeld reports whether the press has to be silent because an operator
// answers: only that somebody has read a change is noted then.
func lastingWhileHeld(t flows.Turn) bool {
	held := t.Facts.Ticket != nil && t.Facts.Ticket.State == bot.TicketTaken
	_, known := t.LastingEntry()
	return held && t.Facts.Lasting.Do != "" && !(known && t.Facts.Lasting.Do == toAcknowledge && !outdated(t))
}

// acknowledged notes that the change has been read. The message whose button says
// so shows it from now on.
func acknowledged(n bot.LedgerEntry, buttons [][]flows.Button) []flows.Effect {
	last := len(buttons) - 1
	done := flows.Button{Label: flows.T("change.understood_done"), Action: toAcknowledge, Lasting: true}
	buttons[last] = append([]flows.Button{done}, buttons[last]...)
	return []flows.Effect{flows.Mark{Change: n.Change.ID, As: bot.MarkAcknowledged}, flows.Amend{Buttons: buttons}}
}

// read is the entry of who has read it.
func read(n bot.LedgerEntry) bot.LedgerEntry {
	n.Acknowledged = true
	return n
}

// under are the buttons under a part of the change, for who has read it.
func under(n bot.LedgerEntry, part bot.RenderingPart) [][]flows.Button {
	if part.Kind() != bot.PartCorrection {
		return answers(n, sideOf(part))
	}
	buttons := underNews(part)
	buttons[1] = buttons[1][1:]
	return buttons
}

func followed(on bool, key string) func(flows.Turn) []flows.Effect {
	return func(t flows.Turn) []flows.Effect {
		return []flows.Effect{flows.Follow{Change: t.Facts.Lasting.Change, On: on}, flows.Notify{Text: flows.T(key)}}
	}
}

func notify(key string) func(flows.Turn) []flows.Effect {
	return func(flows.Turn) []flows.Effect { return []flows.Effect{flows.Notify{Text: flows.T(key)}} }
}
