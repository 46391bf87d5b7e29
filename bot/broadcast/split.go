package broadcast

import (
	"context"
	"errors"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	// splitMost is how long recipients are counted by segments before it is given up.
	splitMost = 5 * time.Second
	// splitLeast is how many there must be for a sample of them to tell.
	splitLeast = 20_000
)

// SegmentNone stands for those recipients who are in none of the segments.
const SegmentNone = "none"

// Split is what became of a broadcast by the segments that its audience names: by their
// conditions as they were when it was submitted, and by what is known of people At. Nobody
// notes in which of them somebody was when they were listed.
type Split struct {
	Segments []SegmentShare
	None     bot.Report // of who is in none of them by now, or was erased
	At       time.Time
	About    bool // the numbers are about so many, by a sample: who was erased is in none
	Slow     bool // it took too long: nothing is counted
	More     bool // it names more segments than are counted
}

// SegmentShare is the report of those who are in one segment. Who is in two is in both.
type SegmentShare struct {
	ID      string
	Name    string // "" where nobody has such a segment any more
	Guarded bool   // it asks about sensitive values: nobody is counted by it
	bot.Report
}

// HasSplit reports whether the audience of the broadcast names segments to split it by.
func HasSplit(m storage.Mailing) bool { return len(m.Named.Copies(m.Audience)) > 0 }

// Split counts the recipients of a broadcast by the segments of its audience: all of them,
// or, where there are many, about so many at once. storage.ErrNotFound where there is no such
// broadcast, or it names no segment.
func (s *Broadcasts) Split(ctx context.Context, by bot.Actor, id string, all bool) (Split, error) {
	split := Split{At: s.now()}
	copies, err := s.segmentCopies(ctx, by, id)
	if err != nil {
		return split, err
	}
	if split.More = len(copies) > storage.MostSplit; split.More {
		copies = copies[:storage.MostSplit]
	}
	saved, err := s.store.Segments(ctx)
	if err != nil {
		return split, err
	}
	sensitive, err := s.store.SensitiveAttributes(ctx)
	if err != nil {
		return split, err
	}
	names := bot.ByID(saved)
	for _, c := range copies {
		split.Segments = append(split.Segments, SegmentShare{ID: c.ID, Name: names[c.ID].Name, Guarded: guarded(c.Tree, sensitive)})
	}
	within, cancel := context.WithTimeout(ctx, splitMost)
	defer cancel()
	open := unguarded(copies, sensitive)
	people := 0
	if !all {
		is, err := s.store.Report(ctx, id)
		if err != nil {
			return split, err
		}
		if split.About = is.Planned >= splitLeast; split.About {
			people = is.Planned
		}
	}
	reports, none, err := s.store.SplitRecipients(within, id, open, bot.Calendar{Now: split.At, Zone: s.zone}, people)
	if errors.Is(within.Err(), context.DeadlineExceeded) && ctx.Err() == nil {
		split.Slow = true
		return split, nil
	}
	if err != nil {
		return split, err
	}
	split.None = none
	for i := range split.Segments {
		if !split.Segments[i].Guarded {
			split.Segments[i].Report, reports = reports[0], reports[1:]
		}
	}
	return split, nil
}

// Whom returns the recipients of a broadcast who are in the segment of its audience, or in
// none of them for SegmentNone, as Split counts them. storage.ErrNotFound where it names no
// such segment, or one that asks about sensitive values.
func (s *Broadcasts) Whom(ctx context.Context, by bot.Actor, id, segment string) (*storage.Judged, error) {
	copies, err := s.segmentCopies(ctx, by, id)
	if err != nil {
		return nil, err
	}
	sensitive, err := s.store.SensitiveAttributes(ctx)
	if err != nil {
		return nil, err
	}
	whom := &storage.Judged{Now: bot.Calendar{Now: s.now(), Zone: s.zone}, Outside: segment == SegmentNone}
	copies = copies[:min(len(copies), storage.MostSplit)]
	if !whom.Outside {
		copies = slices.DeleteFunc(copies, func(c bot.SegmentCopy) bool { return c.ID != segment })
	}
	if whom.By = unguarded(copies, sensitive); len(whom.By) == 0 {
		return nil, storage.ErrNotFound
	}
	return whom, nil
}

func (s *Broadcasts) segmentCopies(ctx context.Context, by bot.Actor, id string) ([]bot.SegmentCopy, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	m, err := s.store.Broadcast(ctx, id)
	if err != nil {
		return nil, err
	}
	if !HasSplit(m) {
		return nil, storage.ErrNotFound
	}
	return m.Named.Copies(m.Audience), nil
}

// guarded reports whether who is in the segment tells of values that are shown only for a
// reason.
func guarded(tree bot.Segment, sensitive []string) bool {
	return slices.ContainsFunc(tree.Attributes(), func(name string) bool { return slices.Contains(sensitive, name) })
}

func unguarded(copies []bot.SegmentCopy, sensitive []string) (open []bot.Segment) {
	for _, c := range copies {
		if !guarded(c.Tree, sensitive) {
			open = append(open, c.Tree)
		}
	}
	return open
}
