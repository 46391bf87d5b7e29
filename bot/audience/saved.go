package audience

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"visnyk/bot"
	"visnyk/storage"
)

// nameMost is how many characters the name of a segment has at most.
const nameMost = 120

// List returns the segments that have a name, by it.
func (a *Audiences) List(ctx context.Context, by bot.Actor) ([]bot.SavedSegment, error) {
	if err := by.Require(bot.ReadAudience); err != nil {
		return nil, err
	}
	return a.store.Segments(ctx)
}

// Page returns segments by id, at most limit of those behind the cursor; next is the
// cursor of the rest, "" when there is none.
func (a *Audiences) Page(ctx context.Context, by bot.Actor, cursor string, limit int) (page []bot.SavedSegment, next string, err error) {
	all, err := a.List(ctx, by)
	slices.SortFunc(all, func(a, b bot.SavedSegment) int { return strings.Compare(a.ID, b.ID) })
	for _, s := range all {
		switch {
		case s.ID <= cursor:
		case len(page) == limit:
			return page, page[limit-1].ID, nil
		default:
			page = append(page, s)
		}
	}
	return page, "", err
}

// Read returns a segment; storage.ErrNotFound when there is none.
func (a *Audiences) Read(ctx context.Context, by bot.Actor, id string) (bot.SavedSegment, error) {
	all, err := a.List(ctx, by)
	if err != nil {
		return bot.SavedSegment{}, err
	}
	i := slices.IndexFunc(all, func(s bot.SavedSegment) bool { return s.ID == id })
	if i < 0 {
		return bot.SavedSegment{}, storage.ErrNotFound
	}
	return all[i], nil
}

// Create gives a segment a name. It returns an *InvalidError that says all that is
// wrong with it.
func (a *Audiences) Create(ctx context.Context, by bot.Actor, name string, tree bot.Segment) (bot.SavedSegment, error) {
	s := bot.SavedSegment{ID: storage.NewID(), Name: strings.TrimSpace(name), Tree: tree, MadeBy: by.User, Version: 1}
	s.MadeAt, s.ChangedAt = a.now(), a.now()
	return s, a.write(ctx, by, "segment.create", s, (*storage.Tx).AddSegment)
}

// Change gives a segment another name or tree, as of its version; storage.ErrConflict
// where that is no longer the one there is.
func (a *Audiences) Change(ctx context.Context, by bot.Actor, s bot.SavedSegment) error {
	s.Name = strings.TrimSpace(s.Name)
	return a.write(ctx, by, "segment.change", s, (*storage.Tx).SetSegment)
}

func (a *Audiences) write(
	ctx context.Context, by bot.Actor, action string, s bot.SavedSegment, put func(*storage.Tx, context.Context, bot.SavedSegment) error,
) error {
	if err := by.Require(bot.WriteContent); err != nil {
		return err
	}
	returned, back := 0, 0
	err := a.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.HoldContent(ctx); err != nil { // before the segments, as who submits a change does
			return err
		}
		reviewed, err := tx.ReviewedBroadcasts(ctx)
		if err != nil {
			return err
		}
		all, err := tx.Segments(ctx)
		if err != nil {
			return err
		}
		if err := check(s, all); err != nil {
			return err
		}
		if err := put(tx, ctx, s); err != nil {
			return err
		}
		if returned, err = returnReviewed(ctx, tx, by, s, all); err != nil {
			return err
		}
		if back, err = returnBroadcasts(ctx, tx, by, s, all, reviewed); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: action, Object: "segment/" + s.ID, Detail: map[string]any{"name": s.Name}})
	})
	if err == nil && returned > 0 {
		a.store.Notify("content")
	}
	if err == nil && back > 0 {
		a.store.Notify(storage.BroadcastsTopic)
	}
	return err
}

// check says what is wrong with a segment beside the others.
func check(s bot.SavedSegment, all []bot.SavedSegment) error {
	faults := s.Tree.Faults("tree")
	switch {
	case s.Name == "" || !utf8.ValidString(s.Name) || strings.ContainsAny(s.Name, "\x00\n"):
		faults = append(faults, bot.Fault{Field: "name", Code: bot.FaultNameless})
	case utf8.RuneCountInString(s.Name) > nameMost:
		faults = append(faults, bot.Fault{Field: "name", Code: bot.FaultLong, Data: bot.Data{"Max": nameMost}})
	case slices.ContainsFunc(all, func(o bot.SavedSegment) bool { return o.ID != s.ID && o.Name == s.Name }):
		faults = append(faults, bot.Fault{Field: "name", Code: bot.FaultSegmentTaken})
	}
	if len(faults) > 0 {
		return &bot.InvalidError{Faults: faults}
	}
	saved := bot.ByID(all)
	saved[s.ID] = s
	_, err := bot.In(bot.SavedField, s.ID).Whole("tree", saved)
	return err
}

// Drop removes a segment, as of its version. One that is used is refused.
func (a *Audiences) Drop(ctx context.Context, by bot.Actor, s bot.SavedSegment) error {
	if err := by.Require(bot.WriteContent); err != nil {
		return err
	}
	return a.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.HoldContent(ctx); err != nil {
			return err
		}
		all, err := tx.Segments(ctx)
		if err != nil {
			return err
		}
		changes, err := tx.Sheets(ctx)
		if err != nil {
			return err
		}
		broadcasts, err := tx.LivingBroadcasts(ctx)
		if err != nil {
			return err
		}
		if users := slices.Concat(names(usedBy(s.ID, all)), titles(naming(s.ID, changes)), broadcastTitles(addressed(s.ID, broadcasts))); len(users) > 0 {
			return bot.Refused("segment", bot.FaultUsed, bot.Data{"Users": users})
		}
		if err := tx.DropSegment(ctx, s); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: by, Action: "segment.drop", Object: "segment/" + s.ID})
	})
}

// UsedBy returns the segments that the segment is within.
func (a *Audiences) UsedBy(ctx context.Context, by bot.Actor, id string) ([]bot.SavedSegment, error) {
	all, err := a.List(ctx, by)
	return usedBy(id, all), err
}

func usedBy(id string, all []bot.SavedSegment) (users []bot.SavedSegment) {
	for _, s := range all {
		if slices.Contains(s.Tree.Within(), id) {
			users = append(users, s)
		}
	}
	return users
}

func names(all []bot.SavedSegment) (names []string) {
	for _, s := range all {
		names = append(names, "«"+s.Name+"»")
	}
	return names
}
