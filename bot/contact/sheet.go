package contact

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
)

// delimiters are what may stand between the cells of a row, the likelier first.
const delimiters = ",;\t|"

func reader(text []byte, sep byte) *csv.Reader {
	rows := csv.NewReader(bytes.NewReader(text))
	rows.Comma = rune(sep)
	rows.FieldsPerRecord = -1
	return rows
}

// firstRow returns the first row that is not blank; its cells are the caller's.
func firstRow(rows *csv.Reader) ([]string, error) {
	for {
		row, err := rows.Read()
		if err != nil || !blank(row) {
			return row, err
		}
	}
}

// withLineFeeds ends the lines with a line feed. Some programs end them with a
// carriage return alone, and some files are turned twice, so that they end with
// two and a line feed. The text is changed.
func withLineFeeds(text []byte) []byte {
	if bytes.Contains(text, []byte("\r\r\n")) {
		text = bytes.ReplaceAll(text, []byte("\r\r\n"), []byte("\r\n"))
	}
	quoted := false
	for i, b := range text {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '\n' || b == '\r' && i+1 < len(text) && text[i+1] == '\n':
			return text
		case b == '\r':
			for i, b := range text {
				if b == '\r' && (i+1 == len(text) || text[i+1] != '\n') {
					text[i] = '\n'
				}
			}
			return text
		}
	}
	return text
}

// cutSep takes away what Excel reads as the delimiter, a first line such as
// sep=; and returns that; 0 where there is none. The lines keep their numbers.
func cutSep(text []byte) ([]byte, byte) {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	said, ok := cutFold(strings.TrimLeft(strings.TrimRight(string(line), "\r"), `" `), "sep=")
	if !ok || said == "" || strings.IndexByte(delimiters, said[0]) < 0 || strings.Trim(said, said[:1]+`" `+delimiters) != "" {
		return text, 0
	}
	return text[len(line):], said[0]
}

// delimiter is what stands between the columns of the header: what the file
// itself says, else a semicolon where the country writes its decimals with a
// comma. It is the one by which a column is external_id, for a name of the
// company's own may hold many of the others.
func delimiter(text []byte, declared byte) byte {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte("\n"))
	likely := []byte(delimiters)
	slices.SortStableFunc(likely, func(a, b byte) int {
		switch {
		case a == declared:
			return -1
		case b == declared:
			return 1
		}
		return bytes.Count(line, []byte{b}) - bytes.Count(line, []byte{a})
	})
	for _, sep := range likely {
		header, err := firstRow(reader(text, sep))
		if err == nil && slices.ContainsFunc(header, func(name string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.Trim(visible(name), `="`)), columnExternal)
		}) {
			return sep
		}
	}
	return likely[0]
}

// plainCells writes the cells that begin as ="00123", by which programs keep a
// spreadsheet from making a number of them, as "00123", and takes away the spaces
// around quotes. What it does not understand stays for the reader to refuse. The
// text is changed, and no line of it moves.
func plainCells(text []byte, sep byte) []byte {
	out := text[:0]
	for at := 0; at < len(text); {
		end := at
		if begin, close := quotedCell(text[at:], sep); close > 0 {
			out = append(out, text[at+begin:at+close]...)
			at += close + len(spaces(text[at+close:], sep))
			end = at
		}
		for end < len(text) && text[end] != sep && text[end] != '\n' {
			end++
		}
		if end < len(text) {
			end++
		}
		out = append(out, text[at:end]...)
		at = end
	}
	return out
}

// quotedCell returns where the quotes begin and close of a cell that is nothing
// but them; 0, 0 of any other cell.
func quotedCell(text []byte, sep byte) (begin, close int) {
	begin = len(spaces(text, sep))
	if begin < len(text) && text[begin] == '=' {
		begin++
	}
	if begin >= len(text) || text[begin] != '"' {
		return 0, 0
	}
	for close = begin + 1; close < len(text); close++ {
		if text[close] != '"' {
			continue
		}
		if close++; close < len(text) && text[close] == '"' {
			continue
		}
		rest := text[close+len(spaces(text[close:], sep)):]
		if len(rest) == 0 || rest[0] == sep || rest[0] == '\n' || bytes.HasPrefix(rest, []byte("\r\n")) {
			return begin, close
		}
		return 0, 0
	}
	return 0, 0
}

// spaces returns the spaces that the text begins with.
func spaces(text []byte, sep byte) []byte {
	n := 0
	for n < len(text) && (text[n] == ' ' || text[n] == '\t') && text[n] != sep {
		n++
	}
	return text[:n]
}
