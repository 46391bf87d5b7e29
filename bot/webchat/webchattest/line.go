package webchattest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Line is one line of the thread.
type Line struct {
	Seq    int64
	ID     string
	Out    bool   // the service said it
	Spoken Spoken // with Out
	Said   Said   // else
}

// Spoken is what the service says.
type Spoken struct {
	Blocks []struct {
		Kind   string `json:"kind"`
		Depth  int    `json:"depth"`
		Marker string `json:"marker"`
		Spans  []struct {
			Text  string `json:"t"`
			Marks string `json:"m"`
			Link  string `json:"href"`
		} `json:"spans"`
	} `json:"blocks"`
	Media *struct {
		Kind string `json:"kind"`
		URL  string `json:"url"`
		File string `json:"file"`
		Type string `json:"type"`
		Name string `json:"name"`
		Alt  string `json:"alt"`
		Size int64  `json:"size"`
	} `json:"media"`
	Buttons [][]Button `json:"buttons"`
	Screen  int        `json:"screen"`
}

// Button is a button under it.
type Button struct {
	Label  string `json:"label"`
	Action string `json:"action"`
	URL    string `json:"url"`
	Word   bool   `json:"word"`
}

// Said is what the visitor did.
type Said struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Press *struct {
		Line   int64  `json:"line"`
		Screen int    `json:"screen"`
		Action string `json:"action"`
		Label  string `json:"label"`
	} `json:"press"`
	File *File `json:"file"`
}

// Text is what a reader sees of it.
func (l Line) Text() string {
	if !l.Out {
		return l.Said.Text
	}
	var s strings.Builder
	for i, b := range l.Spoken.Blocks {
		if i > 0 {
			s.WriteString("\n")
		}
		for _, sp := range b.Spans {
			s.WriteString(sp.Text)
		}
	}
	return s.String()
}

// Buttons are all buttons under it, row by row.
func (l Line) Buttons() (all []Button) {
	for _, row := range l.Spoken.Buttons {
		all = append(all, row...)
	}
	return all
}

// Labels are the labels of its buttons.
func (l Line) Labels() (all []string) {
	for _, b := range l.Buttons() {
		all = append(all, b.Label)
	}
	return all
}

// readLine reads a line as the page gets it.
func readLine(raw []byte) (Line, error) {
	var wire struct {
		Seq  int64           `json:"seq"`
		ID   string          `json:"id"`
		Out  bool            `json:"out"`
		Body json.RawMessage `json:"body"`
	}
	if err := strictly(bytes.NewReader(raw), &wire); err != nil {
		return Line{}, fmt.Errorf("a line of no known form: %w", err)
	}
	l := Line{Seq: wire.Seq, ID: wire.ID, Out: wire.Out}
	if !l.Out {
		if err := strictly(bytes.NewReader(wire.Body), &l.Said); err != nil {
			return l, fmt.Errorf("line %d: %w", l.Seq, err)
		}
		if l.ID == "" {
			return l, fmt.Errorf("line %d of the visitor has no id", l.Seq)
		}
		return l, nil
	}
	if err := strictly(bytes.NewReader(wire.Body), &l.Spoken); err != nil {
		return l, fmt.Errorf("line %d: %w", l.Seq, err)
	}
	return l, l.check()
}

// check finds what a page could not show, or should not.
func (l Line) check() error {
	if l.Seq <= 0 || l.Seq >= 1<<53 {
		return fmt.Errorf("line %d: no number for a script", l.Seq)
	}
	if len(l.Spoken.Blocks) == 0 && l.Spoken.Media == nil {
		return errors.New("a line that says nothing")
	}
	for _, b := range l.Spoken.Blocks {
		if !strings.Contains(" p h li quote code ", " "+b.Kind+" ") {
			return fmt.Errorf("a block of kind %q", b.Kind)
		}
		for _, sp := range b.Spans {
			if strings.Trim(sp.Marks, "bisc") != "" {
				return fmt.Errorf("marks %q", sp.Marks)
			}
			if u, err := url.Parse(sp.Link); sp.Link != "" && (err != nil || !strings.Contains(" http https tel mailto ", " "+u.Scheme+" ")) {
				return fmt.Errorf("a link to %q", sp.Link)
			}
		}
	}
	for _, b := range l.Buttons() {
		acts := 0
		for _, does := range []bool{b.Action != "", b.URL != "", b.Word} {
			if does {
				acts++
			}
		}
		if b.Label == "" || acts != 1 {
			return fmt.Errorf("the button %+v", b)
		}
	}
	if m := l.Spoken.Media; m != nil && (m.File == "") == (m.URL == "") || m != nil && m.File == "" && !strings.HasPrefix(m.URL, "https://") {
		return fmt.Errorf("media at %q", m.URL)
	}
	return nil
}
