package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/locales"
)

// phrases are what the service and the demo's page say.
type phrases struct {
	texts *locales.Bundle
	page  map[string]map[bot.Language]string
}

func newPhrases(t *testing.T) phrases {
	t.Helper()
	w := phrases{page: map[string]map[bot.Language]string{}}
	var err error
	if w.texts, err = locales.New(); err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile("demo/words.json")
	if err == nil {
		err = json.Unmarshal(src, &w.page)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// say returns the words behind "@key" of the service, or "#key" of the page;
// anything else says itself.
func (w phrases) say(t *testing.T, l bot.Language, piece string) string {
	t.Helper()
	if key, ok := strings.CutPrefix(piece, "#"); ok {
		if w.page[key][l] == "" {
			t.Fatalf("the page has no word %q", key)
		}
		return w.page[key][l]
	}
	key, ok := strings.CutPrefix(piece, "@")
	if !ok {
		return piece
	}
	text, err := w.texts.Text(l, key, map[string]any{"Company": "Одуд"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// place is how one of the demo's windows shows a conversation.
type place struct {
	said, mine string // selectors of what the bot said, and of what the person did
	buttons    string // of the buttons one has now
	field      string // the field's name: a word
}

// places are the windows by their names. The chat's is in a frame.
func places() map[string]place {
	phone := func(name string) place {
		return place{
			said:    "#" + name + `-thread .bubble[data-from="bot"] .text`,
			mine:    "#" + name + `-thread .bubble[data-from="person"] .text`,
			buttons: "#" + name + "-thread .bubble:last-of-type .key", field: "#" + name + ".compose",
		}
	}
	all := map[string]place{
		"telegram": phone("telegram"), "viber": phone("viber"),
		"webchat": {
			said: "#thread .theirs .said", mine: "#thread .mine:not([hidden]) .said",
			buttons: "#thread .theirs:last-of-type .buttons button:not(:disabled)", field: "@webchat.write",
		},
	}
	viber := all["viber"]
	viber.buttons += ", #viber-keyboard .key"
	all["viber"] = viber
	return all
}

// speaker is a person at one window, and how far they have read.
type speaker struct {
	*tab
	place
	name    string
	lang    bot.Language
	phrases phrases
	read    int
	last    string // what was read last, which a messenger may change for the next
}

// at looks at the window of a page in a language.
func (p *tab) at(name string, l bot.Language, w phrases) *speaker {
	p.t.Helper()
	a := &speaker{tab: p, place: places()[name], name: name, lang: l, phrases: w}
	if name != "webchat" {
		a.tab = p.in(fmt.Sprintf("document.getElementById(%q)", name))
	}
	return a
}

// texts lists what stands in the elements of the selector.
func (p *tab) texts(selector string) []string {
	p.t.Helper()
	js := fmt.Sprintf(`[...document.querySelectorAll(%q)].map(e => e.innerText)`, selector)
	list, err := tryValue[[]string](p, js)
	if err != nil && !replaced(err) {
		p.failf("%v in\n%s", err, js)
	}
	return list
}

func (a *speaker) word(piece string) string {
	a.t.Helper()
	return a.phrases.say(a.t, a.lang, piece)
}

// speaks returns what they say in their language.
func (a *speaker) speaks(uk, ru string) string {
	return map[bot.Language]string{bot.Ukrainian: uk, bot.Russian: ru}[a.lang]
}

// hears waits for the next thing the bot says and wants each piece in it.
func (a *speaker) hears(pieces ...string) string {
	a.t.Helper()
	a.awaits(fmt.Sprintf("%s to say %q", a.name, pieces), fmt.Sprintf(
		`(said => said.length > %d || %q && said[%d]?.innerText !== %q)(document.querySelectorAll(%q))`, a.read, a.last, a.read-1, a.last, a.said))
	said := a.texts(a.said)
	if len(said) > a.read {
		a.read++
	}
	text := said[a.read-1]
	a.last = text
	for _, piece := range pieces {
		if !strings.Contains(flat(text), flat(a.word(piece))) {
			a.t.Fatalf("%s says %q, want %q in it", a.name, text, a.word(piece))
		}
	}
	return text
}

// flat has words as a page shows them: any space is one, and what keeps a sign
// from being a style has no width.
func flat(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u2060", "")), " ")
}

// taps presses a button.
func (a *speaker) taps(piece string) {
	a.t.Helper()
	a.click("button", a.word(piece))
}

// offered waits until there are buttons, and gives their labels.
func (a *speaker) offered() []string {
	a.t.Helper()
	a.awaits("buttons on "+a.name, fmt.Sprintf(`document.querySelector(%q)`, a.buttons))
	return a.texts(a.buttons)
}

// writes types a text and sends it with the keyboard.
func (a *speaker) writes(text string) {
	a.t.Helper()
	mine := value[int](a.tab, fmt.Sprintf(`document.querySelectorAll(%q).length`, a.mine))
	a.fill("textbox", a.label(), text)
	a.press('\r')
	a.awaits(fmt.Sprintf("%s to show what was written", a.name), fmt.Sprintf(`document.querySelectorAll(%q).length > %d`, a.mine, mine))
}

// label is the accessible name of the field one writes in.
func (a *speaker) label() string {
	if a.name == "webchat" {
		return a.word(a.field)
	}
	return strings.ReplaceAll(a.word("#compose.label"), "{phone}", a.word("#"+a.name))
}

// begins comes to the menu.
func (a *speaker) begins() {
	a.t.Helper()
	switch a.name {
	case "telegram": // a question was asked before
		a.hears("@menu.choose")
		a.hears("@faq.helped")
		a.writes("меню")
		a.hears("@menu.choose")
	case "viber":
		a.taps("#viber.start")
		a.hears(a.phrases.say(a.t, bot.Ukrainian, "@greeting.text_company"), a.phrases.say(a.t, bot.Russian, "@greeting.text_company"))
		a.taps("@greeting.language")
		a.hears("@menu.choose")
	case "webchat": // opens by itself
		a.hears("@menu.choose")
	}
}

// wholeVisit is everything a customer does, from the menu to the goodbye of an
// operator, who sits at the desk.
func (a *speaker) wholeVisit(desk *operator) {
	a.t.Helper()
	a.taps("@menu.changes")
	a.hears("@change.list")
	title := a.offered()[map[string]int{"viber": 1}[a.name]] // both phones are one person's: another change on the second
	a.taps(title)
	a.hears(title)
	for _, part := range []string{"@change.why", "@change.what"} {
		if slices.Contains(a.offered(), a.word(part)) {
			a.taps(part)
			a.hears()
		}
	}
	a.taps("@change.understood")
	a.hears("@change.thanks")
	a.writes(a.speaks("Скільки коштує інтернет?", "Сколько стоит интернет?"))
	a.hears("@faq.helped")
	a.taps("@faq.yes")
	a.hears("@faq.glad")
	if a.name == "viber" { // its keyboard is another's by now; what stands beneath the change stays
		a.taps("@change.understood")
		a.hears("@change.already")
	}
	a.writes(a.speaks("покличте людину", "позовите человека"))
	a.hears("@handoff.called")

	desk.takesNext()
	a.hears("Марина")
	asks := a.speaks("Де мій договір?", "Где мой договор?")
	a.writes(asks)
	desk.reads(asks)
	desk.replies("Хвилинку, *дивлюся* <b>")
	a.hears("Хвилинку, *дивлюся* <b>") // an operator's words are no markup
	desk.closes("solved")
	a.hears("@handoff.over")
}
