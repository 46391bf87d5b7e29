package telegramtest

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Paste sends formatted text: blocks instead of a text, as a client sends what was
// copied from a page or a document. seen is what the person sees of it.
func (p *Person) Paste(seen string, blocks ...map[string]any) Message {
	return p.say(Message{What: "rich_message", Text: seen}, map[string]any{"rich_message": map[string]any{"blocks": blocks}})
}

// Paragraph is a block of text: strings, and runs with a type of their own.
func Paragraph(text ...any) map[string]any { return map[string]any{"type": "paragraph", "text": text} }

// WriteLink sends a text in which the words stand before an address. It panics
// where the text has no such words: Telegram marks only what is there.
func (p *Person) WriteLink(text, words, url string) Message {
	before, _, ok := strings.Cut(text, words)
	if !ok || words == "" {
		panic(fmt.Sprintf("fake telegram: no %q in the text", words))
	}
	return p.say(Message{What: "text", Text: text}, map[string]any{"text": text, "entities": []map[string]any{
		{"type": "text_link", "offset": units(before), "length": units(words), "url": url},
	}})
}

// Reply answers a message of the chat. quote is the part of it that the person
// chose; "" for none. What it answers comes with it whole, without what that
// itself answers.
func (p *Person) Reply(to Message, quote, text string) Message {
	fields := map[string]any{"text": text, "reply_to_message": p.earlier(to)}
	if quote != "" {
		before, _, ok := strings.Cut(to.Text, quote)
		if !ok {
			panic(fmt.Sprintf("fake telegram: no %q in message %d", quote, to.ID))
		}
		fields["quote"] = map[string]any{"text": quote, "position": units(before), "is_manual": true}
	}
	return p.say(Message{What: "text", Text: text}, fields)
}

// earlier is a message of the chat as another one brings it along.
func (p *Person) earlier(m Message) map[string]any {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if c := p.s.chat(p.ID); !slices.ContainsFunc(c.thread, func(k Message) bool { return k.ID == m.ID }) {
		panic(fmt.Sprintf("fake telegram: message %d is not in the chat", m.ID))
	}
	if m.FromBot {
		return p.s.json(m)
	}
	doc := p.envelope(m)
	doc["text"] = m.Text
	return doc
}

// Forward shows the bot a text that stands in a channel with the title.
func (p *Person) Forward(title, text string) Message {
	return p.say(Message{What: "text", Text: text}, map[string]any{"text": text, "forward_origin": ChannelOrigin(title)})
}

// ChannelOrigin is whence a message comes that is forwarded from a channel with
// the title.
func ChannelOrigin(title string) map[string]any {
	return map[string]any{
		"type": "channel", "date": time.Now().Add(-time.Hour).Unix(), "message_id": 5,
		"chat": map[string]any{"id": -1001234567890, "type": "channel", "title": title},
	}
}
