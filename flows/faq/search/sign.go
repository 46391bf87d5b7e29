package search

import (
	"strings"
	"unicode"

	"visnyk/flows"
)

// What people say by a sign alone. A sign that stands in none of the lists says
// nothing that we answer to.
const (
	signsYes    = "👍👌✅✔🆗🙏❤🧡💛💚💙💜🖤🤍🤎💕💖💗💪👏🙌🤝🔥💯🥰😍😘🤗😊☺🙂🌹💐🌷🌸⭐🌟🫶"
	signsNo     = "👎❌🚫🤷"
	signsAnger  = "🤬😡😠🖕💩🤮"
	signsCheers = "😀😃😄😁😆😅😂🤣😉😎😜🤪😋🙃🎉🥳😏"
)

// signOf returns what a text without a letter or a digit says by its signs.
func signOf(text string) flows.Outcome {
	if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return flows.Nothing
	}
	for _, signs := range []struct {
		list string
		as   flows.Outcome
	}{{signsAnger, flows.Complains}, {signsNo, flows.Unhelped}, {signsYes, flows.SaysYes}, {signsCheers, flows.Chats}} {
		if strings.ContainsAny(text, signs.list) {
			return signs.as
		}
	}
	switch strings.Join(strings.Fields(text), "") {
	case "+", "++", "+++", ":)", ":))", ";)", ")", "))", ")))", "))))", "=)":
		return flows.SaysYes
	case ":(", "((", "(((", "-", "=(":
		return flows.Unhelped
	}
	return flows.Nothing
}
