package dialog

import (
	"visnyk/bot"
	"visnyk/locales"
)

// detectLanguage takes what an event tells of the person's language. The language they
// chose wins over the one they write, which wins over their client's locale;
// when the text leaves doubt, the language we know stays.
func (t *turn) detectLanguage(e bot.Event) {
	if t.contact.Chosen {
		return
	}
	heard := bot.Unsure
	if (e.Kind == bot.Typed || e.Kind == bot.Attached) && e.Forwarded == nil { // what they forward is not what they write
		heard = locales.Detect(e.Text)
	}
	if !heard.Known() && !t.contact.Language.Known() {
		heard = bot.LanguageOfLocale(e.Profile.Locale)
	}
	if heard.Known() && heard != t.contact.Language {
		t.contact.Language = heard
		t.known = true
	}
}

// language is the language of the answer.
func (t *turn) language() bot.Language {
	if t.spoken.Known() {
		return t.spoken
	}
	if t.contact.Language.Known() {
		return t.contact.Language
	}
	return bot.Ukrainian
}
