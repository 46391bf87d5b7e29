package welcome

import (
	"visnyk/bot"
	"visnyk/flows"
)

const (
	toJoin  = "join.yes"
	toLeave = "join.no"
)

func joinTexts() []string {
	return []string{
		"join.ask", "join.ask_personal", "join.ask_phone", "join.gone_phone", "join.yes", "join.no", "join.left",
		"join.done", "join.already", "join.fresh", "join.foreign", "join.gone",
	}
}

// linked is the arrow of a join link in the state.
func linked(s flows.InviteState, label, to string) flows.Transition {
	return flows.Transition{
		Label: label, To: to,
		When: func(t flows.Turn) bool {
			_, ok := flows.JoinCode(t.Event.Text)
			return ok && t.Facts.Invite.State == s
		},
		Do: func(t flows.Turn) []flows.Effect {
			if s != flows.InviteGood {
				return outcome(t)
			}
			code, _ := flows.JoinCode(t.Event.Text)
			return []flows.Effect{flows.Set{Name: flows.VarJoin, Value: code}}
		},
	}
}

// joinStep asks before two chats become one: the link may be a stranger's trick.
// Who says yes to that has bot.Probation to undo it.
func joinStep() flows.Step {
	answer := func(action, label, to string, more func(flows.Turn) bool, do func(flows.Turn) []flows.Effect) flows.Transition {
		return flows.Transition{
			Label: label, To: to, Do: do,
			When: func(t flows.Turn) bool { return t.Pressed(action) && (more == nil || more(t)) },
		}
	}
	return flows.Step{
		Name: "join", Enter: askToJoin, Vars: []string{flows.VarJoin},
		On: []flows.Transition{
			answer(toJoin, "[join]: the operator has it", "handoff/taken", taken, outcome),
			answer(toJoin, "[join]: in the queue", "handoff/waiting", waiting, outcome),
			answer(toJoin, "[join]", flows.Menu, nil, outcome),
			answer(toLeave, "[no]: the operator has it", "handoff/taken", takenHere, say("join.left")),
			answer(toLeave, "[no]: in the queue", "handoff/waiting", flows.Turn.Waiting, say("join.left")),
			answer(toLeave, "[no]: not met yet", flows.Menu, onlyAsked, leaveAndGreet),
			answer(toLeave, "[no]", flows.Menu, nil, say("join.left")),
			flows.Asking(),
		},
		Else: flows.Stay(),
	}
}

// askToJoin asks in the language that will be spoken if they are joined: the
// person's own, if the link is theirs.
func askToJoin(t flows.Turn) []flows.Effect {
	key := "join.ask"
	switch {
	case t.ByPhone():
		key = "join.ask_phone"
	case t.Facts.Invite.Personal:
		key = "join.ask_personal"
	}
	return []flows.Effect{flows.Say{
		Language: t.Facts.Invite.Language,
		Texts:    []flows.Text{flows.T(key)},
		Buttons:  [][]flows.Button{flows.Row(flows.T("join.yes"), toJoin), flows.Row(flows.T("join.no"), toLeave)},
	}}
}

// outcome says what becomes of the link, in the language that is spoken then.
func outcome(t flows.Turn) []flows.Effect {
	switch t.Facts.Invite.State {
	case flows.InviteGood:
		return append([]flows.Effect{flows.Join{Code: t.Var(flows.VarJoin)}}, say("join.done")(t)...)
	case flows.InviteJoined:
		return say("join.already")(t)
	case flows.InviteOnProbation:
		return say("join.fresh")(t)
	case flows.InviteOther:
		return say("join.foreign")(t)
	}
	if t.ByPhone() {
		return say("join.gone_phone")(t)
	}
	return say("join.gone")(t)
}

// onlyAsked reports whether the person has seen nothing of ours but the question.
func onlyAsked(t flows.Turn) bool { return t.State.Screen == 1 }

func leaveAndGreet(t flows.Turn) []flows.Effect { return append(say("join.left")(t), greet(t)...) }

// taken and waiting tell how the ticket stands that is open once the chats are
// joined.
func taken(t flows.Turn) bool { return ticketIs(t, bot.TicketTaken) }

func waiting(t flows.Turn) bool { return ticketIs(t, bot.TicketWaiting) }

func ticketIs(t flows.Turn, s bot.TicketState) bool {
	here, there := t.Facts.Ticket, t.Facts.Invite.Ticket
	if there != nil && (here == nil || there.Prevails(*here)) {
		here = there
	}
	return here != nil && here.State == s
}

// takenHere reports whether an operator has this chat, joined or not.
func takenHere(t flows.Turn) bool {
	return t.Facts.Ticket != nil && t.Facts.Ticket.State == bot.TicketTaken
}
