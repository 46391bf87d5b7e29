package dialog

import (
	"context"
	"fmt"

	"visnyk/bot"
	"visnyk/bot/library"
)

// people reads what segments ask of people besides their contacts, where a turn judges
// its person itself.
func (w *Worker) people(ctx context.Context, snapshot library.Snapshot, inputs []*TurnInput) error {
	needs := judging(snapshot)
	if needs == 0 {
		return nil
	}
	var ids []string
	for _, s := range inputs {
		if id := s.Loaded.Contact.ID; id != "" {
			ids = append(ids, id)
		}
	}
	people, err := w.Store.Knowing(ctx, ids, needs)
	if err != nil {
		return fmt.Errorf("read people: %w", err)
	}
	for _, s := range inputs {
		if p, ok := people[s.Loaded.Contact.ID]; ok {
			s.Person = &p
		}
	}
	return nil
}

// judging returns what the segments need that turns judge: those of a change whose rows
// may not all be there, and of the groups that are told something of their own.
func judging(snapshot library.Snapshot) (needs bot.Needs) {
	for _, c := range snapshot.Changes {
		if snapshot.Expanding[c.ID] {
			needs |= c.Audience.Needs()
		}
		for _, g := range c.Groups {
			needs |= g.Segment.Needs()
		}
	}
	return needs
}
