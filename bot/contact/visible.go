package contact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"visnyk/bot"
)

// visible returns the text without spaces around it, without signs that nobody
// sees, such as those of direction and zero width, and with each letter as one
// sign (й, which some programs put together of и and a breve): two ids that look
// alike are one. Emoji and the scripts that need joiners keep them.
func visible(s string) string {
	if ascii(s) {
		return strings.TrimSpace(s)
	}
	if common(s) {
		return strings.TrimSpace(s)
	}
	if !utf8.ValidString(s) {
		return s // refused
	}
	last := rune(0)
	var b strings.Builder
	b.Grow(len(s))
	for i, c := range s {
		switch {
		case c == '\u200c' || c == '\u200d':
			if !joins(last) {
				continue
			}
		case c == '\ufe0f' || c == '\ufe0e':
			if !dressed(last, s[i+utf8.RuneLen(c):]) {
				continue
			}
		case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, c), c >= 0xe0020 && c <= 0xe007f: // these are of flags
			if !pictured(last) {
				continue
			}
		case unseen(c):
			continue
		}
		last = c
		b.WriteRune(c)
	}
	return norm.NFC.String(strings.TrimFunc(b.String(), empty))
}

// empty reports whether the sign is a space, or shows as one.
func empty(c rune) bool { return unicode.IsSpace(c) || c == '\u2800' }

// dressed reports whether a sign that chooses between a picture and print has one to
// choose for: an emoji, or a key such as 1️⃣.
func dressed(c rune, rest string) bool {
	return c >= 0x80 && unicode.In(c, unicode.S, unicode.P) || strings.HasPrefix(rest, "\u20e3")
}

// pictured reports whether the sign is a part of a flag.
func pictured(c rune) bool { return c == '\U0001f3f4' || c >= 0xe0020 && c <= 0xe007f }

// common reports whether the text has only signs that are seen and stand for
// themselves: letters of ours, and print.
func common(s string) bool {
	for _, c := range s {
		switch {
		case c < 0x80, c >= 0x400 && c <= 0x482, c >= 0x48a && c <= 0x4ff, c == '’', c == '«', c == '»', c == '–', c == '—', c == '№':
		default:
			return false
		}
	}
	return true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// unseen reports whether the sign is none of a text: soft hyphens, zero widths,
// marks of direction and of the order of bytes.
func unseen(c rune) bool {
	switch {
	case c == '\u00ad', c == '\u061c', c == '\u180e', c == '\u200b', c == '\u200e', c == '\u200f', c == '\ufeff',
		c >= '\u202a' && c <= '\u202e', c >= '\u2060' && c <= '\u206f',
		unicode.Is(unicode.Variation_Selector, c):
		return true
	}
	return false
}

// joins reports whether a joiner behind the letter is a part of what is seen.
func joins(c rune) bool {
	return c >= 0x80 && !unicode.IsSpace(c) && !unicode.IsPunct(c) && !unicode.In(c, unicode.Latin, unicode.Cyrillic, unicode.Greek)
}

// seen returns the record with every text as it is seen, and without those of
// which nothing is.
func (r Record) seen() Record {
	r.ExternalID, r.Name, r.Region = visible(r.ExternalID), visible(r.Name), visible(r.Region)
	var tags []string
	for _, tag := range r.Tags {
		if tag = visible(tag); tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	r.Tags = tags
	r.Phones = phones(r.Phones)
	if lookAlike(r.Attributes) {
		return r // refused: which of two is meant?
	}
	own := make(map[string]string, len(r.Attributes))
	for key, value := range r.Attributes {
		if value = visible(value); value != "" {
			own[visible(key)] = value
		}
	}
	r.Attributes = own
	return r
}

// phones returns each number once, in its one form; what is none stays, to be
// refused.
func phones(given []string) (all []string) {
	for _, p := range given {
		if p = visible(p); p == "" {
			continue
		}
		if number, ok := bot.PhoneNumber(p); ok {
			p = number
		}
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

// lookAlike reports whether two of the attributes have one name to whoever looks.
func lookAlike(attributes map[string]string) bool {
	names := map[string]bool{}
	for key := range attributes {
		names[visible(key)] = true
	}
	return len(names) < len(attributes)
}
