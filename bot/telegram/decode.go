package telegram

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

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
		Kind:   bot.Ignored,
		From:   bot.Address{Bot: c.name, Chat: e.chat()},
		Detail: markup.Cut(e.kind, maxName),
	}
	var err error
	switch talk := slices.Contains(conversational(), e.kind); {
	case talk && e.room.shared(): // whatever stands in it
		outside(e, &ev, e.room.Type)
	case talk:
		err = c.talk(e, &ev)
	case e.kind == "":
		ev.Detail = "empty"
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.kind, err)
	}
	events := []bot.Event{ev}
	for _, kind := range e.more {
		events = append(events, bot.Event{Kind: bot.Ignored, From: ev.From, Detail: "beside/" + markup.Cut(kind, maxName)})
	}
	return events, nil
}

// talk tells what a person did.
func (c *Channel) talk(e envelope, ev *bot.Event) error {
	who, err := e.actor()
	if e.room.Type == "" || who.ID == 0 { // else both are known all the same
		e.strange = cmp.Or(e.strange, e.odd, err)
	}
	if e.strange != nil {
		return e.strange
	}
	switch e.kind {
	case kindCallback:
		err = press(e, who, ev)
	case kindMember:
		err = member(e, who, ev)
	default:
		err = c.message(e, who, ev)
	}
	if err == nil && ev.Kind != bot.Ignored {
		ev.Profile = profile(who)
	}
	return err
}

// message decodes a message or its edit.
func (c *Channel) message(e envelope, who person, ev *bot.Event) error {
	if why := stranger(e.room, who); why != "" {
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
	if there(m.Business) {
		ev.Detail += "/business"
		return nil
	}
	from, forwarded := who.ID, m.forwarded()
	if forwarded != nil { // a contact in it is none that the person shares
		from = 0
	}
	text, file, what := m.content(from)
	links := m.links()
	if what == "" {
		var err error
		if file, what, err = unknown(e.doc); err != nil {
			return err
		}
		if file == nil {
			ev.Detail += "/" + what
			return nil
		}
		var more []bot.Link
		text = visible(m.Caption)
		file.Words, more = told(e.doc, what)
		if text == "" && ownWords(what) {
			text, file.Words = file.Words, ""
		}
		links = append(links, more...)
		if text == "" && nobodys(what, e.doc) {
			ev.Detail += "/" + what + strangeField(what, e.doc)
			return nil
		}
	}
	ev.Detail = ""
	ev.ID = messageID(m.ID)
	ev.At = moment(m.Date)
	ev.Thread = m.thread()
	ev.Text, ev.Attachment, ev.Album = text, file, clean(m.Album)
	ev.Links, ev.Answers, ev.Forwarded = links, m.answers(who.ID), forwarded
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
	case forwarded != nil: // a command in it is nobody's
		ev.Kind = bot.Typed
	default:
		c.typed(ev)
	}
	ev.Full = ev.Kind == bot.Typed && m.Text != nil && units(*m.Text) >= fullText
	return nil
}

// fullText is how many UTF-16 units a text has at least that a client cut off: it
// takes as many as fit into 4096, and some look for the end of a word there.
const fullText = 4000

// units counts the UTF-16 units of a text.
func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// typed tells a pressed START from a text.
func (c *Channel) typed(ev *bot.Event) {
	if ev.Kind = bot.Typed; !strings.HasPrefix(strings.TrimSpace(ev.Text), "/") {
		return
	}
	command, rest, _ := strings.Cut(bot.InLine(ev.Text), " ")
	name, to, addressed := strings.Cut(command, "@")
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
func stranger(where room, who person) string {
	switch {
	case !where.private():
		return "strange_chat"
	case who.ID == 0:
		return "no_sender"
	case who.IsBot, who.ID == anonymousAdmin, who.ID == channelBot:
		return "bot"
	case who.ID == telegramItself:
		return "telegram"
	}
	return ""
}

// press decodes a callback query. When it happened is not said: the date is
// that of the message under which the button stands.
func press(e envelope, who person, ev *bot.Event) error {
	var q struct {
		ID      string `json:"id"`
		Data    string `json:"data"`
		Message *struct {
			ID   int64 `json:"message_id"`
			Date int64 `json:"date"` // 0 when it is not accessible
			place
		} `json:"message"`
	}
	if err := readParts(e.doc, &q, "id"); err != nil {
		return err
	}
	if clean(q.ID) == "" {
		return errors.New("has no id")
	}
	switch why := stranger(e.room, who); {
	case why != "":
		outside(e, ev, why)
		return nil
	case q.Message == nil: // in whatever chat it was sent to: ours always have one
		outside(e, ev, "inline")
		return nil
	case there(q.Message.Business): // between two people
		outside(e, ev, "business")
		return nil
	}
	ev.Kind, ev.Detail = bot.Tapped, ""
	ev.Press = &bot.Press{ID: clean(q.ID)}
	ev.ID, ev.Thread = messageID(q.Message.ID), q.Message.thread()
	ev.Press.Unseen = q.Message.Date == 0
	ev.Press.Screen, ev.Press.Action = readData(q.Data)
	return nil
}

// outside names where something happened that begins no conversation. A press is
// answered there too, or its button would go on turning; so its id is read, however
// strange the rest.
func outside(e envelope, ev *bot.Event, where string) {
	ev.Detail += "/" + where
	if e.kind != kindCallback {
		return
	}
	var q struct {
		ID string `json:"id"`
	}
	_ = read(e.doc, &q) // fills what it can
	if id := clean(q.ID); id != "" {
		ev.Press = &bot.Press{ID: id}
	}
}

// member decodes a change of the bot's own place in a chat: in a private chat
// the person blocked or unblocked it.
func member(e envelope, who person, ev *bot.Event) error {
	var m struct {
		Date int64 `json:"date"`
		New  struct {
			Status string `json:"status"`
		} `json:"new_chat_member"`
	}
	if err := readParts(e.doc, &m, "new_chat_member"); err != nil {
		return err
	}
	if why := stranger(e.room, who); why != "" {
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
