package broadcasts

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/console"
)

// composeForm is a broadcast as a browser sends it. Of its buttons, each stands once in
// each of their fields.
type composeForm struct {
	Version  int    `form:"version"`
	Rev      int    `form:"rev"`
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
	Start    string `form:"start"`
	Until    string `form:"until"`
	Must     bool   `form:"must"`
	Corrects bool   `form:"correction"`
	Urgent   string `form:"urgent"`
	Fallback int    `form:"fallback"`
	Ceiling  string `form:"ceiling"`

	ButtonUK  []string `form:"button_uk"`
	ButtonRU  []string `form:"button_ru"`
	ButtonDo  []string `form:"button_do"` // "url", or what bot/broadcast lets a lasting button do
	ButtonURL []string `form:"button_url"`
}

// toURL is what a button does that opens an address.
const toURL = "url"

func tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

func both(uk, ru string) bot.Bilingual { return bot.Bilingual{UK: tidy(uk), RU: tidy(ru)} }

// reader reads a form; what is no moment is a fault of its field.
type reader struct {
	zone   *time.Location
	faults console.Faults
	wrong  string // its words
	money  string // and those of what is no sum
}

func (r reader) sum(field, text string) (m bot.Money) {
	if m.UnmarshalText([]byte(tidy(text))) != nil {
		r.faults[field] = r.money
	}
	return m
}

func (r reader) moment(field, text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := bot.MomentAt(text, r.zone)
	if err != nil {
		r.faults[field] = r.wrong
	}
	return at
}

// broadcast is what the form says of the one that is there.
func (f composeForm) broadcast(is bot.Broadcast, r reader) (b bot.Broadcast, err error) {
	b = bot.Broadcast{
		ID: is.ID, State: bot.BroadcastDraft, Version: f.Version, Title: tidy(f.Title), Topic: f.Topic, Change: f.Change,
		Text: both(f.TextUK, f.TextRU), Digest: both(f.DigestUK, f.DigestRU), Must: f.Must, Correction: f.Corrects, Urgent: tidy(f.Urgent), Fallback: f.Fallback,
		Zone: is.Zone, Start: r.moment("start", f.Start), Until: r.moment("until", f.Until), Ceiling: r.sum("ceiling", f.Ceiling),
	}
	if to := tidy(f.Picture); to != "" {
		b.Media = &bot.Media{Kind: bot.Photo, URL: to}
		if is.Media != nil && is.Media.URL == to {
			b.Media = is.Media
		}
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
		button := bot.BroadcastButton{Label: both(f.ButtonUK[i], f.ButtonRU[i]), Do: f.ButtonDo[i]}
		if button.Do == toURL {
			button.Do, button.URL = "", tidy(f.ButtonURL[i])
		}
		b.Buttons = append(b.Buttons, button)
	}
	return b, nil
}

// press does to the buttons what one of the page says: "add buttons", "drop buttons 0".
func press(b *bot.Broadcast, do string) {
	if do == "add buttons" {
		b.Buttons = append(b.Buttons, bot.BroadcastButton{})
		return
	}
	at, drops := strings.CutPrefix(do, "drop buttons ")
	if i, err := strconv.Atoi(at); drops && err == nil && i >= 0 && i < len(b.Buttons) {
		b.Buttons = slices.Delete(b.Buttons, i, i+1)
	}
}
