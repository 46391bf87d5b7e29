package bot

import "strings"

// Bubble is what a person sees of one part of a message, with nothing left of the
// messenger's own form.
type Bubble struct {
	Runs []Run
	File string // the name of a file, or its address where it has none; "" without one
	// Picture is where colleagues see the picture that stands there; "" where it is not kept
	// by us, and of channels, which know nothing of colleagues.
	Picture string
	// Buttons are the labels of those under it, row by row.
	Buttons [][]string
	// Stays tells that those of them which belong to what is told stay there, where others go
	// with the next message.
	Stays bool
}

// Run is a piece of a text in one style.
type Run struct {
	Text                              string
	Bold, Italic, Strike, Code, Quote bool
	Link                              string // the address behind the words; "" where they are not pressed
}

// Text returns the words without their styles.
func (s Bubble) Text() string {
	all := ""
	for _, r := range s.Runs {
		all += r.Text
	}
	return all
}

// Joined returns the bubble with its runs cut where their style changes and nowhere else:
// what looks the same then is the same, whatever pieces a channel wrote it in. White space
// has no style.
func (s Bubble) Joined() Bubble {
	var all []Run
	add := func(style Run, text string) {
		if text == "" {
			return
		}
		if style.Text = ""; strings.TrimSpace(text) == "" {
			style = Run{}
		}
		if last := len(all) - 1; last >= 0 && all[last].styled(style) {
			all[last].Text += text
			return
		}
		style.Text = text
		all = append(all, style)
	}
	for _, r := range s.Runs {
		words := strings.TrimLeft(r.Text, " \n")
		add(r, r.Text[:len(r.Text)-len(words)])
		trimmed := strings.TrimRight(words, " \n")
		add(r, trimmed)
		add(r, words[len(trimmed):])
	}
	s.Runs = all
	return s
}

// styled reports whether the run has the style, whatever its words.
func (r Run) styled(style Run) bool { r.Text = ""; return r == style }

// Shower is a channel that tells what a person sees of what it rendered. An exact
// preview is this.
type Shower interface {
	Show(p Part) (Bubble, error)
}
