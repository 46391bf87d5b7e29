package textfile

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"visnyk/bot"
)

// messages are what people write, none of them known to the words here.
func messages(t *testing.T) (all []string) {
	t.Helper()
	files, err := filepath.Glob("../../flows/faq/search/testdata/*/queries.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var list []struct{ Text string }
		if err := json.Unmarshal(src, &list); err != nil {
			t.Fatal(err)
		}
		for _, q := range list {
			all = append(all, q.Text)
		}
	}
	return all
}

// Of thousands of messages in windows-1251 nearly every one alone is read, and all
// of them in parts of ten; in another encoding of Cyrillic none is read as what it
// does not say, but for what says nearly nothing.
func TestEncodingsAreToldApart(t *testing.T) {
	var all []string
	for i, text := range messages(t) {
		if i%3 == 0 {
			all = append(all, text)
		}
	}
	var parts []string
	for i := 0; i+10 <= len(all); i += 10 {
		parts = append(parts, strings.Join(all[i:i+10], "\n"), strings.ToUpper(strings.Join(all[i:i+10], "\n")))
	}
	for name, c := range map[string]*charmap.Charmap{
		"windows-1251": charmap.Windows1251, "cp866": charmap.CodePage866, "koi8-u": charmap.KOI8U, "koi8-r": charmap.KOI8R,
		"MacCyrillic": charmap.MacintoshCyrillic, "iso-8859-5": charmap.ISO8859_5, "cp855, which is not known": charmap.CodePage855,
	} {
		// read counts what is read right, and what is read otherwise.
		read := func(texts []string) (right, otherwise, refused int) {
			for _, text := range texts {
				src, err := c.NewEncoder().String(text)
				if err != nil || utf8.ValidString(src) {
					continue
				}
				got, err := Table([]byte(src))
				switch {
				case err != nil:
					refused++
				case string(got) == text:
					right++
				case strings.EqualFold(string(got), text): // «як» of a Mac is «Як» here
				default:
					otherwise++
				}
			}
			return right, otherwise, refused
		}
		right, otherwise, refused := read(all)
		manyRight, manyOtherwise, manyRefused := read(parts)
		t.Logf("%s: alone %d right, %d otherwise, %d refused; in parts %d, %d, %d", name, right, otherwise, refused, manyRight, manyOtherwise, manyRefused)
		if otherwise > 1 || manyOtherwise > 0 {
			t.Errorf("%s passes for windows-1251: %d messages, %d parts", name, otherwise, manyOtherwise)
		}
		if c == charmap.Windows1251 && (refused*50 > right || manyRefused > 0) {
			t.Errorf("windows-1251: %d of %d messages and %d of %d parts are refused", refused, right, manyRefused, manyRight)
		}
	}
}

// No word of many in windows-1251 makes a whole file be refused.
func TestOneWordRefusesNoFile(t *testing.T) {
	seen := map[string]bool{}
	r := prepared()
	for i, text := range messages(t) {
		if i%3 > 0 {
			continue
		}
		for word := range strings.FieldsFuncSeq(text, func(c rune) bool { return !unicode.IsLetter(c) }) {
			first, n := utf8.DecodeRuneInString(word)
			for _, word := range []string{word, strings.ToUpper(word), string(unicode.ToUpper(first)) + word[n:]} {
				src, err := charmap.Windows1251.NewEncoder().String(word)
				if err != nil || seen[word] || len(src) < 4 || utf8.ValidString(src) {
					continue
				}
				seen[word] = true
				if text := encode(t, "Олена Гнатюк, Київ\n"); doubt(append(text, src...)) >= 0 {
					if kind, _ := r.mixture([]byte(src)); kind == cyrillic {
						t.Errorf("%q is doubted", word)
					}
				}
			}
		}
	}
	if len(seen) < 2500 {
		t.Errorf("%d words", len(seen))
	}
}

// Names of the west are refused alone and among many people in windows-1251.
func TestNamesOfTheWestAreRefused(t *testing.T) {
	people := encode(t, strings.Repeat("Олена Гнатюк, Київ\n", 100))
	for c, names := range map[*charmap.Charmap]string{
		charmap.Windows1252: "José Müller Zoë Größe créée España Ñandú Noël Håkan Søren Bjørn Françoise Ölçer Þór Æsir Čapek", charmap.ISO8859_1: "Müller Zoë Jürgen Gérard",
		charmap.Windows1250: "Łukasz Dvořák Žižka Šimon Wałęsa Kovács Győző Błażej Zażółć", charmap.CodePage850: "Müller José Señor Ärger Åse", charmap.CodePage852: "Łukasz Dvořák Müller",
	} {
		for name := range strings.FieldsSeq(names) {
			src, err := c.NewEncoder().Bytes([]byte(name))
			if err != nil || utf8.Valid(src) {
				continue // the page has no such letter
			}
			for _, text := range [][]byte{src, append(people[:len(people):len(people)], src...)} {
				if got, err := Table(text); err == nil {
					t.Errorf("%s %s is read as %q", c, name, got[max(0, len(got)-20):])
				}
			}
		}
	}
}

func encode(t *testing.T, text string) []byte {
	t.Helper()
	src, err := charmap.Windows1251.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func TestJSON(t *testing.T) {
	for src, want := range map[string]string{
		"\ufeff\ufeff[]":               "",
		`["\\ud800","\"\ud83d\ude00"]`: "",
		`["\u0041\uFFFF"]`:             "",
		"{\n\"a\":\"\xce\"}":           "line 2 is not UTF-8 at byte 6 (0xCE)",
		"\xef\xbb\xbf\"\xce\"":         "line 1 is not UTF-8 at byte 5 (0xCE)",
		"\"\n\xd0":                     "line 2 is not UTF-8 at byte 1 (0xD0)",
		`["\ud83d"]`:                   `line 1 writes half a character at byte 3 (\ud83d)`,
		`["\ud83d\ud83d\ude00"]`:       `line 1 writes half a character at byte 3 (\ud83d)`,
		`["\\\uDE00"]`:                 `line 1 writes half a character at byte 5 (\uDE00)`,
		`["\ud83dx\ude00"]`:            `line 1 writes half a character at byte 3 (\ud83d)`,
		"[\x00\"\x00":                  "the file is not UTF-8 (it looks like UTF-16)",
		"\xff\xfe[\x00":                "the file is not UTF-8 (it looks like UTF-16)",
	} {
		got, err := JSON([]byte(src))
		switch {
		case want == "" && (err != nil || string(got) != strings.TrimLeft(src, "\ufeff")):
			t.Errorf("%q: %q, %v", src, got, err)
		case want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)):
			t.Errorf("%q: %v, want %s", src, err, want)
		}
	}
}

// Whatever the bytes, what is read is UTF-8, and what is not is named by a place
// in the text.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"а", "\xce\xeb\xe5\xed\xe0", "\ufeff\xff", `"\ud83d\ude00\ud8"`, "\\", "Київ\xd0", "\xcb\xb2\xcb\xb2\xdf", "e\x00x\x00", "\x98", "Jos\xe9"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, read := range []func([]byte) ([]byte, error){UTF8, Table, JSON} {
			got, err := read(src)
			if err == nil {
				if !utf8.Valid(got) || strings.HasPrefix(string(got), "\ufeff") {
					t.Fatalf("%q is read as %q", src, got)
				}
				continue
			}
			wrong, ok := errors.AsType[*Error](err)
			if !ok {
				t.Fatal(err)
			}
			if at, ok := wrong.Fault.Data["Byte"].(int); wrong.Line > 0 && (!ok || at < 1 || at > len(src)) || wrong.Line == 0 && wrong.Fault.Code != bot.FaultFileUTF16 && wrong.Fault.Code != bot.FaultTextUTF16 {
				t.Fatalf("%q: %v", src, err)
			}
		}
	})
}
