// Package welcome meets people: the greeting, deep links, the choice of the
// language, and a kind word for what cannot be read. It answers no questions.
package welcome

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/flows"
)

// The deep links that open something at once.
const (
	linkChange  = "change-"
	linkArticle = "faq-"
)

// Flow returns the flow.
func Flow() flows.Flow {
	return flows.Flow{
		Name: "welcome",
		Steps: []flows.Step{
			{
				// A conversation begins here. Who begins with a question is
				// answered, not lectured.
				Name: "first", Pass: true,
				On: []flows.Transition{
					{Label: "a question", When: flows.Turn.Typed, Do: greetBriefly, To: flows.Search},
					{
						Label: "no words", When: flows.Turn.Wordless, To: flows.Menu,
						Do: func(t flows.Turn) []flows.Effect { return append(greet(t), politely(t)...) },
					},
				},
				Else: flows.Transition{Label: "anything else", Do: greet, To: flows.Menu},
			},
			{
				Name: "start", Pass: true, Enter: forget,
				On: []flows.Transition{
					linked(flows.InviteGood, "a join link", "join"),
					linked(flows.InviteJoined, "joined already", flows.Menu),
					linked(flows.InviteOnProbation, "one is too new", flows.Menu),
					linked(flows.InviteOther, "somebody else's", flows.Menu),
					linked(flows.InviteNone, "a join link of no use", flows.Menu),
					{Label: "link to follow a change", When: followLinked, Do: followChange, To: "change/about"},
					{Label: "link to a change", When: changeLinked, Do: openChange, To: "change/about"},
					{Label: "link to an article", When: articleLinked, Do: openArticle, To: "faq/answer"},
				},
				Else: flows.Transition{Label: "plain", Do: greet, To: flows.Menu},
			},
			joinStep(),
			{
				Name: "hello", Pass: true,
				On: []flows.Transition{
					{Label: "just greeted", When: justGreeted, Do: say("welcome.listening"), To: flows.Menu},
					{Label: "met before", When: met, Do: greetAgain, To: flows.Menu},
				},
				Else: flows.Transition{Label: "not met yet", Do: greet, To: flows.Menu},
			},
			{Name: "thanks", Pass: true, Else: flows.Transition{Label: "then", Do: say("welcome.thanks"), To: flows.Menu}},
			{Name: "name", Pass: true, Else: flows.Transition{Label: "then", Do: tellName, To: flows.Menu}},
			{
				Name: "bye", Enter: func(flows.Turn) []flows.Effect {
					return []flows.Effect{flows.Say{
						Texts:   []flows.Text{flows.T("welcome.bye")},
						Buttons: [][]flows.Button{{flows.MenuButton()}},
					}}
				},
				On:   []flows.Transition{flows.Asking()},
				Else: flows.Stay(),
			},
			{
				Name: "language", Enter: askLanguage,
				On:   []flows.Transition{flows.Asking()},
				Else: flows.Stay(),
			},
		},
		Texts: append([]string{
			"welcome.hello", "welcome.named", "welcome.about", "welcome.about_company",
			"welcome.briefly", "welcome.briefly_company", "welcome.again", "welcome.listening", "welcome.thanks", "welcome.bye", "welcome.name", "welcome.nameless",
			"language.ask", "language.now", "language.uk", "language.ru", "button.menu", "change.followed",
		}, append(joinTexts(), politeTexts()...)...),
	}
}

// askLanguage offers both languages; each label is written in its own.
func askLanguage(flows.Turn) []flows.Effect {
	return []flows.Effect{flows.Say{
		Texts: []flows.Text{flows.T("language.ask")},
		Buttons: [][]flows.Button{
			{
				{Label: flows.T("language.uk"), Action: flows.ToUkrainian},
				{Label: flows.T("language.ru"), Action: flows.ToRussian},
			},
			{flows.MenuButton()},
		},
	}}
}

// met reports whether the person has already seen a screen of ours.
func met(t flows.Turn) bool { return t.State.Screen > 0 }

func greet(t flows.Turn) []flows.Effect {
	hello := flows.T("welcome.hello")
	if name := firstName(t.Facts.Name); name != "" {
		hello = flows.T("welcome.named", "Person", name)
	}
	return []flows.Effect{
		flows.Set{Name: flows.VarGreeted, Value: "yes"},
		hailed(t),
		flows.Say{Texts: []flows.Text{hello, t.Facts.About()}},
	}
}

func greetBriefly(t flows.Turn) []flows.Effect {
	return []flows.Effect{hailed(t), flows.Say{Texts: []flows.Text{t.Facts.Signed("welcome.briefly")}}}
}

// varHailed is when the person was last greeted.
const varHailed = "hailed"

// greetingHolds is for how long nobody is greeted anew.
const greetingHolds = 12 * time.Hour

func hailed(t flows.Turn) flows.Set {
	return flows.Set{Name: varHailed, Value: t.Facts.Now.UTC().Format(time.RFC3339)}
}

// justGreeted reports whether the person returns a greeting of ours.
func justGreeted(t flows.Turn) bool {
	last, err := time.Parse(time.RFC3339, t.Var(varHailed))
	return err == nil && t.Facts.Now.Sub(last) < greetingHolds
}

// tellName says by which name we know the person.
func tellName(t flows.Turn) []flows.Effect {
	text := flows.T("welcome.nameless")
	if name := firstName(t.Facts.Name); name != "" {
		text = flows.T("welcome.name", "Person", name)
	}
	return []flows.Effect{flows.Say{Texts: []flows.Text{text}}}
}

func greetAgain(t flows.Turn) []flows.Effect { return append(say("welcome.again")(t), hailed(t)) }

// forget drops what the person was in the middle of: start is a fresh start.
func forget(flows.Turn) []flows.Effect {
	return []flows.Effect{
		flows.Set{Name: flows.VarTopic},
		flows.Set{Name: flows.VarArticle},
		flows.Set{Name: flows.VarChange},
		flows.Set{Name: flows.VarMisses},
		flows.Set{Name: flows.VarAsked},
	}
}

func changeLinked(t flows.Turn) bool {
	id, ok := strings.CutPrefix(t.Event.Text, linkChange)
	if !ok {
		return false
	}
	_, concerns := t.Entry(id)
	return concerns
}

func openChange(t flows.Turn) []flows.Effect {
	return opened(t, flows.Set{Name: flows.VarChange, Value: strings.TrimPrefix(t.Event.Text, linkChange)})
}

func followLinked(t flows.Turn) bool {
	id, ok := bot.ReadFollowPayload(t.Event.Text)
	if !ok {
		return false
	}
	_, concerns := t.Entry(id)
	return concerns
}

// followChange opens the change, which the person follows from now on.
func followChange(t flows.Turn) []flows.Effect {
	id, _ := bot.ReadFollowPayload(t.Event.Text)
	effects := append(opened(t, flows.Set{Name: flows.VarChange, Value: id}), flows.Follow{Change: id, On: true})
	return append(effects, flows.Say{Texts: []flows.Text{flows.T("change.followed")}})
}

func articleLinked(t flows.Turn) bool {
	id, ok := strings.CutPrefix(t.Event.Text, linkArticle)
	if !ok {
		return false
	}
	_, told := t.Facts.FAQ.Article(id, t.Facts.Now)
	return told
}

func openArticle(t flows.Turn) []flows.Effect {
	return opened(t, flows.Set{Name: flows.VarArticle, Value: strings.TrimPrefix(t.Event.Text, linkArticle)})
}

// opened greets a newcomer in a line before what the link leads to.
func opened(t flows.Turn, what flows.Set) []flows.Effect {
	if met(t) {
		return []flows.Effect{what}
	}
	return append(greetBriefly(t), what)
}

// firstName returns the first word of a profile's name if it looks like a name;
// "" when people have put anything else there.
func firstName(name string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	if n := utf8.RuneCountInString(word); n < 2 || n > 24 {
		return ""
	}
	for _, r := range word {
		if !unicode.IsLetter(r) && !strings.ContainsRune("'’ʼ-", r) {
			return ""
		}
	}
	return word
}

func say(key string) func(flows.Turn) []flows.Effect {
	return func(flows.Turn) []flows.Effect {
		return []flows.Effect{flows.Say{Texts: []flows.Text{flows.T(key)}}}
	}
}

// Switch records the chosen language; it belongs before the menu.
func Switch(l bot.Language) func(flows.Turn) []flows.Effect {
	return func(flows.Turn) []flows.Effect { return []flows.Effect{flows.Speak{Language: l}} }
}

// Answer records the language that the person asked for, and says so in it; the
// screen where they are belongs after it.
func Answer(l bot.Language) func(flows.Turn) []flows.Effect {
	return func(t flows.Turn) []flows.Effect { return append(Switch(l)(t), say("language.now")(t)...) }
}
