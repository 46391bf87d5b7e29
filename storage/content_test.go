package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"visnyk/bot"
	"visnyk/bot/expand"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func change(id string, state bot.ChangeState) bot.Change {
	w := func(name string) bot.Bilingual { return bot.Bilingual{UK: name + " їґ", RU: name + " ыъ"} }
	return bot.Change{
		ID: id, Kind: bot.Tariff, State: state, Version: 3, Title: w("title"), Summary: w("summary"),
		Reason: w("reason"), Consequence: w("consequence"), Benefit: w("benefit"), ToDo: w("to do"), From: noon, Owner: "o",
	}
}

func TestArticles(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		before := must[int64](t)(s.ContentVersion(ctx))
		a := bot.Article{
			ID: "b", State: bot.ArticleApproved, From: noon, Change: "c",
			Question: bot.Bilingual{UK: "Скільки?", RU: "Сколько?"}, Answer: bot.Bilingual{UK: "**100** грн", RU: "**100** грн"},
			Aliases: bot.Aliases{UK: []string{"ціна"}, RU: []string{"цена"}},
		}
		a.Version, a.DecidedBy = 3, "u1"
		draft := bot.Article{ID: "a", State: bot.ArticleDraft, Until: noon}
		old := a
		old.State = bot.ArticleDraft
		ok(t, s.PutArticles(ctx, []bot.Article{old, draft, a}))
		draft.Version = 1
		got := must[[]bot.Article](t)(s.Articles(ctx))
		if diff := cmp.Diff([]bot.Article{draft, a}, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
		a.State = bot.ArticleRetired
		ok(t, s.PutArticles(ctx, []bot.Article{a}))
		if got = must[[]bot.Article](t)(s.Articles(ctx)); got[1].State != bot.ArticleRetired || len(got) != 2 {
			t.Errorf("got %+v", got)
		}
		if after := must[int64](t)(s.ContentVersion(ctx)); after != before+2 {
			t.Errorf("version %d after %d", after, before)
		}
	})
}

func known(t *testing.T, s *storage.Store, chat string) []storage.Known {
	t.Helper()
	return load(t, s, chat)[at(chat)].Known
}

func TestLedger(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		l := lease(t, s, telegram, "me")
		joins := func(chat string) {
			turn(t, s, l, chat, storage.TurnWrite{Conversation: conversation(chat, 1), Contact: contact(chat)})
		}
		joins("early")
		all := []bot.Change{change("draft", bot.ChangeDraft), change("told", bot.ChangeAnnounced)}
		ok(t, s.PutChanges(ctx, all))
		if diff := cmp.Diff(all, must[[]bot.Change](t)(s.Changes(ctx))); diff != "" {
			t.Error(diff)
		}
		joins("late")
		expanded(t, s)
		for _, chat := range []string{"early", "late"} {
			if diff := cmp.Diff([]storage.Known{{Change: "told"}}, known(t, s, chat)); diff != "" {
				t.Error(chat, diff)
			}
		}
		says(t, s, l, "late", "first", telling("late", "contact-late", "", "told", bot.PartCard))
		turn(t, s, l, "late", storage.TurnWrite{Contact: contact("late"), Marks: []storage.LedgerMark{
			{Contact: "contact-late", Change: "told", Mark: bot.MarkAsked},
			{Contact: "contact-late", Change: "draft", Mark: bot.MarkAcknowledged}, // opens its row
		}})
		want := []storage.Known{{Change: "told", Told: true}} // of others a turn knows nothing
		if diff := cmp.Diff(want, known(t, s, "late")); diff != "" {
			t.Error(diff)
		}
		// Telling it again, or announcing it, changes no time of the ledger.
		const sum = `SELECT sum(told_at) FROM ledger`
		first := must[int](t)(s.Count(ctx, sum))
		says(t, s, l, "late", "again", telling("late", "contact-late", "", "told", bot.PartWhy))
		turn(t, s, l, "late", storage.TurnWrite{Marks: []storage.LedgerMark{
			{Contact: "contact-late", Change: "told", Mark: bot.MarkAcknowledged},
		}})
		ok(t, s.PutChanges(ctx, []bot.Change{change("told", bot.ChangeAnnounced), change("draft", bot.ChangeAnnounced)}))
		expanded(t, s)
		if again := must[int](t)(s.Count(ctx, sum)); again != first {
			t.Errorf("told_at moved from %d to %d", first, again)
		}
		want = []storage.Known{{Change: "draft", Acknowledged: true}, {Change: "told", Told: true, Acknowledged: true}}
		if diff := cmp.Diff(want, known(t, s, "late")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]storage.Known{{Change: "draft"}, {Change: "told"}}, known(t, s, "early")); diff != "" {
			t.Error(diff)
		}
	})
}

// However people join while changes are approved, everybody gets every row.
func TestNobodyMissesAChange(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		const people, news = 30, 10
		l := lease(t, s, telegram, "me")
		var ids []string
		for i := range people {
			chat := fmt.Sprint(i)
			ids = append(ids, storage.NewID())
			receive(t, s, chat, ids[i])
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range people {
				chat := fmt.Sprint(i)
				w := storage.TurnWrite{Bot: telegram, InboxID: ids[i], Conversation: conversation(chat, 1), Contact: contact(chat)}
				if err := errOf(s.CommitTurns(context.Background(), l, []storage.TurnWrite{w})); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			x := expand.New(expand.Config{Store: s, Owner: "me"})
			for i := range news {
				err := s.PutChanges(context.Background(), []bot.Change{change(fmt.Sprint(i), bot.ChangeAnnounced)})
				if err := errors.Join(err, x.Work(context.Background())); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Wait()
		if n := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM ledger`)); n != people*news {
			t.Errorf("%d rows, want %d", n, people*news)
		}
	})
}

func TestSettings(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		if _, found, err := s.Setting(ctx, "hours"); found || err != nil {
			t.Errorf("nobody set it: %v %v", found, err)
		}
		for _, v := range []string{"9-18", ""} {
			ok(t, s.PutSetting(ctx, "hours", v))
			if got, found, err := s.Setting(ctx, "hours"); got != v || !found || err != nil {
				t.Errorf("got %q %v %v", got, found, err)
			}
		}
	})
}
