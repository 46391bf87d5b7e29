package welcome

import (
	"maps"
	"slices"

	"visnyk/bot"
	"visnyk/flows"
)

// polite is what we say to things that are not words.
var polite = map[bot.AttachmentKind]string{
	bot.Photo:       "polite.photo",
	bot.Video:       "polite.video",
	bot.Voice:       "polite.voice",
	bot.File:        "polite.file",
	bot.Sticker:     "polite.sticker",
	bot.Phone:       "polite.contact",
	bot.Location:    "polite.location",
	bot.Unsupported: "polite.unsupported",
}

const (
	politeEmpty = "polite.empty"
	// politeNoPhone answers a contact without a number, as desktop clients send
	// where they cannot share one.
	politeNoPhone = "polite.nophone"
)

func politeTexts() []string {
	return append(append(slices.Sorted(maps.Values(polite)), politeEmpty, politeNoPhone), flows.PhoneTexts()...)
}

// Polite answers what was sent without a word and leaves the screen as it is.
// Who sends such a thing first of all is greeted before.
func Polite() flows.Transition {
	return flows.Transition{
		Label: "no words", Do: politely,
		When: func(t flows.Turn) bool { return t.Wordless() && (t.State.Flow != "welcome" || t.State.Step != "first") },
	}
}

func politely(t flows.Turn) []flows.Effect {
	key := politeEmpty
	if a := t.Event.Attachment; a != nil {
		key = polite[bot.Unsupported]
		if known, ok := polite[a.Kind]; ok {
			key = known
		}
		if a.Kind == bot.Phone && a.Phone == "" {
			key = politeNoPhone
		}
		if shared := flows.PhoneText(t); shared != "" {
			key = shared
		}
	}
	return []flows.Effect{flows.Say{Texts: []flows.Text{flows.T(key)}}}
}
