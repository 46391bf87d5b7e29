package flows

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Masked stands where something that tells of a person was taken out.
const Masked = "•••"

const (
	mostAsked = 300 // characters of a question that are kept
	// fewestInRow digits may be a phone, a card, an account, a passport; sums
	// and speeds are shorter.
	fewestInRow = 6
)

var (
	linkLike   = regexp.MustCompile(`(?i)(?:https?://|www\.)\S+|\S+@\S+|@[a-z0-9_]{3,}`)
	numberLike = regexp.MustCompile(`\+?[\p{L}]{0,2}\p{Nd}(?:[\p{Nd}\s().,/\-–—]*\p{Nd})?`)
)

// Mask makes the words of a person safe to keep: one line of at most 300
// characters, without addresses and without the numbers that people are found
// by. Names it cannot know.
func Mask(text string) string {
	text = strings.Join(strings.FieldsFunc(norm.NFC.String(text), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	text = linkLike.ReplaceAllString(text, Masked)
	text = numberLike.ReplaceAllStringFunc(text, func(s string) string {
		digits := 0
		for _, r := range s {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits < fewestInRow {
			return s
		}
		return Masked
	})
	if runes := []rune(text); len(runes) > mostAsked {
		text = strings.TrimRight(string(runes[:mostAsked-1]), " ") + "…"
	}
	return text
}
