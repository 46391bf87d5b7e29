package telegram

import (
	"encoding/json"
	"html"
	"strings"

	"visnyk/bot"
)

// repaired returns the next best form of a request that was surely not taken, and
// whether there is one: what a person is to read arrives rather plain than not at all.
// Each repair takes away what was refused, so they end.
func (r request) repaired(failed *bot.SendError) (_ request, better bool) {
	if r.unsay() != nil {
		return r, false
	}
	switch p, why := &r.Params, reason(failed); {
	case why == whyThread && p.Thread != 0:
		p.Thread = 0 // whoever deleted it reads on in the chat itself
	case why == whyStyles && !r.bare && r.Method != answerCallback:
		p.Text, p.Caption, r.bare = plain(p.Text), plain(p.Caption), true
	case why == whyFixed && r.Method == editText:
		r.Method, p.Message = sendMessage, 0
		if keys, _ := readKeys(p.Markup); len(keys) == 0 {
			p.Markup = nil
		}
	case why == whyKeyboard && len(p.Markup) > 0 && r.Method != editMarkup:
		r.spell()
	case why == whyFile && r.Kept != "" && r.Method == sendPhoto:
		r.Method = sendDocument // a picture of a shape that Telegram does not show
	case why == whyFile && p.Photo+p.Document != "":
		r.point()
	default:
		return r, false
	}
	return r, true
}

// spell puts the labels of the buttons under the words, a line each, as far as
// they fit: a typed label is as good as a press.
func (r *request) spell() {
	words, most := &r.Params.Text, maxText
	if r.Method != sendMessage && r.Method != editText {
		words, most = &r.Params.Caption, maxCaption
	}
	lines, _ := readKeys(r.Params.Markup)
	r.Params.Markup = nil
	gap := "\n\n"
	if *words == "" {
		gap = ""
	}
	for _, line := range lines {
		next := *words + gap + "• " + r.quote(line)
		if length(r.seen(next)) > most || len(next) > maxSource {
			return
		}
		*words, gap = next, "\n"
	}
}

// point sends the words of a file and its address instead of it.
func (r *request) point() {
	p := &r.Params
	address := r.quote(p.Photo + p.Document)
	r.Method, p.Text = sendMessage, strings.TrimSpace(p.Caption+"\n\n"+address)
	p.Photo, p.Document, p.Caption = "", "", ""
}

// quote makes a text fit to stand among the words.
func (r *request) quote(s string) string {
	if r.bare {
		return s
	}
	return html.EscapeString(s)
}

// seen returns the words as they are read.
func (r *request) seen(s string) string {
	if r.bare {
		return s
	}
	return plain(s)
}

// readKeys returns what a keyboard of ours says, a line for each button.
func readKeys(raw json.RawMessage) (lines []string, err error) {
	var keys struct {
		inline
		reply
	}
	if len(raw) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(raw, &keys); err != nil {
		return nil, err
	}
	for _, row := range keys.inline.Rows {
		for _, b := range row {
			line := b.Text
			if b.URL != "" {
				line += ": " + b.URL
			}
			lines = append(lines, line)
		}
	}
	for _, row := range keys.reply.Rows {
		for _, b := range row {
			lines = append(lines, b.Text)
		}
	}
	return lines, nil
}
