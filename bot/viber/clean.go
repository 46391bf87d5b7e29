package viber

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"visnyk/bot/markup"
)

// Limits of what is kept of a person's input, in characters.
const (
	maxPayload = 64
	maxName    = 128
	maxDetail  = 200
	maxLocale  = 35
	maxAddress = 2000
)

// clean makes text storable: no NUL (PostgreSQL refuses it), no broken UTF-8
// (encoding/json has made that U+FFFD already, here it is a promise).
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// line is clean for what is shown in one line: no control or direction marks,
// which could break out of the place where it is shown, and at most limit characters.
func line(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, clean(s))
	return markup.Cut(strings.TrimSpace(s), limit)
}

// visible reports whether s shows anything: Viber refuses what does not.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S)
	})
}

// personName returns the name a person goes by, and "" for the words that Viber
// puts where the person does not tell it.
func personName(s string) string {
	s = line(s, maxName)
	switch strings.ToLower(s) {
	case "subscriber", "viber user":
		return ""
	}
	return s
}

// payload returns the context of a deep link if it is one that we could have
// written, "" otherwise. It comes from outside and proves nothing.
func payload(s string) string {
	for i := range len(s) {
		switch b := s[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', strings.IndexByte("_-.:~=", b) >= 0:
		default:
			return ""
		}
	}
	if len(s) > maxPayload {
		return ""
	}
	return s
}

// phone returns a phone number without its spaces and brackets, as "+" and
// digits or digits alone; "" for anything else.
func phone(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \u00a0-().", r) {
			return -1
		}
		return r
	}, clean(s))
	digits := strings.TrimPrefix(s, "+")
	if len(digits) < 3 || len(digits) > 18 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return s
}

// webAddress reports whether s is an absolute http(s) address of a sane length.
func webAddress(s string) bool {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) || len(s) > maxAddress {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// word reports whether s is a name of Viber's: lower-case letters and
// underscores, not long.
func word(s string) bool {
	for i := range len(s) {
		if b := s[i]; (b < 'a' || b > 'z') && b != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 40
}
