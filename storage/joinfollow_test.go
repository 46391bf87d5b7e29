package storage_test

import (
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// What somebody said of a talk goes along with a join and comes back with a split; whom a
// change concerns by what the other had is told of it.
func TestMarksAndChangesFollowAJoin(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		w, g := onWeb("w"), at("g")
		meets(t, s, g, bot.Contact{ID: "tg"}, "")
		meets(t, s, w, bot.Contact{ID: "web"}, "")
		put(t, s, `UPDATE contacts SET created_at = created_at + 1000000, region = 'Київ' WHERE id = 'web'`)
		put(t, s, `INSERT INTO ratings (bot, ticket, chat, contact, score, asked_at) VALUES ($1, 't', $2, 'web', 5, 1)`, w.Bot, w.Chat)
		ok(t, s.PutChanges(ctx, []bot.Change{{ID: "a", Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 1, Audience: bot.In("region", "Київ")}}))
		are := func(what string, rated, concerned int) {
			t.Helper()
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ratings WHERE contact = 'tg'`)); n != rated {
				t.Errorf("%s: %d ratings are theirs, want %d", what, n, rated)
			}
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM ledger WHERE contact = 'tg' AND change_id = 'a'`)); n != concerned {
				t.Errorf("%s: %d changes concern them, want %d", what, n, concerned)
			}
		}
		are("before", 0, 0)
		ok(t, follows(t, s, g, must[string](t)(s.CreateInvite(ctx, w, time.Hour))))
		are("joined", 1, 1)
		ok(t, turns(t, s, g, func(wr *storage.TurnWrite) { wr.Split = &w }))
		are("split", 0, 0)
	})
}

// Two people of the company's own records are never made one, whatever code is shown.
func TestTwoOfTheCompanyStayTwo(t *testing.T) {
	t.Parallel()
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		w, g := onWeb("w"), at("g")
		ids := importPeople(t, s, named("1", "Олена"), named("2", "Юрій"))
		meets(t, s, w, bot.Contact{ID: ids["1"]}, "")
		meets(t, s, g, bot.Contact{ID: ids["2"]}, "")
		err := follows(t, s, g, must[string](t)(s.CreateInvite(t.Context(), w, time.Hour)))
		if n := must[int](t)(s.Count(t.Context(), `SELECT count(*) FROM contacts WHERE external_id <> ''`)); !errors.Is(err, storage.ErrConflict) || n != 2 {
			t.Errorf("%d are left, %v", n, err)
		}
	})
}
