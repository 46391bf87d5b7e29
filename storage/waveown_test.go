package storage_test

import (
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A draft that tells the change comes to the end of its plan as it is, once, with the moment
// that it has, or a proposed one; what tells something else, or is no draft any more, does
// not. Taken out of the plan it is a draft as before.
func TestDraftBecomesWave(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		p := plans(t, s, bot.ChangeAnnounced, crew()...)
		draft := func(id, change string, start time.Time) storage.Mailing {
			return must[storage.Mailing](t)(p.b.Create(ctx, planner, bot.Broadcast{
				ID: id, Title: id, Topic: "tariff", Change: change, Start: start, Text: bot.Bilingual{UK: "Зміна", RU: "Изменение"}, Audience: bot.In("tier", "vip"),
			}))
		}
		dated, undated := draft("dated", "x", noon.AddDate(0, 1, 0)), draft("undated", "x", time.Time{})
		draft("other", "", time.Time{})
		free := must[[]storage.Mailing](t)(p.b.Free(ctx, planner, "x"))
		if len(free) != 2 || free[0].ID != dated.ID || free[1].ID != undated.ID {
			t.Fatalf("free are %+v", free)
		}
		for _, id := range []string{dated.ID, undated.ID} {
			if err := p.b.TakeWave(ctx, planner, "x", id, broadcast.Wanted{}); err != nil {
				t.Fatal(err)
			}
		}
		all := p.plan()
		one, two := all[len(all)-2], all[len(all)-1]
		if one.ID != dated.ID || one.Wave.Kind != bot.WaveOwn || one.Version != dated.Version || !one.Start.Equal(dated.Start) || one.Wave.Owner != planner.User || one.Wave.Gate != bot.GateUsual {
			t.Errorf("%+v", one)
		}
		if two.ID != undated.ID || !two.Start.After(one.Start) || two.Version != undated.Version+1 || two.Wave.Place != one.Wave.Place+1 || two.Text != undated.Text {
			t.Errorf("%+v", two)
		}
		if free := must[[]storage.Mailing](t)(p.b.Free(ctx, planner, "x")); len(free) != 0 {
			t.Errorf("free are %+v", free)
		}
		var refused *bot.RefusedError
		for _, id := range []string{dated.ID, "other", all[0].ID} {
			if err := p.b.TakeWave(ctx, planner, "x", id, broadcast.Wanted{}); !errors.As(err, &refused) || refused.Fault.Code != bot.FaultNoWave {
				t.Errorf("%s: %v", id, err)
			}
		}
		if err := p.b.TakeWave(ctx, planner, "x", "none", broadcast.Wanted{}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("of nothing: %v", err)
		}
		var forbidden *bot.ForbiddenError
		if err := p.b.TakeWave(ctx, bot.Actor{User: "b", Role: bot.Approver}, "x", "other", broadcast.Wanted{}); !errors.As(err, &forbidden) {
			t.Errorf("by who approves: %v", err)
		}
		if err := p.b.DropWave(ctx, planner, two.ID, two.Version); err != nil {
			t.Fatal(err)
		}
		if is := must[storage.Mailing](t)(s.Broadcast(ctx, two.ID)); is.State != bot.BroadcastDraft || len(p.plan()) != len(all)-1 {
			t.Errorf("taken out it is %s", is.State)
		}
	})
}
