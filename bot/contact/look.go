package contact

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"visnyk/bot"
)

// samplesShown is how many of the first rows are shown.
const samplesShown = 5

// Look is what is understood of a file with people.
type Look struct {
	Encoding string // "UTF-8" or "windows-1251"
	Between  string // what stands between the cells of a row
	Rows     int
	Columns  []Column
	// Order is in which order all days of the file are written, where that shows:
	// some have a number that is no month.
	Order bot.DayOrder
}

// Column is a column of a file.
type Column struct {
	Name   string   // as the header has it; "" where it has none
	First  []string // what stands in the first rows
	Days   bool     // there are days, in numbers, and nothing else
	Report bool     // a report of ours added it: it is not taken
	seen   daysSeen
}

func (l Look) names() []string {
	names := make([]string, len(l.Columns))
	for i, c := range l.Columns {
		names[i] = c.Name
	}
	return names
}

// Asks reports whether somebody must say in which order days are written.
func (l Look) Asks() bool {
	return l.Order == "" && slices.ContainsFunc(l.Columns, func(c Column) bool { return c.Days })
}

// days are the places of the columns that hold days and become attributes.
func (l Look) days(plan bot.ImportPlan) (places []int) {
	for i, c := range l.Columns {
		if c.Days && strings.HasPrefix(plan.Columns[i], attribute) {
			places = append(places, i)
		}
	}
	return places
}

func (s *Contacts) look(ctx context.Context, i bot.Import) (Look, error) {
	text, encoding, err := s.openImport(ctx, i)
	if err != nil {
		return Look{}, err
	}
	l, err := lookAt(text)
	l.Encoding = encoding
	return l, err
}

// lookAt reads a file whole. The text is changed.
func lookAt(text []byte) (Look, error) {
	t, err := readHeader(text)
	if err != nil {
		return Look{}, err
	}
	t.plan = &bot.ImportPlan{}
	l := Look{Between: string(t.sep), Columns: make([]Column, len(t.names))}
	for i, name := range t.names {
		l.Columns[i] = Column{Name: name, Report: reportColumn(name)}
		t.header[i] = ignored // so that no cell is wrong before somebody says what it is
	}
	for f := newFeed(t); ; {
		r, err := f.row()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Look{}, err
		}
		if r == nil {
			continue
		}
		f.rows++
		l.see(f.rows, r.cells)
	}
	l.settle()
	return l, nil
}

// see looks at a row, counted from 1.
func (l *Look) see(row int, cells cells) {
	l.Rows = row
	for i, raw := range cells {
		c := &l.Columns[i]
		if cell := cellText(raw); !c.Report {
			c.seen.see(cell)
			if row <= samplesShown {
				c.First = append(c.First, shortened(cell))
			}
		}
	}
}

// settle says of the columns what all rows together show.
func (l *Look) settle() {
	var day, month bool
	for i := range l.Columns {
		c := &l.Columns[i]
		if c.Days = c.seen.are(); c.Days {
			day, month = day || c.seen.dayFirst, month || c.seen.second
		}
	}
	switch {
	case day && !month:
		l.Order = bot.DayFirst
	case month && !day:
		l.Order = bot.MonthFirst
	}
}
