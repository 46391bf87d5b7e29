package editor

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
	"visnyk/flows/faq/search"
)

// Wanted is an answer that people looked for and did not get.
type Wanted struct {
	Examples  []string             `json:"examples"`  // at most three wordings, the most usual first
	Questions int                  `json:"questions"` // how often it was asked
	People    int                  `json:"people"`    // by how many
	Languages map[bot.Language]int `json:"languages"` // questions by the language they were answered in
	LastAt    time.Time            `json:"last_at"`
	Nearest   *Nearest             `json:"nearest,omitempty"` // the article that comes closest, if one does
}

// Nearest is the article closest to a wanted answer. It may be a draft.
type Nearest struct {
	Article    string           `json:"article"`
	State      bot.ArticleState `json:"state"`
	Confidence int              `json:"confidence"` // in per cent
}

// WantedList is the answers wanted most.
type WantedList struct {
	Items     []Wanted `json:"items"`
	Questions int      `json:"questions"` // that ended badly, all of them
	Days      int      `json:"days"`      // that were looked at
}

const (
	// WantedDays is how far back questions are looked at.
	WantedDays = 90
	// mostBad is how many questions that ended badly are looked at.
	mostBad = 10_000
	// someLikeness is the confidence from which an article is called near.
	someLikeness = 0.05
	examples     = 3
)

// Wording is what somebody has typed as it may stand in an article: in one line, without
// what would tell of them.
func Wording(typed string) string { return strings.TrimSpace(flows.Mask(typed)) }

// Wanted groups the questions of the last 90 days that ended badly by what they
// ask for, and gives the n answers that most people want. What an approved
// article answers by now is wanted no more. Of very many questions it looks at
// the newest.
func (e *Editor) Wanted(ctx context.Context, by bot.Actor, n int) (WantedList, error) {
	if err := by.Require(bot.ReadQuestions); err != nil {
		return WantedList{}, err
	}
	s, err := e.shelves.get(ctx, e.store)
	if err != nil {
		return WantedList{}, err
	}
	bad, err := e.store.BadQuestions(ctx, WantedDays*24*time.Hour, mostBad)
	if err != nil {
		return WantedList{}, err
	}
	return WantedList{Items: wanted(s, bad, n, e.now()), Questions: len(bad), Days: WantedDays}, nil
}

func wanted(s *Shelf, bad []bot.Question, n int, now time.Time) []Wanted {
	texts := make([]string, len(bad))
	for i, q := range bad {
		texts[i] = q.Text
	}
	groups := s.index.Groups(texts)
	people := make([]int, len(groups))
	order := make([]int, len(groups))
	for g, members := range groups {
		order[g] = g
		seen := map[string]bool{}
		for _, i := range members {
			seen[bad[i].Contact] = true
		}
		people[g] = len(seen)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(people[b], people[a]) })
	items := []Wanted{}
	for _, g := range order {
		if len(items) == n {
			break
		}
		w, answered := want(s, bad, groups[g], now)
		if !answered {
			w.People = people[g]
			items = append(items, w)
		}
	}
	return items
}

// want describes one group, and tells whether its question is answered by now:
// by an article that nobody of the group was disappointed in.
func want(s *Shelf, bad []bot.Question, group search.Group, now time.Time) (w Wanted, answered bool) {
	w.Languages = map[bot.Language]int{}
	keys := map[string]bool{}
	disappointed := map[string]bool{}
	for _, i := range group {
		q := bad[i]
		w.Questions++
		w.Languages[q.Language]++
		disappointed[q.Article] = true
		for _, id := range q.Shown {
			disappointed[id] = true
		}
		if q.At.After(w.LastAt) {
			w.LastAt = q.At
		}
		if key := search.Key(q.Text); !keys[key] && len(w.Examples) < examples {
			keys[key] = true
			w.Examples = append(w.Examples, q.Text)
		}
	}
	found := s.index.Find(bad[group[0]].Text, bot.Unsure, now)
	if len(found.Matches) == 0 || found.Matches[0].Score < someLikeness {
		return w, false
	}
	a, _ := s.article(found.Matches[0].Article.ID)
	w.Nearest = &Nearest{Article: a.ID, State: a.State, Confidence: int(math.Round(100 * found.Matches[0].Score))}
	// An article of a change may still be silent, so it counts as no answer.
	return w, found.Outcome == flows.Sure && a.Valid(now) && a.Change == "" && !disappointed[a.ID]
}
