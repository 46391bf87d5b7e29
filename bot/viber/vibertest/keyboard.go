package vibertest

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// Keyboard is what stands under the conversation until the next message.
type Keyboard struct {
	Buttons    []Button
	InputField string // "regular", "minimized" or "hidden"
}

// Button is one button, as a person sees it and as it acts.
type Button struct {
	Label      string // without HTML
	Text       string // as it came
	ActionType string
	ActionBody string
	Columns    int
	Rows       int
	Silent     bool
}

// Limits of a keyboard.
const (
	columns  = 6
	maxRows  = 24
	maxLabel = 250
	// silentLevel is the API level from which clients know Silent; sources say 6 or
	// 7. Older ones take the button and pass over the field.
	silentLevel = 6
	// actionLevel is that of the actions beyond reply and open-url.
	actionLevel = 3
)

var (
	tag   = regexp.MustCompile(`<[^<>]*>`)
	known = regexp.MustCompile(`(?i)^</?(b|i|u|s|br|font)(\s+[a-z]+\s*=\s*("[^"<>]*"|'[^'<>]*'))*\s*/?>$`)
	color = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)
)

// keyboard checks a keyboard of a message of that API level, and gives the level
// that its fields need. It refuses in Viber's words, which begin alike.
func keyboard(d document, level int) (*Keyboard, int, *refusal) {
	k, needs, refused := buttons(d)
	if refused != nil && refused.status == 3 {
		return nil, 0, refuse(3, "keyboard is not valid. [%s]", strings.TrimPrefix(refused.why, "badData: "))
	}
	if refused != nil || level >= actionLevel {
		return k, needs, refused
	}
	for _, b := range k.Buttons {
		if b.ActionType != "reply" && b.ActionType != "open-url" {
			return nil, 0, refuse(3, `keyboard is not valid. [instance value (%q) not found in enum (possible values: ["reply","open-url",""])]`, b.ActionType)
		}
	}
	return k, needs, nil
}

func buttons(d document) (*Keyboard, int, *refusal) {
	if refused := ofType(d, "keyboard"); refused != nil {
		return nil, 0, refused
	}
	level, refused := 1, (*refusal)(nil)
	k := &Keyboard{InputField: "regular"}
	if d.has("InputFieldState") {
		level = 4
		if k.InputField, refused = d.oneOf("InputFieldState", "", "regular", "minimized", "hidden"); refused != nil {
			return nil, 0, refused
		}
	}
	for field, needs := range map[string]int{"CustomDefaultHeight": 3, "HeightScale": 3, "ButtonsGroupColumns": 4, "ButtonsGroupRows": 4, "FavoritesMetadata": 6} {
		if d.has(field) {
			level = max(level, needs)
		}
	}
	if refused := background(d); refused != nil {
		return nil, 0, refused
	}
	needs, refused := k.read(d, columns, 2)
	if refused != nil {
		return nil, 0, refused
	}
	return k, max(level, needs), layout(k.Buttons, columns, maxRows, maxRows)
}

func ofType(d document, want string) *refusal {
	kind, refused := d.text("Type", true, 0)
	if refused == nil && kind != want {
		refused = refuse(3, "badData: Type %q", kind)
	}
	return refused
}

// read reads the buttons, none of which is wider or higher, and gives the API level that
// they need.
func (k *Keyboard) read(d document, wide, high int) (level int, refused *refusal) {
	var all []document
	if !d.has("Buttons") || json.Unmarshal(d["Buttons"], &all) != nil || len(all) == 0 {
		return 0, refuse(4, "missingData: Buttons")
	}
	for _, raw := range all {
		b, needs, refused := button(raw, wide, high)
		if refused != nil {
			return 0, refused
		}
		level = max(level, needs)
		k.Buttons = append(k.Buttons, b)
	}
	return level, nil
}

func button(d document, wide, high int) (Button, int, *refusal) {
	var b Button
	level := 1
	var r [7]*refusal
	b.Columns, r[0] = d.whole("Columns", wide, 1, wide)
	b.Rows, r[1] = d.whole("Rows", 1, 1, high)
	b.ActionType, r[2] = d.oneOf("ActionType", "reply", "reply", "open-url", "location-picker", "share-phone", "none")
	b.Text, r[3] = d.text("Text", !d.has("Image"), maxLabel)
	_, r[4] = d.oneOf("TextSize", "regular", "small", "regular", "large")
	_, r[5] = d.oneOf("TextVAlign", "middle", "top", "middle", "bottom")
	_, r[6] = d.oneOf("TextHAlign", "center", "left", "center", "right")
	if refused := first(r[:]...); refused != nil {
		return b, 0, refused
	}
	if refused := background(d); refused != nil {
		return b, 0, refused
	}
	if d.has("Silent") && json.Unmarshal(d["Silent"], &b.Silent) != nil {
		return b, 0, refuse(3, "badData: Silent")
	}
	for field, needs := range map[string]int{"TextPaddings": 4, "TextShouldFit": 6, "Frame": 6} {
		if d.has(field) {
			level = max(level, needs)
		}
	}
	switch b.ActionType {
	case "location-picker", "share-phone", "none":
		level = max(level, actionLevel)
	}
	if b.ActionType != "none" {
		var refused *refusal
		if b.ActionBody, refused = d.filled("ActionBody", maxAddress); refused != nil {
			return b, 0, refused
		}
	}
	if b.ActionType == "open-url" {
		if u, err := url.Parse(b.ActionBody); err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" {
			return b, 0, refuse(3, "badData: ActionBody of open-url is not an address")
		}
	}
	for _, t := range tag.FindAllString(b.Text, -1) {
		if !known.MatchString(t) {
			return b, 0, refuse(3, "badData: %s in a button's Text", t)
		}
	}
	b.Label = html.UnescapeString(tag.ReplaceAllString(b.Text, ""))
	if b.Label == "" && !d.has("Image") {
		return b, 0, refuse(4, "missingData: Text of a button")
	}
	return b, level, nil
}

func background(d document) *refusal {
	c, refused := d.text("BgColor", false, 0)
	if refused == nil && d.has("BgColor") && !color.MatchString(c) {
		refused = refuse(3, "badData: BgColor")
	}
	return refused
}

// layout checks that the buttons fill rows of that many columns without a hole, at most so
// many of them, and that none lies over the end of a block.
func layout(buttons []Button, columns, block, most int) *refusal {
	at, rows, height := 0, 0, 0
	for _, b := range buttons {
		if at == 0 {
			height = b.Rows
			if rows%block+height > block {
				return refuse(3, "badData: a row of buttons lies over the end of a block of %d", block)
			}
			rows += height
		}
		if at += b.Columns; at > columns || b.Rows != height {
			return refuse(3, "badData: a row of buttons takes %d of %d columns", at, columns)
		}
		at %= columns
	}
	if at != 0 {
		return refuse(3, "badData: the last row of buttons takes %d of %d columns", at, columns)
	}
	if rows > most {
		return refuse(3, "badData: %d rows of buttons, at most %d", rows, most)
	}
	return nil
}
