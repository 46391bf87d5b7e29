package staff

import (
	"context"
	"errors"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

const password = "сім вершків та ложка"

// replica is a staff whose passwords cost little.
func replica(store *storage.Store) *Staff {
	s := New(store)
	s.hash.cost.Memory, s.hash.cost.Iterations = 8, 1
	return s
}

// office is a staff with a user.
func office(t *testing.T, store *storage.Store, login string, role bot.Role) *Staff {
	t.Helper()
	s := replica(store)
	if err := s.AddUser(t.Context(), bot.System(), login, role, password); err != nil {
		t.Fatal(err)
	}
	return s
}

func wantWrong(t *testing.T, err error, words string) {
	t.Helper()
	var wrong *bot.InvalidError
	var refused *bot.RefusedError
	if !errors.As(err, &wrong) && !errors.As(err, &refused) || !strings.Contains(err.Error(), words) {
		t.Errorf("got %v, want %q", err, words)
	}
}

func entries(t *testing.T, store *storage.Store) int64 {
	t.Helper()
	head, err := store.VerifyAudit(t.Context(), storage.AuditHead{})
	if err != nil {
		t.Fatal(err)
	}
	return head.Entries
}

func TestNoDefaultAccount(t *testing.T) { // S33
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		s := replica(store)
		for _, login := range []string{"admin", "system", "root", ""} {
			for _, pass := range []string{"", "admin", "system", password} {
				if a, err := s.SignIn(t.Context(), login, pass, Client{}); !errors.Is(err, ErrUnauthenticated) {
					t.Errorf("%s with %q is %v, %v", login, pass, a, err)
				}
			}
		}
		wantWrong(t, s.AddUser(t.Context(), bot.System(), "system", bot.Admin, password), "login must be")
	})
}

func TestAddUser(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "Olena", bot.Marketer)
		for name, c := range map[string]struct {
			login    string
			role     bot.Role
			password string
			words    string
		}{
			"taken":          {"olena", bot.Admin, password, "already"},
			"taken, shouted": {"OLENA", bot.Admin, password, "already"},
			"no login":       {"", bot.Admin, password, "login must be"},
			"strange login":  {"о'лена", bot.Admin, password, "login must be"},
			"no role":        {"petro", "", password, "role must be one of"},
			"strange role":   {"petro", "root", password, "role must be one of"},
			"short password": {"petro", bot.Admin, "сім вершків", "12 to 256"},
			"long password":  {"petro", bot.Admin, strings.Repeat("ab", 129), "12 to 256"},
			"own login":      {"petro", bot.Admin, "PetroPetro-123", "must not contain"},
			"one letter":     {"petro", bot.Admin, strings.Repeat("1", 16), "again and again"},
			"no text":        {"petro", bot.Admin, "\xff23456789012345", "not text"},
		} {
			t.Run(name, func(t *testing.T) { wantWrong(t, s.AddUser(ctx, bot.System(), c.login, c.role, c.password), c.words) })
		}
		for _, role := range []bot.Role{bot.Operator, bot.Marketer, bot.Approver} {
			var forbidden *bot.ForbiddenError
			if err := s.AddUser(ctx, bot.Actor{User: "u", Role: role}, "petro", bot.Admin, password); !errors.As(err, &forbidden) {
				t.Errorf("%s: %v", role, err)
			}
		}
		if n := entries(t, store); n != 1 {
			t.Errorf("%d entries of the audit", n)
		}
	})
}

func TestStoredPassword(t *testing.T) {
	h := newHasher()
	one, err := h.make(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	two, err := h.make(t.Context(), password)
	if err != nil || one == two {
		t.Errorf("the same twice: %v", err)
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(one, password) {
		t.Errorf("stored as %s", one)
	}
	for name, c := range map[string]struct {
		hashed string
		fits   bool
	}{
		"own":           {one, true},
		"other salt":    {two, true},
		"of before":     {"$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlcyBvaw$f6iy9q1/VN0uSA95RdXIv4yiRbRnfEdLs5hmpJOJRJI", true},
		"cut":           {one[:len(one)-1], false},
		"another cost":  {strings.Replace(one, "t=2", "t=1", 1), false},
		"of nobody":     {"", false},
		"no separator":  {"$argon2id$", false},
		"hash of zeros": {h.nobodys(), false},
	} {
		if fits, err := h.fits(t.Context(), password, c.hashed); fits != c.fits || err != nil {
			t.Errorf("%s: %v, %v", name, fits, err)
		}
	}
}

func TestTokens(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Admin)
		add := func(name string, role bot.Role) string {
			t.Helper()
			secret, err := s.AddToken(ctx, bot.System(), "olena", name, role)
			if err != nil {
				t.Fatal(err)
			}
			return secret
		}
		whole, less := add("whole", ""), add("less", bot.Marketer)
		if len(whole) != len(tokenPrefix)+43 || whole == less {
			t.Errorf("secrets %q, %q", whole, less)
		}
		first, err := s.Authenticate(ctx, whole)
		if err != nil || first.Role != bot.Admin || first.Login != "olena" {
			t.Errorf("%+v, %v", first, err)
		}
		second, err := s.Authenticate(ctx, less)
		if err != nil || second.Role != bot.Marketer || second.User != first.User {
			t.Errorf("%+v, %v: two tokens of one user are one user", second, err)
		}
		for name, token := range map[string]string{
			"none": "", "prefix": tokenPrefix, "cut": whole[:len(whole)-1], "longer": whole + "A",
			"hash": tokenHash(whole), "other letters": strings.ToUpper(whole), "huge": strings.Repeat("A", 1<<16),
		} {
			if a, err := s.Authenticate(ctx, token); err != ErrUnauthenticated || a != (bot.Actor{}) {
				t.Errorf("%s: %+v, %v", name, a, err)
			}
		}
		if err := s.RevokeToken(ctx, bot.System(), "olena", "whole"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Authenticate(ctx, whole); err != ErrUnauthenticated {
			t.Errorf("revoked: %v", err)
		}
		if _, err := s.Authenticate(ctx, less); err != nil {
			t.Errorf("the other: %v", err)
		}
		if err := errors.Join(s.AddUser(ctx, bot.System(), "petro", bot.Admin, password), s.DisableUser(ctx, bot.System(), "olena")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Authenticate(ctx, less); err != ErrUnauthenticated {
			t.Errorf("of a disabled user: %v", err)
		}
		if n := entries(t, store); n != 6 {
			t.Errorf("%d entries of the audit", n)
		}
	})
}

func TestAddTokenRefuses(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Marketer)
		if _, err := s.AddToken(ctx, bot.System(), "olena", "crm", ""); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			login, name string
			role        bot.Role
			words       string
		}{
			"nobody":      {"petro", "x", "", "no user"},
			"no name":     {"olena", "", "", "name must be"},
			"bad name":    {"olena", "a b", "", "name must be"},
			"same name":   {"olena", "crm", "", "already"},
			"more rights": {"olena", "x", bot.Admin, "at most the user's"},
			"other":       {"olena", "x", bot.Approver, "at most the user's"},
			"no role":     {"olena", "x", "root", "role must be one of"},
		} {
			secret, err := s.AddToken(ctx, bot.System(), c.login, c.name, c.role)
			if secret != "" {
				t.Errorf("%s: a secret", name)
			}
			wantWrong(t, err, c.words)
		}
		var forbidden *bot.ForbiddenError
		if _, err := s.AddToken(ctx, bot.Actor{User: "u", Role: bot.Marketer}, "olena", "x", ""); !errors.As(err, &forbidden) {
			t.Errorf("got %v", err)
		}
		wantWrong(t, s.RevokeToken(ctx, bot.System(), "olena", "x"), "no token")
		wantWrong(t, s.RevokeToken(ctx, bot.System(), "petro", "crm"), "no user")
		wantWrong(t, s.DisableUser(ctx, bot.System(), "petro"), "no user")
		if err := s.DisableUser(ctx, bot.System(), "olena"); err != nil {
			t.Fatal(err)
		}
		wantWrong(t, s.DisableUser(ctx, bot.System(), "olena"), "already")
		_, err := s.AddToken(ctx, bot.System(), "olena", "x", "")
		wantWrong(t, err, "disabled")
		for _, f := range []func(context.Context, bot.Actor) error{
			func(ctx context.Context, a bot.Actor) error { return s.DisableUser(ctx, a, "olena") },
			func(ctx context.Context, a bot.Actor) error { return s.RevokeToken(ctx, a, "olena", "crm") },
		} {
			if err := f(ctx, bot.Actor{User: "u", Role: bot.Approver}); !errors.As(err, &forbidden) {
				t.Errorf("got %v", err)
			}
		}
	})
}
