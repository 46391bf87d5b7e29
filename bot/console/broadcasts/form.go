package broadcasts

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/console"
	"visnyk/bot/console/drafting"
)

// composeForm is a broadcast as a browser sends it. Of its buttons, each stands once in
// each of their fields.
type composeForm struct {
	Version  int    `form:"version"`
	Rev      int    `form:"rev"`
	Seen     string `form:"seen"`
	Do       string `form:"do"` // what was pressed; "": nothing but to save
	As       string `form:"as"` // as whom the reader looks at it
	Title    string `form:"title"`
	Topic    string `form:"topic"`
	Change   string `form:"change"`
	Segment  string `form:"segment"` // an id, "" everyone, "=" the tree beside it
	Tree     string `form:"tree"`
	TextUK   string `form:"text_uk"`
	TextRU   string `form:"text_ru"`
	DigestUK string `form:"digest_uk"`
	DigestRU string `form:"digest_ru"`
	Picture  string `form:"picture"`
	AltUK    string `form:"alt_uk"`
	AltRU    string `form:"alt_ru"`
	File     string `form:"file"` // the name of one that was chosen and not sent
	Start    string `form:"start"`
	Until    string `form:"until"`
	Must     bool   `form:"must"`
	Corrects bool   `form:"correction"`
	Urgent   string `form:"urgent"`
	Fallback int    `form:"fallback"`
	Ceiling  string `form:"ceiling"`

	ButtonUK  []string `form:"button_uk"`
	ButtonRU  []string `form:"button_ru"`
	ButtonDo  []string `form:"button_do"` // "url", what bot/broadcast lets a lasting button do, or which flow it opens
	ButtonURL []string `form:"button_url"`
}

// toURL is what a button does that opens an address.
const toURL = "url"

// broadcast is what the form says of the one that is there, which was filled with what stood
// there. Of a picture the form has but the address: all else is known of those that were
// shown before.
func (f composeForm) broadcast(is bot.Broadcast, at drafting.Moments, stood bot.Broadcast, shows ...*bot.Media) (b bot.Broadcast, err error) {
	b = bot.Broadcast{
		ID: is.ID, State: bot.BroadcastDraft, Version: f.Version, Title: drafting.Tidy(f.Title), Titles: is.Titles, Topic: f.Topic, Change: f.Change,
		Text: drafting.Both(f.TextUK, f.TextRU), Digest: drafting.Both(f.DigestUK, f.DigestRU), Must: f.Must, Correction: f.Corrects, Urgent: drafting.Tidy(f.Urgent), Fallback: f.Fallback,
		Zone: is.Zone, Start: at.At("start", f.Start, stood.Start), Until: at.At("until", f.Until, stood.Until),
	}
	if b.Template = is.Template; b.Template {
		b.Topic = is.Topic
	}
	if to := drafting.Tidy(f.Picture); to != "" {
		shown := *broadcast.PictureOf(bot.Photo, to, "")
		for _, m := range shows {
			if m != nil && broadcast.PictureURL(*m) == to {
				shown = *m
			}
		}
		shown.Alt = drafting.Both(f.AltUK, f.AltRU)
		b.Media = &shown
	}
	switch f.Segment {
	case "":
	case "=":
		if json.Unmarshal([]byte(f.Tree), &b.Audience) != nil {
			return b, console.ErrForm
		}
	default:
		b.Audience = bot.In("segment", f.Segment)
	}
	n := len(f.ButtonUK)
	if len(f.ButtonRU) != n || len(f.ButtonDo) != n || len(f.ButtonURL) != n {
		return b, console.ErrForm
	}
	for i := range n {
		button := bot.BroadcastButton{Label: drafting.Both(f.ButtonUK[i], f.ButtonRU[i]), Do: f.ButtonDo[i]}
		if button.Do == toURL {
			button.Do, button.URL = "", drafting.Tidy(f.ButtonURL[i])
		} else if flow, opens := bot.OpensFlow(button.Do); opens {
			button.Do, button.Flow = "", flow
		}
		b.Buttons = append(b.Buttons, button)
	}
	return b, nil
}

// press does what a button of the page says: "add buttons", "drop buttons 0", "drop picture".
func press(b *bot.Broadcast, do string) {
	switch do {
	case "add buttons":
		b.Buttons = append(b.Buttons, bot.BroadcastButton{})
		return
	case "drop picture":
		b.Media = nil
		return
	}
	at, drops := strings.CutPrefix(do, "drop buttons ")
	if i, err := strconv.Atoi(at); drops && err == nil && i >= 0 && i < len(b.Buttons) {
		b.Buttons = slices.Delete(b.Buttons, i, i+1)
	}
}
