package telegram

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// Decode implements bot.Channel.
func (c *Channel) Decode(u bot.Update) ([]bot.Event, error) {
	e, err := readEnvelope(u.Payload)
	if err != nil {
		return nil, fmt.Errorf("telegram update: %w", err)
	}
	events, err := c.decode(e)
	if err != nil {
		return nil, fmt.Errorf("telegram update %d: %w", e.id, err)
	}
	return events, nil
}

// decode tells what happened. Only what a person does in a private chat makes
// a conversation; all else is Ignored, by a name that says why.
func (c *Channel) decode(e envelope) ([]bot.Event, error) {
	ev := bot.Event{
		Kind:    bot.Ignored,
		From:    bot.Address{Bot: c.name, Chat: e.chat()},
		Profile: profile(e.from),
		Detail:  markup.Cut(e.kind, maxName),
	}
	var err error
	switch talk := slices.Contains(conversational(), e.kind); {
	case talk && e.room.shared(): // whatever stands in it
		ev.Detail += "/" + e.room.Type
	case talk && e.strange != nil:
		err = e.strange
	case e.kind == kindMessage, e.kind == kindEdited:
		err = c.message(e, &ev)
	case e.kind == kindCallback:
		err = press(e, &ev)
	case e.kind == kindMember:
		err = member(e, &ev)
	case e.kind == "":
		ev.Detail = "empty"
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.kind, err)
	}
	if ev.Kind == bot.Ignored {
		ev.Profile = bot.Profile{}
	}
	events := []bot.Event{ev}
	for _, kind := range e.more {
		events = append(events, bot.Event{Kind: bot.Ignored, From: ev.From, Detail: "beside/" + markup.Cut(kind, maxName)})
	}
	return events, nil
}

// message decodes a message or its edit.
func (c *Channel) message(e envelope, ev *bot.Event) error {
	if why := stranger(e); why != "" {
		ev.Detail += "/" + why
		return nil
	}
	var m message
	if err := readParts(e.doc, &m, "text"); err != nil {
		return err
	}
	if isObject(m.SenderChat) { // someone speaks as a chat: from is a stand-in
		ev.Detail += "/sender_chat"
		return nil
	}
	text, file, what := m.content(e.from.ID)
	if what == "" {
		var err error
		if file, what, err = unknown(e.doc); err != nil {
			return err
		}
		if file == nil {
			ev.Detail += "/" + what
			return nil
		}
	}
	ev.Detail = ""
	ev.ID = messageID(m.ID)
	ev.At = moment(m.Date)
	ev.Text, ev.Attachment, ev.Album = text, file, clean(m.Album)
	if file != nil && file.Kind == bot.Unsupported {
		ev.Detail = what
	}
	switch {
	case e.kind == kindEdited:
		ev.Kind = bot.Edited
		if m.Edited != 0 {
			ev.At = moment(m.Edited)
		}
	case file != nil:
		ev.Kind = bot.Attached
	default:
		c.typed(ev)
	}
	return nil
}

// typed tells a pressed START from a text.
func (c *Channel) typed(ev *bot.Event) {
	ev.Kind = bot.Typed
	command, rest, _ := strings.Cut(strings.Join(strings.Fields(ev.Text), " "), " ")
	name, to, addressed := strings.Cut(command, "@")
	if !strings.HasPrefix(name, "/") {
		return
	}
	if ours := *c.username.Load(); addressed && ours != "" && !strings.EqualFold(to, ours) {
		*ev = bot.Event{Kind: bot.Ignored, From: ev.From, Detail: "message/other_bot"}
		return
	}
	if strings.EqualFold(name, "/start") {
		ev.Kind, ev.Text = bot.Started, payload(rest)
	}
}

// maxPayload is the longest payload a deep link can carry.
const maxPayload = 64

// payload returns what a deep link carries, "" for what no deep link could.
func payload(s string) string {
	if len(s) > maxPayload || !only(s, isWord) {
		return ""
	}
	return s
}

// The accounts Telegram uses as stand-ins for those who are no person.
const (
	telegramItself = 777000
	anonymousAdmin = 1087968824
	channelBot     = 136817688
)

// stranger says why a message is not from a person in a private chat, "" when
// it is.
func stranger(e envelope) string {
	switch {
	case !e.room.private():
		return "strange_chat"
	case e.from.ID == 0:
		return "no_sender"
	case e.from.IsBot, e.from.ID == anonymousAdmin, e.from.ID == channelBot:
		return "bot"
	case e.from.ID == telegramItself:
		return "telegram"
	}
	return ""
}

// press decodes a callback query. When it happened is not said: the date is
// that of the message under which the button stands.
func press(e envelope, ev *bot.Event) error {
	var q struct {
		ID      string `json:"id"`
		Data    string `json:"data"`
		Message *struct {
			ID int64 `json:"message_id"`
		} `json:"message"`
	}
	if err := readParts(e.doc, &q, "id"); err != nil {
		return err
	}
	if clean(q.ID) == "" {
		return errors.New("has no id")
	}
	if why := stranger(e); why != "" {
		ev.Detail += "/" + why
		return nil
	}
	ev.Kind, ev.Detail = bot.Tapped, ""
	if q.Message != nil {
		ev.ID = messageID(q.Message.ID)
	}
	ev.Press = &bot.Press{ID: clean(q.ID)}
	ev.Press.Screen, ev.Press.Action = readData(q.Data)
	return nil
}

// member decodes a change of the bot's own place in a chat: in a private chat
// the person blocked or unblocked it.
func member(e envelope, ev *bot.Event) error {
	var m struct {
		Date int64 `json:"date"`
		New  struct {
			Status string `json:"status"`
		} `json:"new_chat_member"`
	}
	if err := readParts(e.doc, &m, "new_chat_member"); err != nil {
		return err
	}
	if why := stranger(e); why != "" {
		ev.Detail += "/" + why
		return nil
	}
	switch m.New.Status {
	case "kicked", "left":
		ev.Kind, ev.Detail = bot.Left, ""
	case "member", "restricted", "administrator", "creator":
		ev.Kind, ev.Detail = bot.Returned, ""
	default:
		ev.Detail += "/strange_status"
		return nil
	}
	ev.At = moment(m.Date)
	return nil
}

// lastSecond is the end of the year 9999: later times have no JSON form.
const lastSecond = 253402300799

// moment reads Telegram's time; zero for what cannot be one.
func moment(unix int64) time.Time {
	if unix <= 0 || unix > lastSecond {
		return time.Time{}
	}
	return time.Unix(unix, 0).UTC()
}

// messageID writes a message's id; "" for none.
func messageID(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}
