package contact

import (
	"context"

	"visnyk/bot"
	"visnyk/storage"
)

// Filter says who is wanted; see storage.PeopleFilter.
type Filter = storage.PeopleFilter

// mostFound is how many people a page has at most.
const mostFound = 200

// Find returns a page of the people that fit the filter, sensitive attributes
// masked; next is the After of the next page, "" at the end. storage.ErrNotFound
// where there is no such region.
func (s *Contacts) Find(ctx context.Context, by bot.Actor, f Filter) (all []Record, next string, err error) {
	if err := by.Require(bot.ReadContacts); err != nil {
		return nil, "", err
	}
	f.Limit = min(max(f.Limit, 1), mostFound)
	sensitive, err := s.sensitive(ctx)
	if err != nil {
		return nil, "", err
	}
	page, err := s.store.FindPeople(ctx, f)
	if err != nil {
		return nil, "", err
	}
	for _, p := range page.People {
		all = append(all, record(p).masked(sensitive))
	}
	return all, page.Next, nil
}
