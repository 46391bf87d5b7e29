package storage_test

import (
	"errors"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestStaff(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx := t.Context()
		in := func(f func(*storage.Tx) error) error { return s.InTx(ctx, f) }
		olena := storage.User{
			ID: "u1", Login: "olena", Role: bot.Marketer, Lead: true, Password: "hash", Name: "Олена К.",
			Known: bot.Bilingual{UK: "Олена", RU: "Елена"}, Language: bot.Russian,
			Preferences: storage.Preferences{Theme: "dark", Sound: "off", Undo: 10, KeysOff: true},
		}
		add := func(u storage.User) error { return in(func(tx *storage.Tx) error { return tx.AddUser(ctx, u) }) }
		ok(t, add(olena))
		if err := add(storage.User{ID: "u2", Login: "olena"}); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("a second of that login: %v", err)
		}
		if got := must[storage.User](t)(s.User(ctx, "olena")); got != olena {
			t.Errorf("got %+v", got)
		}
		if _, err := s.User(ctx, "Olena"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("another login: %v", err)
		}
		addToken := func(hash, name string) error {
			return in(func(tx *storage.Tx) error {
				u, err := tx.LockUser(ctx, "olena")
				if err != nil {
					return err
				}
				return tx.AddToken(ctx, storage.Token{Hash: hash, UserID: u.ID, Name: name, Role: bot.Marketer})
			})
		}
		ok(t, addToken("h1", "crm"))
		ok(t, addToken("h2", "site"))
		if err := addToken("h3", "crm"); !errors.Is(err, storage.ErrConflict) {
			t.Errorf("a second of that name: %v", err)
		}
		bearer := func(hash string) (storage.Bearer, bool) {
			all := must[map[string]storage.Bearer](t)(s.Bearers(ctx, []string{"of nobody", hash, hash}, time.Hour))
			b, ok := all[hash]
			if _, strange := all["of nobody"]; strange {
				t.Error("nobody's token stands for somebody")
			}
			return b, ok
		}
		b, _ := bearer("h1")
		if b.ID != "u1" || b.Login != "olena" || b.TokenRole != bot.Marketer || !b.Stale {
			t.Errorf("got %+v", b)
		}
		ok(t, s.UseToken(ctx, "h1"))
		if b, ok := bearer("h1"); !ok || b.Stale {
			t.Error("used just now, and stale")
		}
		revoke := func() error {
			return in(func(tx *storage.Tx) error { return tx.RevokeToken(ctx, "u1", "crm") })
		}
		ok(t, revoke())
		if err := revoke(); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("revoked twice: %v", err)
		}
		if b, ok := bearer("h1"); ok {
			t.Errorf("a revoked token: %v", b)
		}
		ok(t, addToken("h3", "crm")) // the name is free again
		olena.Disabled = true
		ok(t, in(func(tx *storage.Tx) error { return tx.PutUser(ctx, olena) }))
		for _, hash := range []string{"h2", "h3"} {
			if b, ok := bearer(hash); ok {
				t.Errorf("the token of a disabled user: %v", b)
			}
		}
		if !must[storage.User](t)(s.User(ctx, "olena")).Disabled {
			t.Error("not disabled")
		}
	})
}
