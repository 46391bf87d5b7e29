package change

import (
	"errors"
	"slices"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// segments keeps segments under their names, which are their ids.
func segments(t *testing.T, s *storage.Store, trees map[string]bot.Segment) {
	t.Helper()
	err := s.InTx(t.Context(), func(tx *storage.Tx) error {
		for id, tree := range trees {
			if err := tx.AddSegment(t.Context(), bot.SavedSegment{ID: id, Name: id, Tree: tree}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// An audience may name segments. Submitted, it is a copy of them, which stays whatever
// they become; returned, it names them again.
func TestAudienceNamesSegments(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, c := t.Context(), New(s, nil, func() time.Time { return noon })
		segments(t, s, map[string]bot.Segment{
			"kyiv": bot.In("region", "Київ"), "vips": bot.All(bot.In("tier", "vip"), bot.In(bot.SavedField, "kyiv")),
			"silent": {Condition: bot.Condition{Field: "last", Op: bot.OpOver, Values: []string{"30 days"}}},
		})
		named, whole := bot.None(bot.In(bot.SavedField, "vips")), bot.None(bot.All(bot.In("tier", "vip"), bot.In("region", "Київ")))
		for _, wrong := range []string{"nobody", "silent"} {
			var invalid *bot.InvalidError
			bad := sheet("bad")
			bad.Audience = bot.In(bot.SavedField, wrong)
			if _, err := c.Create(ctx, writer, bad); !errors.As(err, &invalid) || invalid.Faults[0].Field != "audience" {
				t.Errorf("%s: %v", wrong, err)
			}
		}
		draft := sheet("x")
		draft.Audience = named
		same := func(what string, got storage.Sheet, audience, as bot.Segment, outdated bool) {
			t.Helper()
			if !got.Audience.Still(audience, nil) && len(audience.Within()) == 0 || !slices.Equal(got.Audience.Within(), audience.Within()) ||
				!slices.Equal(got.Named.Within(), as.Within()) || got.Outdated != outdated {
				t.Errorf("%s: %+v, named %+v, outdated %v", what, got.Audience, got.Named, got.Outdated)
			}
		}
		same("a draft", must(t)(c.Create(ctx, writer, draft)), named, bot.Segment{}, false)
		same("submitted", move(t, c, writer, "x", bot.ChangeSubmit), whole, named, false)
		same("returned", move(t, c, approver, "x", bot.ChangeReturn), named, bot.Segment{}, false)
		same("submitted again", move(t, c, writer, "x", bot.ChangeSubmit), whole, named, false)
		same("approved", move(t, c, approver, "x", bot.ChangeApprove), whole, named, false)
		err := s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.SetSegment(ctx, bot.SavedSegment{ID: "kyiv", Name: "kyiv", Tree: bot.In("region", "Львів"), Version: 1})
		})
		if err != nil {
			t.Fatal(err)
		}
		same("of a segment that has changed", must(t)(c.Read(ctx, writer, "x")), whole, named, true)
		all, _, err := c.List(ctx, writer, "", 9)
		if err != nil || len(all) != 1 || !all[0].Outdated {
			t.Errorf("%+v, %v", all, err)
		}
	})
}
