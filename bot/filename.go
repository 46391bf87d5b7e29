package bot

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much of a file's name is kept, in characters.
const (
	maxFileName  = 100
	maxExtension = 16
)

// FileName makes a name from outside safe to show and to save under: its last
// element, without anything that a header, a path or a reader's eye could trip
// over, with its extension and not endless; "file" when nothing of it is left. No
// name stays none.
func FileName(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToValidUTF8(s, "")
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) || strings.ContainsRune(`"<>|:*?;`, r) {
			return -1
		}
		return r
	}, s)
	s = strings.Trim(s, " .")
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) }) {
		return "file"
	}
	if utf8.RuneCountInString(s) <= maxFileName {
		return s
	}
	ext := path.Ext(s)
	if utf8.RuneCountInString(ext) > maxExtension {
		ext = ""
	}
	stem := []rune(strings.TrimSuffix(s, ext))
	return strings.TrimRight(string(stem[:maxFileName-utf8.RuneCountInString(ext)]), " .") + ext
}
