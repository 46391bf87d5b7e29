package storage_test

import (
	"regexp"
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What somebody looks for is looked for as it stands: no sign of it is a pattern of the
// database's, and no regular expression, so that none can be made to cost (S60).
func TestNothingLookedForIsAPattern(t *testing.T) {
	pattern := regexp.MustCompile(`(?i)\b(similar|regexp|rlike)\b|~`)
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		tags := []string{`50%`, `50x`, `a_b`, `acb`, `back\slash`, `back\\slash`, `*`, `[a-z]`, `(a+)+$`}
		var people []bot.Person
		for n, tag := range tags {
			id := string(rune('a' + n))
			people = append(people, bot.Person{Contact: bot.Contact{ID: id, External: id, Name: tag}, Tags: []string{tag}})
		}
		putPeople(t, s, people)
		for n, tag := range tags {
			for _, op := range []bot.Op{bot.OpContains, bot.OpBegins} {
				tree := bot.Segment{Condition: bot.Condition{Field: "tags", Op: op, Values: []string{tag}}}
				if sql := must[string](t)(s.SegmentSQL(tree)); pattern.MatchString(sql) {
					t.Errorf("%s is looked for by a regular expression: %s", op, sql)
				}
				got := must[[]string](t)(s.Members(t.Context(), tree, bot.Calendar{}))
				if !slices.Equal(got, []string{people[n].ID}) {
					t.Errorf("%s %q: %q", op, tag, got)
				}
			}
		}
		for _, text := range []string{"%", "_", "*", "%%%_"} {
			if page := must[storage.PeopleFound](t)(s.FindPeople(t.Context(), storage.PeopleFilter{Text: text, Limit: 9})); len(page.People) > 0 {
				t.Errorf("%q finds %d people", text, len(page.People))
			}
		}
	})
}
