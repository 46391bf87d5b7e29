package contact

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"visnyk/storage"
)

// searchLag is how long after they were written people are found by what they are now,
// at the latest, even where whoever fills the search has just died.
const searchLag = 5 * time.Second

// A second is left to whoever fills for the people themselves, and one for its look.
func TestTheSearchIsLateByFiveSecondsAtMost(t *testing.T) {
	t.Parallel()
	if late := fillerTTL + fillEvery + time.Second; late > searchLag {
		t.Errorf("after a death people are found %v late, want %v", late, searchLag)
	}
	each(t, func(t *testing.T, s *storage.Store, c *Contacts) {
		// Somebody died while they filled it, a moment before their lease is over.
		if _, _, ours, err := s.Acquire(t.Context(), filler, "dead", 100*time.Millisecond); !ours || err != nil {
			t.Fatal(ours, err)
		}
		upsert(t, c, Record{ExternalID: "1", Name: "Олена Шевченко", Zone: "Europe/Kyiv"})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			NewFinder(s, "alive", slog.New(slog.DiscardHandler)).Run(ctx)
		}()
		defer func() { stop(); <-ended }()
		untilFound(t, s, "шев")
		// Nobody tells it of those who come later, either.
		upsert(t, c, Record{ExternalID: "2", Name: "Тарас Бондар", Zone: "Europe/Kyiv"})
		untilFound(t, s, "бонд")
	})
}

// untilFound waits until somebody is found by the text.
func untilFound(t *testing.T, s *storage.Store, text string) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		page, err := s.FindPeople(ctx, storage.PeopleFilter{Text: text, Limit: 1})
		if err != nil {
			t.Fatalf("%q is never found: %v", text, err)
		}
		if len(page.People) == 1 {
			return
		}
		<-look.C
	}
}
