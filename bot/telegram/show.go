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
	return bot.Bubble{Runs: runs(cmp.Or(r.Params.Text, r.Params.Caption)), File: cmp.Or(r.Params.Photo, r.Params.Document)}, nil
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
