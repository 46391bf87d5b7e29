package audience

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

var (
	noon     = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	marketer = bot.Actor{User: "m", Login: "m", Role: bot.Marketer}
	admin    = bot.Actor{User: "a", Login: "a", Role: bot.Admin}
	operator = bot.Actor{User: "o", Login: "o", Role: bot.Operator}
)

// town is a store with ten people: p0 to p4 in Kyiv, p1 and p2 told of the tariff, p3
// without a language; each can be reached otherwise.
func town(t *testing.T, s *storage.Store) *Audiences {
	t.Helper()
	var people []bot.Person
	for n := range 10 {
		p := bot.Person{
			Contact: bot.Contact{
				ID: fmt.Sprintf("p%d", n), External: fmt.Sprint("e", n), Name: "Олена Коваль", Kind: "client", Region: "Київ", Language: bot.Ukrainian,
			},
			Attributes: map[string]string{"debt": fmt.Sprint(n * 100)},
		}
		if n > 4 {
			p.Region = "Львів"
		}
		if n == 3 {
			p.Language = bot.Unsure
		}
		people = append(people, p)
	}
	err := s.InTx(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.ImportContacts(t.Context(), people)
		return err
	})
	put := func(query string, values ...any) {
		t.Helper()
		if _, err := s.DB().Writer().Exec(t.Context(), query, values...); err != nil {
			t.Fatal(err)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for n, reach := range []string{"open", "open", "blocked", "open", "open", "open", "open", "opened"} { // p8 and p9 have no chat
		last := noon.Add(-time.Duration(n) * 20 * 24 * time.Hour)
		put(`INSERT INTO conversations (bot, chat, contact, version, reach, joined_at, last_at) VALUES ('viber', $1, $1, 1, $2, $3, $3)`,
			fmt.Sprint("p", n), reach, last.UnixMicro())
	}
	put(`UPDATE contacts SET stopped = TRUE WHERE id = 'p1'`)
	put(`UPDATE contacts SET muted = '["tariff"]' WHERE id = 'p4'`)
	put(`UPDATE contacts SET paused_until = $1 WHERE id = 'p5'`, noon.Add(time.Hour).UnixMicro())
	put(`INSERT INTO ledger (contact, change_id, told_at, created_at) VALUES ('p1', 'tariff', 5, 1), ('p2', 'tariff', 5, 1), ('p4', 'tariff', 0, 1)`)
	put(`INSERT INTO attributes (name, type, label_uk, label_ru, sensitive) VALUES ('debt', 'number', 'Борг', 'Долг', TRUE)`)
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	return New(s, zone, func() time.Time { return noon })
}

func untold() bot.Segment {
	return bot.All(bot.In("kind", "client"), bot.In("region", "Київ"), bot.Segment{Condition: bot.Condition{Field: bot.ChangeField, Op: bot.OpUntold, Values: []string{"tariff"}}})
}

func codeOf(err error) bot.FaultCode {
	var invalid *bot.InvalidError
	var refused *bot.RefusedError
	if errors.As(err, &invalid) {
		return invalid.Faults[0].Code
	}
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

func TestCounts(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a := town(t, s)
		q := Question{Tree: untold()}
		c, err := a.Count(t.Context(), marketer, q, "page")
		if want := (Count{People: 3, Of: 10, Final: true, At: noon}); err != nil || c != want {
			t.Errorf("%+v, %v, want %+v", c, err, want)
		}
		if c, err = a.Estimate(t.Context(), marketer, q); err != nil || c.People != 3 || !c.Final {
			t.Errorf("of so few %+v, %v", c, err)
		}
		// p3 is in because nobody knows their language.
		c, err = a.Count(t.Context(), marketer, Question{Tree: bot.None(bot.In("language", "uk"))}, "page")
		if err != nil || c.People != 1 || c.OnlyBlank != 1 {
			t.Errorf("%+v, %v", c, err)
		}
		o, err := a.Overlap(t.Context(), marketer, q, Question{Tree: bot.In("language", "uk")})
		if want := (Overlap{3, 9, 2}); err != nil || o != want {
			t.Errorf("%+v, %v, want %+v", o, err, want)
		}
		why, err := a.Explain(t.Context(), marketer, q, "p1")
		if err != nil || why.In || len(why.Why.Parts) != 3 || !why.Why.Parts[1].In || why.Why.Parts[2].In || why.Why.Parts[1].Has[0] != "Київ" {
			t.Errorf("%+v, %v", why, err)
		}
		if why, err = a.Explain(t.Context(), marketer, Question{Tree: bot.None(bot.In("language", "uk"))}, "p3"); err != nil || !why.In || !why.OnlyBlank || !why.Why.Parts[0].Missing {
			t.Errorf("%+v, %v", why, err)
		}
		if _, err = a.Explain(t.Context(), marketer, q, "nobody"); !errors.Is(err, storage.ErrNotFound) {
			t.Error(err)
		}
		sample, err := a.Sample(t.Context(), marketer, q, 2)
		if err != nil || len(sample) != 2 || sample[0].Initials != "О. К." {
			t.Errorf("%+v, %v", sample, err)
		}
		people, next, err := a.People(t.Context(), marketer, q, "", 2)
		if err != nil || len(people) != 2 || people[1].ID != "p3" || next != "p3" {
			t.Errorf("%v, %q, %v", people, next, err)
		}
		if people, next, err = a.People(t.Context(), marketer, q, next, 2); err != nil || len(people) != 1 || people[0].ID != "p4" || next != "" {
			t.Errorf("%v, %q, %v", people, next, err)
		}
		warnings, err := a.Warnings(t.Context(), marketer, Question{Tree: bot.None(bot.Segment{Condition: bot.Condition{Field: "last", Op: bot.OpLast, Values: []string{"30 days"}}})}, Count{People: 9, Of: 10})
		if err != nil || len(warnings) != 1 || warnings[0].Kind != WarnTiny {
			t.Errorf("%+v, %v", warnings, err)
		}
	})
}

func TestReach(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a := town(t, s)
		r, err := a.Reach(t.Context(), marketer, Question{}, bot.Topic{ID: "tariff", Starts: true}, Charge{Bots: []string{"viber"}, Free: 24 * time.Hour})
		want := Reach{Reachable: 3, ForMoney: 2, Not: map[storage.Unreachable]int{
			storage.NoAddress: 2, storage.Stopped: 1, storage.BlockedUs: 2, storage.NoConsent: 1, storage.PausedNow: 1,
		}}
		if diff := cmp.Diff(want, r); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
		next, err := a.Unreached(t.Context(), admin, Question{}, "tariff", Charge{})
		if err != nil {
			t.Fatal(err)
		}
		whom, err := next()
		if want := []storage.Unreached{
			{Contact: "p1", Why: storage.Stopped},
			{Contact: "p2", Why: storage.BlockedUs},
			{Contact: "p4", Why: storage.NoConsent},
			{Contact: "p5", Why: storage.PausedNow},
			{Contact: "p7", Why: storage.BlockedUs},
			{Contact: "p8", Why: storage.NoAddress},
			{Contact: "p9", Why: storage.NoAddress},
		}; err != nil || !slices.Equal(whom, want) {
			t.Errorf("%v, %v", whom, err)
		}
		if more, err := next(); err != nil || len(more) != 0 {
			t.Errorf("more of them: %v, %v", more, err)
		}
		all := storage.Reaching{Topic: bot.Topic{ID: "tariff", Starts: true}}
		if part, err := s.UnreachedPeople(t.Context(), bot.Segment{}, bot.Calendar{Now: noon}, all, "p2", 2); err != nil || !slices.Equal(part, whom[2:4]) {
			t.Errorf("a part: %v, %v", part, err)
		}
		if _, err := a.Unreached(t.Context(), marketer, Question{}, "", Charge{}); err == nil {
			t.Error("a marketer has files with people")
		}
		if r, err = a.Reach(t.Context(), marketer, Question{}, bot.Topic{ID: bot.TopicNews}, Charge{}); err != nil || r.Reachable != 0 || r.Not[storage.NoConsent] != 5 {
			t.Errorf("of what nobody asked for: %+v, %v", r, err)
		}
	})
}

func TestSensitiveValuesNeedAReason(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		a := town(t, s)
		q := Question{Tree: bot.None(bot.Segment{Condition: bot.Condition{Field: "attributes.debt", Op: bot.OpLess, Values: []string{"500"}}})}
		for name, ask := range map[string]func() error{
			"count":    func() error { _, err := a.Count(t.Context(), marketer, q, ""); return err },
			"estimate": func() error { _, err := a.Estimate(t.Context(), marketer, q); return err },
			"sample":   func() error { _, err := a.Sample(t.Context(), marketer, q, 1); return err },
			"explain":  func() error { _, err := a.Explain(t.Context(), marketer, q, "p1"); return err },
			"people":   func() error { _, _, err := a.People(t.Context(), marketer, q, "", 1); return err },
		} {
			if err := ask(); codeOf(err) != bot.FaultSensitive {
				t.Errorf("%s: %v", name, err)
			}
		}
		q.Reason = "Нагадати про борг"
		if c, err := a.Count(t.Context(), marketer, q, ""); err != nil || c.People != 5 {
			t.Errorf("%+v, %v", c, err)
		}
		lines, err := s.AuditLines(t.Context(), storage.AuditQuery{}, 10)
		if err != nil || len(lines) != 1 || lines[0].Action != "segment.count" {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}

func TestSegmentsWithinSegments(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, a := t.Context(), town(t, s)
		kyiv, err := a.Create(ctx, marketer, " Київ ", bot.In("region", "Київ"))
		if err != nil || kyiv.Name != "Київ" {
			t.Fatal(kyiv, err)
		}
		within := bot.None(bot.In(bot.SavedField, kyiv.ID))
		others, err := a.Create(ctx, marketer, "Решта", within)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := a.Count(ctx, marketer, Question{Tree: others.Tree, Segment: others.ID}, ""); err != nil || c.People != 5 {
			t.Errorf("%+v, %v", c, err)
		}
		if read, err := a.Read(ctx, marketer, others.ID); err != nil || read.Count != 5 || !read.CountedAt.Equal(noon) {
			t.Errorf("%+v, %v", read, err)
		}
		cycle := kyiv
		cycle.Tree = bot.Any(bot.In(bot.SavedField, others.ID))
		if err := a.Change(ctx, marketer, cycle); codeOf(err) != bot.FaultCycle {
			t.Errorf("within itself: %v", err)
		}
		if _, err := a.Create(ctx, marketer, "Київ", within); codeOf(err) != bot.FaultSegmentTaken {
			t.Errorf("a name twice: %v", err)
		}
		if _, err := a.Create(ctx, marketer, "x", bot.In(bot.SavedField, "nobody")); codeOf(err) != bot.FaultNoSegment {
			t.Errorf("one that is not: %v", err)
		}
		if err := a.Drop(ctx, marketer, kyiv); codeOf(err) != bot.FaultUsed {
			t.Errorf("one that is used: %v", err)
		}
		kyiv.Tree = bot.In("region", "Київ", "Львів")
		if err := a.Change(ctx, marketer, kyiv); err != nil {
			t.Fatal(err)
		}
		if err := a.Change(ctx, marketer, kyiv); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("as of a version that was: %v", err)
		}
		if err := a.Drop(ctx, marketer, others); err != nil {
			t.Error(err)
		}
		if _, err := a.Create(ctx, operator, "x", bot.Segment{}); err == nil {
			t.Error("an operator made one")
		}
		if _, err := a.Count(ctx, operator, Question{}, ""); err == nil {
			t.Error("an operator counted")
		}
	})
}

// A newer count at the same place breaks off the one before, whose statement ends.
func TestANewerCountBreaksOffTheOlder(t *testing.T) {
	t.Parallel()
	a := New(nil, time.UTC, time.Now)
	older, done := a.newest(t.Context(), "m page")
	defer done()
	other, doneOther := a.newest(t.Context(), "m elsewhere")
	defer doneOther()
	newer, doneNewer := a.newest(t.Context(), "m page")
	if older.Err() == nil || other.Err() != nil || newer.Err() != nil {
		t.Error(older.Err(), other.Err(), newer.Err())
	}
	done() // what ends late takes nothing from the newer one
	if len(a.counts) != 2 {
		t.Errorf("%d counts", len(a.counts))
	}
	doneNewer()
	if !errors.Is(newer.Err(), context.Canceled) || len(a.counts) != 1 {
		t.Errorf("%d counts", len(a.counts))
	}
}

// One look shows all there is, and the audit has it once.
func TestLook(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, a := t.Context(), town(t, s)
		lviv, err := a.Create(ctx, marketer, "Львів'яни", bot.In("region", "Львів"))
		if err != nil {
			t.Fatal(err)
		}
		debt := bot.Segment{Condition: bot.Condition{Field: bot.AttributeField + "debt", Op: bot.OpLeast, Values: []string{"300"}}}
		kyiv, err := a.Create(ctx, marketer, "Боржники", debt)
		if err != nil {
			t.Fatal(err)
		}
		q := Question{Tree: kyiv.Tree, Segment: kyiv.ID}
		if _, err := a.Look(ctx, marketer, q, Wanted{Sample: 3}); codeOf(err) != bot.FaultSensitive {
			t.Errorf("without a reason: %v", err)
		}
		q.Reason = "звірка"
		seen, err := a.Look(ctx, marketer, q, Wanted{Place: "page", Sample: 3, Topic: "tariff", Other: lviv.ID})
		if err != nil {
			t.Fatal(err)
		}
		if !seen.Count.Final || seen.Count.People != 7 || seen.Count.Of != 10 || len(seen.Sample) != 3 || seen.Late {
			t.Errorf("%+v", seen)
		}
		if diff := cmp.Diff(&Overlap{One: 7, Other: 5, Both: 5}, seen.Overlap); diff != "" {
			t.Error(diff)
		}
		not := 0
		for _, n := range seen.Reach.Not {
			not += n
		}
		if seen.Reach.Not[storage.NoConsent] != 1 || seen.Reach.Reachable+not != 7 {
			t.Errorf("%+v", seen.Reach)
		}
		if len(seen.Warnings) != 1 || seen.Warnings[0].Kind != WarnTiny {
			t.Errorf("%+v", seen.Warnings)
		}
		for n, kind := range []string{"client", "partner", "staff"} { // p0 to p2 are of three kinds
			if _, err := s.DB().Writer().Exec(ctx, `UPDATE contacts SET kind = $1 WHERE id = $2`, kind, fmt.Sprint("p", n)); err != nil {
				t.Fatal(err)
			}
		}
		of, err := a.Warnings(ctx, marketer, Question{Tree: bot.In("region", "Київ")}, Count{People: 5, Of: 10})
		if err != nil || len(of) != 2 || of[1].Kind != WarnVariants || of[1].People != 3 {
			t.Errorf("%+v, %v", of, err)
		}
		if read, err := a.Read(ctx, marketer, kyiv.ID); err != nil || read.Count != 7 {
			t.Errorf("%+v, %v", read, err)
		}
		lines, err := s.AuditLines(ctx, storage.AuditQuery{Object: "segment/" + kyiv.ID}, 9)
		if err != nil || len(lines) != 2 || lines[0].Action != "segment.count" && lines[1].Action != "segment.count" {
			t.Errorf("%+v, %v", lines, err)
		}
		if _, err := a.Look(ctx, marketer, q, Wanted{Topic: "nothing"}); codeOf(err) != bot.FaultTopic {
			t.Errorf("no such topic: %v", err)
		}
		if _, err := a.Look(ctx, operator, q, Wanted{}); err == nil {
			t.Error("an operator looked")
		}
		over, cancel := context.WithCancel(ctx)
		cancel()
		if seen, err := a.Look(over, marketer, q, Wanted{}); err == nil {
			t.Errorf("one that is broken off: %+v", seen)
		}
	})
}

// A segment that a change names is not removed, and the change says so. Changed while the
// change is in review, it gives the change back to who wrote it; one that is approved
// keeps its copy.
func TestChangesThatNameASegment(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, a := t.Context(), town(t, s)
		kyiv, err := a.Create(ctx, marketer, "Київ", bot.In("region", "Київ"))
		if err != nil {
			t.Fatal(err)
		}
		others, err := a.Create(ctx, marketer, "Решта", bot.None(bot.In(bot.SavedField, kyiv.ID)))
		if err != nil {
			t.Fatal(err)
		}
		named, copied := bot.In(bot.SavedField, others.ID), bot.None(bot.In("region", "Київ"))
		put := func(id string, state bot.ChangeState, audience, as bot.Segment) storage.Sheet {
			return storage.Sheet{Change: bot.Change{ID: id, Kind: bot.Tariff, State: state, Version: 1, Title: bot.Bilingual{UK: id}, Audience: audience}, Named: as}
		}
		err = s.InTx(ctx, func(tx *storage.Tx) error {
			return tx.PutSheets(ctx, []storage.Sheet{
				put("draft", bot.ChangeDraft, named, bot.Segment{}), put("review", bot.ChangeReview, copied, named),
				put("approved", bot.ChangeApproved, copied, named), put("closed", bot.ChangeClosed, copied, bot.In(bot.SavedField, kyiv.ID)),
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		naming, err := a.Naming(ctx, marketer)
		if err != nil || len(naming[others.ID]) != 3 || len(naming[kyiv.ID]) != 0 {
			t.Errorf("%v, %v", naming, err)
		}
		if err := a.Drop(ctx, marketer, others); codeOf(err) != bot.FaultUsed || !strings.Contains(err.Error(), "«review»") {
			t.Errorf("one that changes name: %v", err)
		}
		state := func(id string, want bot.ChangeState, within int) {
			t.Helper()
			if c, err := s.Sheet(ctx, id); err != nil || c.State != want || len(c.Audience.Within()) != within {
				t.Errorf("%s: %+v, %v", id, c, err)
			}
		}
		kyiv.Name = "Столиця"
		if err := a.Change(ctx, marketer, kyiv); err != nil {
			t.Fatal(err)
		}
		state("review", bot.ChangeReview, 0) // another name is the same people
		kyiv.Version, kyiv.Tree = 2, bot.In("region", "Львів")
		if err := a.Change(ctx, marketer, kyiv); err != nil {
			t.Fatal(err)
		}
		state("review", bot.ChangeDraft, 1)
		state("approved", bot.ChangeApproved, 0)
		lines, err := s.AuditLines(ctx, storage.AuditQuery{Object: "change/review"}, 9)
		if err != nil || len(lines) != 1 || lines[0].Action != "change.return" || lines[0].Actor.User != marketer.User {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}
