// Package handoff brings a person to a human: it opens the ticket, says how
// long the queue is or when operators are back, and says when one has taken the
// chat or left it. It never speaks between a person and their operator.
package handoff

import (
	"cmp"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// Patience is how long a person waits before the bot says that they are not
// forgotten.
const Patience = 10 * time.Minute

const (
	timer       = "handoff"
	toRecall    = "recall"
	varOperator = "operator" // the name of who has taken the chat
	varNoted    = "noted"    // the person knows that the operator will read this
)

// Flow returns the flow.
func Flow() flows.Flow {
	return flows.Flow{
		Name: "handoff", Door: "open", Title: "button.operator",
		Steps: []flows.Step{
			{
				Name: "open", Pass: true,
				On: []flows.Transition{
					{
						Label: "already open", To: "waiting",
						When: func(t flows.Turn) bool { return t.Facts.Ticket != nil },
						Do:   func(flows.Turn) []flows.Effect { return append(forget(), line("handoff.already")) },
					},
					{Label: "none for now", When: flows.Turn.Barred, Do: barred, To: flows.Menu},
				},
				Else: flows.Transition{Label: "open a ticket", Do: open, To: "waiting"},
			},
			{
				Name: "waiting", Enter: place, Place: true,
				On: []flows.Transition{
					flows.Pressing(toRecall, flows.Menu, recall),
					{Label: "words for the operator", When: func(t flows.Turn) bool { return t.Typed() && t.Waiting() }, Do: pass},
					flows.Asking(),
				},
				Else: flows.Stay(),
			},
			{
				Name: "patience", Pass: true,
				Else: flows.Transition{Label: "then", To: "waiting", Do: func(flows.Turn) []flows.Effect {
					return []flows.Effect{line("handoff.patience")}
				}},
			},
			{
				Name: "took", Pass: true,
				Else: flows.Transition{Label: "then", Do: took, To: "taken"},
			},
			{
				Name: "taken", Enter: taken,
				On:   []flows.Transition{flows.Asking()}, // the bot is silent while the ticket is taken; this is for later
				Else: flows.Stay(),
			},
			{
				Name: "released", Pass: true,
				Else: flows.Transition{Label: "then", Do: released, To: "waiting"},
			},
			{
				Name: "closed", Pass: true,
				On:   []flows.Transition{{Label: "how was it", When: mayRate, Do: asked, To: "rate"}},
				Else: flows.Transition{Label: "then", Do: closed, To: flows.Menu},
			},
			rate(),
		},
		Texts: []string{
			"handoff.called", "handoff.sorry", "handoff.ring", "handoff.ring_number", "handoff.already", "handoff.first", "handoff.place", "handoff.far", "handoff.closed", "handoff.closed_until", "handoff.recall",
			"handoff.recalled", "handoff.passed", "handoff.patience", "handoff.taken", "handoff.taken_by", "handoff.taken_over",
			"handoff.released", "handoff.over", "handoff.barred", "handoff.offered", "handoff.offered_usual",
			"handoff.rate", "handoff.rated", "button.menu",
		},
	}
}

// Anywhere are the arrows of hand-off that fit in any step.
func Anywhere() []flows.Transition {
	happened := func(k bot.EventKind, to string) flows.Transition {
		return flows.Transition{Label: string(k), When: func(t flows.Turn) bool { return t.Event.Kind == k }, To: "handoff/" + to}
	}
	return []flows.Transition{
		happened(bot.Taken, "took"),
		{Label: string(bot.TakenOver), When: func(t flows.Turn) bool { return t.Event.Kind == bot.TakenOver }, Do: takenOver},
		happened(bot.Released, "released"),
		happened(bot.Closed, "closed"),
		{
			Label: "still waiting", To: "handoff/patience",
			When: func(t flows.Turn) bool { return t.TimedOut(timer) && t.Waiting() },
		},
		{
			Label: "something for the operator",
			When:  func(t flows.Turn) bool { return t.Wordless() && t.Waiting() }, Do: pass,
		},
	}
}

func open(t flows.Turn) []flows.Effect {
	reason := bot.Reason(t.Var(flows.VarReason))
	if reason == "" {
		reason = bot.ReasonAsked
	}
	called := "handoff.called"
	if reason == bot.ReasonComplaint {
		called = "handoff.sorry"
	}
	effects := append(t.Ended(bot.EndedHuman, nil, t.Var(flows.VarArticle)),
		flows.HandOff{Reason: reason, Topic: t.Var(flows.VarTopic)}, flows.Set{Name: flows.VarClosed}, line(called))
	if t.Typed() && !t.Forwarded() {
		effects = append(effects, aboutCall(t.Event.Text)...)
		if reason == bot.ReasonComplaint {
			effects = append(effects, t.Complained()...)
		}
	}
	effects = append(effects, forget()...)
	if t.Facts.Desk.Open {
		effects = append(effects, flows.Wait{Name: timer, For: Patience})
	}
	return effects
}

// aboutCall says to whoever asks to be called by telephone that the operator will see
// it: nobody but them can promise to call.
func aboutCall(text string) []flows.Effect {
	switch asks, number := flows.AsksForCall(text); {
	case asks && number:
		return []flows.Effect{line("handoff.ring_number")}
	case asks:
		return []flows.Effect{line("handoff.ring")}
	}
	return nil
}

func forget() []flows.Effect {
	return []flows.Effect{flows.Set{Name: flows.VarReason}, flows.Set{Name: flows.VarTopic}}
}

// place says where in the queue the person is, or when operators are back.
func place(t flows.Turn) []flows.Effect {
	var text flows.Text
	switch desk := t.Facts.Desk; {
	case !desk.Open && desk.Opens.IsZero():
		text = flows.T("handoff.closed")
	case !desk.Open:
		text = flows.T("handoff.closed_until", "OpensSoon", desk.Opens)
	case desk.Ahead == bot.NotInLine && desk.Usual > 0:
		minutes := int((desk.Usual + time.Minute - 1) / time.Minute)
		text = flows.Count("handoff.offered_usual", minutes)
	case desk.Ahead == bot.NotInLine:
		text = flows.T("handoff.offered")
	case desk.Ahead == 0:
		text = flows.T("handoff.first")
	case desk.Ahead >= bot.AheadMost:
		text = flows.T("handoff.far", "Least", bot.AheadMost)
	default:
		text = flows.Count("handoff.place", desk.Ahead, "Place", desk.Ahead+1)
	}
	return []flows.Effect{
		flows.Set{Name: varNoted},
		flows.Say{
			Texts:   []flows.Text{text},
			Buttons: [][]flows.Button{flows.Row(flows.T("handoff.recall"), toRecall), {flows.MenuButton()}},
		},
	}
}

// pass notes once that what the person adds reaches the operator; every further
// message only joins the rest, in silence.
func pass(t flows.Turn) []flows.Effect {
	if t.Var(varNoted) != "" {
		return nil
	}
	return []flows.Effect{
		flows.Set{Name: varNoted, Value: "yes"},
		line("handoff.passed"),
	}
}

func recall(flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Recall{}, flows.Unwait{Name: timer}, line("handoff.recalled")}
}

// operator returns the name of who took the ticket, in the customer's language; ""
// where it has none.
func operator(t flows.Turn) string {
	return cmp.Or(t.Event.Operator.In(t.Facts.Language), t.Event.Detail)
}

func took(t flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Set{Name: varOperator, Value: operator(t)}, flows.Unwait{Name: timer}}
}

// taken has no buttons on purpose: from here on a person is answering.
func taken(t flows.Turn) []flows.Effect {
	if name := t.Var(varOperator); name != "" {
		return []flows.Effect{flows.Say{Texts: []flows.Text{flows.T("handoff.taken_by", "Operator", name)}}}
	}
	return []flows.Effect{line("handoff.taken")}
}

// takenOver names who goes on. The conversation stays where it is and nobody is
// greeted twice: without a name there is nothing to say.
func takenOver(t flows.Turn) []flows.Effect {
	name := operator(t)
	if name == t.Var(varOperator) {
		return nil
	}
	effects := []flows.Effect{flows.Set{Name: varOperator, Value: name}}
	if name != "" {
		effects = append(effects, flows.Say{Texts: []flows.Text{flows.T("handoff.taken_over", "Operator", name)}})
	}
	return effects
}

func released(t flows.Turn) []flows.Effect {
	effects := []flows.Effect{flows.Set{Name: varOperator}, line("handoff.released")}
	if t.Facts.Desk.Open {
		effects = append(effects, flows.Wait{Name: timer, For: Patience})
	}
	return effects
}

// closed says that the talk is over. What the person writes next may belong to it,
// unless they get no operator for a while.
func closed(t flows.Turn) []flows.Effect {
	at := flows.Set{Name: flows.VarClosed, Value: t.Facts.Now.UTC().Format(time.RFC3339)}
	if t.Barred() {
		at.Value = ""
	}
	return []flows.Effect{
		flows.Set{Name: varOperator},
		flows.Set{Name: flows.VarMisses},
		at,
		flows.Set{Name: varTicket, Value: t.Event.ID},
		flows.Unwait{Name: timer},
		line("handoff.over"),
	}
}

// barred says until when there is no operator for the person.
func barred(t flows.Turn) []flows.Effect {
	return append(forget(), flows.Say{Texts: []flows.Text{flows.T("handoff.barred", "UntilSoon", t.Facts.Barred)}})
}

func line(key string) flows.Say { return flows.Say{Texts: []flows.Text{flows.T(key)}} }
