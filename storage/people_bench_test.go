package storage_test

import (
	"cmp"
	"flag"
	"testing"
	"time"

	"visnyk/storage"
	"visnyk/storage/storagetest"
)

var crowdSize = flag.Int("people", 0, "how many people the benchmarks of people have; 0 is 20,000")

// BenchmarkPeople measures the list and the search over many people:
//
//	go test ./storage -run '^$' -bench People -people 1000000 -benchtime 20x
func BenchmarkPeople(b *testing.B) {
	for _, place := range places() {
		b.Run(place.name, func(b *testing.B) {
			s := storagetest.Open(b, place.url(b))
			began := time.Now()
			n := cmp.Or(*crowdSize, 20_000)
			if err := storagetest.Crowd(b.Context(), s, n); err != nil {
				b.Fatal(err)
			}
			b.Logf("%d people are there after %v", n, time.Since(began).Round(time.Millisecond))
			began = time.Now()
			for filled := 1; filled > 0; {
				var err error
				if filled, err = s.FillSearch(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.Logf("they are found after %v", time.Since(began).Round(time.Millisecond))
			for _, c := range []struct {
				name string
				f    storage.PeopleFilter
			}{
				{"three letters", storage.PeopleFilter{Text: "шев"}},
				{"one letter", storage.PeopleFilter{Text: "о"}},
				{"two words", storage.PeopleFilter{Text: "шевч окс"}},
				{"two broad words", storage.PeopleFilter{Text: "шев ол"}},
				{"two that nobody has", storage.PeopleFilter{Text: "шев ков"}},
				{"phone", storage.PeopleFilter{Text: "067 001 23"}},
				{"letters and tier", storage.PeopleFilter{Text: "шев", Tier: "vip", Tag: "борг"}},
				{"letters and staff", storage.PeopleFilter{Text: "шев", Kind: "staff"}},
				{"everybody", storage.PeopleFilter{}},
				{"tier", storage.PeopleFilter{Tier: "vip"}},
				{"staff", storage.PeopleFilter{Kind: "staff"}},
				{"clients", storage.PeopleFilter{Kind: "client", Language: "ru"}},
				{"region", storage.PeopleFilter{Region: "o3"}},
				{"district", storage.PeopleFilter{Region: "o3c0d1"}},
				{"tag", storage.PeopleFilter{Tag: "оптика", Tier: "new"}},
				{"viber", storage.PeopleFilter{Bot: "viber"}},
			} {
				b.Run(c.name, func(b *testing.B) {
					c.f.Limit = 50
					for b.Loop() {
						if _, err := s.FindPeople(b.Context(), c.f); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}
