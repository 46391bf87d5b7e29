package staff

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// The vectors of RFC 6238, appendix B, for SHA-1.
func TestCodesOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, code := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := codeAt(secret, at/30, 8); got != code {
			t.Errorf("at %d: %s, want %s", at, got, code)
		}
	}
}

func TestStepOf(t *testing.T) {
	secret, now := newFactor(), time.Unix(1_800_000_000, 0)
	step := now.Unix() / 30
	for off, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		if got := stepOf(secret, codeAt(secret, step+off, 6), 0, now) == step+off; got != want {
			t.Errorf("%d steps off: %v", off, got)
		}
	}
	if stepOf(secret, codeAt(secret, step, 6), step, now) != 0 || stepOf(secret, codeAt(secret, step-1, 6), step, now) != 0 {
		t.Error("a code that was taken counts again")
	}
	for _, code := range []string{"", "12345", codeAt(secret, step, 8), codeAt(secret, step, 6) + " "} {
		if stepOf(secret, code, 0, now) != 0 {
			t.Errorf("%q counts", code)
		}
	}
}

// phone is an authenticator program.
type phone struct {
	*Staff
	at *time.Time
	authenticator
}

// withClock gives the replicas one clock that only moves when it is told to.
func withClock(all ...*Staff) *time.Time {
	at := time.Unix(1_800_000_000, 0)
	for _, s := range all {
		s.now = func() time.Time { return at }
	}
	return &at
}

func (p phone) code() string { return p.authenticator.code(*p.at, 6) }

// enrols takes somebody from their password to a second factor and a session.
func enrols(t *testing.T, s *Staff, at *time.Time, p Pass) (phone, Pass) {
	t.Helper()
	if p.Step != WantsFactor || signedIn(t, s, p.Token) {
		t.Fatalf("%+v", p)
	}
	f := must[Factor](t)(s.Factor(t.Context(), p.Token, "Visnyk"))
	if again := must[Factor](t)(s.Factor(t.Context(), p.Token, "Visnyk")); again != f {
		t.Error("the page loaded again shows another secret")
	}
	ph := phone{s, at, scan(t, f.URI)}
	if typed, err := base32Of(f.Secret); err != nil || string(typed) != string(ph.key) {
		t.Errorf("who types the secret has another than who scans it: %v", err)
	}
	if strings.Contains(dump(t, s.store), f.Secret) {
		t.Error("the secret is stored as it is")
	}
	in := must[Pass](t)(s.Confirm(t.Context(), p.Token, ph.code()[:3]+" "+ph.code()[3:], Client{}))
	if in.Step != SignedIn || len(in.Recovery) != recoveryCodes || !signedIn(t, s, in.Token) {
		t.Fatalf("%+v", in)
	}
	if all := dump(t, s.store); strings.Contains(all, in.Recovery[0]) || strings.Contains(all, strings.ReplaceAll(in.Recovery[0], "-", "")) {
		t.Error("recovery codes are stored as they are")
	}
	return ph, in
}

func TestSecondFactor(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Approver)
		other := replica(store)
		at := withClock(s, other)
		ph, in := enrols(t, s, at, must[Pass](t)(s.SignIn(ctx, "olena", password, Client{})))

		second := func() Pass {
			t.Helper()
			p := must[Pass](t)(s.SignIn(ctx, "olena", password, Client{}))
			if p.Step != WantsCode || signedIn(t, s, p.Token) {
				t.Fatalf("%+v", p)
			}
			return p
		}
		p := second()
		if _, err := s.Factor(ctx, p.Token, "Visnyk"); err != ErrOver {
			t.Errorf("the secret is shown to who knows the password alone: %v", err)
		}
		wantWrong(t, errOf(s.Confirm(ctx, p.Token, ph.code(), Client{})), "not the code of this moment") // it was taken when it was set up
		*at = at.Add(factorStep)
		right := ph.code()
		if got := must[Pass](t)(other.Confirm(ctx, p.Token, right, Client{})); got.Step != SignedIn || got.Recovery != nil {
			t.Errorf("%+v", got)
		}
		if _, err := s.Confirm(ctx, p.Token, right, Client{}); err != ErrOver {
			t.Errorf("the step counts twice: %v", err)
		}
		wantWrong(t, errOf(s.Confirm(ctx, second().Token, right, Client{})), "not the code of this moment") // a code counts once

		// Recovery codes, however they are typed, each once.
		code := " " + strings.ToUpper(strings.ReplaceAll(in.Recovery[3], "-", " ")) + " "
		if got := must[Pass](t)(s.Confirm(ctx, second().Token, code, Client{})); got.Step != SignedIn {
			t.Errorf("%+v", got)
		}
		wantWrong(t, errOf(s.Confirm(ctx, second().Token, code, Client{})), "not the code")
		if n := must[int](t)(s.RecoveryLeft(ctx, in.User.Actor())); n != recoveryCodes-1 {
			t.Errorf("%d are left", n)
		}
		*at = at.Add(factorStep)
		fresh := must[[]string](t)(s.NewRecovery(ctx, in.User.Actor(), ph.code()))
		wantWrong(t, errOf(s.Confirm(ctx, second().Token, in.Recovery[5], Client{})), "not the code")
		_ = must[Pass](t)(s.Confirm(ctx, second().Token, fresh[5], Client{}))

		// A step is open for ten minutes, and ends with the password it came from.
		late := second()
		passing(t, store, stepOpen)
		if _, err := s.Confirm(ctx, late.Token, ph.code(), Client{}); err != ErrOver {
			t.Errorf("past: %v", err)
		}
		stale := second()
		_ = must[Pass](t)(s.ChangePassword(ctx, in.User.Actor(), password, password+"!", Client{}))
		*at = at.Add(factorStep)
		if _, err := s.Confirm(ctx, stale.Token, ph.code(), Client{}); err != ErrOver {
			t.Errorf("after another password: %v", err)
		}
	})
}

func TestCodesAreThrottled(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Admin)
		at := withClock(s)
		ph, _ := enrols(t, s, at, must[Pass](t)(s.SignIn(ctx, "olena", password, Client{})))
		*at = at.Add(factorStep)
		var wrong, many atomic.Int64
		var all sync.WaitGroup
		p := must[Pass](t)(s.SignIn(ctx, "olena", password, Client{}))
		for range 2 * triesOfFactor {
			all.Go(func() {
				_, err := s.Confirm(ctx, p.Token, "abcdef", Client{})
				var refused *bot.RefusedError
				var throttled *ThrottledError
				switch {
				case errors.As(err, &refused):
					wrong.Add(1)
				case errors.As(err, &throttled):
					many.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if wrong.Load() != triesOfFactor || many.Load() != triesOfFactor {
			t.Errorf("%d codes were checked", wrong.Load())
		}
		_, err := s.Confirm(ctx, p.Token, ph.code(), Client{})
		throttled(t, err)
		_, err = s.NewRecovery(ctx, p.User.Actor(), ph.code())
		throttled(t, err)
	})
}

// An admin takes a lost phone's factor away, which is in the audit; under another
// VISNYK_SECRET the recovery codes still count.
func TestLostFactor(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, store *storage.Store) {
		ctx := t.Context()
		s := office(t, store, "olena", bot.Admin)
		at := withClock(s)
		_, in := enrols(t, s, at, must[Pass](t)(s.SignIn(ctx, "olena", password, Client{})))
		ok(t, s.AddUser(ctx, bot.System(), "petro", bot.Operator, password))
		ok(t, s.AddUser(ctx, bot.System(), "iryna", bot.Marketer, password))
		hers, entered := enrols(t, s, at, must[Pass](t)(s.SignIn(ctx, "iryna", password, Client{})))
		before := entries(t, store)
		var forbidden *bot.ForbiddenError
		if err := s.ResetFactor(ctx, entered.User.Actor(), "olena"); !errors.As(err, &forbidden) {
			t.Errorf("a marketer: %v", err)
		}
		wantWrong(t, s.ResetFactor(ctx, in.User.Actor(), "petro"), "without a second factor")
		ok(t, s.ResetFactor(ctx, in.User.Actor(), "iryna"))
		if n := entries(t, store); n != before+1 {
			t.Errorf("%d entries more", n-before)
		}
		if signedIn(t, s, entered.Token) {
			t.Error("her session goes on")
		}
		p := must[Pass](t)(s.SignIn(ctx, "iryna", password, Client{}))
		*at = at.Add(factorStep)
		wantWrong(t, errOf(s.Confirm(ctx, p.Token, hers.code(), Client{})), "not the code") // of the phone that is lost
		enrols(t, s, at, p)

		elsewhere := must[string](t)(store.SealFactor("another", newFactor()))
		if _, err := store.OpenFactor("olena", elsewhere); err == nil {
			t.Error("another user's factor can be put in place of one's own")
		}
		ok(t, store.InTx(ctx, func(tx *storage.Tx) error {
			u, err := tx.LockUser(ctx, "olena")
			if err != nil {
				return err
			}
			u.TOTP = "another-key." + u.TOTP
			return tx.PutUser(ctx, u)
		}))
		p = must[Pass](t)(s.SignIn(ctx, "olena", password, Client{}))
		wantWrong(t, errOf(s.Confirm(ctx, p.Token, "123456", Client{})), "VISNYK_SECRET")
		if got := must[Pass](t)(s.Confirm(ctx, p.Token, in.Recovery[0], Client{})); got.Step != SignedIn {
			t.Errorf("%+v", got)
		}
	})
}
