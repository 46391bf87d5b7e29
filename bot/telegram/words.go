package telegram

import (
	"encoding/json"
	"fmt"
	"strings"

	"visnyk/bot"
)

// told returns what a content says in itself that is none of what content reads:
// the words of a known kind, of which what is the field, and otherwise all words of
// the message that are no part of its envelope.
func told(doc json.RawMessage, what string) (string, []bot.Link) {
	if what == "unknown" {
		return wordsOf(doc, envelopeField)
	}
	var fields map[string]json.RawMessage
	if read(doc, &fields) != nil {
		return "", nil
	}
	content := fields[what]
	switch what {
	case "dice":
		var d struct {
			Emoji string `json:"emoji"`
			Value int    `json:"value"`
		}
		if json.Unmarshal(content, &d) != nil || name(d.Emoji) == "" {
			return "", nil
		}
		return fmt.Sprintf("%s %d", name(d.Emoji), d.Value), nil
	case "web_app_data":
		var d struct {
			Button string `json:"button_text"`
			Data   string `json:"data"`
		}
		_ = json.Unmarshal(content, &d) // fills what it can
		return visible(strings.TrimSpace(d.Button + "\n" + d.Data)), nil
	}
	return wordsOf(content, nil)
}

// wordsOf returns the words in a part of a message, and the addresses behind them.
// Names of people and chats are not words of it, nor is what stands in its fields
// that pass says to pass over.
func wordsOf(doc json.RawMessage, pass func(field string) bool) (string, []bot.Link) {
	if len(doc) == 0 {
		return "", nil
	}
	w := walk{doc: doc, passes: func(field string, depth int) bool {
		other := depth > 1 && strings.HasSuffix(field, "_message") // what happened to it is told, and not it
		return somebody(field) || other || depth == 1 && pass != nil && pass(field)
	}}
	w.value("", 0)
	s, err := w.said()
	if err != nil { // it was valid: it is a string of JSON's own
		return "", nil
	}
	return visible(s), w.links.all
}

// somebody reports whether the field holds people or chats, whose names and titles
// nobody said.
func somebody(field string) bool {
	switch field {
	case "chat", "chats", "user", "users", "from", "bot", "via_bot", "winners", "author":
		return true
	}
	return strings.HasSuffix(field, "_chat") || strings.HasSuffix(field, "_user") || strings.HasSuffix(field, "_bot")
}

// envelopeField reports whether a field of a message is about the message, and no
// part of what it says. A caption is read by its own name.
func envelopeField(field string) bool {
	switch field {
	case "caption", "entities", "caption_entities", "reply_markup", "link_preview_options", "quote", "external_reply",
		"direct_messages_topic", "suggested_post_info", "contact":
		return true
	}
	return strings.HasPrefix(field, "reply_to_") || strings.HasPrefix(field, "forward_") || strings.HasPrefix(field, "-")
}

// ownWords reports whether what the content says in itself is a message of the
// person: what goes with a gift, and what comes in a form of tomorrow. A poll, an
// invoice or a list says something else.
func ownWords(what string) bool { return what == "gift" || what == "unique_gift" || what == "unknown" }
