package storage_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// A code counts once, for a while, and only the newest; two people of the
// company are never made one.
func TestCodesAreOneUse(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		w, g := onWeb("w"), at("g")
		meets(t, s, w, bot.Contact{ID: "web"}, "")
		meets(t, s, g, bot.Contact{ID: "tg"}, "")
		meets(t, s, at("thief"), bot.Contact{ID: "thief"}, "")
		refused := func(what string, a bot.Address, code string) {
			t.Helper()
			if err := follows(t, s, a, code); !errors.Is(err, storage.ErrConflict) {
				t.Errorf("%s: %v", what, err)
			}
		}
		open := func(code string) bool {
			t.Helper()
			o, there := must[map[string]storage.Invite](t)(s.Invites(ctx, []string{code, "nonsense"}))[code]
			return there && o.Valid
		}
		if _, err := s.CreateInvite(ctx, onWeb("nobody"), time.Hour); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("nobody offers: %v", err)
		}
		first := must[string](t)(s.CreateInvite(ctx, w, time.Hour))
		second := must[string](t)(s.CreateInvite(ctx, w, time.Hour))
		if open(first) || !open(second) {
			t.Error("only the newest counts")
		}
		if found := must[[]string](t)(s.Grep(ctx, second)); len(found) > 0 {
			t.Errorf("the code stands in %v", found)
		}
		refused("an older code", g, first)
		refused("nonsense", g, "nonsense")
		refused("itself", w, second)
		past := must[string](t)(s.CreateInvite(ctx, g, -time.Second))
		if open(past) {
			t.Error("a past offer is open")
		}
		refused("a past code", w, past)
		ok(t, follows(t, s, g, second))
		refused("a used code", at("thief"), second)
		used := must[map[string]storage.Invite](t)(s.Invites(ctx, []string{second}))[second]
		if used.Valid || used.Contact.ID != "web" {
			t.Errorf("a used offer: %+v", used)
		}
		refused("joined already", g, must[string](t)(s.CreateInvite(ctx, w, time.Hour)))
		must[int](t)(s.Exec(ctx, `UPDATE contacts SET external_id = id`))
		refused("two people of the company", at("thief"), must[string](t)(s.CreateInvite(ctx, w, time.Hour)))
		sound(t, s)
	})
}

// Of those who follow a link at the same moment one is joined, whatever bots
// they come by, and turns of the address that offers go on meanwhile.
func TestOneOfManyIsJoined(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		const crowd = 6
		w := onWeb("w")
		meets(t, s, w, bot.Contact{ID: "web"}, "")
		var all []bot.Address
		for i := range crowd {
			a := bot.Address{Bot: fmt.Sprint("bot", i), Chat: "1"}
			all = append(all, a)
			meets(t, s, a, bot.Contact{ID: fmt.Sprint("c", i)}, "")
		}
		code := must[string](t)(s.CreateInvite(ctx, w, time.Hour))
		results := make([]error, crowd)
		var g sync.WaitGroup
		for i, a := range all {
			g.Go(func() { results[i] = follows(t, s, a, code) })
		}
		g.Go(func() {
			for range 3 { // the offering side writes on, and reads again when it must
				for errors.Is(turns(t, s, w, func(*storage.TurnWrite) {}), storage.ErrConflict) {
				}
			}
		})
		g.Wait()
		joined := 0
		for i, err := range results {
			switch {
			case err == nil:
				joined++
				if person(t, s, all[i]).Contact.ID != person(t, s, w).Contact.ID {
					t.Error("who was joined is apart")
				}
			case !errors.Is(err, storage.ErrConflict):
				t.Error(err)
			}
		}
		if joined != 1 {
			t.Errorf("%d were joined", joined)
		}
		sound(t, s)
	})
}
