package dialog

import (
	"testing"

	"visnyk/bot"
	"visnyk/bot/library"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A turn asks the database for what the segments need that it judges, and mostly that is
// nothing: with none at hand it knows its person well enough.
func TestATurnReadsOnlyWhatSegmentsNeed(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	w := &Worker{Config: Config{Store: s}}
	plain := bot.All(bot.In("region", "Київ"), bot.Any(bot.In("tier", "vip"), bot.None(bot.In("kind", "person"))), bot.Has("zone"))
	tagged := bot.All(bot.In("language", "uk"), bot.None(bot.In("tags", "x")))
	expanding := map[string]bool{"a": true}
	for name, c := range map[string]struct {
		snapshot library.Snapshot
		reads    bool
	}{
		"nothing is told":        {library.Snapshot{}, false},
		"everyone":               {library.Snapshot{Changes: []bot.Change{{ID: "a"}}, Expanding: expanding}, false},
		"by their contact":       {library.Snapshot{Changes: []bot.Change{{ID: "a", Audience: plain}}, Expanding: expanding}, false},
		"by a tag, all listed":   {library.Snapshot{Changes: []bot.Change{{ID: "a", Audience: tagged}}}, false},
		"by a tag":               {library.Snapshot{Changes: []bot.Change{{ID: "a", Audience: tagged}}, Expanding: expanding}, true},
		"by an attribute":        {library.Snapshot{Changes: []bot.Change{{ID: "a", Audience: bot.In("attributes.house", "5")}}, Expanding: expanding}, true},
		"by a chat":              {library.Snapshot{Changes: []bot.Change{{ID: "a", Audience: bot.In("bot", "telegram")}}, Expanding: expanding}, true},
		"a group by the contact": {library.Snapshot{Changes: []bot.Change{grouped(plain)}}, false},
		"a group by a region":    {library.Snapshot{Changes: []bot.Change{grouped(bot.In(bot.AreaField, "kyiv"))}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			inputs := []*TurnInput{{Loaded: storage.Loaded{Contact: bot.Contact{ID: "c"}}}}
			if err := w.people(t.Context(), c.snapshot, inputs); (err != nil) != c.reads {
				t.Errorf("reads %v: %v", err != nil, err)
			}
		})
	}
}

func grouped(by bot.Segment) bot.Change {
	return bot.Change{ID: "a", Particulars: bot.Particulars{Groups: []bot.ChangeGroup{{Segment: by}}}}
}
