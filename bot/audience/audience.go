// Package audience says whom something is for: segments that have a name, how many
// people are in one, who they are, why somebody is in it or not, and who of them
// cannot be reached. Rights and the audit stand inside each method.
//
// It sends nothing and writes nothing of people.
package audience

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// Audiences are the segments of the store, and the people in them.
type Audiences struct {
	store *storage.Store
	zone  *time.Location
	now   func() time.Time

	mu     sync.Mutex
	counts map[string]*counting // by who counts where
}

// New returns the audiences of the store. Days are those of the company's zone; now
// says which it is.
func New(store *storage.Store, zone *time.Location, now func() time.Time) *Audiences {
	return &Audiences{store: store, zone: zone, now: now, counts: map[string]*counting{}}
}

func (a *Audiences) calendar() bot.Calendar { return bot.Calendar{Now: a.now(), Zone: a.zone} }

// Question is a segment that is asked about.
type Question struct {
	Tree bot.Segment // a segment within it stands by its id
	// Reason is why values that are sensitive are asked for; "" where none are.
	Reason string
	// Segment is the id of the one that is asked about; "" where it has no name yet.
	Segment string
}

// reasonMost is how many characters a reason has at most.
const reasonMost = 500

// asked returns the tree of a question with the segments within it in their places. The
// actor must be allowed to ask, and must say why where it is about sensitive values:
// kept in the audit, unless the question is one of many while somebody edits.
func (a *Audiences) asked(ctx context.Context, by bot.Actor, may bot.Permission, q Question, audit string) (bot.Segment, error) {
	if err := by.Require(may); err != nil {
		return bot.Segment{}, err
	}
	if faults := q.Tree.Faults("tree"); len(faults) > 0 {
		return bot.Segment{}, &bot.InvalidError{Faults: faults}
	}
	all, err := a.store.Segments(ctx)
	if err != nil {
		return bot.Segment{}, err
	}
	tree, err := q.Tree.Whole("tree", bot.ByID(all))
	if err != nil {
		return bot.Segment{}, err
	}
	return tree, a.excuse(ctx, by, tree, q, audit)
}

// excuse wants a reason where the tree asks about sensitive values.
func (a *Audiences) excuse(ctx context.Context, by bot.Actor, tree bot.Segment, q Question, audit string) error {
	uses := tree.Attributes()
	if len(uses) == 0 {
		return nil
	}
	sensitive, err := a.store.SensitiveAttributes(ctx)
	if err != nil {
		return err
	}
	uses = common(uses, sensitive)
	reason := strings.TrimSpace(q.Reason)
	switch {
	case len(uses) == 0:
		return nil
	case reason == "" || !utf8.ValidString(reason):
		return bot.Invalid("reason", bot.FaultSensitive, bot.Data{"Attributes": uses})
	case utf8.RuneCountInString(reason) > reasonMost:
		return bot.Invalid("reason", bot.FaultLong, bot.Data{"Max": reasonMost})
	case audit == "":
		return nil
	}
	return a.store.InTx(ctx, func(tx *storage.Tx) error {
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: by, Action: audit, Object: "segment/" + q.Segment, Detail: map[string]any{"attributes": uses, "reason": reason},
		})
	})
}

func common(some, others []string) (both []string) {
	for _, s := range some {
		for _, o := range others {
			if s == o {
				both = append(both, s)
			}
		}
	}
	return both
}

// Names returns what segments, changes and regions are called in the language, for
// their text, and of others, what that is in the other languages. Of changes, those
// titles that tell them apart.
func (a *Audiences) Names(ctx context.Context, by bot.Actor, l bot.Language) (bot.SegmentNames, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return bot.SegmentNames{}, err
	}
	saved, err := a.store.Segments(ctx)
	if err != nil {
		return bot.SegmentNames{}, err
	}
	changes, err := a.store.Changes(ctx)
	if err != nil {
		return bot.SegmentNames{}, err
	}
	in := func(l bot.Language) (names bot.SegmentNames, err error) {
		names = bot.SegmentNames{Segments: map[string]string{}, Changes: map[string]string{}}
		for _, s := range saved {
			names.Segments[s.ID] = s.Name
		}
		for _, c := range changes {
			names.Changes[c.ID] = c.Title.In(l)
		}
		names.Areas, err = a.store.AreaNames(ctx, l)
		return names, err
	}
	names, err := in(l)
	for _, other := range bot.Languages() {
		if err != nil || other == l {
			continue
		}
		var more bot.SegmentNames
		more, err = in(other)
		names.Others = append(names.Others, more)
	}
	return names, err
}
