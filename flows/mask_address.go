package flows

import (
	"regexp"
	"slices"
	"strings"

	"visnyk/bot"
)

// The pieces of an address, also as people spell it to get it past a machine.
const (
	// aName is what stands before the at: a login, a name.
	aName = `[\p{L}\p{N}._%+\-]+`
	// aLabel is a part of a host between its dots.
	aLabel = `[\p{L}\p{N}_\-]+`
	// aDot is a dot as a sign, in brackets or as a word. A full stop at the end of
	// a sentence has a space behind it and none before.
	aDot = `(?: \. ?|[.．。]|` + spelledDot + `)`
	// spelledDot is a dot that is not written as one.
	spelledDot = ` ?[(\[{<] ?(?:\.|dot|дот|точка|крапка) ?[)\]}>] ?| (?:dot|дот|точка|крапка) `
	aHost      = aLabel + `(?:` + aDot + aLabel + `)+`
	// atSign is the at, and atBracket its names in brackets.
	atSign    = `[@＠﹫]`
	atBracket = ` ?[(\[{<«"] ?(?:` + atSign + `|at|ат|эт|ет|` + animals + `) ?[)\]}>»"] ?`
	// animals are what the sign is called; they are words of their own too.
	animals = `собака|собачка|собачко|песик|равлик`
	// apart is what stands before a word: the start, or what is in no word.
	apart = `^|[^\p{L}\p{N}_]`
	// aNetwork is a place where people have a handle, and aHandle what looks like
	// one even there.
	aNetwork = `(?:instagram|insta|facebook|fb|telegram|tg|tiktok|viber|skype|twitter|linkedin|vk|` +
		`інстаграм\p{L}*|інст[аіиу]|инстаграм\p{L}*|инст[аеыу]|фейсбу[кц]\p{L}*|телеграм\p{L}*|тг|` +
		`тікто[кц]\p{L}*|тикток\p{L}*|вайбер\p{L}*|скайп\p{L}*|вк)`
	aHandle = `[a-z]+[0-9_.][a-z0-9_.]*[a-z0-9_]`
)

// An addressForm is something that looks like one, which it cannot without one of
// its marks: looking for these is cheap, and most texts have none.
type addressForm struct {
	marks []string
	latin bool           // nor without a Latin letter
	like  *regexp.Regexp // what stands in its group is kept
}

// addressForms stand in this order because longer forms hold shorter ones.
var addressForms = []addressForm{
	// With a scheme, whatever it opens: pages, viber://, tg://.
	looks(`[a-z][a-z0-9+.\-]*://\S+|www\.\S+|mailto:\S+`, "://", "www.", "mailto:"),
	// E-mail, however the at is written; as a mere word only before a host, or
	// between words in Latin.
	looks(aName+` ?`+atSign+` ?`+aHost, "@", "＠", "﹫"),
	looks(aName+atBracket+`(?:`+aHost+`|`+aLabel+`)`, "(", "[", "{", "<", "«", `"`),
	looks(aName+` (?:at|ат|эт|ет|`+animals+`) `+aLabel+`(?:(?:\.|`+spelledDot+`)`+aLabel+`)+`, " at ", " ат ", " эт ", " ет ", " соба", " песик ", " равлик "),
	looks(`[a-z0-9._%+\-]+ (?:`+animals+`) [a-z0-9\-]+`, " соба", " песик ", " равлик "),
	looks(`\S+`+atSign+`\S+|`+aName+` `+atSign+` `+aLabel, "@", "＠", "﹫"),
	// A name behind an at.
	looks(atSign+` ?[\p{L}\p{N}_][\p{L}\p{N}_.\-]+`, "@", "＠", "﹫"),
	// Chats and pages without a scheme.
	looks(`(`+apart+`)(?:t|telegram) ?\. ?(?:me|dog|org|im)(?: ?/ ?\S*|$|\PL)`, "t.", "t .", "m.", "m ."),
	looks(`(`+apart+`)(?:т|телеграм)\.(?:ме|me)/\S+`, ".ме/", ".me/"),
	looks(`(?:[a-z0-9](?:[a-z0-9\-]*[a-z0-9])?\.)+(?:[a-z]{2,}|укр)(?::\d+)?(?:/|[?#]\w)\S*`, "."),
	// A handle: behind a colon any word in Latin.
	looksLatin(`((?:`+apart+`)`+aNetwork+` ?[:=] ?)[a-z][a-z0-9_.]{2,}`, ":", "="),
	looksLatin(`((?:`+apart+`)`+aNetwork+` )`+aHandle, "_", ".", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
}

func looks(like string, marks ...string) addressForm {
	return addressForm{marks: marks, like: regexp.MustCompile(`(?i)` + like)}
}

func looksLatin(like string, marks ...string) addressForm {
	a := looks(like, marks...)
	a.latin = true
	return a
}

// may reports whether a text in small letters may have something that looks like that.
func (a addressForm) may(low string) bool {
	if !slices.ContainsFunc(a.marks, func(mark string) bool { return strings.Contains(low, mark) }) {
		return false
	}
	return !a.latin || strings.ContainsFunc(low, func(r rune) bool { return 'a' <= r && r <= 'z' || r == 'ſ' }) // of either case «s»
}

// maskAddresses takes out what leads to a person: e-mail, links, handles.
func maskAddresses(text string) string {
	low := bot.InSmall(text)
	for _, a := range addressForms {
		if a.may(low) {
			text = a.like.ReplaceAllString(text, `${1}`+Masked)
		}
	}
	return text
}
