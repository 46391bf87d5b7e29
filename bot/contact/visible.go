package contact

import (
	"slices"
	"strings"
	"unicode"
)

// visible returns the text without spaces around it and without signs that
// nobody sees, such as those of direction and zero width: two ids that look alike
// are one. Emoji and the scripts that need joiners keep them.
func visible(s string) string {
	if ascii(s) {
		return strings.TrimSpace(s)
	}
	last := rune(0)
	s = strings.Map(func(c rune) rune {
		if unseen(c) || (c == '\u200c' || c == '\u200d') && !joins(last) {
			return -1
		}
		last = c
		return c
	}, s)
	return strings.TrimSpace(s)
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
		c >= '\u202a' && c <= '\u202e', c >= '\u2060' && c <= '\u206f':
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

// lookAlike reports whether two of the attributes have one name to whoever looks.
func lookAlike(attributes map[string]string) bool {
	names := map[string]bool{}
	for key := range attributes {
		names[visible(key)] = true
	}
	return len(names) < len(attributes)
}
