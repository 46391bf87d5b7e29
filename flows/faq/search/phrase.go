package search

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/flows"
)

// longestPhrase is how many characters a wording has at most that is worth
// learning: what is longer is a story.
const longestPhrase = 120

// Key is a text by its words alone: two texts with the same key are the same
// question. It is folded, and for machines.
func Key(text string) string { return gist(tokens(text)) }

// PhraseID names a text by its Key, and holds none of its words.
func PhraseID(text string) string {
	sum := sha256.Sum256([]byte(Key(text)))
	return hex.EncodeToString(sum[:8])
}

// Phrase returns the wording that may be learnt from what a person wrote: as it
// was meant, without what was masked. ok is false where there is nothing to
// learn: a story, a word that works in any step, no word of a subject.
func (x *Index) Phrase(text string) (phrase string, ok bool) {
	text = bot.InLine(strings.ReplaceAll(text, flows.Masked, " "))
	text = strings.TrimRight(text, " ,:;–—-")
	ts, reading := x.read(text)
	if reading != "" {
		text = reading
	}
	if utf8.RuneCountInString(text) > longestPhrase || weighty(ts) == 0 || flows.ParseCommand(text) != flows.None {
		return "", false
	}
	return text, true
}
