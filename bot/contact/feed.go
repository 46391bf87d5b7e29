package contact

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
)

// row is one row of a file: its cells, or what is wrong with it alone.
type row struct {
	line  int
	cells cells
	wrong []bot.Fault
}

// feed gives the rows of a table in order. Of two with one external id the first
// counts.
type feed struct {
	table *table
	rows  int            // given
	first map[string]int // the line of an external id
}

func newFeed(t *table) *feed { return &feed{table: t, first: map[string]int{}} }

// next returns the next rows, at most so many; none after the last. With the last of
// them comes io.EOF, or a *textfile.Error where the file cannot be read on.
func (f *feed) next(most int) (batch []row, err error) {
	for len(batch) < most {
		r, err := f.row()
		if err != nil {
			return batch, err
		}
		if r != nil {
			f.rows++
			batch = append(batch, *r)
		}
	}
	return batch, nil
}

// row returns the next row; nil where it is none, such as the header again.
func (f *feed) row() (*row, error) {
	t := f.table
	line, cells, problem, err := t.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.EOF
	case err != nil:
		return nil, fmt.Errorf("read the file: %w", err)
	case f.rows >= maxRows:
		return nil, fileFault(line, bot.FaultFileRows, bot.Data{"Max": maxRows})
	case problem != nil:
		return &row{line: line, wrong: []bot.Fault{*problem}}, nil
	case t.isHeader(cells):
		if t.plan != nil || slices.Equal(t.named(cells), t.header) {
			return nil, nil // a file was put behind another
		}
		return nil, fileFault(line, bot.FaultHeaderAgain, nil)
	}
	r := &row{line: line, cells: cells, wrong: t.asShown(cells)}
	if len(r.wrong) == 0 {
		r.wrong = t.wrongCells(cells)
	}
	id := t.cell(cells, columnExternal)
	at, twice := f.first[id]
	switch {
	case len(r.wrong) > 0:
	case twice && id != "":
		r.wrong = []bot.Fault{{Field: columnExternal, Code: bot.FaultTwiceAt, Data: bot.Data{"Line": at}}}
	default:
		f.first[strings.Clone(id)] = line // which must not hold the whole row
	}
	return r, nil
}

// wrongCells returns what is wrong with single cells that have no field of their own
// in a record: attributes, by their column, and days.
func (t *table) wrongCells(row cells) (wrong []bot.Fault) {
	for i, raw := range row {
		name := t.header[i]
		if !strings.HasPrefix(name, attribute) {
			continue
		}
		cell := cellText(raw)
		say := func(code bot.FaultCode, data bot.Data) {
			wrong = append(wrong, bot.Fault{Field: name, Code: code, Data: data})
		}
		if day, is := t.day(i, cell); is && day == "" {
			say(bot.FaultImportDay, nil)
		}
		if utf8.RuneCountInString(cell) > maxValue {
			say(bot.FaultLong, bot.Data{"Max": maxValue})
		}
		if strings.ContainsFunc(cell, noText) {
			say(bot.FaultNotText, nil)
		}
	}
	return wrong
}
