// Package textfile reads the text that people and programs of the company bring:
// files and bodies. It says in which encoding a text is written and where one
// goes wrong; what may be read in two ways is not read at all.
package textfile

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"visnyk/bot"
)

// Error says why a text cannot be read at all.
type Error struct {
	Line  int // 0 for the text as a whole
	Fault bot.Fault
}

// Error implements error.
func (e *Error) Error() string {
	if e.Line == 0 {
		return "the file " + e.Fault.Detail()
	}
	return e.Detail()
}

// Detail returns the line and what is wrong there, in English; of the whole, it
// has no subject.
func (e *Error) Detail() string {
	if e.Line == 0 {
		return e.Fault.Detail()
	}
	return fmt.Sprintf("line %d %s", e.Line, e.Fault.Detail())
}

// mark is what stands before a text in UTF-8 that some programs write; they may
// write it twice.
const mark = "\xef\xbb\xbf"

// Unmarked returns the text without the marks before it.
func Unmarked(text []byte) []byte {
	for bytes.HasPrefix(text, []byte(mark)) {
		text = text[len(mark):]
	}
	return text
}

// UTF8 returns a text in UTF-8 without its mark. Of any other it returns an
// *Error that names the line and the byte.
func UTF8(src []byte) ([]byte, error) {
	if sixteen(src) {
		return nil, &Error{Fault: bot.Fault{Code: bot.FaultTextUTF16}}
	}
	if at := firstBad(src); at >= 0 {
		return nil, badAt(src, at, bot.FaultTextEncoding)
	}
	return Unmarked(src), nil
}

// Table returns a table of text in UTF-8 without its mark. It reads UTF-8, and
// windows-1251 where the text is words of Ukrainian or Russian in that and in
// nothing else. A mark, or mostly good UTF-8, means UTF-8: one bad byte does not
// make it windows-1251. Of any other it returns an *Error that names the line and
// the byte.
func Table(src []byte) ([]byte, error) {
	if sixteen(src) {
		return nil, &Error{Fault: bot.Fault{Code: bot.FaultFileUTF16}}
	}
	text := Unmarked(src)
	at := firstBad(text)
	switch {
	case at < 0:
		return text, nil
	case len(text) < len(src), mostlyUTF8(text):
		return nil, badAt(src, at+len(src)-len(text), bot.FaultNotUTF8)
	}
	if at := doubt(text); at >= 0 {
		return nil, badAt(src, at, bot.FaultEncoding)
	}
	return charmap.Windows1251.NewDecoder().Bytes(text)
}

// sixteen reports whether the text looks like UTF-16 or UTF-32, by its mark or
// by the zero bytes beside its Latin letters.
func sixteen(src []byte) bool {
	head := src[:min(len(src), 512)]
	return bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) ||
		bytes.IndexByte(head[:min(len(head), 4)], 0) >= 0 || bytes.Count(head, []byte{0})*8 > len(head)
}

// firstBad returns where the first byte stands that is not UTF-8; -1 when all are.
func firstBad(text []byte) int {
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n < 2 {
			return i
		}
		i += n
	}
	return -1
}

// mostlyUTF8 reports whether more letters are good in UTF-8 than bytes are bad.
// Few pairs of letters in windows-1251 look like a letter of ours in UTF-8, such
// as «Гі»; a whole run of them does not.
func mostlyUTF8(text []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n < 2:
			bad++
		case likely(r):
			good++
		}
		i += n
	}
	return good > bad
}

// likely reports whether the letter is one of texts of ours: Latin, Cyrillic, or
// a sign of print.
func likely(r rune) bool {
	return r >= 0xa0 && r < 0x180 || r >= 0x400 && r < 0x500 || r >= 0x2000 && r < 0x2200
}

// badAt returns the error at a byte of a text.
func badAt(src []byte, at int, code bot.FaultCode) *Error {
	ends := byte('\n')
	if bytes.IndexByte(src, '\n') < 0 {
		ends = '\r'
	}
	before := src[:at]
	return &Error{Line: 1 + bytes.Count(before, []byte{ends}), Fault: bot.Fault{Code: code, Data: bot.Data{
		"Byte": at - bytes.LastIndexByte(before, ends), "Value": fmt.Sprintf("0x%02X", src[at]),
	}}}
}
