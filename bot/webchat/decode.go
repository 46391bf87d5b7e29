package webchat

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
)

// Decode implements bot.Channel. Everything is one event, but a receipt may
// speak of many lines.
func (c *Channel) Decode(u bot.Update) ([]bot.Event, error) {
	p, err := parse(u.Payload)
	if err != nil && p.Kind == kindReceipt {
		return nil, fmt.Errorf("web chat message: %w: %w", bot.ErrReceipt, err)
	}
	if err != nil {
		return nil, fmt.Errorf("web chat message: %w", err)
	}
	e := bot.Event{
		From: bot.Address{Bot: u.Bot, Chat: u.Chat}, ID: p.ID,
		Profile: bot.Profile{Locale: p.Locale}, At: time.UnixMilli(p.At).UTC(),
	}
	switch p.Kind {
	case kindStart:
		e.Kind, e.Text, e.ID = bot.Started, p.Text, ""
	case kindText:
		e.Kind, e.Text = bot.Typed, p.Text
	case kindPress:
		e.Kind, e.ID = bot.Tapped, externalID(p.Press.Line)
		e.Press = &bot.Press{Screen: p.Press.Screen, Action: p.Press.Action}
	case kindFile:
		e.Kind, e.Text = bot.Attached, p.Text
		e.Attachment = &bot.Attachment{
			Kind: bot.File, Ref: p.File.ID, File: p.File.Key, Name: p.File.Name, Type: p.File.Type, Size: p.File.Size,
		}
		if strings.HasPrefix(p.File.Type, "image/") {
			e.Attachment.Kind = bot.Photo
		}
	case kindReceipt:
		return receipts(e, p), nil
	}
	return []bot.Event{e}, nil
}

func receipts(e bot.Event, p posted) []bot.Event {
	var all []bot.Event
	for _, seq := range p.Delivered {
		e.Kind, e.ID = bot.Delivered, externalID(seq)
		all = append(all, e)
	}
	if p.Seen > 0 {
		e.Kind, e.ID = bot.Seen, externalID(p.Seen)
		all = append(all, e)
	}
	return all
}

// externalID is the id under which the house knows a line of ours.
func externalID(seq int64) string { return strconv.FormatInt(seq, 10) }
