package telegram

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// clean makes a string that every database takes: valid UTF-8 without NUL.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// visible returns the text cleaned, "" when nothing of it can be seen.
func visible(s string) string {
	if s = clean(s); !shows(s) {
		return ""
	}
	return s
}

// shows reports whether some of the text can be seen.
func shows(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		switch r {
		case '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0': // letters and marks that are drawn as nothing
			return false
		}
		return bot.IsLetter(r) || unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(unicode.Me, r)
	})
}

// maxName bounds names, in runes.
const maxName = 64

// name makes a person's, a place's or a sticker's name fit for one line among
// our own words: no control characters, nothing unseen that turns the direction
// of what stands around it.
func name(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d': // joiners hold emoji together
			return -1
		}
		return r
	}, clean(s))
	s = bot.InLine(s)
	if !shows(s) {
		return ""
	}
	return strings.TrimSpace(markup.Cut(s, maxName))
}

// mimeType keeps a type that looks like one.
func mimeType(s string) string {
	main, sub, ok := strings.Cut(s, "/")
	token := func(r rune) bool { return r < utf8.RuneSelf && (isWord(r) || r == '.' || r == '+') }
	if !ok || main == "" || sub == "" || len(s) > 100 || !only(main, token) || !only(sub, token) {
		return ""
	}
	return strings.ToLower(s)
}

// profile returns what the person tells of themselves.
func profile(p person) bot.Profile {
	locale := p.Language
	if len(locale) > 35 || !only(locale, isWord) { // no language tag is longer
		locale = ""
	}
	return bot.Profile{Name: name(p.First + " " + p.Last), Locale: locale}
}

// phone writes a number the international way where it is surely Ukrainian or
// came with a plus; otherwise its digits; "" when it is no number.
func phone(s string) string {
	s = strings.TrimSpace(s)
	plus := strings.HasPrefix(s, "+")
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	digits = strings.TrimPrefix(digits, "00")
	switch {
	case len(digits) < 5 || len(digits) > 15:
		return ""
	case len(digits) == 10 && digits[0] == '0' && !plus:
		return "+38" + digits
	case len(digits) == 12 && strings.HasPrefix(digits, "380"), plus:
		return "+" + digits
	}
	return digits
}
