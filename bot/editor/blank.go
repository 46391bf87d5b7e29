package editor

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"visnyk/bot"
)

// longBlank is how many characters of a blank are named.
const longBlank = 60

// Blanks returns the blanks of the text as they are named to whoever has to fill them in,
// each once; see bot.Blanks.
func Blanks(text string) (all []string) {
	for _, b := range bot.Blanks(text) {
		words := []rune(bot.InLine(strings.Map(visible, text[b.Start:b.End])))
		name := string(words)
		if len(words) > longBlank {
			name = string(words[:longBlank]) + "…"
		}
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// visible drops signs that nobody sees.
func visible(r rune) rune {
	if unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
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
