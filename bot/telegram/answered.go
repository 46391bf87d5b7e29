package telegram

import (
	"bytes"
	"encoding/json"
	"strings"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// maxAnswered is how much of the words that a message answers is kept, in
// characters: as much as an ordinary message has.
const maxAnswered = 4096

// beside is what stands in a message beside its content. It is kept for operators;
// so what is odd in it is no reason not to read the message.
type beside struct {
	Entities        json.RawMessage `json:"entities"`
	CaptionEntities json.RawMessage `json:"caption_entities"`

	Reply      json.RawMessage `json:"reply_to_message"`
	ReplyStory json.RawMessage `json:"reply_to_story"`
	External   json.RawMessage `json:"external_reply"` // of another chat
	Quote      json.RawMessage `json:"quote"`
	Option     json.RawMessage `json:"reply_to_poll_option_id"`    // of the poll that is answered
	Task       json.RawMessage `json:"reply_to_checklist_task_id"` // of the list

	Forward       json.RawMessage `json:"forward_origin"`
	ForwardDate   json.RawMessage `json:"forward_date"` // with the rest of these, what origin was before it had a name
	ForwardFrom   json.RawMessage `json:"forward_from"`
	ForwardChat   json.RawMessage `json:"forward_from_chat"`
	ForwardSender json.RawMessage `json:"forward_sender_name"`
}

// there reports whether a field was there.
func there(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// links returns the addresses behind the words that content reads.
func (m message) links() []bot.Link {
	switch {
	case m.Text != nil:
		return behind(*m.Text, m.Entities)
	case m.Rich != nil && m.Rich.text != "":
		return m.Rich.links
	}
	return behind(m.Caption, m.CaptionEntities)
}

// answers returns what the message answers or quotes; nil when nothing. from is who
// wrote it.
func (m message) answers(from int64) *bot.Answered {
	a := m.replied(from)
	switch {
	case a != nil:
	case there(m.External):
		a = elsewhere(m.External)
	case there(m.ReplyStory):
		a = &bot.Answered{What: "story", Name: chatName(m.ReplyStory)}
	}
	quote, links := wordsOf(m.Quote, nil)
	if quote == "" {
		quote, links = m.line(), nil
	}
	if quote == "" {
		return a
	}
	if a == nil {
		a = &bot.Answered{}
	}
	a.Quote = markup.Cut(quote, maxAnswered)
	if a.Links == nil {
		a.Links = links
	}
	if a.Text == a.Quote { // once is enough
		a.Text = ""
	}
	return a
}

// line returns the option of a poll or the task of a list that is answered; "" when
// none is.
func (m message) line() string {
	if !there(m.Option) && !there(m.Task) {
		return ""
	}
	type choice struct {
		ID   json.RawMessage `json:"id"`
		Key  json.RawMessage `json:"persistent_id"`
		Text json.RawMessage `json:"text"`
	}
	var r struct {
		Poll struct {
			Options []choice `json:"options"`
		} `json:"poll"`
		List struct {
			Tasks []choice `json:"tasks"`
		} `json:"checklist"`
	}
	doc := m.Reply
	if !there(doc) {
		doc = m.External
	}
	_ = json.Unmarshal(doc, &r) // fills what it can
	for _, c := range append(r.Poll.Options, r.List.Tasks...) {
		if there(c.Key) && bytes.Equal(c.Key, m.Option) || there(c.ID) && bytes.Equal(c.ID, m.Task) {
			w := walk{doc: c.Text}
			w.value("text", 0)
			s, _ := w.said() // it was valid
			return visible(s)
		}
	}
	return ""
}

// replied reads the message of this chat that is answered; nil when there is none,
// or only Telegram's own note: in a topic all messages answer the one that opened it.
func (m message) replied(from int64) *bot.Answered {
	if !there(m.Reply) {
		return nil
	}
	var r message
	var who struct {
		From person `json:"from"`
	}
	if read(m.Reply, &r) != nil {
		return nil
	}
	_ = read(m.Reply, &who) // nobody then
	text, file, what := r.content(0)
	links := r.links()
	if what == "" {
		var err error
		if file, what, err = unknown(m.Reply); err != nil || file == nil {
			return nil
		}
		var more []bot.Link
		file.Words, more = told(m.Reply, what)
		text, links = visible(r.Caption), append(links, more...)
	}
	a := &bot.Answered{ID: messageID(r.ID), Ours: who.From.IsBot, Text: text, Links: links, From: r.forwarded()}
	if file != nil {
		a.What = what
		a.Text = strings.TrimSpace(text + "\n" + file.Words)
	}
	a.Text = markup.Cut(a.Text, maxAnswered)
	switch {
	case there(r.SenderChat):
		a.Name = title(r.SenderChat)
	case !who.From.IsBot && who.From.ID != from:
		a.Name = name(who.From.First + " " + who.From.Last)
	}
	return a
}

// elsewhere reads a message of another chat that is answered.
func elsewhere(doc json.RawMessage) *bot.Answered {
	var fields map[string]json.RawMessage
	if json.Unmarshal(doc, &fields) != nil {
		return nil
	}
	a := &bot.Answered{From: origin(fields["origin"])}
	words, links := wordsOf(doc, func(field string) bool { return field == "origin" || envelopeField(field) })
	a.Text, a.Links = markup.Cut(words, maxAnswered), links
	for _, what := range append(kinds(), unsupported()...) {
		if there(fields[what]) {
			a.What = what
			break
		}
	}
	return a
}

// kinds lists the fields of what content reads besides words.
func kinds() []string {
	return []string{
		"live_photo", "photo", "animation", "video", "video_note", "voice", "audio", "document", "sticker", "contact", "venue", "location",
	}
}

// forwarded returns whence the message was forwarded; nil when it was not. That it
// was counts, however odd the origin is.
func (m message) forwarded() *bot.Origin {
	switch {
	case there(m.Forward):
		return origin(m.Forward)
	case there(m.ForwardDate), there(m.ForwardFrom), there(m.ForwardChat), there(m.ForwardSender):
		o := &bot.Origin{Name: title(m.ForwardChat)}
		var date int64
		var sender string
		_ = json.Unmarshal(m.ForwardDate, &date)
		_ = json.Unmarshal(m.ForwardSender, &sender)
		for _, s := range []string{title(m.ForwardFrom), name(sender)} {
			if o.Name == "" {
				o.Name = s
			}
		}
		o.At = moment(date)
		return o
	}
	return nil
}

// origin reads whence a message came.
func origin(doc json.RawMessage) *bot.Origin {
	var o struct {
		Type   string          `json:"type"`
		Date   json.RawMessage `json:"date"`
		User   json.RawMessage `json:"sender_user"`
		Hidden string          `json:"sender_user_name"`
		Sender json.RawMessage `json:"sender_chat"`
		Chat   json.RawMessage `json:"chat"`
		Signed string          `json:"author_signature"`
	}
	_ = json.Unmarshal(doc, &o) // fills what it can
	var date int64
	_ = json.Unmarshal(o.Date, &date)
	from := &bot.Origin{By: name(o.Signed), At: moment(date)}
	if len(o.Type) <= maxName && only(o.Type, isWord) {
		from.Kind = o.Type
	}
	for _, s := range []string{title(o.User), name(o.Hidden), title(o.Sender), title(o.Chat)} {
		if from.Name == "" {
			from.Name = s
		}
	}
	return from
}

// title returns how Telegram shows a person or a chat; "" when it does not say.
func title(doc json.RawMessage) string {
	var c struct {
		Title string `json:"title"`
		First string `json:"first_name"`
		Last  string `json:"last_name"`
	}
	_ = json.Unmarshal(doc, &c) // fills what it can
	if s := name(c.Title); s != "" {
		return s
	}
	return name(c.First + " " + c.Last)
}

// chatName returns the title of the chat that a story stands in.
func chatName(story json.RawMessage) string {
	var s struct {
		Chat json.RawMessage `json:"chat"`
	}
	_ = json.Unmarshal(story, &s)
	return title(s.Chat)
}
