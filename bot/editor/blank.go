package editor

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"visnyk/bot"
)

// longBlank is how many characters of a blank are named.
const longBlank = 60

// A blank is a place that somebody has still to fill in: what to put there, in two
// square brackets, "[[ціна підключення]]". Starter bases are full of them, and no
// customer may read one.

// Blanks returns the blanks of the text as they are written, each once. One bracket
// is no blank, nor is the number of a note that is a link, [[1]](https://…), nor what
// stands behind a backslash; a blank of which the end was lost is one.
func Blanks(text string) (all []string) {
	text = escaped.ReplaceAllString(strings.Map(visible, text), "  ")
	ends := closings(text)
	for at := 0; ; {
		next := strings.Index(text[at:], "[[")
		if next < 0 {
			return all
		}
		from := at + next
		at = from + 1
		end := ends[from]
		if strings.HasPrefix(text[from:], "[[[") || end > 0 && !strings.HasSuffix(text[from:end], "]]") || note.MatchString(text[from:]) {
			continue // brackets within brackets
		}
		if end == 0 {
			end = len(text)
		}
		at = end
		if blank := named(text[from:end]); !slices.Contains(all, blank) {
			all = append(all, blank)
		}
	}
}

var (
	// escaped is what a backslash lets stand as it is.
	escaped = regexp.MustCompile(`\\[\[\]\\]`)
	// note is a link of which the words are a number in brackets.
	note = regexp.MustCompile(`^\[\[\d{1,3}\]\]\(\s*<?[a-zA-Z][a-zA-Z+.-]*:[^\s\[\]]`)
)

// closings returns for every opening bracket where the text goes on behind its
// closing one; 0 where it has none.
func closings(text string) []int {
	ends := make([]int, len(text))
	var open []int
	for i := range len(text) {
		switch {
		case text[i] == '[':
			open = append(open, i)
		case text[i] == ']' && len(open) > 0:
			ends[open[len(open)-1]] = i + 1
			open = open[:len(open)-1]
		}
	}
	return ends
}

// visible drops signs that nobody sees: two brackets stay two.
func visible(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// named returns a blank as it is named to whoever has to fill it in.
func named(blank string) string {
	words := []rune(strings.Join(strings.Fields(blank), " "))
	if len(words) > longBlank {
		return string(words[:longBlank]) + "…"
	}
	return string(words)
}

// Unfilled returns a fault for every text of the article that has blanks.
func Unfilled(a bot.Article) (wrong []bot.Fault) {
	texts := a.Wordings()
	for _, l := range bot.Languages() {
		texts = append(texts, bot.Wording{Field: "answer." + string(l), Text: a.Answer.In(l)})
	}
	for _, t := range texts {
		if blanks := Blanks(t.Text); len(blanks) > 0 {
			wrong = append(wrong, bot.Fault{Field: t.Field, Code: bot.FaultUnfilled, Data: bot.Data{"Blanks": blanks}})
		}
	}
	return wrong
}

// filled refuses an article with blanks: *bot.InvalidError, which names them all.
func filled(a bot.Article) error {
	if wrong := Unfilled(a); len(wrong) > 0 {
		return &bot.InvalidError{Faults: wrong}
	}
	return nil
}

// allFilled refuses articles with blanks, naming each.
func allFilled(articles []bot.Article) error {
	var wrong []error
	for i, a := range articles {
		if err := filled(a); err != nil {
			wrong = append(wrong, fmt.Errorf("article %d (%q): %w", i+1, a.ID, err))
		}
	}
	return errors.Join(wrong...)
}
