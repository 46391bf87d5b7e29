package handoff

import (
	"strconv"
	"strings"
	"unicode"

	"visnyk/bot"
	"visnyk/flows"
)

const (
	toRate    = "rate"   // the verb of the actions that say how it was
	varTicket = "ticket" // the ticket that was closed last
)

// rate is the step that asks how the talk with the operator was. One press answers,
// or the digit alone; whatever else is written is what it would be anywhere.
func rate() flows.Step {
	return flows.Step{
		Name: "rate", Enter: askRating,
		On: []flows.Transition{
			{Label: "[a score]", When: func(t flows.Turn) bool { return score(t) > 0 }, Do: rated, To: flows.Menu},
			flows.Asking(),
		},
		Else: flows.Stay(),
	}
}

// mayRate reports whether the person may be asked now.
func mayRate(t flows.Turn) bool { return t.Event.Rate && t.Event.ID != "" && !t.Facts.Quiet() }

// asked is closed, with a question how it was.
func asked(t flows.Turn) []flows.Effect {
	return append(closed(t), flows.Rate{Ticket: t.Event.ID})
}

func askRating(flows.Turn) []flows.Effect {
	var row []flows.Button
	for n := range bot.BestScore {
		row = append(row, flows.Button{Label: flows.Own(bot.Bilingual{UK: strconv.Itoa(n + 1), RU: strconv.Itoa(n + 1)}), Action: flows.Action(toRate, strconv.Itoa(n+1))})
	}
	return []flows.Effect{
		flows.Say{Texts: []flows.Text{flows.T("handoff.rate")}, Buttons: [][]flows.Button{row, {flows.MenuButton()}}},
	}
}

// score returns what the person thinks of the talk; 0 when they say nothing of it.
func score(t flows.Turn) int {
	for n := 1; n <= bot.BestScore; n++ {
		if t.Pressed(flows.Action(toRate, strconv.Itoa(n))) {
			return n
		}
	}
	if !t.Typed() || t.Forwarded() {
		return 0
	}
	said := strings.TrimFunc(t.Event.Text, func(r rune) bool { return !unicode.IsDigit(r) && !unicode.IsLetter(r) && r != '-' })
	if n, err := strconv.Atoi(said); err == nil && len(said) == 1 && n >= 1 && n <= bot.BestScore {
		return n
	}
	return 0
}

func rated(t flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Rate{Ticket: t.Var(varTicket), Score: score(t)}, flows.Set{Name: varTicket}, line("handoff.rated")}
}
