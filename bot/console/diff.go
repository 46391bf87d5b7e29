package console

import (
	"regexp"
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"

	"visnyk/bot"
)

// Piece is a part of a text that was compared with another. The part "pieces" of the
// frame shows a row of them.
type Piece struct {
	Text      string
	Gone, New bool
}

// wordsOf cuts a text where a diff may: a word, a space, another sign.
var wordsOf = regexp.MustCompile(`[\p{L}\p{N}]+|\s+|.`)

// Compared returns the words of both texts in one row: those that are gone, those that
// are new, those that stay.
func Compared(before, after string) (all []Piece) {
	runes, known := map[string]rune{}, []string{}
	coded := func(text string) []rune {
		var code []rune
		for _, w := range wordsOf.FindAllString(text, -1) {
			if _, ok := runes[w]; !ok {
				runes[w] = rune(len(known) + 0x100)
				if runes[w] >= 0xd800 { // no rune stands for a surrogate
					runes[w] += 0x1000
				}
				known = append(known, w)
			}
			code = append(code, runes[w])
		}
		return code
	}
	words := map[rune]string{}
	a, b := coded(before), coded(after)
	for w, r := range runes {
		words[r] = w
	}
	d := diffmatchpatch.New()
	for _, one := range d.DiffCleanupSemantic(d.DiffMainRunes(a, b, false)) {
		var text strings.Builder
		for _, r := range one.Text {
			text.WriteString(words[r])
		}
		all = append(all, Piece{text.String(), one.Type == diffmatchpatch.DiffDelete, one.Type == diffmatchpatch.DiffInsert})
	}
	return all
}

// Difference is a field that two versions have differently. The part "difference" of the
// frame names it, and "pieces" shows both in one row.
type Difference struct {
	Field         string       // as the reader calls it
	Language      bot.Language // "" where it is of no language
	Pieces        []Piece
	Before, After string
}

// Differ returns what two versions have differently in a field: nothing where they say
// the same.
func Differ(field string, l bot.Language, before, after string) []Difference {
	if before == after {
		return nil
	}
	return []Difference{{field, l, Compared(before, after), before, after}}
}
