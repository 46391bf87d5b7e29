package viber

import (
	"encoding/json"
	"html"
	"slices"
	"strings"

	"visnyk/bot"
)

// instead returns a body that says the same as the rendered one, without what
// Viber may have refused of it; nil when nothing is left to take away, or that was
// not the reason. Labels become lines, since typed labels act, and a file its
// address, so that nothing is lost.
func instead(body []byte, refused *bot.SendError, a answer) []byte {
	var r request
	if json.Unmarshal(body, &r) != nil || !refusable(refused.Outcome, a, r.MinAPIVersion) || r.Keyboard == nil && r.Type == "text" {
		return nil
	}
	keyboard := strings.Contains(strings.ToLower(string(a.Message)), "keyboard")
	less := r.said(keyboard && r.Type == "picture")
	if less == nil {
		return nil
	}
	plain, err := encode(*less)
	if err != nil {
		return nil
	}
	return plain
}

// refusable reports whether the answer speaks of what stands in a message of that
// API level, so that less of it may be taken. A client too old for a part of it
// takes the rest.
func refusable(o bot.Outcome, a answer, level int) bool {
	if a.Status == nil { // HTTP alone
		return o == bot.Malformed
	}
	switch *a.Status {
	case 3, 4, 14:
		return true
	case 11, 13:
		return level > 1
	}
	return false
}

// said returns the request in words; with its picture, if that may stay and the
// words fit under it. nil when there are none.
func (r request) said(picture bool) *request {
	plain := request{MinAPIVersion: 1, Sender: r.Sender, Type: "text"}
	text := ""
	if r.Text != nil {
		text = *r.Text
	}
	if picture {
		plain.Type, plain.Media = r.Type, r.Media
		if with := listed(text, r.Keyboard.lines()); units(with) <= maxCaption {
			plain.Text = &with
			return &plain
		}
		plain.Type, plain.Media = "text", ""
	}
	if r.Media != "" {
		text = strings.TrimSpace(text + "\n\n" + strings.TrimSpace(r.FileName+" "+r.Media))
	}
	for labels := r.Keyboard.lines(); ; labels = labels[:len(labels)-1] { // as many as fit
		with := listed(text, labels)
		if plain.Text = &with; units(with) <= maxText && small(plain) && visible(with) {
			return &plain
		}
		if len(labels) == 0 {
			return nil
		}
	}
}

// lines returns what stands on the buttons, a line each, with the address of
// those that open one.
func (k *keyboard) lines() []string {
	if k == nil {
		return nil
	}
	var lines []string
	for _, b := range k.Buttons {
		label := literal(write(nil, html.UnescapeString(b.Text)))
		if b.ActionType == "open-url" {
			label += ": " + b.ActionBody
		}
		lines = append(lines, label)
	}
	return slices.Compact(lines)
}

// listed returns the text with the lines beneath it.
func listed(text string, lines []string) string {
	return strings.TrimSpace(text + "\n\n" + strings.Join(lines, "\n"))
}

// explained returns what is of Viber's schema in its words for a refusal: what
// stands between may be of a message, and is left out.
func explained(words string) string {
	var out []string
	for _, w := range strings.FieldsFunc(words, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
	}) {
		if schema(w) {
			out = append(out, w)
		} else if len(out) == 0 || out[len(out)-1] != "…" {
			out = append(out, "…")
		}
	}
	return line(strings.Join(out, " "), maxDetail)
}

// schema reports whether Viber's schema of messages, or what it says about it, has
// the word.
func schema(w string) bool {
	switch w {
	case "keyboard", "Keyboard", "Type", "DefaultHeight", "Buttons", "Columns", "Rows", "ActionType", "ActionBody", "Text", "TextSize", "Silent",
		"BgColor", "InputFieldState", "reply", "open-url", "share-phone", "location-picker", "none", "small", "regular", "large",
		"text", "type", "media", "rich_media", "ButtonsGroupColumns", "ButtonsGroupRows", "alt_text", "picture", "file", "file_name", "size", "sender", "name", "avatar", "receiver", "tracking_data", "min_api_version",
		"badData", "missingData", "apiVersionNotSupported", "incompatibleWithVersion", "instance", "value", "values", "possible", "enum", "schema",
		"object", "properties", "property", "array", "string", "integer", "number", "boolean", "required", "missing", "allowed", "expected", "match",
		"does", "valid", "invalid", "not", "is", "are", "in", "of", "by", "the", "than", "found", "too", "long", "short", "big", "length", "limit",
		"maximum", "minimum", "exceeds", "bytes", "characters", "field", "fields", "url", "has", "which", "bad", "wrong", "empty", "unsupported":
		return true
	}
	return false
}
