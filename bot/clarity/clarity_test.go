package clarity

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
)

// example is a sentence that a native writer wrote for the tests, and whether it is to
// be looked at.
type example struct {
	flagged bool
	lacks   bot.Language // of a pair: which language lacks it
	words   bot.Bilingual
}

// examples reads a file of them: "+ sentence" or "- sentence" of the language, or pairs
// "+uk | Ukrainian | Russian".
func examples(t *testing.T, name string, l bot.Language) (all []example) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		e := example{flagged: strings.HasPrefix(line, "+")}
		if parts := strings.Split(line, " | "); l == bot.Unsure {
			e.lacks, e.words = bot.Language(parts[0][1:]), bot.Bilingual{UK: strings.TrimSpace(parts[1]), RU: strings.TrimSpace(parts[2])}
		} else {
			text := strings.TrimPrefix(line[1:], " ")
			e.words = bot.Bilingual{UK: text, RU: text}
		}
		all = append(all, e)
	}
	return all
}

// found reports whether a check of the texts as they would be found has the code in the
// language.
func found(c Code, l bot.Language, w bot.Bilingual) bool {
	all := Check(Sheet{Texts: []Text{{Field: "summary", Words: w, Action: c == Action}}})
	return slices.ContainsFunc(all, func(f Finding) bool {
		return f.Code == c && f.Language == l
	})
}

// TestSentences: what is to be looked at is found, and what is not is left alone, in
// each language.
func TestSentences(t *testing.T) {
	t.Parallel()
	for _, of := range []struct {
		code Code
		many int // of each sort
	}{{Hedge, 20}, {Passive, 20}, {Jargon, 20}, {Tone, 20}, {Relative, 8}, {Long, 8}, {Action, 8}, {Blank, 8}} {
		for _, l := range bot.Languages() {
			judged(t, of.code, l, "", of.many)
		}
	}
}

// TestMoreSentences: likewise with sentences of other trades.
func TestMoreSentences(t *testing.T) {
	t.Parallel()
	for _, c := range []Code{Hedge, Passive, Jargon, Tone} {
		for _, l := range bot.Languages() {
			judged(t, c, l, "more/", 10)
		}
	}
	for _, c := range []Code{Hedge, Passive} { // of a pool, a clinic, a school, a railway
		for _, l := range bot.Languages() {
			judged(t, c, l, "trades/", 9)
		}
	}
}

// TestKindsOfHedges: the same hedge in other numbers and words, and what only begins as
// one does.
func TestKindsOfHedges(t *testing.T) {
	t.Parallel()
	for text, l := range map[string]bot.Language{
		"Прикладемо максимум зусиль до 3 лютого.": bot.Ukrainian, "Якщо встигнемо, замінимо ліфт 3 лютого.": bot.Ukrainian,
		"Коштуватиме біля дев’яноста гривень.": bot.Ukrainian, "Наскільки нам відомо, міст відкриють 3 лютого.": bot.Ukrainian,
		"Прилагаем максимум усилий к 3 февраля.": bot.Russian, "Если успеем, заменим лифт 3 февраля.": bot.Russian,
		"Вместит порядка девяноста машин.": bot.Russian, "Судя по всему, мост откроют 3 февраля.": bot.Russian,
	} {
		if !found(Hedge, l, same(text)) {
			t.Errorf("%q passes", text)
		}
	}
	for text, l := range map[string]bot.Language{
		"Якщо вийде з ладу роутер, зателефонуйте нам.": bot.Ukrainian, "Квартира здається з меблями.": bot.Ukrainian,
		"Если получится дороже, вернём разницу.": bot.Russian, "Магазин где-то рядом не нужен: доставим домой.": bot.Russian,
	} {
		if found(Hedge, l, same(text)) {
			t.Errorf("%q is taken for a hedge", text)
		}
	}
}

// judged checks a file of sentences, which has at least so many of each sort.
func judged(t *testing.T, c Code, l bot.Language, dir string, many int) {
	t.Helper()
	all := examples(t, dir+string(c)+"."+string(l)+".txt", l)
	flagged := 0
	for _, e := range all {
		if e.flagged {
			flagged++
		}
		if got := found(c, l, e.words); got != e.flagged {
			t.Errorf("%s, %s, %q: found %v", c, l, e.words.In(l), got)
		}
	}
	if flagged < many || len(all)-flagged < many {
		t.Errorf("%s, %s: %d and %d sentences, want %d of each", c, l, flagged, len(all)-flagged, many)
	}
}

// TestPairs: what one language names and the other does not is found in the one that
// lacks it.
func TestPairs(t *testing.T) {
	t.Parallel()
	for _, c := range []Code{Sum, Date, Less} {
		many := map[bot.Language]int{}
		for _, e := range examples(t, string(c)+".txt", bot.Unsure) {
			many[e.lacks]++
			for _, l := range bot.Languages() {
				got := found(c, l, e.words)
				if e.lacks == l && !got || !e.flagged && got {
					t.Errorf("%s, lacking in %q: %q: found %v in %s", c, e.lacks, e.words, got, l)
				}
			}
		}
		if many[bot.Ukrainian] < 8 || many[bot.Russian] < 8 || many[bot.Unsure] < 16 {
			t.Errorf("%s: %v", c, many)
		}
	}
}

// TestPlaces: a finding says where it stands, and keeps its name where other words move
// it, and in capitals; in another field or of other words it is another.
func TestPlaces(t *testing.T) {
	t.Parallel()
	of := func(field, text string) []Finding {
		return Check(Sheet{Texts: []Text{{Field: field, Words: bot.Bilingual{UK: text, RU: text}}}})
	}
	one, moved := of("reason", "Завтра змінюємо графік.")[0], of("reason", "Ми не працюємо завтра.")[0]
	if one.Code != Relative || one.Start != 0 || one.Words != "Завтра" || moved.Words != "завтра" || moved.Start == 0 {
		t.Errorf("%+v, %+v", one, moved)
	}
	if one.Key() != moved.Key() {
		t.Error("the same words have another name")
	}
	for _, other := range []Finding{of("benefit", "Завтра змінюємо графік.")[0], of("reason", "Учора змінили графік.")[0]} {
		if one.Key() == other.Key() {
			t.Errorf("the same name: %+v", other)
		}
	}
}

// TestSheet: the day and the price are named somewhere in each language, and what is
// not needed may be left out.
func TestSheet(t *testing.T) {
	t.Parallel()
	sheet := Sheet{From: time.Date(2027, time.February, 1, 0, 0, 0, 0, time.UTC), Price: true, Texts: []Text{
		{Field: "title", Words: bot.Bilingual{UK: "Нові тарифи", RU: "Новые тарифы"}, Names: true},
		{Field: "summary", Words: bot.Bilingual{UK: "З 1 лютого 2027 року «Домашній» коштуватиме 260 грн.", RU: "«Домашний» подорожает."}, Names: true, Prices: true},
		{Field: "links", Optional: true},
	}}
	var got []string
	for _, f := range Check(sheet) {
		got = append(got, strings.Join([]string{string(f.Code), string(f.Reason), f.Field, string(f.Language), f.Words}, " "))
	}
	want := []string{
		"sum missing summary ru 260 грн", "sum unsaid summary ru ", "date missing summary ru 1 лютого 2027", "date unsaid summary ru 01.02.2027", "less  summary ru ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestAnything: no text breaks the check.
func TestAnything(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"«", "…", "[", "(…)", "1 1 1", "30.02.2026", "!!", "\xff\xfe", "😀 Вы", "а\n\nб", "99999999999999999999 грн", strings.Repeat("ж", 500)} {
		for _, f := range Check(Sheet{Texts: []Text{{Field: "summary", Words: bot.Bilingual{UK: text, RU: text}, Action: true}}}) {
			if f.Start < 0 || f.End > len(text) || f.Start > f.End || !slices.Contains(f.Code.Reasons(), f.Reason) {
				t.Errorf("%q: %+v", text, f)
			}
		}
	}
}
