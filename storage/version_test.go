package storage_test

import (
	"slices"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What customers hear stays the announced version until the next one is; a correction
// that is dropped leaves it as it was. Of a change one version is told at most.
func TestVersionsStandBesideEachOther(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		for i, step := range []struct {
			version             int
			state               bot.ChangeState
			newest, told, alive int // alive: how many are not replaced
		}{
			{1, bot.ChangeDraft, 1, 0, 1},
			{2, bot.ChangeDraft, 2, 0, 1},
			{2, bot.ChangeAnnounced, 2, 2, 1},
			{3, bot.ChangeDraft, 3, 2, 2},
			{4, bot.ChangeReview, 4, 2, 2},
			{4, bot.ChangeWithdrawn, 2, 2, 2},
			{5, bot.ChangeApproved, 5, 2, 3},
			{5, bot.ChangeAnnounced, 5, 5, 2},
			{6, bot.ChangeDraft, 6, 5, 3},
			{5, bot.ChangeClosed, 5, 0, 2},
		} {
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
				c := change("x", step.state)
				c.Version = step.version
				return tx.PutSheets(ctx, []storage.Sheet{{Change: c}})
			}))
			x := must[storage.Sheet](t)(s.Sheet(ctx, "x"))
			alive := slices.DeleteFunc(must[[]storage.Sheet](t)(s.SheetVersions(ctx, "x")), func(x storage.Sheet) bool { return x.State == bot.ChangeReplaced })
			if x.Version != step.newest || x.InForce != step.told || len(alive) != step.alive {
				t.Errorf("step %d: version %d, %d in force, %d stand", i, x.Version, x.InForce, len(alive))
			}
		}
	})
}

// A press on one version acknowledges no other; who knows goes by the level, in Go as in
// SQL.
func TestWhoKnowsGoesByTheLevel(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		acknowledges := func(version int) {
			turn(t, s, l, "1", storage.TurnWrite{Contact: contact("1"), Marks: []storage.LedgerMark{
				{Contact: "contact-1", Change: "x", Mark: bot.MarkAcknowledged, Version: version},
			}})
		}
		turn(t, s, l, "1", storage.TurnWrite{Conversation: conversation("1", 1), Contact: contact("1")})
		announce := func(version int, level bot.ChangeLevel) {
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
				c := change("x", bot.ChangeAnnounced)
				c.Version, c.Level = version, level
				return tx.PutSheets(ctx, []storage.Sheet{{Change: c, Announced: noon}})
			}))
		}
		knows := func(what string, want bool) {
			t.Helper()
			tree := bot.Segment{Condition: bot.Condition{Field: bot.ChangeField, Op: bot.OpKnows, Values: []string{"x"}}}
			in := must[[]string](t)(s.Members(ctx, tree, bot.Calendar{Now: noon}))
			person := must[map[string]bot.Person](t)(s.Knowing(ctx, []string{"contact-1"}, allNeeds))["contact-1"]
			if (len(in) == 1) != want || tree.Matches(person, bot.Calendar{Now: noon}) != want {
				t.Errorf("%s: SQL %v, Go %+v, want %v", what, in, person.Facts.Changes, want)
			}
		}
		announce(1, bot.LevelAcknowledge)
		expanded(t, s)
		says(t, s, l, "1", "first", telling("1", "contact-1", "", "x", bot.PartCard))
		knows("told", false)
		acknowledges(1)
		knows("acknowledged", true)
		announce(2, bot.LevelAcknowledge)
		knows("another version", false)
		acknowledges(1)
		knows("the old one once more", false)
		acknowledges(2)
		knows("the one in force", true)
		acknowledges(1)
		knows("and the old one after it", true)
		announce(3, bot.LevelInformation)
		knows("told is enough", true)
		announce(4, bot.LevelShouldKnow)
		knows("nobody has said that it was seen", false)
		ok(t, s.PutSetting(ctx, bot.KnowsAfterSetting, "0"))
		knows("its messenger never says so", true)
		must[int](t)(s.Exec(ctx, `UPDATE tellings SET tells_seen = TRUE`))
		knows("its messenger would say so", false)
		must[int](t)(s.Exec(ctx, `UPDATE tellings SET seen_at = 7`))
		knows("seen", true)
		must[int](t)(s.Exec(ctx, `UPDATE tellings SET part = 'digest line'`))
		knows("a line that only mentions it was seen", false)
	})
}

// Who comes after everybody was listed comes late: a newcomer, and who enters the audience.
// Who came while people were being listed does not.
func TestWhoComesLaterIsLate(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		c := change("x", bot.ChangeAnnounced)
		vip := bot.In("tier", "vip")
		c.Audience = bot.Segment{Not: &vip}
		put := func(external, tier string) {
			t.Helper()
			p := bot.Person{Contact: bot.Contact{ID: external, External: external, Tier: tier}}
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error { _, err := tx.ImportContacts(ctx, []bot.Person{p}); return err }))
		}
		put("first", "new")
		put("enters", "vip")
		ok(t, s.PutChanges(ctx, []bot.Change{c}))
		put("meanwhile", "new")
		expanded(t, s)
		put("after", "new")
		put("enters", "regular")
		for _, want := range []struct {
			id   string
			late bool
		}{{"first", false}, {"meanwhile", false}, {"after", true}, {"enters", true}} {
			if r := must[storage.LedgerRow](t)(s.LedgerRow(ctx, "x", want.id)); r.Standing.Late != want.late {
				t.Errorf("%s: %+v", want.id, r.Standing)
			}
		}
	})
}

// Whoever leaves the audience keeps the row that says anything of them, whatever that is, and
// of those who heard, or may have, each is counted.
func TestWhoLeavesKeepsWhatIsKnown(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		c := change("x", bot.ChangeAnnounced)
		c.Audience = bot.In("tier", "vip")
		ok(t, s.PutChanges(ctx, []bot.Change{c}))
		expanded(t, s)
		put := func(id, tier string) {
			t.Helper()
			p := bot.Person{Contact: bot.Contact{ID: id, External: id, Tier: tier}}
			ok(t, s.InTx(ctx, func(tx *storage.Tx) error { _, err := tx.ImportContacts(ctx, []bot.Person{p}); return err }))
		}
		marks := []string{"", "mentioned_at", "on_its_way_at", "told_at", "unsure_at", "acknowledged_at", "asked_at", "followed_at"}
		for _, mark := range marks {
			put("with "+mark, "vip")
			if mark != "" {
				must[int](t)(s.Exec(ctx, `UPDATE ledger SET `+mark+` = 7 WHERE contact = $1`, "with "+mark))
			}
			put("with "+mark, "new")
			n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger WHERE contact = $1`, "with "+mark))
			if want := map[bool]int{true: 1}[mark != ""]; n != want {
				t.Errorf("with %q: %d rows, want %d", mark, n, want)
			}
		}
		if n := must[int](t)(s.Heard(ctx, "x")); n != 3 { // told, on its way, unsure
			t.Errorf("%d have heard of it", n)
		}
	})
}
