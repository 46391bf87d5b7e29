package contact

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/bot/textfile"
)

// The limits of a file, so that none takes more memory than it may.
const (
	MaxCSV     = 16 << 20 // bytes; a file in windows-1251 is twice that in UTF-8
	maxRows    = 200_000
	maxColumns = 200
	maxLine    = 64 << 10 // bytes of one row
)

// The columns of a file, besides the attributes.
const (
	columnID        = "id"
	columnExternal  = "external_id"
	columnAddresses = "addresses"
	columnTags      = "tags"
	columnPhones    = "phones"
	columnPreferred = "preferred"
	attribute       = "attributes." // and its name
	between         = "|"           // tags of a cell
)

func columns() []string {
	return []string{
		columnID, columnExternal, "name", "language", "kind", "tier", "region", "zone", columnTags, columnPhones, columnPreferred, columnAddresses,
	}
}

func fileFault(line int, code bot.FaultCode, data bot.Data) error {
	return &textfile.Error{Line: line, Fault: bot.Fault{Code: code, Data: data}}
}

// readText reads a file of UTF-8 or windows-1251 and gives it in UTF-8.
func readText(r io.Reader) ([]byte, error) {
	text, _, err := readEncoded(r)
	return text, err
}

// readEncoded is readText, and names the encoding that the file is in.
func readEncoded(r io.Reader) (text []byte, encoding string, err error) {
	var in bytes.Buffer
	if sized, ok := r.(interface{ Len() int }); ok {
		in.Grow(min(sized.Len(), MaxCSV) + bytes.MinRead)
	}
	if _, err := in.ReadFrom(io.LimitReader(r, MaxCSV+1)); err != nil {
		return nil, "", fmt.Errorf("read the file: %w", err)
	}
	src := in.Bytes()
	switch {
	case len(src) > MaxCSV:
		return nil, "", fileFault(0, bot.FaultFileLarge, bot.Data{"Max": MaxCSV >> 20})
	case bytes.HasPrefix(src, []byte("PK\x03\x04")) || bytes.HasPrefix(src, []byte("\xd0\xcf\x11\xe0")):
		return nil, "", fileFault(0, bot.FaultFileWorkbook, nil)
	}
	encoding = "windows-1251"
	if utf8.Valid(src) {
		encoding = "UTF-8"
	}
	text, err = textfile.Table(bytes.TrimRight(src, endOfFile))
	return text, encoding, err
}

// endOfFile is what programs of DOS write behind the last line.
const endOfFile = "\x1a"

// table is a file being read, row by row.
type table struct {
	text   []byte // as it is read, with its lines where they were
	sep    byte
	rows   *csv.Reader
	names  []string // the header as it is seen; a column without a name is ""
	at     int      // the header's line
	header []string // what each column is: its name of ours, ignored, or ""
	nth    map[string]int
	plan   *bot.ImportPlan // nil where the header says what the columns are
	days   map[int]bool    // the columns of the plan that hold days
	last   []string        // the row read last, as it stands; nil where it cannot be read
}

// readHeader reads the header, which is the first row that is not blank. The text
// is changed.
func readHeader(text []byte) (*table, error) {
	text, declared := cutSep(withLineFeeds(text))
	t := &table{nth: map[string]int{}}
	t.sep = delimiter(text, declared)
	t.text = plainCells(text, t.sep)
	t.rows = reader(t.text, t.sep)
	header, err := firstRow(t.rows)
	switch {
	case errors.Is(err, io.EOF):
		return nil, fileFault(0, bot.FaultFileEmpty, nil)
	case err != nil:
		return nil, &textfile.Error{Line: lineOf(err), Fault: *wrongQuotes(err)}
	}
	for len(header) > 0 && visible(header[len(header)-1]) == "" {
		header = header[:len(header)-1]
	}
	t.at, _ = t.rows.FieldPos(0)
	if len(header) > maxColumns {
		return nil, fileFault(t.at, bot.FaultColumns, bot.Data{"Max": maxColumns})
	}
	for _, name := range header {
		t.names = append(t.names, unguarded(visible(name)))
	}
	t.header = make([]string, len(header))
	return t, nil
}

// openTable reads the header of a file that says itself what its columns are. The
// text is changed.
func openTable(text []byte) (*table, error) {
	t, err := readHeader(text)
	if err != nil {
		return nil, err
	}
	for i, name := range t.names {
		if name == "" {
			continue
		}
		fault := (*bot.Fault)(nil)
		if name, fault = columnNamed(name); fault != nil {
			return nil, &textfile.Error{Line: t.at, Fault: *fault}
		}
		if _, twice := t.nth[name]; twice && name != ignored {
			return nil, fileFault(t.at, bot.FaultColumnTwice, bot.Data{"Column": name})
		}
		t.nth[name], t.header[i] = i, name
	}
	if _, ok := t.nth[columnExternal]; !ok {
		return nil, fileFault(t.at, bot.FaultNoExternal, bot.Data{"Columns": columns()})
	}
	return t, nil
}

// columnNamed is the column that a header names. A name that is not known is
// most often a misspelt one, and its column must not pass for empty.
func columnNamed(name string) (string, *bot.Fault) {
	if reportColumn(name) {
		return ignored, nil
	}
	if key, ok := cutFold(name, attribute); ok {
		if key = strings.TrimSpace(key); key == "" {
			return "", &bot.Fault{Code: bot.FaultNoAttribute}
		}
		return attribute + key, nil
	}
	for _, known := range columns() {
		if strings.EqualFold(name, known) {
			return known, nil
		}
	}
	return "", &bot.Fault{Code: bot.FaultColumnNone, Data: bot.Data{"Column": shortened(name), "Columns": columns()}}
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func shortened(s string) string {
	if letters := []rune(s); len(letters) > 40 {
		return string(letters[:40]) + "…"
	}
	return s
}

// isHeader reports whether a row names columns and nothing else, as where one file
// was put behind another.
func (t *table) isHeader(row cells) bool {
	if t.plan != nil {
		return slices.EqualFunc(row, t.names, func(cell, name string) bool { return unguarded(visible(cell)) == name })
	}
	if !slices.ContainsFunc(row, func(cell string) bool {
		return len(cell) >= len(columnExternal) && strings.EqualFold(unguarded(visible(cell)), columnExternal)
	}) {
		return false
	}
	names := t.named(row)
	for i, name := range names {
		if name == "" && visible(row[i]) != "" {
			return false
		}
	}
	return true
}

// named returns the columns that a row names; "" for what names none.
func (t *table) named(row cells) []string {
	names := make([]string, len(row))
	for i, name := range row {
		if name, fault := columnNamed(unguarded(visible(name))); fault == nil {
			names[i] = name
		}
	}
	return names
}

// cells are the cells of a row, at most as many as the header has columns.
// Fewer say nothing of the columns that are missing.
type cells []string

// next returns the next row that is not blank, and its line; io.EOF after the
// last. A row that is wrong in itself has problems instead of cells.
func (t *table) next() (line int, row cells, problem *bot.Fault, err error) {
	for {
		row, err = t.rows.Read()
		t.last = row
		var wrong *csv.ParseError
		switch {
		case errors.As(err, &wrong):
			t.last = nil
			return wrong.StartLine, nil, wrongQuotes(err), nil
		case err != nil:
			return 0, nil, nil, err
		}
		size := 0
		for _, c := range row {
			size += len(strings.TrimSpace(c))
		}
		line, _ = t.rows.FieldPos(0)
		switch {
		case size > maxLine:
			return line, nil, &bot.Fault{Code: bot.FaultRowLong, Data: bot.Data{"Max": maxLine >> 10}}, nil
		case blank(row):
			continue
		}
		if problem = t.outside(row); problem != nil {
			return line, nil, problem, nil
		}
		return line, row[:min(len(row), len(t.header))], nil, nil
	}
}

// outside returns what is wrong with a row that has something where the header
// names nothing.
func (t *table) outside(row cells) *bot.Fault {
	for i, c := range row {
		switch {
		case i < len(t.header) && t.header[i] != "" || visible(c) == "":
		case i < len(t.header):
			return &bot.Fault{Code: bot.FaultCellNameless, Data: bot.Data{"Place": i + 1}}
		default:
			return &bot.Fault{Code: bot.FaultRowCells, Data: bot.Data{"Has": len(row), "Wanted": len(t.header)}}
		}
	}
	return nil
}

// blank reports whether nothing can be seen in the row.
func blank(row cells) bool {
	return !slices.ContainsFunc(row, func(c string) bool { return visible(c) != "" })
}

func lineOf(err error) int {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return wrong.StartLine
	}
	return 0
}

func wrongQuotes(err error) *bot.Fault {
	var wrong *csv.ParseError
	switch {
	case errors.As(err, &wrong) && wrong.Line != wrong.StartLine:
		return &bot.Fault{Code: bot.FaultQuoteOpen, Data: bot.Data{"Line": wrong.Line}}
	case errors.Is(err, csv.ErrQuote):
		return &bot.Fault{Code: bot.FaultQuoteInside}
	}
	return &bot.Fault{Code: bot.FaultQuoteStray}
}
