package starter

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"visnyk/bot"
)

const (
	fewest, most = 50, 60 // articles of a base
	leastWords   = 3      // of a text that is no mere name of a thing
)

var (
	id      = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	blank   = regexp.MustCompile(`\[\[[^\[\]]+\]\]`)
	foreign = map[bot.Language]string{bot.Ukrainian: "ыэёъЫЭЁЪ'", bot.Russian: "іїєґІЇЄҐ"}
)

func bases(t *testing.T) []Base {
	t.Helper()
	all, err := Bases()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestBasesArePacked: the program carries the bases as they stand in their files.
func TestBasesArePacked(t *testing.T) {
	known := map[string]Base{}
	for _, b := range bases(t) {
		known[b.ID] = b
	}
	names, err := filepath.Glob("bases/*.asked.json")
	if err != nil || len(names) != len(known) {
		t.Errorf("%d bases are packed and %d written: go run ./cmd/pack (%v)", len(known), len(names), err)
	}
	for _, asked := range names {
		path := strings.TrimSuffix(asked, ".asked.json")
		written := Base{ID: filepath.Base(path)}
		for name, into := range map[string]any{path + ".json": &written, asked: &written.Asked} {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, into); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if !reflect.DeepEqual(written, known[written.ID]) {
			t.Errorf("%s is packed as it was before: go run ./cmd/pack", written.ID)
		}
	}
}

func TestBasesAreComplete(t *testing.T) {
	trades := map[string]bool{}
	for _, b := range bases(t) {
		trades[b.Trade] = true
		if !b.Name.Complete() || !id.MatchString(b.ID) || !strings.HasPrefix(b.ID, b.Trade) {
			t.Errorf("%s: trade %q, name %q", b.ID, b.Trade, b.Name)
		}
		if n := len(b.Articles); n < fewest || n > most || len(b.Asked) != n {
			t.Errorf("%s: %d articles, %d of them with messages", b.ID, n, len(b.Asked))
		}
		seen := map[string]string{}
		once := func(kind, text, of string) {
			t.Helper()
			if was, twice := seen[kind+text]; twice {
				t.Errorf("%s: %s %q is of %s and of %s", b.ID, kind, text, was, of)
			}
			seen[kind+text] = of
		}
		for _, a := range b.Articles {
			once("id", a.ID, a.ID)
			for _, l := range bot.Languages() {
				once("question in "+string(l), bot.Fold(a.Question.In(l)), a.ID)
			}
			for _, m := range b.Asked[a.ID] {
				once("message", strings.Join(bot.FoldedWords(m), " "), a.ID)
			}
			if n := len(b.Asked[a.ID]); n < 3 || n > 4 {
				t.Errorf("%s %s: %d messages", b.ID, a.ID, n)
			}
			checkArticle(t, b.ID, a)
		}
	}
	if len(trades) < 16 {
		t.Errorf("only %d trades", len(trades))
	}
}

func checkArticle(t *testing.T, base string, a bot.Article) {
	t.Helper()
	if !id.MatchString(a.ID) || !a.Question.Complete() || !a.Answer.Complete() || a.State != "" {
		t.Errorf("%s: %+v", base, a)
	}
	for name, b := range map[string]bot.Bilingual{"question": a.Question, "answer": a.Answer} {
		if uk, ru := blank.FindAllString(b.UK, -1), blank.FindAllString(b.RU, -1); len(uk) != len(ru) {
			t.Errorf("%s %s: blanks of the %s: %q, %q", base, a.ID, name, uk, ru)
		}
	}
	for _, l := range bot.Languages() {
		aliases := a.Aliases.In(l)
		if len(aliases) < 2 || len(aliases) > 3 {
			t.Errorf("%s %s: %d aliases in %s", base, a.ID, len(aliases), l)
		}
		for _, text := range append([]string{a.Question.In(l), a.Answer.In(l)}, aliases...) {
			if strings.ContainsAny(text, foreign[l]+`"!`) || strings.ContainsAny(blank.ReplaceAllString(text, ""), "[]") {
				t.Errorf("%s %s: signs that do not belong into %s: %s", base, a.ID, l, text)
			}
		}
		if strings.Contains(strings.Join(aliases, ""), "[[") {
			t.Errorf("%s %s: a blank in an alias", base, a.ID)
		}
	}
}

// Of a trade with several bases all may be taken in at once: what both answer has
// one id, and so one article.
func TestBasesOfATradeGoTogether(t *testing.T) {
	trades := map[string][]Base{}
	for _, b := range bases(t) {
		trades[b.Trade] = append(trades[b.Trade], b)
	}
	for trade, of := range trades {
		found, err := Of(trade)
		if err != nil || len(found) != len(of) {
			t.Fatalf("%s has %d bases, want %d: %v", trade, len(found), len(of), err)
		}
		seen := map[string]string{}
		for _, a := range Articles(found) {
			for _, l := range bot.Languages() {
				text := string(l) + " " + bot.Fold(a.Question.In(l))
				if was, twice := seen[text]; twice {
					t.Errorf("%s: %s and %s are one question: %s", trade, was, a.ID, text)
				}
				seen[text] = a.ID
			}
		}
	}
	if one, err := Of("shop-clothes"); err != nil || len(one) != 1 {
		t.Errorf("%d bases, %v", len(one), err)
	}
	if none, err := Of("circus"); err != nil || len(none) > 0 {
		t.Errorf("%d bases, %v", len(none), err)
	}
}

// What the search is measured on, and the sample company, do not stand here: else
// the bases would know the answers of the examination.
func TestBasesAreTheirOwn(t *testing.T) {
	elsewhere := map[string]string{}
	learn := func(name, text string) {
		for _, s := range append(sentences(text), key(text)) {
			elsewhere[s] = name
		}
	}
	for _, root := range []string{"../search/testdata", "../../../cmd/visnyk/sample"} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, ".go") {
				return err
			}
			src, err := os.ReadFile(name)
			var doc any
			if json.Unmarshal(src, &doc) != nil {
				for line := range strings.Lines(string(src)) {
					learn(name, line)
				}
				return err
			}
			eachText(doc, func(text string) { learn(name, text) })
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(elsewhere) < 5000 {
		t.Fatalf("only %d texts found elsewhere", len(elsewhere))
	}
	check := func(base, article string, texts ...string) {
		for _, text := range texts {
			if name, found := elsewhere[text]; found && strings.Count(text, " ")+1 >= leastWords {
				t.Errorf("%s %s: %q stands in %s", base, article, text, name)
			}
		}
	}
	for _, b := range bases(t) {
		for _, a := range b.Articles {
			for _, w := range a.Wordings() {
				check(b.ID, a.ID, key(w.Text))
			}
			check(b.ID, a.ID, append(sentences(a.Answer.UK), sentences(a.Answer.RU)...)...)
			for _, m := range b.Asked[a.ID] {
				check(b.ID, a.ID, key(m))
			}
		}
	}
}

// key is a text by its words, in their order.
func key(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

func sentences(text string) (all []string) {
	for s := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(".?!…;\n", r) }) {
		all = append(all, key(s))
	}
	return all
}

// eachText calls f for every text of a JSON document.
func eachText(doc any, f func(string)) {
	switch v := doc.(type) {
	case string:
		f(v)
	case []any:
		for _, e := range v {
			eachText(e, f)
		}
	case map[string]any:
		for _, e := range v {
			eachText(e, f)
		}
	}
}
