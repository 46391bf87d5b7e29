package library

import (
	"log/slog"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/change"
	"visnyk/bot/editor"
	"visnyk/flows"
	"visnyk/flows/faq/search"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// TestArticlesFollowTheirChange: until a change is announced nothing tells of it, not even
// the end of what is told today; then the old answer is told until the day and the new one
// from it, in the company's zone, wherever the day is moved; and when the change is
// withdrawn all is as it was.
func TestArticlesFollowTheirChange(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Kyiv")
	if err != nil {
		t.Fatal(err)
	}
	day := func(d, hour int) time.Time { return time.Date(2026, time.December, d, hour, 0, 0, 0, zone) }
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		now := day(1, 9)
		clock := func() time.Time { return now }
		e, changes := editor.NewEditor(s, clock), change.New(s, nil, clock)
		library := NewLibrary(s, func(all []bot.Article, c ...bot.Change) flows.Finder { return search.NewIndex(all, c...) }, slog.New(slog.DiscardHandler))
		olha, petro := bot.Actor{User: "olha", Role: bot.Admin}, bot.Actor{User: "petro", Role: bot.Admin}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		write := func(a bot.Article, answer string) bot.Article {
			t.Helper()
			a.Question, a.Answer = bot.Bilingual{UK: "Скільки коштує?", RU: "Сколько стоит?"}, bot.Bilingual{UK: answer, RU: answer}
			made, err := e.Create(ctx, olha, a)
			ok(err)
			_, err = e.Move(ctx, petro, a.ID, bot.ArticleApprove, 1)
			ok(err)
			return made
		}
		both := func(uk string) bot.Bilingual { return bot.Bilingual{UK: uk, RU: uk} }
		sheet, err := changes.Create(ctx, olha, bot.Change{
			ID: "tariff", Kind: bot.Tariff, Title: both("т"), Summary: both("т"), Reason: both("т"), Consequence: both("т"), Benefit: both("т"), ToDo: both("т"),
			From: day(15, 0), Particulars: bot.Particulars{ShortNotice: "так"},
		})
		ok(err)
		move := func(m bot.ChangeMove, by bot.Actor) {
			t.Helper()
			is, err := changes.Read(ctx, olha, "tariff")
			ok(err)
			_, err = changes.Move(ctx, by, "tariff", m, is.Version, "")
			ok(err)
		}
		write(bot.Article{ID: "old"}, "220")
		bound := write(bot.Article{ID: "new", Change: "tariff", From: day(15, 0), Replaces: "old"}, "260")
		write(bot.Article{ID: "during", Change: "tariff", Span: bot.SpanBefore}, "до")
		if !bound.From.IsZero() || bound.Span != bot.SpanSince {
			t.Errorf("an article with the day of its change does not follow it: %+v", bound)
		}
		told := func(when time.Time, want ...string) {
			t.Helper()
			ok(library.Refresh(ctx))
			var got []string
			for _, id := range []string{"old", "new", "during"} {
				if _, there := library.Now().FAQ.Article(id, when); there {
					got = append(got, id)
				}
			}
			if len(got) != len(want) || len(got) > 0 && got[0] != want[0] || len(got) > 1 && got[1] != want[1] {
				t.Errorf("on %s are told %q, want %q", when.Format(time.DateTime), got, want)
			}
		}
		end := func(id string) time.Time {
			a, _ := library.Now().FAQ.Article(id, now)
			return a.Until
		}
		move(bot.ChangeSubmit, olha)
		move(bot.ChangeApprove, petro)
		told(day(1, 9), "old")
		told(day(20, 9), "old")
		if until := end("old"); !until.IsZero() {
			t.Errorf("before the change is announced the old answer ends on %s", until)
		}
		move(bot.ChangeAnnounce, petro)
		told(day(14, 23), "old", "during")
		told(day(15, 0), "new")
		if until := end("old"); !until.Equal(day(15, 0)) {
			t.Errorf("the old answer ends on %s", until)
		}
		_, err = changes.Move(ctx, olha, "tariff", bot.ChangeCorrect, sheet.Version, "") // the day is moved
		ok(err)
		is, err := changes.Read(ctx, olha, "tariff")
		ok(err)
		is.From, is.Wrong = day(20, 0), both("День")
		_, err = changes.Replace(ctx, olha, is.Change)
		ok(err)
		told(day(16, 9), "new") // it is in force as it was told
		move(bot.ChangeSubmit, olha)
		move(bot.ChangeApprove, petro)
		move(bot.ChangeAnnounce, petro)
		told(day(19, 23), "old", "during")
		told(day(20, 0), "new")
		found, err := s.VerifyApprovals(ctx)
		if err != nil || len(found.Problems) > 0 {
			t.Errorf("moving the day undid approvals: %+v, %v", found, err)
		}
		move(bot.ChangeWithdraw, petro)
		told(day(21, 9), "old")
	})
}
