package search

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/flows"
)

// asksKept is of how many questions at least an index remembers what it found.
const asksKept = 256

// question is all that what is found for somebody's words depends on.
type question struct {
	words    flows.Words
	language bot.Language
	era      int    // of which entries are valid
	may      string // the changes that they may know of
}

// Remember has the index find once what many ask in the same words while the same is
// valid: in an outage thousands do. It is called before anybody else has the index.
func (x *Index) Remember() *Index {
	x.found = flows.NewMemory[question, flows.Finding](asksKept)
	for _, a := range x.articles {
		for _, at := range []time.Time{a.From, a.Until} {
			if !at.IsZero() {
				x.eras = append(x.eras, at)
			}
		}
	}
	slices.SortFunc(x.eras, time.Time.Compare)
	return x
}

// era is how many entries have begun or ended to be valid by then.
func (x *Index) era(now time.Time) int {
	return sort.Search(len(x.eras), func(i int) bool { return x.eras[i].After(now) })
}

// remembered is what was found when somebody with the same knowledge wrote the text, or
// else what find finds now.
func (x Reranked) remembered(text string, l bot.Language, now time.Time, k known, find func() flows.Finding) flows.Finding {
	if _, alone := x.alike[text]; alone { // no other turn knows how alike it is
		return find()
	}
	return x.found.Once(question{flows.WordsOf(text), l, x.era(now), k.String()}, find)
}

// String names the changes.
func (k known) String() string {
	if len(k) == 0 {
		return ""
	}
	numbers := make([]string, 0, len(k))
	for n := range k {
		numbers = append(numbers, strconv.Itoa(int(n)))
	}
	slices.Sort(numbers)
	return strings.Join(numbers, " ")
}
