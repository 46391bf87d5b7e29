// Package faq answers questions in free text: at once when it is sure, by
// asking back when several articles may be meant, and honestly when it does not
// know. Answers are the approved words of an article and nothing else.
package faq

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"visnyk/bot"
	"visnyk/flows"
)

const (
	patient = 2 // after so many misses in a row a human is offered

	toYes   = "yes"
	toNo    = "no"
	toNone  = "none"
	toHuman = "human"
	pick    = "article" // the verb of the actions that open one article

	varOptions = "options" // the articles that may be meant, by lines
	varHeard   = "heard"   // what the last question turned out to be
	varTold    = "told"    // the change and its part that answered a question last
	varSaidAt  = "at"      // the step of ours in which it was said
	varDoubt   = "doubt"   // it may have been for a person
	varBeyond  = "beyond"  // it is of a matter that no article speaks of
	varSorry   = "sorry"   // the person was told that we are sorry
)

// Flow returns the flow.
func Flow() flows.Flow {
	return flows.Flow{
		Name: "faq", Door: "ask", Title: "menu.questions",
		Steps: []flows.Step{
			{Name: "ask", Enter: ask, Choice: true, On: []flows.Transition{flows.Asking()}, Else: flows.Stay()},
			{
				Name: "search", Pass: true, Enter: search,
				On:   heard(),
				Else: flows.Transition{Label: "nothing", To: "missed"},
			},
			{
				Name: "answer", Enter: answer, Vars: []string{varSaidAt},
				On: append(inOther("answer"),
					flows.Pressing(toYes, flows.Menu, helped),
					flows.Pressing(toNo, "unhelped", unhelped),
					said("answer", flows.Asking()),
				),
				Else: flows.Stay(),
			},
			{
				Name: "clarify", Enter: clarify, Vars: []string{varSaidAt},
				On: append(inOther("clarify"),
					flows.Transition{Label: "[a change]", When: func(t flows.Turn) bool { return changeOf(chosen(t)) != "" }, To: flows.Part, Do: open},
					flows.Transition{Label: "[an article]", When: func(t flows.Turn) bool { return chosen(t) != "" }, To: "answer", Do: choose},
					flows.Pressing(toNone, "missed", nil),
					said("clarify", again()),
				),
				Else: flows.Stay(),
			},
			{
				Name: "missed", Pass: true, Enter: miss,
				On: []flows.Transition{
					{Label: "an operator will see it", When: flows.Turn.Waiting, Do: passOn, To: "handoff/waiting"},
					{Label: "about a change", When: has(flows.VarTopic), Do: askHuman, To: flows.Human},
					{Label: "again", When: func(t flows.Turn) bool { return misses(t) >= patient }, To: "offer"},
				},
				Else: flows.Transition{Label: "the first time", To: "unknown"},
			},
			offering("unknown", "faq.unknown", bot.ReasonMisses),
			offering("offer", "faq.offer", bot.ReasonMisses),
			offering("unhelped", "faq.unhelped", bot.ReasonUnhelped),
			offering("person", "mood.person", bot.ReasonMisses),
			offering("dear", "mood.dear", bot.ReasonAsked),
			offering("contact", "mood.contact", bot.ReasonAsked),
			offering("sorry", "mood.sorry", bot.ReasonUnhelped, varSorry),
		},
		Texts: []string{
			"faq.ask", "faq.helped", "faq.yes", "faq.no", "faq.glad", "faq.mean", "faq.mean_beside", "faq.none", "faq.unknown", "faq.offer",
			"faq.unhelped", "faq.human", "faq.about_change", "faq.passed", "faq.gone", "faq.dated_both", "faq.dated_since", "faq.dated_until", "faq.guessed", "faq.foreign", "language.uk", "language.ru",
			"mood.dear", "mood.contact", "mood.sorry", "mood.refund", "mood.threat", "mood.who", "mood.who_company", "mood.person", "mood.chat", "mood.fine",
			"button.operator", "button.menu",
		},
	}
}

// again is a question in other words: what it is about stays.
func again() flows.Transition {
	return flows.Transition{Label: "in other words", When: flows.Turn.Typed, To: "search"}
}

func calling(reason bot.Reason) flows.Transition {
	return flows.Pressing(toHuman, flows.Human, func(t flows.Turn) []flows.Effect {
		return append([]flows.Effect{flows.Set{Name: flows.VarMisses}}, flows.Calling(reason, t.Var(flows.VarTopic))...)
	})
}

// search looks for the answer and leaves what it found in the variables.
func search(t flows.Turn) []flows.Effect {
	language := t.Facts.Language
	if t.Facts.Guessed && !t.Forwarded() { // the article's words know better
		language = bot.Unsure
	}
	found := t.Facts.FAQ.Find(t.Event.Text, language, t.Facts.Now)
	if t.Forwarded() && found.Outcome != flows.Sure && found.Outcome != flows.Unclear {
		found = flows.Finding{} // whoever thanks, complains or wants a person there, it is not this one
	}
	found, change, part := within(t, found)
	effects := []flows.Effect{flows.Set{Name: varHeard, Value: string(found.Outcome)}}
	if found.Language.Known() {
		effects = append(effects, flows.Hear{Language: found.Language})
	}
	effects = append(effects, noted(varDoubt, found.Doubtful), noted(varBeyond, found.Elsewhere))
	if change != "" {
		effects[0] = flows.Set{Name: varHeard, Value: string(ofChange)}
		return append(append(effects, flows.Set{Name: flows.VarAlone}), tell(change, part)...)
	}
	if found.Outcome != flows.Sure && !found.Undecided() {
		return effects // no question: what was asked before stays as it was
	}
	var article string
	var options []string
	switch found.Outcome {
	case flows.Sure:
		article = found.Matches[0].Article.ID
		effects = append(effects, flows.Set{Name: flows.VarMisses})
	case flows.Unclear:
		for _, m := range found.Offered() {
			options = append(options, option(m))
		}
	}
	effects = append(effects,
		flows.Set{Name: flows.VarArticle, Value: article},
		flows.Set{Name: varOptions, Value: strings.Join(options, "\n")},
		flows.Set{Name: flows.VarAlone}, flows.Set{Name: varTold},
		foreign(t), t.Asks())
	if found.Outcome != flows.Nothing {
		effects = append(effects, guess(t)...)
	}
	return effects
}

// noted is the variable of something that is so, or is not.
func noted(name string, so bool) flows.Set {
	if so {
		return flows.Set{Name: name, Value: "yes"}
	}
	return flows.Set{Name: name}
}

func ask(flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Say{
		Texts:   []flows.Text{flows.T("faq.ask")},
		Buttons: [][]flows.Button{{flows.OperatorButton()}, {flows.MenuButton()}},
	}}
}

func answer(t flows.Turn) []flows.Effect {
	a, ok := t.Facts.FAQ.Article(t.Var(flows.VarArticle), t.Facts.Now)
	if !ok { // it was valid when it was found
		return []flows.Effect{flows.Say{
			Texts:   []flows.Text{flows.T("faq.gone")},
			Buttons: [][]flows.Button{{flows.OperatorButton()}, {flows.MenuButton()}},
		}}
	}
	note, other := guessed(t)
	if t.Var(varDoubt) != "" {
		other = append(other, []flows.Button{flows.OperatorButton()})
	}
	return []flows.Effect{answering(a, t.Local(t.Facts.Now), note, other)}
}

// Answer is how the flow answers with the article at the moment, to whom it has nothing
// else to say: so editors see it.
func Answer(a bot.Article, now time.Time) flows.Say { return answering(a, now, nil, nil) }

// Told is what the article answers at the moment, with nothing around it.
func Told(a bot.Article, now time.Time) []flows.Text {
	return append([]flows.Text{flows.Own(a.Answer)}, dated(a, now)...)
}

// answering says the article, with what else is to be said and pressed.
func answering(a bot.Article, now time.Time, note []flows.Text, other [][]flows.Button) flows.Say {
	buttons := [][]flows.Button{{{Label: flows.T("faq.yes"), Action: toYes}, {Label: flows.T("faq.no"), Action: toNo}}}
	return flows.Say{
		Texts:   slices.Concat(Told(a, now), note, []flows.Text{flows.Lastly("faq.helped")}),
		Buttons: append(append(buttons, other...), []flows.Button{flows.MenuButton()}),
	}
}

// asNews is how long it is said from which day on an answer is so.
const asNews = 365 * 24 * time.Hour

// dated says from when, and until when, the answer is so, where that is a day, or the one
// of a change, and the answer does not name it: of what has hours of its own, it speaks
// itself.
func dated(a bot.Article, now time.Time) []flows.Text {
	since, until := now.Sub(a.From) < asNews && unsaid(a, a.From.In(now.Location())), unsaid(a, a.Until.In(now.Location()))
	switch {
	case since && until:
		return []flows.Text{flows.T("faq.dated_both", "FromSince", a.From, "UntilTill", a.Until)}
	case since:
		return []flows.Text{flows.T("faq.dated_since", "FromSince", a.From)}
	case until:
		return []flows.Text{flows.T("faq.dated_until", "UntilTill", a.Until)}
	}
	return nil
}

// unsaid reports whether the moment begins a day, or is the change's, and the answer does
// not name it in both languages, nor the day before.
func unsaid(a bot.Article, at time.Time) bool {
	if at.IsZero() || a.Span == "" && (at.Hour() != 0 || at.Minute() != 0) {
		return false
	}
	return slices.ContainsFunc(bot.Languages(), func(l bot.Language) bool {
		return !flows.NamesDay(a.Answer.In(l), at) && !flows.NamesDay(a.Answer.In(l), at.AddDate(0, 0, -1))
	})
}

func clarify(t flows.Turn) []flows.Effect {
	note, other := guessed(t)
	key := "faq.mean"
	if t.Var(varBeyond) != "" {
		key = "faq.mean_beside"
	}
	say := flows.Say{Texts: append(append(note, inEnglish(t)...), flows.Lastly(key))}
	for _, id := range options(t) {
		if n, ok := t.Entry(changeOf(id)); ok {
			say.Buttons = append(say.Buttons, flows.Row(flows.Own(flows.Label(n.Change.Title)), flows.Action(pick, id)))
		} else if a, ok := t.Facts.FAQ.Article(id, t.Facts.Now); ok {
			say.Buttons = append(say.Buttons, flows.Row(flows.Own(flows.Label(a.Question)), flows.Action(pick, id)))
		}
	}
	say.Buttons = append(append(say.Buttons, flows.Row(flows.T("faq.none"), toNone)), other...)
	say.Buttons = append(say.Buttons, []flows.Button{flows.OperatorButton()}, []flows.Button{flows.MenuButton()})
	return []flows.Effect{say}
}

// options are the articles that may be meant.
func options(t flows.Turn) []string {
	return strings.FieldsFunc(t.Var(varOptions), func(r rune) bool { return r == '\n' })
}

// chosen returns the article whose button was pressed.
func chosen(t flows.Turn) string {
	for _, id := range options(t) {
		if t.Pressed(flows.Action(pick, id)) {
			return id
		}
	}
	return ""
}

func choose(t flows.Turn) []flows.Effect {
	return append(t.Ended(bot.EndedPicked, articles(t), chosen(t)),
		flows.Set{Name: flows.VarArticle, Value: chosen(t)}, flows.Set{Name: flows.VarMisses})
}

func miss(t flows.Turn) []flows.Effect {
	how := bot.EndedUnanswered
	if t.Pressed(toNone) || refused(t) {
		how = bot.EndedRejected
	}
	return append(t.Ended(how, articles(t), ""), flows.Set{Name: flows.VarMisses, Value: strconv.Itoa(misses(t) + 1)})
}

// misses counts the questions in a row that had no answer.
func misses(t flows.Turn) int {
	n, _ := strconv.Atoi(t.Var(flows.VarMisses)) // "" is none
	return n
}

// askHuman takes a question about a change that the articles do not answer to a
// person at once.
func askHuman(t flows.Turn) []flows.Effect {
	effects := append(flows.Calling(bot.ReasonChange, t.Var(flows.VarTopic)), flows.Set{Name: flows.VarMisses})
	return append(effects, say("faq.about_change")...)
}

// unsettled reports whether the question is not surely answered, and an operator has
// just closed a talk with the person, which it may well belong to.
func unsettled(t flows.Turn) bool {
	return t.Follows() && !t.Barred() && strings.ContainsFunc(t.Event.Text, unicode.IsLetter) && turnedOut(flows.Nothing, flows.Unclear)(t)
}

func askAgain(t flows.Turn) []flows.Effect {
	return append(flows.Calling(bot.ReasonAgain, t.Var(flows.VarTopic)), flows.Set{Name: flows.VarMisses})
}

// passOn leaves the question to the operator whom the person already waits for.
func passOn(flows.Turn) []flows.Effect {
	return append(say("faq.passed"), flows.Set{Name: flows.VarMisses})
}

func has(name string) func(flows.Turn) bool {
	return func(t flows.Turn) bool { return t.Var(name) != "" }
}

func say(key string) []flows.Effect {
	return []flows.Effect{flows.Say{Texts: []flows.Text{flows.T(key)}}}
}
