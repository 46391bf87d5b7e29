package storage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// tellings are drafts that tell the change x, which was approved, as it was.
type tellings struct {
	*mailing
	at    time.Time // what the clock says
	start time.Time // of the next draft: nobody is told the same twice a day
}

func clients() bot.Segment { return bot.In("kind", "client") }

func newTellings(t *testing.T, s *storage.Store) *tellings {
	t.Helper()
	f := &tellings{mailing: &mailing{t: t, s: s, tries: map[string]int{}}, at: time.Now()}
	f.start = f.at.Add(time.Hour)
	f.b = broadcast.New(broadcast.Config{
		Store: s, Messengers: map[string]broadcast.Messenger{telegram: {Channel: paper{}, Kind: telegram}},
		Texts: must[*locales.Bundle](t)(locales.New()), Zone: time.UTC, Now: func() time.Time { return f.at },
	})
	f.announces(1, "approved")
	return f
}

// announces has the version of x, whose summary says words, be approved and announced.
func (f *tellings) announces(version int, words string) {
	f.t.Helper()
	hash := f.puts(version, words)
	ok(f.t, f.s.InTx(f.t.Context(), func(tx *storage.Tx) error {
		return tx.Audit(f.t.Context(), storage.AuditEntry{Actor: approver, Action: "change.approve", Object: "change/x", Detail: map[string]any{"hash": hash, "version": version}})
	}))
}

// puts has that version stand announced with its hash, of which no audit tells.
func (f *tellings) puts(version int, words string) (hash string) {
	f.t.Helper()
	c := change("x", bot.ChangeAnnounced)
	c.Version, c.Audience, c.Summary = version, clients(), bot.Bilingual{UK: words, RU: words}
	bound := bot.Bound{Hashes: []string{"v1:0"}, Kinds: []string{telegram}, Words: bot.BoundWords{
		bot.Ukrainian: {"change.understood": "Зрозуміло", "change.question": "Маю запитання"},
		bot.Russian:   {"change.understood": "Понятно", "change.question": "Есть вопрос"},
	}}
	hash = c.ApprovedHash(bound)
	ok(f.t, f.s.InTx(f.t.Context(), func(tx *storage.Tx) error {
		return tx.PutSheets(f.t.Context(), []storage.Sheet{{Change: c, Announced: noon, Hash: hash, Bound: bound}})
	}))
	return hash
}

// drafts makes a draft that tells x with what edit does to it; it begins days behind the last.
func (f *tellings) drafts(edit func(*bot.Broadcast)) storage.Mailing {
	f.t.Helper()
	b := must[bot.Broadcast](f.t)(f.b.Telling(must[storage.Sheet](f.t)(f.s.Sheet(f.t.Context(), "x")).Change, bot.Ukrainian, clients()))
	f.start = f.start.AddDate(0, 0, 2)
	b.Start = f.start
	edit(&b)
	m := must[storage.Mailing](f.t)(f.b.Create(f.t.Context(), planner, b))
	f.id = m.ID
	return m
}

func (f *tellings) schedules(m storage.Mailing) (storage.Mailing, error) {
	return f.b.Move(f.t.Context(), planner, m.ID, bot.BroadcastSchedule, m.Version, broadcast.Moved{})
}

func asItIs(*bot.Broadcast) {}

// What says nothing but what was approved with its change, to nobody else, is scheduled as
// it is; a letter, somebody more, and whatever else is its own has to be approved.
func TestScheduleIsEnough(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, f := t.Context(), newTellings(t, s)
		for what, edit := range map[string]func(*bot.Broadcast){
			"as it is": asItIs, "in no digest": func(b *bot.Broadcast) { b.Digest = bot.Bilingual{} },
			"its title and window": func(b *bot.Broadcast) {
				b.Title, b.Until, b.Fallback = "хвиля", b.Start.Add(time.Hour), 0
			},
			"those who do not know": func(b *bot.Broadcast) {
				b.Audience = bot.All(clients(), bot.None(bot.Segment{Condition: bot.Condition{Field: bot.ChangeField, Op: bot.OpKnows, Values: []string{"x"}}}))
			},
			"VIPs of them": func(b *bot.Broadcast) { b.Audience = bot.All(clients(), bot.In("tier", "vip")) },
		} {
			m := f.drafts(edit)
			if with := must[int](t)(f.b.ApprovedWith(ctx, planner, m.Broadcast)); with != 1 {
				t.Errorf("%s: approved with version %d", what, with)
			}
			is, err := f.schedules(m)
			if ok(t, err); is.State != bot.BroadcastScheduled || is.ChangeVersion != 1 || is.Hash == "" || is.Hash != is.ApprovedHash() || len(is.Renderings) == 0 {
				t.Errorf("%s: %+v", what, is)
			}
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM audit WHERE object = $1 AND action = 'broadcast.approve' AND actor = $2 AND detail LIKE '%"change_version":1%'`, "broadcast/"+m.ID, bot.SystemUser)); n != 1 {
				t.Errorf("%s: %d entries say with what it was approved", what, n)
			}
		}
		for what, edit := range map[string]func(*bot.Broadcast){
			"a letter": func(b *bot.Broadcast) { b.Text.RU += "!" }, "a letter of its line": func(b *bot.Broadcast) { b.Digest.UK += "!" },
			"a label": func(b *bot.Broadcast) { b.Buttons[0].Label.UK = "Так" }, "a button less": func(b *bot.Broadcast) { b.Buttons = b.Buttons[:1] },
			"everyone": func(b *bot.Broadcast) { b.Audience = bot.Segment{} }, "others": func(b *bot.Broadcast) { b.Audience = bot.In("kind", "client", "staff") },
			"staff": func(b *bot.Broadcast) { b.Audience = bot.In("kind", bot.Colleagues()...) }, "a picture": func(b *bot.Broadcast) { b.Media = &bot.Media{Kind: bot.Photo, URL: "https://shop.example/a.png"} },
			"over the night": func(b *bot.Broadcast) { b.Urgent = "аварія" }, "to acknowledge": func(b *bot.Broadcast) { b.Must = !b.Must },
			"as a correction": func(b *bot.Broadcast) { b.Correction = true }, "another topic": func(b *bot.Broadcast) { b.Topic = "news" },
			"no change": func(b *bot.Broadcast) { b.Change = "" },
		} {
			f.refused(what, f.drafts(edit))
		}
		found := must[storage.ApprovedContent](t)(s.VerifyApprovals(ctx))
		for _, problem := range found.Problems {
			if strings.HasPrefix(problem, "broadcast/") {
				t.Error(problem)
			}
		}
	})
}

// refused checks that the draft is not scheduled without an approval, and stays as it is.
func (f *tellings) refused(what string, m storage.Mailing) {
	f.t.Helper()
	if with := must[int](f.t)(f.b.ApprovedWith(f.t.Context(), planner, m.Broadcast)); with != 0 {
		f.t.Errorf("%s: approved with version %d", what, with)
	}
	_, err := f.schedules(m)
	if moved := new(bot.MoveError); !errors.As(err, &moved) {
		f.t.Errorf("%s: %v", what, err)
	}
	if is := must[storage.Mailing](f.t)(f.s.Broadcast(f.t.Context(), m.ID)); is.State != bot.BroadcastDraft || is.Version != m.Version {
		f.t.Errorf("%s: it is %s, version %d", what, is.State, is.Version)
	}
}

// What was scheduled so begins at its moment; where its change was revised or withdrawn
// meanwhile it does not leave, and what says the words of a version that is over is not
// scheduled.
func TestScheduleEndsWithItsVersion(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, f := t.Context(), newTellings(t, s)
		first := must[storage.Mailing](t)(f.schedules(f.drafts(asItIs)))
		f.at = first.Start
		if begun := must[broadcast.Begun](t)(f.b.StartDue(ctx)); len(begun.IDs) != 1 || begun.IDs[0] != first.ID {
			t.Fatalf("%+v", begun)
		}
		waits := must[storage.Mailing](t)(f.schedules(f.drafts(asItIs)))
		old := f.drafts(asItIs)
		f.announces(2, "another")
		f.refused("of a version that is over", old)
		f.halts(first.ID, waits.ID)

		behind := f.drafts(asItIs)
		must[int](t)(s.Exec(ctx, `UPDATE changes SET hash = 'v1:0' WHERE id = 'x' AND version = 2`))
		f.refused("of what was changed behind its approval", behind)
		f.puts(2, "nobody has approved it")
		if _, err := f.schedules(f.drafts(asItIs)); err == nil {
			t.Error("it is scheduled though nobody has approved its change")
		}
		f.announces(2, "another")
		waits = must[storage.Mailing](t)(f.schedules(behind))
		must[int](t)(s.Exec(ctx, `UPDATE changes SET state = 'withdrawn' WHERE id = 'x' AND version = 2`))
		f.refused("of a change that was withdrawn", f.drafts(asItIs))
		f.halts(waits.ID)
	})
}

// halts checks that the broadcasts are paused, and for what.
func (f *tellings) halts(ids ...string) {
	f.t.Helper()
	must[[]broadcast.Halted](f.t)(f.b.HaltUnfit(f.t.Context()))
	for _, id := range ids {
		if is := must[storage.Mailing](f.t)(f.s.Broadcast(f.t.Context(), id)); is.State != bot.BroadcastPaused || is.Halt != bot.HaltOutdated {
			f.t.Errorf("%s is %s (%s)", id, is.State, is.Halt)
		}
	}
}
