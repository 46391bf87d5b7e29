package main

import (
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"visnyk/bot"
	deskpages "visnyk/bot/console/desk"
	"visnyk/cmd/visnyk/sample"
	"visnyk/flows"
	"visnyk/flows/flowtest"
	"visnyk/locales"
)

var updateChats = flag.Bool("update", false, "rewrite the transcripts")

// stage is the sample company, as a transcript sees it.
func stage(t *testing.T) flowtest.Stage {
	t.Helper()
	book, err := newBook()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, time.November, 24, 0, 0, 0, 0, zone) // on which transcripts begin
	articles, err := sample.Articles(day)
	if err != nil {
		t.Fatal(err)
	}
	changes, err := sample.Changes(day)
	if err != nil {
		t.Fatal(err)
	}
	changes = slices.DeleteFunc(changes, func(c bot.Change) bool {
		return !c.Told() || !c.Audience.Matches(bot.Person{Contact: bot.Contact{Kind: "client", Tier: "regular", Region: "Оболонь"}}, bot.Calendar{})
	})
	var words func(bot.Language, flows.Text, time.Time) (string, error)
	words = func(l bot.Language, text flows.Text, now time.Time) (string, error) {
		data := map[string]any{}
		for k, v := range text.Data {
			switch v := v.(type) {
			case time.Time:
				data[k] = locales.Moment(l, k, v.In(zone), now)
			case flows.Fact:
				data[k] = bot.Bilingual(v).In(l)
			case flows.FactDay:
				data[k] = locales.Fact(l, time.Time(v).In(zone))
			case bot.Bilingual:
				data[k] = strings.Join(strings.Fields(v.In(l)), " ")
			case flows.Text:
				inner, err := words(l, v, now)
				if err != nil {
					return "", err
				}
				data[k] = inner
			default:
				data[k] = v
			}
		}
		var count *int
		if text.Plural {
			count = &text.Count
		}
		return texts.Text(l, text.Key, data, count)
	}
	return flowtest.Stage{Book: book, FAQ: newFinder(articles, changes...), Changes: changes, Words: words, Zone: zone, Foreign: locales.Foreign}
}

// TestTranscripts plays every conversation written beside the flows.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("../../flows/*/testdata/*.chat")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	s := stage(t)
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(file), "../../flows/"), ".chat")
		t.Run(strings.Replace(name, "/testdata/", ": ", 1), func(t *testing.T) {
			flowtest.Run(t, file, s, *updateChats)
		})
	}
}

// TestAnyWalkKeepsTheRules wanders at random; the same walk always goes the same way.
func TestAnyWalkKeepsTheRules(t *testing.T) {
	s := stage(t)
	rapid.Check(t, func(t *rapid.T) {
		transcript := s.Walk(t)
		again, err := s.Play(transcript)
		if err != nil {
			t.Fatal(err)
		}
		if again != transcript {
			t.Fatalf("the same walk went another way:\n%s\nand then:\n%s", transcript, again)
		}
	})
}

// TestFlowsSayOnlyWhatExists holds the keys of the flows against the words.
func TestFlowsSayOnlyWhatExists(t *testing.T) {
	book, err := newBook()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	if err := texts.Check(append(book.Texts(), ownTexts()...)); err != nil {
		t.Error(err)
	}
	for _, f := range book.Flows() {
		for _, s := range f.Steps {
			if step := f.Name + "/" + s.Name; !s.Pass && deskpages.StepText(step) == "" {
				t.Errorf("the desk has no name for the step %s", step)
			}
		}
	}
}
