package viber

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
	words, lasting, err := calls(p.Body)
	if err != nil {
		return bot.Bubble{}, err
	}
	var r, below request
	if err := json.Unmarshal(words, &r); err != nil {
		return bot.Bubble{}, fmt.Errorf("viber part: %w", err)
	}
	s := bot.Bubble{File: cmp.Or(r.FileName, r.Media), Buttons: r.Keyboard.labels()}
	if lasting != nil {
		if err := json.Unmarshal(lasting, &below); err != nil {
			return bot.Bubble{}, fmt.Errorf("viber part: %w", err)
		}
		s.Stays = true
		s.Buttons = append((&keyboard{Buttons: below.RichMedia.Buttons}).labels(), below.Keyboard.labels()...)
	}
	if r.Text == nil {
		return s, nil
	}
	for i, line := range strings.Split(*r.Text, "\n") {
		if i > 0 {
			s.Runs = append(s.Runs, bot.Run{Text: "\n"})
		}
		s.Runs = append(s.Runs, runs(write(nil, line), bot.Run{})...)
	}
	return s, nil
}

// labels are what is written on the buttons of a keyboard, row by row.
func (k *keyboard) labels() (rows [][]string) {
	if k == nil {
		return nil
	}
	taken := columns
	for _, b := range k.Buttons {
		if taken += b.Columns; taken > columns {
			rows, taken = append(rows, nil), b.Columns
		}
		text := strings.ReplaceAll(html.UnescapeString(b.Text), joiner, "")
		rows[len(rows)-1] = append(rows[len(rows)-1], text)
	}
	return rows
}

// runs reads a line as Viber does: two marks of a kind format what stands between
// them, at the borders of words.
func runs(line []glyph, style bot.Run) (all []bot.Run) {
	plain := 0
	end := func(i int) {
		one := style
		for _, g := range line[plain:i] {
			one.Text += string(g.r)
		}
		if one.Text = strings.ReplaceAll(one.Text, joiner, ""); one.Text != "" {
			all = append(all, one)
		}
	}
	for i := 0; i < len(line); i++ {
		closed := closing(line, i)
		if closed < 0 {
			continue
		}
		end(i)
		inner := style
		switch line[i].r {
		case '*':
			inner.Bold = true
		case '_':
			inner.Italic = true
		case '~':
			inner.Strike = true
		}
		all = append(all, runs(line[i+1:closed], inner)...)
		i, plain = closed, closed+1
	}
	end(len(line))
	return all
}

// closing returns where the formatting ends that the glyph opens; -1 where it opens
// none.
func closing(line []glyph, i int) int {
	if opens, _ := power(line, i); !opens {
		return -1
	}
	for j := i + 2; j < len(line); j++ {
		if _, closes := power(line, j); closes && line[j].r == line[i].r {
			return j
		}
	}
	return -1
}
