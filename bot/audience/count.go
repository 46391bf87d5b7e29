package audience

import (
	"context"
	"errors"
	"math"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	// countMost is how long an exact count may take before it is given up.
	countMost = 5 * time.Second
	// sampleLeast is how many people there must be for a sample of them to tell.
	sampleLeast = 20_000
)

// Count is how many people are in a segment.
type Count struct {
	People int
	Of     int // all people there are
	// Final says that they were counted. Otherwise it is about so many.
	Final bool
	// OnlyBlank is how many of them are in only because something is not known of them;
	// -1 while nobody has counted them.
	OnlyBlank int
	At        time.Time
}

// counting is a count that goes on.
type counting struct{ stop context.CancelFunc }

// newest returns the context of a count that the next one at the same place breaks off:
// whoever has changed a condition wants no answer about the one before.
func (a *Audiences) newest(ctx context.Context, place string) (context.Context, func()) {
	ctx, stop := context.WithCancel(ctx)
	mine := &counting{stop}
	a.mu.Lock()
	defer a.mu.Unlock()
	if older := a.counts[place]; older != nil {
		older.stop()
	}
	a.counts[place] = mine
	return ctx, func() {
		stop()
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.counts[place] == mine {
			delete(a.counts, place)
		}
	}
}

// Estimate returns about how many people are in the segment, from a fixed sample, at
// once. It is final where there are so few people that all were counted.
func (a *Audiences) Estimate(ctx context.Context, by bot.Actor, q Question) (Count, error) {
	tree, err := a.asked(ctx, by, bot.ReadAudience, q, "")
	if err != nil {
		return Count{}, err
	}
	now := a.calendar()
	n, err := a.store.SampleSegment(ctx, tree, now)
	if err != nil {
		return Count{}, err
	}
	about := Count{Of: scaled(n.Of, storage.SampleShare), OnlyBlank: -1, At: now.Now}
	if about.Of < sampleLeast {
		about.Final = true
		if about.Of, err = a.store.CountPeople(ctx); err != nil {
			return Count{}, err
		}
		about.People, err = a.store.CountSegment(ctx, tree, now)
		return about, err
	}
	about.People = scaled(n.In, storage.SampleShare)
	return about, nil
}

// Tells returns why no number of the people in the segment may be told to the actor as it is
// asked: for want of a right, or of a reason where it asks about sensitive values.
func (a *Audiences) Tells(ctx context.Context, by bot.Actor, q Question) error {
	_, err := a.asked(ctx, by, bot.ReadAudience, q, "")
	return err
}

// Count counts the people in the segment, and those of them who are in only because
// something is not known of them. A newer count at the same place, such as a page,
// breaks it off: context.Canceled. What takes too long is not final, and is about as
// many as the sample tells.
func (a *Audiences) Count(ctx context.Context, by bot.Actor, q Question, place string) (Count, error) {
	tree, err := a.asked(ctx, by, bot.ReadAudience, q, "segment.count")
	if err != nil {
		return Count{}, err
	}
	now := a.calendar()
	within, done := a.newest(ctx, by.User+" "+place)
	defer done()
	within, cancel := context.WithTimeout(within, countMost)
	defer cancel()
	count, err := a.exact(within, tree, now)
	if errors.Is(within.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		return a.Estimate(ctx, by, q)
	}
	if within.Err() != nil {
		return Count{}, within.Err()
	}
	if err == nil && q.Segment != "" {
		err = a.note(ctx, q, count)
	}
	return count, err
}

func (a *Audiences) exact(ctx context.Context, tree bot.Segment, now bot.Calendar) (c Count, err error) {
	c = Count{Final: true, At: now.Now}
	if c.Of, err = a.store.CountPeople(ctx); err != nil {
		return c, err
	}
	if c.People, err = a.store.CountSegment(ctx, tree, now); err != nil {
		return c, err
	}
	if c.People > 0 && negates(tree) {
		c.OnlyBlank, err = a.store.CountSegment(ctx, bot.All(tree, bot.None(tree.Sure())), now)
	}
	return c, err
}

// negates reports whether somebody may be in because something is not known.
func negates(s bot.Segment) bool {
	if s.Not != nil {
		return true
	}
	for _, part := range append(s.And[:len(s.And):len(s.And)], s.Or...) {
		if negates(part) {
			return true
		}
	}
	return false
}

// note keeps the count of a segment that has a name, if it is still that tree.
func (a *Audiences) note(ctx context.Context, q Question, c Count) error {
	all, err := a.store.Segments(ctx)
	if err != nil {
		return err
	}
	s, ok := bot.ByID(all)[q.Segment]
	if !ok || s.Tree.Text(bot.Ukrainian, bot.SegmentNames{}) != q.Tree.Text(bot.Ukrainian, bot.SegmentNames{}) {
		return nil
	}
	return a.store.NoteCount(ctx, s, c.At, c.People, c.OnlyBlank)
}

// Overlap is how many people two segments have in common.
type Overlap struct{ One, Other, Both int }

// Overlap counts who is in both segments.
func (a *Audiences) Overlap(ctx context.Context, by bot.Actor, one, other Question) (o Overlap, err error) {
	first, err := a.asked(ctx, by, bot.ReadAudience, one, "segment.count")
	if err != nil {
		return Overlap{}, err
	}
	second, err := a.asked(ctx, by, bot.ReadAudience, other, "segment.count")
	if err != nil {
		return Overlap{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, countMost)
	defer cancel()
	return a.overlap(ctx, first, second)
}

func (a *Audiences) overlap(ctx context.Context, first, second bot.Segment) (o Overlap, err error) {
	now := a.calendar()
	for _, part := range []struct {
		into *int
		tree bot.Segment
	}{{&o.One, first}, {&o.Other, second}, {&o.Both, bot.All(first, second)}} {
		if *part.into, err = a.store.CountSegment(ctx, part.tree, now); err != nil {
			return Overlap{}, err
		}
	}
	return o, nil
}

func scaled(n int, share float64) int { return int(math.Round(float64(n) / share)) }

// Number returns how many people are in the segment, for what compares two numbers and
// shows nobody's values: it asks neither for a right nor for a reason. Where counting
// takes too long it is about as many as the sample tells.
func (a *Audiences) Number(ctx context.Context, tree bot.Segment) (int, error) {
	all, err := a.store.Segments(ctx)
	if err != nil {
		return 0, err
	}
	if tree, err = tree.Whole("tree", bot.ByID(all)); err != nil {
		return 0, err
	}
	now := a.calendar()
	within, cancel := context.WithTimeout(ctx, countMost)
	defer cancel()
	n, err := a.store.CountSegment(within, tree, now)
	if !errors.Is(within.Err(), context.DeadlineExceeded) || ctx.Err() != nil {
		return n, err
	}
	some, err := a.store.SampleSegment(ctx, tree, now)
	return scaled(some.In, storage.SampleShare), err
}
