package viber

import (
	"fmt"
	"strings"

	"visnyk/bot"
)

// Decode implements bot.Channel. Every callback is one event.
func (c *Channel) Decode(u bot.Update) ([]bot.Event, error) {
	cb, err := parse(u.Payload)
	if err != nil {
		return nil, fmt.Errorf("viber callback: %w", err)
	}
	if cb.strange != nil {
		return nil, fmt.Errorf("viber callback %s: %w", cb.Event, cb.strange)
	}
	who := cb.who()
	e := bot.Event{
		From:    bot.Address{Bot: u.Bot, Chat: cb.chat()},
		Profile: bot.Profile{Name: personName(string(who.Name)), Locale: line(string(who.Language), maxLocale)},
		At:      cb.at(),
	}
	switch cb.Event {
	case eventStarted:
		e.Kind, e.Text, e.Subscribed = bot.Started, payload(string(cb.Context)), bool(cb.Subscribed)
	case eventSubscribed:
		e.Kind = bot.Returned
	case eventUnsubscribed:
		e.Kind = bot.Left
	case eventMessage:
		e.ID = string(cb.Token)
		said(&e, cb.Message.value)
	case eventDelivered, eventSeen, eventFailed:
		receipt(&e, cb)
	default:
		e.Kind, e.Detail = bot.Ignored, known(string(cb.Event))
	}
	return []bot.Event{e}, nil
}

// receipt reads what became of a message of ours. Viber also tells of the
// person's own messages; the caller does not know those tokens and passes over.
func receipt(e *bot.Event, cb callback) {
	if cb.Token == "" { // a receipt for nothing
		e.Kind, e.Detail = bot.Ignored, string(cb.Event)
		return
	}
	e.ID = string(cb.Token)
	switch cb.Event {
	case eventDelivered:
		e.Kind = bot.Delivered
	case eventSeen:
		e.Kind = bot.Seen
	case eventFailed:
		e.Kind, e.Detail = bot.Failed, line(string(cb.Desc), maxDetail)
	}
}

// said reads what a person sent. Words without a type are words all the same.
func said(e *bot.Event, m content) {
	text, media := clean(m.Text.text), string(m.Media)
	attach := func(a bot.Attachment) { e.Kind, e.Text, e.Attachment = bot.Attached, text, &a }
	if m.Type == "" && visible(text) {
		m.Type = "text"
	}
	if p, ok := press(m.Text.text); ok && (m.Type == "text" || m.Type == "rich_media") {
		e.Kind, e.Press = bot.Tapped, &p
		return
	}
	switch m.Type {
	case "text":
		e.Kind, e.Text = bot.Typed, text
	case "url":
		// The link is the text; nobody ever fetches it. Beside words it stands behind them.
		e.Kind, e.Text = bot.Typed, clean(media)
		if visible(text) {
			if e.Text != "" && !strings.Contains(text, e.Text) {
				e.Links = []bot.Link{{URL: e.Text}}
			}
			e.Text = text
		}
	case "picture":
		attach(bot.Attachment{Kind: bot.Photo, Ref: ref(media), Name: bot.FileName(string(m.FileName))})
	case "video":
		attach(bot.Attachment{Kind: bot.Video, Ref: ref(media), Name: bot.FileName(string(m.FileName)), Size: size(m)})
	case "file":
		attach(bot.Attachment{Kind: bot.File, Ref: ref(media), Name: bot.FileName(string(m.FileName)), Size: size(m)})
	case "sticker":
		attach(bot.Attachment{Kind: bot.Sticker, Ref: string(m.StickerID)})
	case "contact":
		card := m.Contact.value
		a := bot.Attachment{Kind: bot.Phone, Name: personName(string(card.Name)), Phone: phone(string(card.Phone))}
		// The payload has no user id, so nothing proves whose number it is. An
		// answer to our own request is the best there is, and still weak: the
		// tracking data is kept by the person's device.
		a.Given = a.Phone != "" && m.TrackingData == trackPhone
		attach(a)
	case "location":
		at := m.Location.value
		if !at.Lat.within(90) || !at.Lon.within(180) {
			if e.Kind, e.Text = bot.Typed, text; !visible(text) {
				e.Text = "[location]"
			}
			return
		}
		attach(bot.Attachment{Kind: bot.Location, Lat: at.Lat.value, Lon: at.Lon.value})
	default:
		attach(bot.Attachment{Kind: bot.Unsupported})
		e.Detail = known(string(m.Type))
	}
}

// ref returns the address of media, for a worker to fetch; "" when it is none.
// Whether it may be fetched is decided at the moment of fetching.
func ref(s string) string {
	if s = strings.TrimSpace(s); webAddress(s) {
		return s
	}
	return ""
}

// size returns the claimed size in bytes; 0 when there is none.
func size(m content) int64 {
	if n := m.FileSize.int64(); n > 0 {
		return n
	}
	return max(m.Size.int64(), 0)
}

// known returns a name of Viber's as it is, and "other" for what could not be one:
// names are counted, and counters must stay few.
func known(name string) string {
	if word(name) {
		return name
	}
	return "other"
}
