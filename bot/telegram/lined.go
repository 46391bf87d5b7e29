package telegram

import (
	"encoding/json"
	"html"
	"strings"
)

// tooLarge are the words by which Telegram refuses a keyboard for its size.
func tooLarge() []string { return []string{"reply markup is too long", "reply_markup_too_long"} }

// lined is the call without its keyboard: the labels stand in the text, where they
// can be read and typed, as many as fit. There is none where only buttons change.
func (r request) lined() (request, bool) {
	if r.Method == editMarkup {
		return r, false
	}
	text, most := &r.Params.Text, maxText
	if r.Params.Photo != "" || r.Params.Document != "" {
		text, most = &r.Params.Caption, maxCaption
	}
	before := "\n\n"
	if *text == "" {
		before = ""
	}
	for _, line := range linesOf(r.Params.Markup) {
		longer := *text + before + "• " + html.EscapeString(line)
		if length(plain(longer)) > most || len(longer) > maxSource {
			break
		}
		*text, before = longer, "\n"
	}
	r.Params.Markup = nil
	return r, true
}

// linesOf returns what stands for the buttons of a keyboard, see bot.Message.Lines.
func linesOf(markup json.RawMessage) (lines []string) {
	var under inline
	var instead reply
	if json.Unmarshal(markup, &under) != nil || json.Unmarshal(markup, &instead) != nil {
		return nil
	}
	for _, row := range under.Rows {
		for _, b := range row {
			lines = append(lines, strings.TrimSuffix(b.Text+": "+b.URL, ": "))
		}
	}
	for _, row := range instead.Rows {
		for _, b := range row {
			lines = append(lines, b.Text)
		}
	}
	return lines
}
