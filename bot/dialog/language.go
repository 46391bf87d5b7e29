package dialog

import (
	"visnyk/bot"
	"visnyk/locales"
)

// detectLanguage takes what an event tells of the person's language. One that they
// chose stays. One that we know gives way to what is surely the other, or to two
// messages in a row that seem to be in it. Before we know any, the client's locale
// counts, then what a message seems to be in.
func (t *turn) detectLanguage(e bot.Event) {
	if t.contact.Chosen {
		return
	}
	if !t.contact.Language.Known() {
		t.learn(bot.LanguageOfLocale(e.Profile.Locale))
	}
	if e.Kind != bot.Typed && e.Kind != bot.Attached || e.Forwarded != nil { // what they forward is not what they write
		return
	}
	heard, sure := locales.Detect(e.Text)
	switch {
	case heard == t.contact.Language && heard.Known():
		t.lean(bot.Unsure)
	case sure, heard.Known() && heard == t.contact.Leaning:
		t.learn(heard)
	case heard.Known():
		t.lean(heard)
	case t.contact.Language.Known():
		t.lean(bot.Unsure)
	}
}

// learn takes a language for the person's from now on.
func (t *turn) learn(l bot.Language) {
	if l.Known() {
		t.lean(bot.Unsure)
		t.known = t.known || t.contact.Language != l
		t.contact.Language = l
	}
}

// lean notes what a message seems to be in.
func (t *turn) lean(l bot.Language) {
	t.known = t.known || t.contact.Leaning != l
	t.contact.Leaning = l
}

// language is the language of the answer.
func (t *turn) language() bot.Language {
	for _, l := range []bot.Language{t.spoken, t.contact.Language, t.contact.Leaning} {
		if l.Known() {
			return l
		}
	}
	return bot.Ukrainian
}
