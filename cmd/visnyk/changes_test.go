package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/editor"
	"visnyk/cmd/visnyk/sample"
	"visnyk/flows"
)

// TestSampleChangesAreFound asks for the changes of the sample as its customers
// would: the change answers, or the article that belongs to it.
func TestSampleChangesAreFound(t *testing.T) {
	s := stage(t)
	var ledger []bot.LedgerEntry
	for _, c := range s.Changes {
		ledger = append(ledger, bot.LedgerEntry{Change: c})
	}
	faq := flows.Knowing(s.FAQ, ledger)
	now := time.Date(2026, time.November, 24, 14, 0, 0, 0, s.Zone)
	src, err := os.ReadFile("testdata/change-questions.txt")
	if err != nil {
		t.Fatal(err)
	}
	var sure, offered, wrong, n int
	for line := range strings.Lines(string(src)) {
		id, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		found := faq.Find(text, bot.Ukrainian, now)
		n++
		of := ""
		if len(found.Matches) > 0 { // of an article it is the change that it belongs to
			of = found.Matches[0].Article.Change
		}
		switch {
		case found.Outcome == flows.Sure && of == id:
			sure++
		case found.Outcome == flows.Unclear && of == id:
			offered++
		case found.Outcome == flows.Sure:
			wrong++
			fallthrough
		default:
			t.Logf("%q, about %s: %s, first %q", text, id, found.Outcome, of)
		}
	}
	t.Logf("%d questions: %d sure, %d offered first, %d wrong", n, sure, offered, wrong)
	if n < 30 || sure < 21 || sure+offered < 30 || wrong > 0 {
		t.Errorf("of %d questions %d are answered by their change, %d have it offered first, %d are answered by something else", n, sure, offered, wrong)
	}
}

// TestSampleSpeaksOfWhatIsThere: no answer of ours sends its reader to a button that
// they may not have.
func TestSampleSpeaksOfWhatIsThere(t *testing.T) {
	now := time.Date(2026, time.November, 24, 14, 0, 0, 0, time.UTC)
	articles, err := sample.Articles(now)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := sample.Changes(now)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range articles {
		for _, w := range editor.Warnings(editor.NewShelf(nil, nil, changes...), a, now) {
			if w.Code == bot.WarnLacks {
				t.Errorf("%s: %s: %s", a.ID, w.Field, w.Detail())
			}
		}
	}
}
