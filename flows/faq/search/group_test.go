package search

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"visnyk/flows/faq/search/eval"
)

func TestGroups(t *testing.T) {
	x := NewIndex(nil)
	texts := []string{
		"чи можна оплатити криптовалютою", "оплата криптовалютой есть?", "rhbgnjdfk.nf", "криптовалюта", "криптовалютаа", // 0–4
		"чи є у вас знижки для студентів", "скидка студентам", "знижка студентам є?", // 5–7
		"ок", "так", "", // nothing of a subject
		"подаруйте котика",
	}
	got := x.Groups(texts)
	for _, g := range got {
		slices.Sort(g)
	}
	if want := "[[0 1 2 3 4] [5 6 7] [11]]"; fmt.Sprint(got) != want {
		t.Errorf("groups %v, want %s", got, want)
	}
	for range 5 {
		again := x.Groups(texts)
		for _, g := range again {
			slices.Sort(g)
		}
		if fmt.Sprint(again) != fmt.Sprint(got) {
			t.Fatalf("%v, and then %v", got, again)
		}
	}
}

// Messages of one group should want one article. These are written to differ,
// so most stay alone; what is together must be together rightly.
func TestGroupsArePure(t *testing.T) {
	for base, least := range map[string]float64{"shop": 80, "water": 80, "clinic": 80} {
		articles, all := readBase(t, base)
		queries := eval.Only(all, func(q eval.Query) bool { return q.Expect != eval.ExpectNone && q.Expect != eval.ExpectHuman })
		var texts []string
		for _, q := range queries {
			texts = append(texts, q.Text)
		}
		right, together := 0, 0
		for _, g := range NewIndex(articles).Groups(texts) {
			of, most := map[string]int{}, 0
			for _, i := range g {
				of[queries[i].Expect]++
				most = max(most, of[queries[i].Expect])
			}
			if len(g) > 1 {
				right, together = right+most, together+len(g)
			}
		}
		if purity := 100 * float64(right) / float64(together); purity < least || together < len(texts)/6 {
			t.Errorf("%s: %d of %d messages are in groups, %.0f %% of them rightly", base, together, len(texts), purity)
		}
	}
}

// Ninety days of a busy service are grouped while a person waits.
func TestGroupsOfMany(t *testing.T) {
	articles, queries := readBase(t, "shop")
	var texts []string
	for i := range 10_000 {
		texts = append(texts, fmt.Sprint(queries[i%len(queries)].Text, " ", queries[(i*7)%len(queries)].Text))
	}
	x := NewIndex(articles)
	begun := time.Now()
	groups := x.Groups(texts)
	took := time.Since(begun)
	if len(groups) == 0 || took > 5*time.Minute {
		t.Errorf("%d groups in %v", len(groups), took)
	}
	t.Logf("%d messages, %d groups, %v", len(texts), len(groups), took)
}
