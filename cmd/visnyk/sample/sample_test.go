package sample

import (
	"slices"
	"testing"

	"visnyk/bot"
)

func TestSampleIsComplete(t *testing.T) {
	changes, err := Changes()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, c := range changes {
		if ids[c.ID] {
			t.Errorf("change %q stands twice", c.ID)
		}
		ids[c.ID] = true
		if blanks := c.Blanks(); len(blanks) > 0 {
			t.Errorf("change %q has blanks: %v", c.ID, blanks)
		}
		if !c.Told() {
			t.Errorf("change %q may not be told", c.ID)
		}
	}
	if len(changes) == 0 {
		t.Error("no changes")
	}
	articles, err := Articles()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, a := range articles {
		if seen[a.ID] {
			t.Errorf("article %q stands twice", a.ID)
		}
		seen[a.ID] = true
		if !a.Question.Complete() || !a.Answer.Complete() || a.State != bot.ArticleApproved {
			t.Errorf("article %q is not ready", a.ID)
		}
		if len(a.Aliases.UK) < 2 || len(a.Aliases.UK) != len(a.Aliases.RU) {
			t.Errorf("article %q: aliases %v and %v", a.ID, a.Aliases.UK, a.Aliases.RU)
		}
		if a.Change != "" && !ids[a.Change] {
			t.Errorf("article %q belongs to change %q, which does not exist", a.ID, a.Change)
		}
		// Two answers to one question must never be valid at once.
		for _, b := range articles {
			if a.ID < b.ID && a.Question == b.Question && beginsBeforeEnd(a, b) && beginsBeforeEnd(b, a) {
				t.Errorf("articles %q and %q answer the same question at the same time", a.ID, b.ID)
			}
		}
	}
	if !slices.ContainsFunc(articles, func(a bot.Article) bool { return !a.From.IsZero() }) {
		t.Error("no article that becomes valid later")
	}
}

// beginsBeforeEnd tells whether a becomes valid before b ceases to be.
func beginsBeforeEnd(a, b bot.Article) bool { return b.Until.IsZero() || a.From.Before(b.Until) }
