package bot

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// AttributeType says what the values of an attribute are.
type AttributeType string

// The types of attributes.
const (
	AttributeText   AttributeType = "text"
	AttributeNumber AttributeType = "number" // decimal, as 1234.5
	AttributeDate   AttributeType = "date"   // as 2026-12-31
	AttributeYesNo  AttributeType = "yesno"  // 'true' or 'false'
	AttributeChoice AttributeType = "choice" // one of Choices
)

// AttributeTypes lists the types.
func AttributeTypes() []AttributeType {
	return []AttributeType{AttributeText, AttributeNumber, AttributeDate, AttributeYesNo, AttributeChoice}
}

// Attribute is something that the company knows of people, declared once.
type Attribute struct {
	Name      string        `json:"name"` // its key, as in the header of a file
	Type      AttributeType `json:"type"`
	Label     Bilingual     `json:"label"`
	Choices   []string      `json:"choices,omitempty"`
	Sensitive bool          `json:"sensitive,omitempty"` // shown only for a reason
	Position  int           `json:"position,omitempty"`  // among the others, where they are shown
}

// Value returns what somebody wrote in the one form that values of the type have:
// 31.12.2026 is 2026-12-31, "1 234,50" is 1234.5, «так» is true. ok is false where
// it does not fit the type. A value in that form is its own.
func (a Attribute) Value(text string) (value string, ok bool) {
	text = strings.TrimSpace(text)
	switch a.Type {
	case AttributeNumber:
		return numberValue(text)
	case AttributeDate:
		return dateValue(text)
	case AttributeYesNo:
		return yesNoValue(text)
	case AttributeChoice:
		if slices.Contains(a.Choices, text) {
			return text, true
		}
		for _, c := range a.Choices {
			if Fold(c) == Fold(text) {
				return c, true
			}
		}
		return "", false
	}
	return text, true
}

// Fits reports whether the value is one of the type, in its one form. Storage has
// the same in SQL.
func (a Attribute) Fits(value string) bool {
	v, ok := a.Value(value)
	return ok && v == value && v != ""
}

// maxDigits of a number, so that it can be compared exactly.
const maxDigits = 30

var (
	number = regexp.MustCompile(`^[+-]?\d+(?:[.,]\d+)?$`)
	// groups are how thousands are set apart.
	groups = regexp.MustCompile(`^[+-]?\d{1,3}(?:[ '’\x{a0}\x{2009}\x{202f}]\d{3})+(?:[.,]\d+)?$`)
)

func numberValue(text string) (string, bool) {
	text = strings.Replace(text, "−", "-", 1)
	if groups.MatchString(text) {
		text = strings.Map(func(c rune) rune {
			if strings.ContainsRune(" '’\u00a0\u2009\u202f", c) {
				return -1
			}
			return c
		}, text)
	}
	if !number.MatchString(text) || len(text) > maxDigits {
		return "", false
	}
	text = strings.TrimPrefix(strings.Replace(text, ",", ".", 1), "+")
	sign := ""
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		sign, text = "-", rest
	}
	whole, part, _ := strings.Cut(text, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if part = strings.TrimRight(part, "0"); part != "" {
		part = "." + part
	}
	if whole == "0" && part == "" {
		sign = ""
	}
	return sign + whole + part, true
}

// dateForms are the orders in which dates are written here; a month before the day
// is nobody's.
var dateForms = []string{"2006-01-02", "2.1.2006", "2/1/2006", "2-1-2006", "2006.01.02", "2006/01/02", "20060102"}

func dateValue(text string) (string, bool) {
	text = strings.TrimSuffix(strings.TrimSuffix(text, " р."), " г.")
	if before, time, ok := strings.Cut(text, "T"); ok && len(time) >= 5 {
		text = before
	} else if before, time, ok := strings.Cut(text, " "); ok && strings.Contains(time, ":") {
		text = before
	}
	for _, form := range dateForms {
		d, err := time.Parse(form, text)
		if err == nil && d.Year() >= 1 {
			return d.Format(time.DateOnly), true
		}
	}
	return "", false
}

func yesNoValue(text string) (string, bool) {
	switch strings.ToLower(text) {
	case "true", "yes", "y", "1", "+", "так", "т", "є", "да", "есть", "истина", "істина":
		return "true", true
	case "false", "no", "n", "0", "-", "–", "—", "ні", "н", "немає", "нет", "ложь", "хибність", "хиба":
		return "false", true
	}
	return "", false
}
