package audience

import (
	"context"
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
	// Late says that it takes too long: the rest is left out, and the count is no final
	// one where that was it.
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
	newest, done := a.newest(ctx, by.User+" "+w.Place)
	defer done()
	seen, err := a.firstOf(newest, by, q, tree)
	if err == nil && !seen.Late {
		err = a.rest(newest, &seen, q, w, looking{tree, other, topic})
	}
	switch {
	case newest.Err() != nil:
		return Looked{}, newest.Err()
	case err != nil:
		return Looked{}, err
	case q.Segment != "" && seen.Count.Final:
		return seen, a.note(ctx, q, seen.Count)
	}
	return seen, nil
}

// firstOf counts. What takes too long is about as many as the sample tells.
func (a *Audiences) firstOf(ctx context.Context, by bot.Actor, q Question, tree bot.Segment) (seen Looked, err error) {
	within, cancel := context.WithTimeout(ctx, countMost)
	defer cancel()
	seen.Count, err = a.exact(within, tree, a.calendar())
	if within.Err() == nil || ctx.Err() != nil {
		return seen, err
	}
	seen.Late = true
	seen.Count, err = a.Estimate(ctx, by, q)
	return seen, err
}

// looking is what a look is about.
type looking struct {
	tree, other bot.Segment
	topic       bot.Topic
}

// rest adds all but the count, unless it takes too long.
func (a *Audiences) rest(ctx context.Context, seen *Looked, q Question, w Wanted, at looking) (err error) {
	within, cancel := context.WithTimeout(ctx, countMost)
	defer cancel()
	whole := Looked{Count: seen.Count}
	for _, part := range []func() error{
		func() error { whole.Reach, err = a.reach(within, at.tree, at.topic, w.Charge); return err },
		func() error { whole.Sample, err = a.sample(within, at.tree, w.Sample); return err },
		func() error { whole.Warnings, err = a.warnings(within, at.tree, q, whole.Count); return err },
		func() error {
			if w.Other == "" {
				return nil
			}
			o, err := a.overlap(within, at.tree, at.other)
			whole.Overlap = &o
			return err
		},
	} {
		if err = part(); err != nil {
			break
		}
	}
	if within.Err() != nil && ctx.Err() == nil {
		seen.Late = true
		return nil
	}
	*seen = whole
	return err
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
