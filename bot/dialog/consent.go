package dialog

import (
	"slices"

	"visnyk/bot"
)

// consents are what the person agreed to and refused by this turn: in what their
// wishes are others than before.
func (t *turn) consents() (all []bot.Consent) {
	was, is := t.s.Loaded.Contact, t.contact
	say := func(topic string, given bool) {
		all = append(all, bot.Consent{
			Contact: is.ID, Topic: topic, Given: given, Source: bot.ConsentPerson, TextHash: t.wordsHash(), Address: t.conv.Address,
		})
	}
	for _, k := range bot.ChangeKinds() {
		if given := !slices.Contains(is.Wishes.Muted, k); given == slices.Contains(was.Wishes.Muted, k) {
			say(string(k), given)
		}
	}
	for _, topic := range was.Wishes.Granted {
		if !slices.Contains(is.Wishes.Granted, topic) {
			say(topic, false)
		}
	}
	for _, topic := range is.Wishes.Granted {
		if !slices.Contains(was.Wishes.Granted, topic) {
			say(topic, true)
		}
	}
	if is.Stopped != was.Stopped {
		say("", !is.Stopped)
	}
	return all
}

// wordsHash is that of the words of the person, or of the button they pressed; ""
// where they said nothing.
func (t *turn) wordsHash() string {
	for _, e := range t.write.History {
		if !e.Out && e.Text != "" {
			return bot.HashText(e.Text)
		}
	}
	return ""
}
