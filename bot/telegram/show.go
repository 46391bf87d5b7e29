package telegram

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"visnyk/bot"
)

// Show implements bot.Shower.
func (c *Channel) Show(p bot.Part) (bot.Bubble, error) {
	var r request
	if err := json.Unmarshal(p.Body, &r); err != nil {
		return bot.Bubble{}, fmt.Errorf("telegram part: %w", err)
	}
	labels, err := labels(r.Params.Markup)
	return bot.Bubble{Runs: runs(cmp.Or(r.Params.Text, r.Params.Caption)), File: cmp.Or(r.Params.Photo, r.Params.Document, r.Name), Buttons: labels}, err
}

// labels are what is written on the buttons of a keyboard, row by row.
func labels(keyboard json.RawMessage) (rows [][]string, err error) {
	if len(keyboard) == 0 {
		return nil, nil
	}
	var k struct {
		inline
		reply
	}
	if err := json.Unmarshal(keyboard, &k); err != nil {
		return nil, fmt.Errorf("telegram keyboard: %w", err)
	}
	for _, row := range k.inline.Rows {
		var all []string
		for _, b := range row {
			all = append(all, b.Text)
		}
		rows = append(rows, all)
	}
	for _, row := range k.reply.Rows {
		var all []string
		for _, b := range row {
			all = append(all, b.Text)
		}
		rows = append(rows, all)
	}
	return rows, nil
}

// runs reads our own HTML.
func runs(s string) (all []bot.Run) {
	var style bot.Run
	for s != "" {
		before, rest, tagged := strings.Cut(s, "<")
		if before != "" {
			one := style
			one.Text = html.UnescapeString(before)
			all = append(all, one)
		}
		if !tagged {
			return all
		}
		var tag string
		tag, s, _ = strings.Cut(rest, ">")
		name, on := strings.CutPrefix(tag, "/")
		restyle(&style, name, !on)
	}
	return all
}

// restyle begins or ends what the tag says.
func restyle(style *bot.Run, tag string, on bool) {
	name, link, _ := strings.Cut(tag, ` href="`)
	switch name {
	case "b":
		style.Bold = on
	case "i":
		style.Italic = on
	case "s":
		style.Strike = on
	case "code", "pre":
		style.Code = on
	case "blockquote":
		style.Quote = on
	case "a":
		style.Link = html.UnescapeString(strings.TrimSuffix(link, `"`))
	}
}
