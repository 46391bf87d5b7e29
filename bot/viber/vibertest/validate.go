package vibertest

import (
	"encoding/json"
	"net/url"
	"path"
	"strings"
)

// Limits of a message.
const (
	maxSenderName = 28
	maxTracking   = 4000
	maxText       = 7000
	maxCaption    = 512
	maxAddress    = 2000
	maxVideo      = 26 << 20
	maxFile       = 50 << 20
	topLevel      = 10 // the newest API level we know of
)

// message checks a send_message document without its receiver, which is also
// the form of a welcome, and reads what a person would see.
func message(d document) (Message, *refusal) {
	var m Message
	var refused *refusal
	if m.MinAPIVersion, refused = d.whole("min_api_version", 1, 1, topLevel); refused != nil {
		return m, refused
	}
	if m.TrackingData, refused = d.text("tracking_data", false, maxTracking); refused != nil {
		return m, refused
	}
	sender, refused := d.inner("sender")
	if refused != nil {
		return m, refused
	}
	if m.Sender, refused = sender.filled("name", maxSenderName); refused != nil {
		return m, refused
	}
	needs := 1
	if d.has("keyboard") {
		k, refused := d.inner("keyboard")
		if refused != nil {
			return m, refused
		}
		if m.Keyboard, needs, refused = keyboard(k, m.MinAPIVersion); refused != nil {
			return m, refused
		}
	}
	if m.Type, refused = d.text("type", m.Keyboard == nil, 0); refused != nil {
		return m, refused
	}
	level, refused := content(d, &m)
	if refused != nil {
		return m, refused
	}
	if needs = max(needs, level); m.MinAPIVersion < needs {
		return m, refuse(14, "incompatibleWithVersion: needs min_api_version %d", needs)
	}
	return m, nil
}

// content checks the fields of a type, and gives the API level it needs.
func content(d document, m *Message) (level int, refused *refusal) {
	address := func(limit int) (refused *refusal) {
		if m.Media, refused = d.filled("media", limit); refused != nil {
			return refused
		}
		if u, err := url.Parse(m.Media); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return refuse(3, "badData: media is not an http(s) address")
		}
		return nil
	}
	level = 1
	switch m.Type {
	case "": // a keyboard alone
		if d.has("text") {
			refused = refuse(4, "missingData: type")
		}
	case "text":
		m.Text, refused = d.filled("text", maxText)
		if refused == nil && strings.TrimSpace(m.Text) == "" {
			refused = refuse(4, "missingData: text is blank")
		}
	case "picture":
		refused = address(maxAddress)
		if refused == nil {
			m.Text, refused = d.text("text", true, maxCaption)
		}
	case "video":
		refused = address(maxAddress)
		if refused == nil {
			m.Size, refused = size(d, maxVideo)
		}
	case "file":
		refused = address(maxAddress)
		if refused == nil {
			m.Size, refused = size(d, maxFile)
		}
		if refused == nil {
			m.FileName, refused = d.filled("file_name", 256)
		}
		if refused == nil {
			refused = harmlessFile(m.FileName)
		}
	case "url":
		refused = address(maxAddress)
	case "sticker":
		if !d.has("sticker_id") {
			refused = refuse(4, "missingData: sticker_id")
		} else {
			_, refused = d.whole("sticker_id", 0, 1, 1<<31-1)
		}
	case "contact":
		refused = contact(d)
	case "location":
		refused = location(d)
	case "rich_media":
		var rich document
		if rich, refused = d.inner("rich_media"); refused == nil {
			m.Rich, level, refused = richMedia(rich)
		}
		if refused == nil {
			m.Alt, refused = d.text("alt_text", false, maxText)
		}
	default:
		refused = refuse(3, "badData: type %q", m.Type)
	}
	return level, refused
}

func size(d document, limit int) (int, *refusal) {
	if !d.has("size") {
		return 0, refuse(4, "missingData: size")
	}
	return d.whole("size", 0, 1, limit)
}

// harmlessFile refuses what Viber does not carry: no extension, or a program's.
func harmlessFile(name string) *refusal {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case "", ".":
		return refuse(3, "badData: file_name without an extension")
	case ".exe", ".bat", ".cmd", ".com", ".msi", ".scr", ".js", ".vbs", ".jar", ".apk", ".app", ".dmg", ".sh":
		return refuse(3, "badData: file_name %s is not allowed", ext)
	}
	return nil
}

func contact(d document) *refusal {
	in, refused := d.inner("contact")
	if refused != nil {
		return refused
	}
	_, name := in.filled("name", 28)
	_, phone := in.filled("phone_number", 18)
	return first(name, phone)
}

func location(d document) *refusal {
	in, refused := d.inner("location")
	if refused != nil {
		return refused
	}
	for field, limit := range map[string]float64{"lat": 90, "lon": 180} {
		if !in.has(field) {
			return refuse(4, "missingData: %s", field)
		}
		var f float64
		if json.Unmarshal(in[field], &f) != nil || f < -limit || f > limit {
			return refuse(3, "badData: %s", field)
		}
	}
	return nil
}
