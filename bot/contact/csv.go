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

	"golang.org/x/text/encoding/charmap"

	"visnyk/bot"
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
	attribute       = "attributes." // and its name
	between         = "|"           // tags of a cell
)

func columns() []string {
	return []string{
		columnID, columnExternal, "name", "language", "kind", "tier", "region", "zone", columnTags, columnAddresses,
	}
}

// FileError says why a file cannot be read at all. Nothing of it was stored, or
// only the rows before Line.
type FileError struct {
	Line  int // 0 for the file as a whole
	Fault bot.Fault
}

// Error implements error.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return "the file " + e.Fault.Detail()
	}
	return fmt.Sprintf("line %d %s", e.Line, e.Fault.Detail())
}

func fileFault(line int, code bot.FaultCode, data bot.Data) error {
	return &FileError{Line: line, Fault: bot.Fault{Code: code, Data: data}}
}

// readText reads a file of UTF-8 or windows-1251 and gives it in UTF-8.
func readText(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxCSV+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	head := text[:min(len(text), 512)]
	switch {
	case len(text) > MaxCSV:
		return nil, fileFault(0, bot.FaultFileLarge, bot.Data{"Max": MaxCSV >> 20})
	case bytes.HasPrefix(text, []byte("PK\x03\x04")) || bytes.HasPrefix(text, []byte("\xd0\xcf\x11\xe0")):
		return nil, fileFault(0, bot.FaultFileWorkbook, nil)
	case bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) || bytes.IndexByte(head, 0) >= 0:
		return nil, fileFault(0, bot.FaultFileUTF16, nil)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if utf8.Valid(text) {
		return text, nil
	}
	return charmap.Windows1251.NewDecoder().Bytes(text)
}

// table is a file being read, row by row.
type table struct {
	rows   *csv.Reader
	header []string
}

// openTable reads the header.
func openTable(text []byte) (*table, error) {
	t := &table{rows: csv.NewReader(bytes.NewReader(text))}
	t.rows.Comma = delimiter(text)
	t.rows.FieldsPerRecord = -1
	header, err := t.rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, fileFault(0, bot.FaultFileEmpty, nil)
	case err != nil:
		return nil, &FileError{Line: 1, Fault: *wrongQuotes(err)}
	case len(header) > maxColumns:
		return nil, fileFault(1, bot.FaultColumns, bot.Data{"Max": maxColumns})
	}
	seen := map[string]bool{}
	for i, name := range header {
		if name, err = columnNamed(unguarded(strings.TrimSpace(name))); err != nil {
			return nil, err
		}
		if seen[name] {
			return nil, fileFault(1, bot.FaultColumnTwice, bot.Data{"Column": name})
		}
		seen[name], header[i] = true, name
	}
	if !seen[columnExternal] {
		return nil, fileFault(1, bot.FaultNoExternal, bot.Data{"Columns": columns()})
	}
	t.header = header
	return t, nil
}

// columnNamed is the column that a header names. A name that is not known is
// most often a misspelt one, and its column must not pass for empty.
func columnNamed(name string) (string, error) {
	name = strings.TrimSpace(name)
	if key, ok := cutFold(name, attribute); ok {
		if key = strings.TrimSpace(key); key == "" {
			return "", fileFault(1, bot.FaultNoAttribute, nil)
		}
		return attribute + key, nil
	}
	for _, known := range columns() {
		if strings.EqualFold(name, known) {
			return known, nil
		}
	}
	return "", fileFault(1, bot.FaultColumnNone, bot.Data{"Column": shortened(name), "Columns": columns()})
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

// delimiter is what stands between the columns of the header: a semicolon where
// the country writes its decimals with a comma. It is the one by which a column
// is external_id, for a name of the company's own may hold many of the other.
func delimiter(text []byte) rune {
	names := func(sep rune) bool {
		rows := csv.NewReader(bytes.NewReader(text))
		rows.Comma = sep
		header, err := rows.Read()
		return err == nil && slices.ContainsFunc(header, func(name string) bool {
			return strings.EqualFold(strings.TrimSpace(name), columnExternal)
		})
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	first, second := ',', ';'
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
		first, second = second, first
	}
	if !names(first) && names(second) {
		return second
	}
	return first
}

// next returns the next row that is not blank, and its line; io.EOF after the
// last. A row that is wrong in itself has problems instead of cells.
func (t *table) next() (line int, cells []string, problem *bot.Fault, err error) {
	for {
		cells, err = t.rows.Read()
		var wrong *csv.ParseError
		switch {
		case errors.As(err, &wrong):
			return wrong.StartLine, nil, wrongQuotes(err), nil
		case err != nil:
			return 0, nil, nil, err
		}
		size := 0
		for _, c := range cells {
			size += len(strings.TrimSpace(c))
		}
		line, _ = t.rows.FieldPos(0)
		switch {
		case size == 0:
			continue
		case size > maxLine:
			return line, nil, &bot.Fault{Code: bot.FaultRowLong, Data: bot.Data{"Max": maxLine >> 10}}, nil
		case len(cells) != len(t.header):
			return line, nil, &bot.Fault{Code: bot.FaultRowCells, Data: bot.Data{"Has": len(cells), "Wanted": len(t.header)}}, nil
		}
		return line, cells, nil, nil
	}
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
