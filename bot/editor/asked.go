package editor

import (
	"cmp"
	"context"
	"slices"

	"visnyk/bot"
)

// mostOfChange is how many questions about one change are looked at, the newest ones.
const mostOfChange = 2000

// AskedOfChange is what people asked about a change, by what it asks for.
type AskedOfChange struct {
	Items      []AskedItem `json:"items"`
	Questions  int         `json:"questions"` // all of them, complaints too
	Missed     int         `json:"missed"`    // of these, without a good answer
	Complaints int         `json:"complaints"`
}

// AskedItem is one thing that people asked about a change, or complained of.
type AskedItem struct {
	Wanted
	Missed     int `json:"missed"`
	Complaints int `json:"complaints"`
}

// OfChange groups what people asked about the change, misses and complaints included, by
// what it asks for, and gives the n that most people said. What an article of the change
// answers by now is among them: its Nearest says so. storage.ErrNotFound when there is no
// such change.
func (e *Editor) OfChange(ctx context.Context, by bot.Actor, change string, n int) (of AskedOfChange, err error) {
	if err := by.Require(bot.ReadQuestions); err != nil {
		return of, err
	}
	if _, err := e.store.Sheet(ctx, change); err != nil {
		return of, err
	}
	s, err := e.shelves.get(ctx, e.store)
	if err != nil {
		return of, err
	}
	of.Items = []AskedItem{}
	all, err := e.store.ChangeQuestions(ctx, change, mostOfChange)
	if err != nil || len(all) == 0 {
		return of, err
	}
	texts := make([]string, len(all))
	for i, q := range all {
		texts[i] = q.Text
		of.Questions++
		of.Missed += missed(q)
		of.Complaints += complained(q)
	}
	for _, group := range s.index.Groups(texts) {
		w, _ := want(s, all, group, e.now())
		item, people := AskedItem{Wanted: w}, map[string]bool{}
		for _, i := range group {
			people[all[i].Contact] = true
			item.Missed += missed(all[i])
			item.Complaints += complained(all[i])
		}
		item.People = len(people)
		of.Items = append(of.Items, item)
	}
	slices.SortStableFunc(of.Items, func(a, b AskedItem) int {
		return cmp.Or(cmp.Compare(b.People, a.People), b.LastAt.Compare(a.LastAt))
	})
	of.Items = of.Items[:min(n, len(of.Items))]
	return of, nil
}

// missed is 1 where the question ended badly.
func missed(q bot.Question) int {
	switch q.Ending {
	case bot.EndedUnanswered, bot.EndedRejected, bot.EndedUnhelped, bot.EndedHuman:
		return 1
	}
	return 0
}

// complained is 1 where it is a complaint.
func complained(q bot.Question) int {
	if q.Ending == bot.EndedComplained {
		return 1
	}
	return 0
}
