package bot_test

import (
	"strings"
	"testing"

	"visnyk/bot"
)

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"":                                "",
		"рахунок.pdf":                     "рахунок.pdf",
		`..\..\C:\a<b>"|?*;.txt`:          "ab.txt",
		"/etc/passwd":                     "passwd",
		" . ":                             "file",
		"\u202egpj.exe\r\nX: y":           "gpj.exeX y",
		"\xff\x00a":                       "a",
		strings.Repeat("ї", 200) + ".pdf": strings.Repeat("ї", 96) + ".pdf",
		"a." + strings.Repeat("x", 200):   "a." + strings.Repeat("x", 98),
	} {
		if got := bot.FileName(name); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
	}
}
