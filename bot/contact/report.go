package contact

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

// rejectedAtOnce is how many rejected rows are read at once.
const rejectedAtOnce = 1000

// WriteRejected writes the rows of the last pass that were not taken as a CSV file
// with the columns of the import's own and, behind them, where each row stood, which
// columns are wrong, what stands there and why, which words says. Whoever mends it
// brings it again: the last columns are not read. What a spreadsheet would take for a
// formula has an apostrophe before it. A *bot.RefusedError when the file is not kept
// any more.
func (s *Contacts) WriteRejected(ctx context.Context, by bot.Actor, id string, to io.Writer, words func(bot.Fault) string) error {
	i, err := s.ownImport(ctx, by, id)
	if err != nil {
		return err
	}
	text, _, err := s.openImport(ctx, i)
	if err != nil {
		return err
	}
	t, err := readHeader(text)
	if err != nil {
		return err
	}
	// It stands in the audit before anything is out.
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "import.report", Object: "import/" + i.ID})
	})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(to, "\xef\xbb\xbf"); err != nil {
		return err
	}
	r := &report{table: t, out: csv.NewWriter(to), words: words}
	r.out.Comma, r.out.UseCRLF = rune(t.sep), true
	if err := r.header(); err != nil {
		return err
	}
	for last := 0; ; {
		rows, err := s.store.RejectedRows(ctx, id, last, rejectedAtOnce)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := r.row(row); err != nil {
				return fmt.Errorf("report of an import: %w", err)
			}
			last = row.Line
		}
		if len(rows) < rejectedAtOnce {
			break
		}
	}
	r.out.Flush()
	return r.out.Error()
}

// report writes rows of a table that were not taken.
type report struct {
	table *table
	out   *csv.Writer
	words func(bot.Fault) string
	lines [][]byte // of the text; nil before they are needed
}

// own are the places of the columns that are not an earlier report's.
func (r *report) own() (places []int) {
	for i, name := range r.table.names {
		if !reportColumn(name) {
			places = append(places, i)
		}
	}
	return places
}

func (r *report) header() error {
	var names []string
	for _, i := range r.own() {
		names = append(names, r.table.names[i])
	}
	return r.out.Write(append(guard(names), reportColumns()...))
}

// row finds a row in the table, which is read up to it, and writes it with what is
// wrong. One that cannot be read as a row stands as it is beside what is wrong.
func (r *report) row(rejected storage.RejectedRow) error {
	raw, readable, err := r.find(rejected.Line)
	if err != nil {
		return err
	}
	cells := make([]string, 0, len(raw)+len(reportColumns()))
	for _, i := range r.own() {
		cell := ""
		if readable && i < len(raw) {
			cell = cellText(raw[i])
		}
		cells = append(cells, cell)
	}
	var columns, values, reasons []string
	for _, f := range rejected.Faults {
		reasons = append(reasons, r.words(f.Fault))
		if f.Column != "" {
			columns, values = append(columns, f.Column), append(values, f.Value)
		}
	}
	if len(columns) == 0 && (!readable || len(raw) > len(r.table.names)) {
		values = append(values, r.line(rejected.Line))
	}
	cells = append(cells, strconv.Itoa(rejected.Line), strings.Join(columns, between), strings.Join(values, between), strings.Join(reasons, " "))
	return r.out.Write(guard(cells))
}

// find reads on to the row of a line; readable is false where it is no row.
func (r *report) find(line int) (raw []string, readable bool, err error) {
	for {
		at, _, _, err := r.table.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, false, nil
		case err != nil:
			return nil, false, err
		case at == line:
			return r.table.last, r.table.last != nil, nil
		}
	}
}

// line returns what stands in a line of the text.
func (r *report) line(n int) string {
	if r.lines == nil {
		r.lines = bytes.Split(r.table.text, []byte("\n"))
	}
	if n < 1 || n > len(r.lines) {
		return ""
	}
	return shortened(visible(string(r.lines[n-1])))
}
