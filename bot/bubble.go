package bot

// Bubble is what a person sees of one part of a message, with nothing left of the
// messenger's own form.
type Bubble struct {
	Runs []Run
	File string // the name of a file, or its address where it has none; "" without one
	// Buttons are the labels of those under it, row by row.
	Buttons [][]string
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

// Shower is a channel that tells what a person sees of what it rendered. An exact
// preview is this.
type Shower interface {
	Show(p Part) (Bubble, error)
}
