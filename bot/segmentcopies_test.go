package bot_test

import (
	"testing"

	"visnyk/bot"
)

// The copies of the segments that an audience chooses people by are those that stand in it,
// whatever the segments are by now; what leaves people out is none of them.
func TestCopiesOfSegments(t *testing.T) {
	saved := map[string]bot.SavedSegment{
		"a": {ID: "a", Tree: bot.In("tier", "vip")},
		"b": {ID: "b", Tree: bot.Any(bot.In("tags", "x"), bot.In(bot.SavedField, "a"))},
		"c": {ID: "c", Tree: bot.Has("phone")},
	}
	named := bot.All(bot.Any(bot.In(bot.SavedField, "b", "a"), bot.In("kind", "shop")), bot.None(bot.In(bot.SavedField, "c")), bot.In(bot.SavedField, "a"))
	whole, err := named.Whole("", saved)
	if err != nil {
		t.Fatal(err)
	}
	got := named.Copies(whole)
	if len(got) != 2 || got[0].ID != "b" || got[1].ID != "a" {
		t.Fatalf("%+v", got)
	}
	for _, c := range got {
		want, err := saved[c.ID].Tree.Whole("", saved)
		if err != nil || c.Tree.Text(bot.Ukrainian, bot.SegmentNames{}) != want.Text(bot.Ukrainian, bot.SegmentNames{}) {
			t.Errorf("%s is %+v, want %+v", c.ID, c.Tree, want)
		}
	}
	if all := bot.In("tier", "vip").Copies(bot.In("tier", "vip")); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}
