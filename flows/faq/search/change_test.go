package search

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/faq/search/eval"
)

// clinicChanges are five changes of a clinic.
func clinicChanges(t testing.TB) (all []bot.Change, ids []string) {
	t.Helper()
	data, err := os.ReadFile("testdata/changes/clinic.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		ids = append(ids, c.ID)
	}
	return all, ids
}

var spring = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// TestChangesAreFound asks for the changes of a clinic beside its articles.
func TestChangesAreFound(t *testing.T) {
	articles, _ := readBase(t, "clinic")
	changes, ids := clinicChanges(t)
	x := NewIndex(articles, changes...).Knowing(ids)
	src, err := os.ReadFile("testdata/changes/clinic.txt")
	if err != nil {
		t.Fatal(err)
	}
	var sure, offered, wrong, n int
	for line := range strings.Lines(string(src)) {
		id, text, _ := strings.Cut(strings.TrimSpace(line), "\t")
		found := x.Find(text, bot.Ukrainian, spring)
		n++
		switch {
		case found.Outcome == flows.Sure && found.Matches[0].Change == id:
			sure++
		case found.Outcome == flows.Sure:
			wrong++
			t.Logf("%q is answered by %s%s", text, found.Matches[0].Change, found.Matches[0].Article.ID)
		case found.Outcome == flows.Unclear && found.Matches[0].Change == id:
			offered++
		}
	}
	t.Logf("%d questions: %d sure, %d offered first, %d wrong", n, sure, offered, wrong)
	if n < 30 || sure < 18 || sure+offered < 25 || wrong > 1 {
		t.Errorf("of %d questions %d are answered by the change, %d have it offered first, %d are answered by something else", n, sure, offered, wrong)
	}
}

// TestChangesCostTheArticlesNothing holds what a company's messages find while five
// changes of another trade concern everybody.
func TestChangesCostTheArticlesNothing(t *testing.T) {
	changes, ids := clinicChanges(t)
	for _, base := range []string{"shop", "water", "clinic", "mobile", "gym", "bank", "hotel"} {
		articles, queries := readBase(t, base)
		was := eval.Measure(queries, predict(NewIndex(articles), queries))
		is := eval.Measure(queries, predict(NewIndex(articles, changes...).Knowing(ids), queries))
		t.Logf("%s: top-1 %.1f to %.1f, top-3 %.1f to %.1f, answered right %.1f to %.1f, helped %.1f to %.1f, false answers %.2f to %.2f, clarified for nothing %.1f to %.1f",
			base, was.Top1, is.Top1, was.Top3, is.Top3, was.Right, is.Right, was.Helped, is.Helped, was.False, is.False, was.Nuisance, is.Nuisance)
		for _, m := range []struct {
			name           string
			was, is, worse float64
		}{
			{"top-1", was.Top1, is.Top1, 1},
			{"top-3", was.Top3, is.Top3, 1},
			{"answered right", was.Right, is.Right, 1},
			{"helped", was.Helped, is.Helped, 1},
			{"human recall", was.HumanRecall, is.HumanRecall, 0},
			{"false answers", -was.False, -is.False, 0.3},
			{"clarified for nothing", -was.Nuisance, -is.Nuisance, 1.5},
		} {
			if m.is < m.was-m.worse {
				t.Errorf("%s: %s was %.2f, is %.2f", base, m.name, m.was, m.is)
			}
		}
	}
}

// TestUnknownChangesAreNotThere: who may know of none finds what they would find
// without any, to the last digit.
func TestUnknownChangesAreNotThere(t *testing.T) {
	articles, queries := readBase(t, "clinic")
	changes, ids := clinicChanges(t)
	changes[1].State = bot.ChangeAnnounced
	plain, among := NewIndex(articles), NewIndex(articles, changes...)
	draft := changes[0]
	draft.State = bot.ChangeDraft
	for _, c := range []struct {
		name        string
		alone, with flows.Finder
	}{
		{"nobody", plain, among},
		{"of a change that is not there", plain, among.Knowing([]string{"another"})},
		{"of one among five", NewIndex(articles, changes[1]).Knowing(ids), among.Knowing(ids[1:2])},
		{"of a draft", plain, NewIndex(articles, draft).Knowing(ids)},
	} {
		for _, q := range queries {
			want, got := c.alone.Find(q.Text, bot.Ukrainian, spring), c.with.Find(q.Text, bot.Ukrainian, spring)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %q finds %v, and %v without the others", c.name, q.Text, brief(got), brief(want))
			}
		}
	}
	for _, text := range []string{changes[0].Title.UK, changes[3].Title.RU, changes[4].Title.UK} {
		for _, m := range among.Knowing(ids[1:2]).Find(text, bot.Ukrainian, spring).Matches {
			if m.Change != "" && m.Change != ids[1] {
				t.Errorf("%q leads to %s, which the person may not know of", text, m.Change)
			}
		}
	}
}

func brief(f flows.Finding) (all []any) {
	all = append(all, f.Outcome, f.Language)
	for _, m := range f.Matches[:min(len(f.Matches), 3)] {
		all = append(all, m.Article.ID+m.Change, m.Score)
	}
	return all
}
