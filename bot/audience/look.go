package audience

import (
	"context"
	"errors"
	"slices"

	"visnyk/bot"
)

// Wanted is what somebody wants to see of a segment that they work on.
type Wanted struct {
	Place  string // where they look, such as a page: a newer look there breaks this one off
	Sample int    // how many people at most
	Topic  string // the id of the topic they are to be told of; "" asks for no consent
	Charge Charge
	Other  string // the id of the segment to compare with; "" is none
}

// Looked is all that can be seen of a segment at once.
type Looked struct {
	Count    Count
	Warnings []Warning
	Sample   []Glimpse
	Reach    Reach
	Overlap  *Overlap // nil where none was wanted
	// Late says that counting takes too long: the count is no final one, and the rest
	// is left out.
	Late bool
}

// Look counts the people in the segment, and shows what else there is to see of it. A
// newer look at the same place breaks it off: context.Canceled. It is one question, and
// the audit has it once.
func (a *Audiences) Look(ctx context.Context, by bot.Actor, q Question, w Wanted) (Looked, error) {
	topic, err := a.topic(ctx, w.Topic)
	if err != nil {
		return Looked{}, err
	}
	other, err := a.other(ctx, by, q, w)
	if err != nil {
		return Looked{}, err
	}
	tree, err := a.asked(ctx, by, bot.ReadAudience, q, "segment.count")
	if err != nil {
		return Looked{}, err
	}
	within, done := a.newest(ctx, by.User+" "+w.Place)
	defer done()
	seen, err := a.look(within, tree, q, w, topic)
	if err == nil && w.Other != "" {
		var o Overlap
		o, err = a.overlap(within, tree, other)
		seen.Overlap = &o
	}
	switch {
	case errors.Is(within.Err(), context.DeadlineExceeded) && ctx.Err() == nil:
		seen = Looked{Late: true, Count: seen.Count}
		if !seen.Count.Final {
			seen.Count, err = a.Estimate(ctx, by, q)
			return seen, err
		}
	case within.Err() != nil:
		return Looked{}, within.Err()
	case err != nil:
		return Looked{}, err
	}
	if q.Segment != "" {
		return seen, a.note(ctx, q, seen.Count)
	}
	return seen, nil
}

func (a *Audiences) look(ctx context.Context, tree bot.Segment, q Question, w Wanted, topic bot.Topic) (seen Looked, err error) {
	count, err := a.exact(ctx, tree, a.calendar())
	if err != nil {
		return seen, err
	}
	seen.Count = count
	if seen.Warnings, err = a.warnings(ctx, tree, q, count); err != nil {
		return seen, err
	}
	if seen.Sample, err = a.sample(ctx, tree, w.Sample); err != nil {
		return seen, err
	}
	seen.Reach, err = a.reach(ctx, tree, topic, w.Charge)
	return seen, err
}

// other returns the tree of the segment to compare with. It is asked about as the first
// one is, for the same reason.
func (a *Audiences) other(ctx context.Context, by bot.Actor, q Question, w Wanted) (bot.Segment, error) {
	if w.Other == "" {
		return bot.Segment{}, nil
	}
	s, err := a.Read(ctx, by, w.Other)
	if err != nil {
		return bot.Segment{}, err
	}
	return a.asked(ctx, by, bot.ReadAudience, Question{Tree: s.Tree, Reason: q.Reason, Segment: s.ID}, "segment.count")
}

// Topics returns what people may be told of.
func (a *Audiences) Topics(ctx context.Context, by bot.Actor) ([]bot.Topic, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	return a.store.Topics(ctx)
}

func (a *Audiences) topic(ctx context.Context, id string) (bot.Topic, error) {
	if id == "" {
		return bot.Topic{}, nil
	}
	all, err := a.store.Topics(ctx)
	if err != nil {
		return bot.Topic{}, err
	}
	i := slices.IndexFunc(all, func(t bot.Topic) bool { return t.ID == id })
	if i < 0 {
		return bot.Topic{}, bot.Invalid("topic", bot.FaultTopic, nil)
	}
	return all[i], nil
}
