package textfile

import (
	"bytes"
	"strconv"
	"unicode/utf16"

	"visnyk/bot"
)

// JSON returns a document in UTF-8 without its mark. It returns an *Error of one
// that is in another encoding, and of one that writes half a character, as
// \ud83d without its other half: the reader of JSON would make the same sign of
// all of them, and two ids would be one.
func JSON(src []byte) ([]byte, error) {
	text, err := UTF8(src)
	if err != nil {
		return nil, err
	}
	if at := halfCharacter(text); at >= 0 {
		e := badAt(src, at+len(src)-len(text), bot.FaultHalfCharacter)
		e.Fault.Data["Value"] = string(text[at : at+6])
		return nil, e
	}
	return text, nil
}

// halfCharacter returns where an escape of half a character stands that is not
// followed, or led, by its other half; -1 when none does.
func halfCharacter(text []byte) int {
	for at := 0; ; {
		n := bytes.IndexByte(text[at:], '\\')
		if n < 0 {
			return -1
		}
		at += n
		one := escaped(text[at:])
		if !utf16.IsSurrogate(one) {
			at = min(at+2, len(text)) // \\ and \" are one sign
			continue
		}
		if utf16.DecodeRune(one, escaped(text[at+6:])) == '\uFFFD' {
			return at
		}
		at += 12
	}
}

// escaped returns what an escape of the form \u003f at the start of the text
// stands for; -1 when there is none.
func escaped(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	v, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(v)
}
