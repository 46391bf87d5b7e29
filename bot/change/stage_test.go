package change

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// rolling are changes whose news are told, at the moment that now says.
func rolling(t *testing.T, s *storage.Store, now *time.Time) *Changes {
	t.Helper()
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	made := func(c bot.Change, earlier []bot.Change) (all []bot.NewsText, renderings []bot.Rendering) {
		parts := []bot.RenderingPart{bot.PartCard}
		for i := range c.Stages {
			parts = append(parts, bot.StagePart(i+1))
			for _, was := range c.Corrected(earlier) {
				parts = append(parts, bot.CorrectionPart(was.Version, i+1))
			}
		}
		for _, was := range c.Corrected(earlier) {
			parts = append(parts, bot.CorrectionPart(was.Version, 0))
		}
		for _, part := range parts {
			r := bot.Rendering{Change: c.ID, Version: c.Version, Channel: "telegram", Language: bot.Ukrainian, Part: part, Template: c.Title.UK}
			all = append(all, bot.NewsText{Channel: r.Channel, Language: r.Language, Part: part, Hash: r.Hash(), Message: bot.Message{Text: string(part)}})
			renderings = append(renderings, r)
		}
		return all, renderings
	}
	clock := func() time.Time { return *now }
	bind := func(c bot.Change, earlier []bot.Change) ([]bot.Rendering, bot.BoundWords, error) {
		_, all := made(c, earlier)
		return all, nil, nil
	}
	return New(s, bind, clock).Telling(News{
		Broadcasts: broadcast.New(broadcast.Config{Store: s, Texts: texts, Zone: time.UTC, Now: clock}),
		Texts: func(c bot.Change, earlier []bot.Change, _ bot.Bound) ([]bot.NewsText, error) {
			all, _ := made(c, earlier)
			return all, nil
		},
		Late: func(to storage.Colleague, cause string, c bot.Change) ([]bot.Queued, error) {
			return []bot.Queued{{Lane: bot.LaneDesk, To: to.Address, Cause: cause, Part: bot.Part{Kind: bot.Say, Body: []byte(fmt.Sprintf("%q", c.Title.UK))}}}, nil
		},
	})
}

func told(t *testing.T, s *storage.Store) (all []string) {
	t.Helper()
	is, err := s.Broadcasts(t.Context(), "", 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range is {
		all = append(all, fmt.Sprintf("stage %d, wrong %v of version %d: %s", m.News.Stage, m.News.Wrong, m.ChangeVersion, m.State))
	}
	return all
}

// A stage is written by one, approved by another, told once by its moment and by no later
// version again; a correction and a stage are one; what is withdrawn is told no more.
func TestStagesAreToldOnce(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, at := t.Context(), noon
		c := rolling(t, s, &at)
		wants := func(what string, want ...string) {
			t.Helper()
			if _, err := c.Tend(ctx); err != nil {
				t.Fatal(err)
			}
			if got := told(t, s); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %q, want %q", what, got, want)
			}
			if found, err := s.VerifyApprovals(ctx); err != nil || len(found.Problems) > 0 {
				t.Errorf("%s: %v, %v", what, found.Problems, err)
			}
		}
		first := sheet("a")
		first.From = noon.AddDate(0, 1, 0)
		first.Stages = []bot.Stage{
			{At: noon.Add(-time.Hour), Text: bot.Bilingual{UK: "було", RU: "было"}}, {At: noon.Add(2 * time.Hour), Text: bot.Bilingual{UK: "буде", RU: "будет"}},
		}
		must(t)(c.Create(ctx, writer, first))
		move(t, c, writer, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		wants("approved alone")
		move(t, c, writer, "a", bot.ChangeAnnounce)
		wants("announced")
		at = noon.Add(2 * time.Hour)
		wants("the moment has come", "stage 2, wrong [] of version 1: sending")

		at = at.Add(time.Minute)
		var illegal *bot.MoveError
		made := must(t)(c.AddStage(ctx, writer, "a", 1, bot.Stage{Text: bot.Bilingual{UK: "нове", RU: "новое"}}, noon.AddDate(0, 0, 3)))
		if made.State != bot.ChangeReview || made.Version != 2 || len(made.Stages) != 3 || !made.Stages[2].At.Equal(at) {
			t.Errorf("%s, version %d: %v", made.State, made.Version, made.Stages)
		}
		if _, err := c.AddStage(ctx, second, "a", 1, bot.Stage{Text: bot.Bilingual{UK: "ще", RU: "ещё"}}, time.Time{}); !errors.As(err, &illegal) {
			t.Errorf("beside another: %v", err)
		}
		var forbidden *bot.ForbiddenError
		if _, err := c.Move(ctx, writer, "a", bot.ChangeApprove, 2, ""); !errors.As(err, &forbidden) {
			t.Errorf("by who wrote it: %v", err)
		}
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, writer, "a", bot.ChangeAnnounce)
		both := []string{"stage 2, wrong [] of version 2: sending", "stage 3, wrong [] of version 2: sending"}
		wantsAny(t, c, s, "the second version", both)

		at = at.Add(time.Hour)
		move(t, c, writer, "a", bot.ChangeCorrect)
		next := must(t)(c.Read(ctx, writer, "a")).Change
		next.From, next.Wrong = next.From.AddDate(0, 0, 5), bot.Bilingual{UK: "не той день", RU: "не тот день"}
		next.Stages = append(next.Stages, bot.Stage{At: at, Text: bot.Bilingual{UK: "разом", RU: "вместе"}})
		must(t)(c.Replace(ctx, writer, next))
		move(t, c, writer, "a", bot.ChangeSubmit)
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, writer, "a", bot.ChangeAnnounce)
		wantsAny(t, c, s, "a correction with a stage", []string{
			"stage 2, wrong [] of version 4: sending", "stage 3, wrong [] of version 4: sending", "stage 4, wrong [2 1] of version 4: sending",
		})

		// Another version that corrects nothing leaves those to be told who wait for it.
		must(t)(c.AddStage(ctx, writer, "a", 4, bot.Stage{At: at.Add(time.Hour), Text: bot.Bilingual{UK: "згодом", RU: "позже"}}, time.Time{}))
		move(t, c, approver, "a", bot.ChangeApprove)
		move(t, c, writer, "a", bot.ChangeAnnounce)
		wantsAny(t, c, s, "another version", []string{
			"stage 2, wrong [] of version 5: sending", "stage 3, wrong [] of version 5: sending", "stage 4, wrong [2 1] of version 4: sending",
		})
		if halted, err := c.news.Broadcasts.HaltUnfit(ctx); err != nil || len(halted) > 0 {
			t.Errorf("halted: %v, %v", halted, err)
		}
		move(t, c, writer, "a", bot.ChangeWithdraw)
		wantsAny(t, c, s, "withdrawn", []string{
			"stage 2, wrong [] of version 5: cancelled", "stage 3, wrong [] of version 5: cancelled", "stage 4, wrong [2 1] of version 4: cancelled",
		})
	})
}

// wantsAny compares what is told in whatever order.
func wantsAny(t *testing.T, c *Changes, s *storage.Store, what string, want []string) {
	t.Helper()
	if _, err := c.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, is := range told(t, s) {
		got[is] = true
	}
	for _, w := range want {
		if !got[w] || len(got) != len(want) {
			t.Errorf("%s: %v, want %q", what, got, want)
			return
		}
	}
	if found, err := s.VerifyApprovals(t.Context()); err != nil || len(found.Problems) > 0 {
		t.Errorf("%s: %v, %v", what, found.Problems, err)
	}
}

// What was promised and is late is told to the owner at their own messenger once, and
// marked; a newer promise is another one.
func TestLateNewsAreTheOwners(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, at := t.Context(), noon
		c := rolling(t, s, &at)
		for i, user := range []string{"writer", "boss", second.User} {
			if _, err := s.DB().Writer().Exec(ctx, `INSERT INTO users (id, login, name, role, password, created_at) VALUES ($1, $1, $2, 'marketer', 'none', 1)`, user, map[int]string{1: "Олена Кіт"}[i]); err != nil {
				t.Fatal(err)
			}
			if _, err := s.DB().Writer().Exec(ctx, `INSERT INTO staff_addresses (user_id, bot, chat, linked_at) VALUES ($1, 'telegram', $1, 1)`, user); err != nil {
				t.Fatal(err)
			}
		}
		promises := func(owner string, by time.Time) bot.Change {
			b := sheet(owner)
			b.ID, b.Owner, b.NextNews, b.From = map[string]string{"Олена Кіт": "of-9", "хтось": "of-5"}[owner], owner, by, noon.AddDate(0, 1, 0)
			return b
		}
		for _, owner := range []string{"Олена Кіт", "хтось"} {
			b := promises(owner, noon.Add(time.Hour))
			must(t)(c.Create(ctx, writer, b))
			move(t, c, writer, b.ID, bot.ChangeSubmit)
			move(t, c, approver, b.ID, bot.ChangeApprove)
			move(t, c, writer, b.ID, bot.ChangeAnnounce)
		}
		alerts := func() string {
			t.Helper()
			c.staged.Clear() // as another replica, or this one after a start
			if _, err := c.Tend(ctx); err != nil {
				t.Fatal(err)
			}
			var all []string
			err := s.DB().Reader().Select(ctx, &all, `SELECT chat FROM outbox ORDER BY chat`)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(all)
		}
		if got := alerts(); got != "[]" {
			t.Errorf("before the moment: %s", got)
		}
		at = noon.Add(time.Hour)
		for range 2 {
			if got := alerts(); got != "[boss writer]" {
				t.Errorf("told %s, want the owner, and who made it where nobody is called so", got)
			}
		}
		if _, err := s.DB().Writer().Exec(ctx, `DELETE FROM outbox`); err != nil { // as 48 hours do
			t.Fatal(err)
		}
		if got := alerts(); got != "[]" {
			t.Errorf("told again: %s", got)
		}
		r, err := c.RollOut(ctx, writer, "of-9")
		if err != nil || !r.Late {
			t.Errorf("%+v, %v", r, err)
		}
		must(t)(c.AddStage(ctx, writer, "of-9", 1, bot.Stage{Text: bot.Bilingual{UK: "ось", RU: "вот"}}, noon.Add(2*time.Hour)))
		move(t, c, approver, "of-9", bot.ChangeApprove)
		move(t, c, writer, "of-9", bot.ChangeAnnounce)
		if r, err := c.RollOut(ctx, writer, "of-9"); err != nil || r.Late || len(r.Stages) != 1 || r.Stages[0].Broadcast.State != bot.BroadcastSending {
			t.Errorf("%+v, %v", r, err)
		}
		at = noon.Add(3 * time.Hour)
		if got := alerts(); got != "[boss]" {
			t.Errorf("of the next promise: %s", got)
		}
		for _, does := range []string{`DELETE FROM outbox`, `UPDATE changes SET author = '' WHERE id = 'of-5'`} { // as where a command made it
			if _, err := s.DB().Writer().Exec(ctx, does); err != nil {
				t.Fatal(err)
			}
		}
		must(t)(c.AddStage(ctx, second, "of-5", 1, bot.Stage{Text: bot.Bilingual{UK: "ось", RU: "вот"}}, noon.Add(4*time.Hour)))
		move(t, c, approver, "of-5", bot.ChangeApprove)
		move(t, c, writer, "of-5", bot.ChangeAnnounce)
		at = noon.Add(5 * time.Hour)
		if got := alerts(); got != "["+second.User+"]" {
			t.Errorf("nobody is called so or made it: told %s, want who promised", got)
		}
	})
}

// Stages are listed as they come, also one that is put in before others that were planned.
func TestStagesAreListedAsTheyCome(t *testing.T) {
	at := noon
	c := rolling(t, storagetest.Open(t, storagetest.SQLiteURL(t)), &at)
	a := sheet("x")
	for _, in := range []time.Duration{48, 24} {
		a.Stages = append(a.Stages, bot.Stage{At: noon.Add(in * time.Hour), Text: bot.Bilingual{UK: "далі", RU: "дальше"}})
	}
	must(t)(c.Create(t.Context(), writer, a))
	if r, err := c.RollOut(t.Context(), writer, "x"); err != nil || len(r.Stages) != 2 || !r.Stages[0].At.Before(r.Stages[1].At) {
		t.Errorf("%+v, %v", r.Stages, err)
	}
}

// A messenger that is connected later has nothing of what was approved before: who comes by
// it hears nothing until somebody else approves the addition, and only that.
func TestAdditionForALaterMessenger(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ctx := t.Context()
	kinds, words := []string{"telegram"}, "є"
	c := New(s, func(c bot.Change, _ []bot.Change) (all []bot.Rendering, _ bot.BoundWords, _ error) {
		for _, kind := range kinds {
			all = append(all, bot.Rendering{Change: c.ID, Version: c.Version, Channel: kind, Language: bot.Ukrainian, Part: bot.PartCard, Template: c.Title.UK + words})
		}
		return all, nil, nil
	}, func() time.Time { return noon })
	b := sheet("a")
	b.From = noon.AddDate(0, 1, 0)
	must(t)(c.Create(ctx, writer, b))
	move(t, c, writer, "a", bot.ChangeSubmit)
	move(t, c, approver, "a", bot.ChangeApprove)
	is := move(t, c, writer, "a", bot.ChangeAnnounce)
	var illegal *bot.MoveError
	if _, err := c.Extend(ctx, approver, "a", 1); !errors.As(err, &illegal) {
		t.Errorf("with nothing missing: %v", err)
	}
	kinds = []string{"telegram", "viber"}
	if all, err := c.Unshown(is); err != nil || fmt.Sprint(all) != "[viber]" || is.Bound.On("viber") {
		t.Errorf("not approved for %v, %v", all, err)
	}
	var forbidden *bot.ForbiddenError
	for who, by := range map[string]bot.Actor{"who wrote it": {User: "writer", Role: bot.Admin}, "a marketer": second} {
		if _, err := c.Extend(ctx, by, "a", 1); !errors.As(err, &forbidden) {
			t.Errorf("by %s: %v", who, err)
		}
	}
	words = "інше"
	var refused *bot.RefusedError
	if _, err := c.Extend(ctx, approver, "a", 1); !errors.As(err, &refused) {
		t.Errorf("in other words: %v", err)
	}
	words = "є"
	var stale *bot.StaleError
	if _, err := c.Extend(ctx, approver, "a", 2); !errors.As(err, &stale) {
		t.Errorf("of another version: %v", err)
	}
	is = must(t)(c.Extend(ctx, approver, "a", 1))
	if !is.Bound.On("viber") || !is.Told() || len(is.Bound.Hashes) != 2 {
		t.Errorf("%s, %+v", is.State, is.Bound)
	}
	if found, err := s.VerifyApprovals(ctx); err != nil || len(found.Problems) > 0 || found.Checked != 1 {
		t.Errorf("%+v, %v", found, err)
	}
}
