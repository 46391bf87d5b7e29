package change

import (
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What is taken in as announced is bound as what people approve on pages: its stages are
// told at their moments, once.
func TestWhatIsTakenInIsRolledOut(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, at := t.Context(), noon
		c := rolling(t, s, &at)
		one := sheet("a")
		one.State, one.Version, one.From = bot.ChangeAnnounced, 1, noon.AddDate(0, 1, 0)
		one.Stages = []bot.Stage{
			{At: noon.AddDate(0, 0, -1), Text: bot.Bilingual{UK: "Почали.", RU: "Начали."}}, // nobody here was to be told it
			{At: noon.AddDate(0, 0, 1), Text: bot.Bilingual{UK: "Перша сотня.", RU: "Первая сотня."}},
		}
		if err := c.Import(ctx, bot.System(), []bot.Change{one}); err != nil {
			t.Fatal(err)
		}
		is, err := s.Sheet(ctx, "a")
		if err != nil || len(is.Bound.Hashes) == 0 || is.Hash != is.ApprovedHash(is.Bound) {
			t.Fatalf("it binds %v as %s, %v", is.Bound, is.Hash, err)
		}
		for day, want := range [][]string{nil, {"stage 2, wrong [] of version 1: sending"}, {"stage 2, wrong [] of version 1: sending"}} {
			at = noon.AddDate(0, 0, day)
			if _, err := c.Tend(ctx); err != nil {
				t.Fatal(err)
			}
			if got := told(t, s); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("day %d: %q, want %q", day, got, want)
			}
		}
		if by, err := (approvals{c, map[string]approval{}}).find(ctx, "a", storage.ToldBy{Version: 1}); err != nil || by != (approval{}) {
			t.Errorf("somebody has approved it: %+v, %v", by, err)
		}
		found, err := s.VerifyApprovals(ctx)
		if err != nil || len(found.Problems) > 0 {
			t.Errorf("%v, %v", found.Problems, err)
		}
	})
}
