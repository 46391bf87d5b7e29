package editor

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

const good = `{"id":"price","question":{"uk":"Ціна?","ru":"Цена?"},"answer":{"uk":"Сто","ru":"Сто"},
	"aliases":{"uk":["скільки"],"ru":["сколько"]}}`

func TestArticlesComeInWhole(t *testing.T) {
	articles, err := ReadArticles(strings.NewReader("[" + good + "]"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := WriteArticles(&out, articles); err != nil {
		t.Fatal(err)
	}
	again, err := ReadArticles(&out)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(articles, again); diff != "" {
		t.Errorf("what goes out does not come in the same: %s", diff)
	}
}

// What is no list of articles is refused in words that whoever wrote the file
// can do something with.
func TestWhatIsNoListIsSaid(t *testing.T) {
	for in, want := range map[string]string{
		`{"a": 1}`:                          `articles: line 1: want a list of articles, [{"id": …}, …], and this is a JSON object`,
		"[\n{\"id\": 5}\n]":                 "articles: line 2: id cannot be a JSON number",
		"[\n{\"question\":\n{\"uk\": []}}]": "articles: line 3: question.uk cannot be a JSON array",
		"[\n{\"id\": \"x\",\n}]":            "articles: line 3 is no JSON: ",
		"[{":                                "articles: the file ends before the list of articles",
		"":                                  "articles: the file ends before the list of articles",
		`[{"colour": 1}]`:                   `articles: unknown field "colour"`,
	} {
		_, err := ReadArticles(strings.NewReader(in))
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "bot.") {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

// A file in another encoding is refused with its line and byte; a mark says
// nothing, and stands before the list alone.
func TestArticlesAreUTF8(t *testing.T) {
	list := strings.ReplaceAll("[\n"+strings.ReplaceAll(good, "\n", "")+"]", "і", "и") // which not all of them have
	encoded := func(c encoding.Encoding) string {
		s, err := c.NewEncoder().String(list)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for in, want := range map[string]string{
		"\ufeff" + list:                    "",
		"\ufeff\ufeff" + list:              "",
		encoded(charmap.Windows1251):       "articles: line 2 is not UTF-8 at byte 33 (0xD6)",
		encoded(charmap.CodePage866):       "articles: line 2 is not UTF-8 at byte 33 (0x96)",
		encoded(charmap.KOI8U):             "articles: line 2 is not UTF-8 at byte 33 (0xE3)",
		encoded(charmap.KOI8R):             "articles: line 2 is not UTF-8 at byte 33 (0xE3)",
		encoded(charmap.MacintoshCyrillic): "articles: line 2 is not UTF-8 at byte 33 (0x96)",
		encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)): "articles: the file is not UTF-8 (it looks like UTF-16)",
		encoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)): "articles: the file is not UTF-8 (it looks like UTF-16)",
		strings.Replace(list, "Сто", "Ст\xd0", 1):                    "articles: line 2 is not UTF-8 at byte",
		strings.Replace(list, "Сто", `\ud83d`, 1):                    "articles: line 2 writes half a character at byte",
		strings.Replace(list, "Сто", "José \xe9", 1):                 "articles: line 2 is not UTF-8 at byte",
	} {
		articles, err := ReadArticles(strings.NewReader(in))
		if want == "" && (err != nil || len(articles) != 1) || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

func TestEveryWrongArticleIsNamed(t *testing.T) {
	edit := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	for name, c := range map[string]struct{ in, want string }{
		"no id":            {edit(`"price"`, `""`), "id must be"},
		"strange id":       {edit(`"price"`, `"../x"`), "id must be"},
		"one language":     {edit(`"ru":"Цена?"`, `"ru":" "`), "question must be filled in"},
		"no answer":        {edit(`{"uk":"Сто","ru":"Сто"}`, `{}`), "answer must be filled in"},
		"twice":            {good + "," + good, "article 2 (\"price\"): id stands twice"},
		"unknown field":    {edit(`"id"`, `"color":1,"id"`), "unknown field"},
		"unknown state":    {edit(`"id"`, `"state":"live","id"`), `state must be one of draft`},
		"ends before":      {edit(`"id"`, `"valid_from":"2027-01-02T00:00:00Z","valid_to":"2027-01-01T00:00:00Z","id"`), "valid_from must be before"},
		"several at once":  {edit(`"price"`, `"A"`) + "," + edit(`"price"`, `"B"`), `article 2 ("B")`},
		"not an article":   {`5`, "articles:"},
		"something behind": {good + "] [", "something follows"},
	} {
		t.Run(name, func(t *testing.T) {
			in := "[" + c.in + "]"
			if _, err := ReadArticles(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want it to say %q", err, c.want)
			}
		})
	}
}
