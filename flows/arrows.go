package flows

import (
	"fmt"
	"hash/fnv"
	"strings"

	"visnyk/bot"
)

// Search is the step that answers what a person wrote; Part tells VarPart of
// VarChange, its card where there is none; Menu shows what can be
// done here; Human opens a ticket. Flows lead to them without knowing each other.
const (
	Search = "faq/search"
	Part   = "change/part"
	Menu   = "menu/main"
	Human  = "handoff/open"
)

// Again leads to the step where the conversation stands, which is said once more;
// where it stands at none, to the menu.
const Again = "."

// Heard is the step where a person hears of what another of their chats did;
// ErasedElsewhere is the last they hear in a chat when they were forgotten by a
// word in another.
const (
	Heard           = "settings/heard"
	ErasedElsewhere = "heard.erased"
)

// The variables that flows share.
const (
	VarArticle = "article" // the article being read
	VarChange  = "change"  // the change being read
	VarVersion = "version" // the version of it that was shown
	VarTopic   = "topic"   // the change that the person's question is about
	VarAlone   = "alone"   // they said that it is about that change
	VarPart    = "part"    // the part of VarChange that answers a question
	VarMisses  = "misses"  // how many questions in a row had no answer
	VarReason  = "reason"  // why a human is wanted, on the way to Human
	VarClosed  = "closed"  // when an operator closed the last talk, in RFC 3339
)

// The variables that last as long as the screen they were set with: the next
// thing said is without them.
const (
	VarGreeted = "greeted" // the screen stands under a greeting
	VarNews    = "news"    // the change that it mentions under its own words
	VarGuessed = "guessed" // it says that its language is a guess
)

// The actions that work on any screen.
const (
	ToMenu      = "menu"
	ToChanges   = "changes"
	ToQuestions = "questions"
	ToOperator  = "operator"
	ToUkrainian = "lang.uk"
	ToRussian   = "lang.ru"
	ToStop      = "stop"
	ToResume    = "resume"
	ToSettings  = "settings"
)

// Anywhere reports whether the action works on any screen.
func Anywhere(action string) bool {
	switch action {
	case ToMenu, ToChanges, ToQuestions, ToOperator, ToUkrainian, ToRussian, ToStop, ToResume, ToSettings:
		return true
	}
	return false
}

// MenuButton is the way back that most screens offer.
func MenuButton() Button { return Button{Label: T("button.menu"), Action: ToMenu} }

// OperatorButton calls a human.
func OperatorButton() Button { return Button{Label: T("button.operator"), Action: ToOperator} }

// Pressing is the arrow of a button.
func Pressing(action, to string, do func(Turn) []Effect) Transition {
	return Transition{Label: "[" + action + "]", When: func(t Turn) bool { return t.Pressed(action) }, Do: do, To: to}
}

// Asking is the arrow of free text, which is a question wherever it is written.
// What it was about before no longer counts.
func Asking() Transition {
	return Transition{
		Label: "a question", When: Turn.Typed, To: Search,
		Do: func(Turn) []Effect { return []Effect{Set{Name: VarTopic}} },
	}
}

// Stay is an Else that leaves everything as it is: for what needs no answer.
func Stay() Transition { return Transition{Label: "anything else"} }

// Calling hands the person to a human; it belongs before Human.
func Calling(reason bot.Reason, topic string) []Effect {
	return []Effect{Set{VarReason, string(reason)}, Set{VarTopic, topic}}
}

// Complaining hands a complaint to a human, about the change it speaks of if
// there is one; it belongs before Human.
func Complaining(t Turn) []Effect { return Calling(bot.ReasonComplaint, t.Var(VarTopic)) }

// Action is a button's action that names one thing: the verb, a colon and the
// id, or a short hash of an id that an action cannot carry.
func Action(verb, id string) string {
	if clean := strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789._:-") == ""; clean && id != "" && len(verb)+1+len(id) <= bot.MaxAction {
		return verb + ":" + id
	}
	h := fnv.New64a()
	h.Write([]byte(id)) // never fails
	return fmt.Sprintf("%s:h%016x", verb, h.Sum64())
}
