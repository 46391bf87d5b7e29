package search

import (
	"reflect"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// An index that remembers gives each person what one without a memory finds: in their
// language, of what they may know, and of what is valid at that moment.
func TestRememberedIsWhatWouldBeFound(t *testing.T) {
	articles, queries := readBase(t, "clinic")
	changes, ids := clinicChanges(t)
	for i := range articles { // half of them begin or end one after the other
		switch at := spring.Add(time.Duration(i) * time.Hour); i % 4 {
		case 0:
			articles[i].From = at
		case 1:
			articles[i].Until = at
		}
	}
	plain, keeps := NewIndex(articles, changes...), NewIndex(articles, changes...).Remember()
	alike := map[string]Alike{queries[0].Text: {To: map[string]float64{}, Own: 1}}
	for i, a := range articles {
		alike[queries[0].Text].To[a.ID] = float64(i%2) / 2
	}
	people := []struct {
		name            string
		fresh, remember flows.Finder
	}{
		{"anybody", plain, keeps},
		{"who may know of two", plain.Knowing(ids[:2]), keeps.Knowing(ids[:2])},
		{"who may know of others", plain.Knowing(ids[2:]), keeps.Knowing(ids[2:])},
		{"of whom a model says more", plain.Rerank(alike), keeps.Rerank(alike)},
	}
	for range 2 {
		for _, q := range queries[:10] {
			for _, p := range people {
				for _, l := range []bot.Language{bot.Ukrainian, bot.Russian, bot.Unsure} {
					for _, at := range []time.Time{spring.Add(-time.Minute), spring.Add(9*time.Hour - 1), spring.Add(9 * time.Hour), spring.Add(900 * time.Hour)} {
						want, got := p.fresh.Find(q.Text, l, at), p.remember.Find(q.Text, l, at)
						if !reflect.DeepEqual(got, want) {
							t.Fatalf("%s, %q at %s: %v and not %v", p.name, q.Text, at, brief(got), brief(want))
						}
					}
				}
			}
		}
	}
}

// What is asked again is not searched again.
func TestRememberedIsNotSearchedAgain(t *testing.T) {
	articles, queries := readBase(t, "clinic")
	x := NewIndex(articles).Remember()
	for _, q := range queries {
		first := x.Find(q.Text, bot.Ukrainian, spring).Matches
		if again := x.Find(q.Text, bot.Ukrainian, spring).Matches; len(first) > 0 && &first[0] != &again[0] {
			t.Fatalf("%q was searched twice", q.Text)
		}
	}
}
