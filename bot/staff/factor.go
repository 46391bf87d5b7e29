package staff

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"strings"

	"visnyk/bot"
	"visnyk/storage"
)

const (
	recoveryCodes = 10
	recoveryBytes = 10 // 16 letters
)

// Factor is a second factor that is being set up.
type Factor struct {
	Login  string
	Secret string // as a person types it into an authenticator program
	URI    string // as the program reads it from a picture
}

// Factor returns the second factor that the step WantsFactor sets up; ErrOver when
// the step is past.
func (s *Staff) Factor(ctx context.Context, token, issuer string) (Factor, error) {
	code, err := s.code(ctx, token, storage.CodeFactor)
	if err != nil {
		return Factor{}, err
	}
	secret, err := s.store.OpenFactor(code.User, code.TOTP)
	if err != nil {
		return Factor{}, err
	}
	u, err := s.store.UserByID(ctx, code.User)
	if err != nil {
		return Factor{}, err
	}
	return Factor{Login: u.Login, Secret: factorText(secret), URI: factorURI(secret, issuer, u.Login)}, nil
}

// Confirm goes on with signing in where a Pass wants a code: of the second factor
// or, where one is set up already, a recovery code. A *bot.RefusedError says that
// the code is not right, a *ThrottledError that there were too many, ErrOver that
// the step is past: sign in anew.
func (s *Staff) Confirm(ctx context.Context, token, code string, from Client) (Pass, error) {
	step, err := s.code(ctx, token, storage.CodeSecond, storage.CodeFactor)
	if err != nil {
		return Pass{}, err
	}
	forgive, err := s.try(ctx, newSubject("factor", step.User, triesOfFactor))
	if err != nil {
		return Pass{}, err
	}
	var p Pass
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		p = Pass{}
		u, err := tx.LockUserByID(ctx, step.User)
		if err != nil {
			return err
		}
		if _, err := tx.UseCode(ctx, step.Hash); errors.Is(err, storage.ErrNotFound) || u.Disabled {
			return ErrOver
		} else if err != nil {
			return err
		}
		if step.Kind == storage.CodeFactor {
			p.Recovery, err = s.setFactor(ctx, tx, &u, step.TOTP, code)
		} else {
			err = s.proveFactor(ctx, tx, &u, code)
		}
		if err != nil {
			return err
		}
		return s.begin(ctx, tx, u, from, &p)
	})
	if err != nil {
		return Pass{}, err
	}
	return p, forgive(ctx)
}

// setFactor gives the user the second factor that the code proves, and new
// recovery codes, which it returns.
func (s *Staff) setFactor(ctx context.Context, tx *storage.Tx, u *storage.User, sealed, code string) ([]string, error) {
	u.TOTP, u.TOTPStep = sealed, 0
	if err := s.countStep(ctx, tx, u, digits(code)); err != nil {
		return nil, err
	}
	codes, err := putRecovery(ctx, tx, u.ID)
	if err != nil {
		return nil, err
	}
	return codes, tx.Audit(ctx, storage.AuditEntry{Actor: u.Actor(), Action: "user.factor", Object: "user/" + u.ID})
}

// proveFactor takes a code of the user's second factor, or a recovery code.
func (s *Staff) proveFactor(ctx context.Context, tx *storage.Tx, u *storage.User, code string) error {
	if clean := recoveryForm(code); clean != "" {
		used, err := tx.UseRecovery(ctx, u.ID, recoveryHash(u.ID, clean))
		if err != nil {
			return err
		}
		if !used {
			return bot.Refused("code", bot.FaultCodeWrong, nil)
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: u.Actor(), Action: "user.recovery", Object: "user/" + u.ID})
	}
	return s.countStep(ctx, tx, u, digits(code))
}

// countStep checks the code of the user's second factor, which counts no more from
// then on.
func (s *Staff) countStep(ctx context.Context, tx *storage.Tx, u *storage.User, code string) error {
	secret, err := s.store.OpenFactor(u.ID, u.TOTP)
	if errors.Is(err, storage.ErrNoSecret) {
		return bot.Refused("code", bot.FaultFactorLost, nil)
	}
	if err != nil {
		return err
	}
	step := stepOf(secret, code, u.TOTPStep, s.now())
	if step == 0 {
		return bot.Refused("code", bot.FaultCodeWrong, nil)
	}
	u.TOTPStep = step
	return tx.PutUser(ctx, *u)
}

// ResetFactor takes another user's second factor away, as when their phone is
// lost: they sign out everywhere and set up another one with the next sign-in.
func (s *Staff) ResetFactor(ctx context.Context, actor bot.Actor, login string) error {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return err
	}
	return s.change(ctx, login, func(tx *storage.Tx, u storage.User) error {
		if u.TOTP == "" {
			return bot.Refused("login", bot.FaultNoFactor, nil)
		}
		u.TOTP, u.TOTPStep = "", 0
		return errors.Join(
			tx.PutUser(ctx, u),
			tx.PutRecovery(ctx, u.ID, nil),
			out(ctx, tx, u.ID),
			tx.Audit(ctx, storage.AuditEntry{Actor: actor, Action: "user.factor_reset", Object: "user/" + u.ID}),
		)
	})
}

// NewRecovery returns new recovery codes of the actor, in place of all before, for
// a code of their second factor.
func (s *Staff) NewRecovery(ctx context.Context, actor bot.Actor, code string) (codes []string, err error) {
	forgive, err := s.try(ctx, newSubject("factor", actor.User, triesOfFactor))
	if err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		u, err := tx.LockUserByID(ctx, actor.User)
		if err != nil {
			return err
		}
		if u.TOTP == "" {
			return bot.Refused("code", bot.FaultNoFactor, nil)
		}
		if err := s.countStep(ctx, tx, &u, digits(code)); err != nil {
			return err
		}
		if codes, err = putRecovery(ctx, tx, u.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: actor, Action: "user.recovery_new", Object: "user/" + u.ID})
	})
	if err != nil {
		return nil, err
	}
	return codes, forgive(ctx)
}

// RecoveryLeft returns how many recovery codes the actor still has.
func (s *Staff) RecoveryLeft(ctx context.Context, actor bot.Actor) (int, error) {
	return s.store.RecoveryLeft(ctx, actor.User)
}

func putRecovery(ctx context.Context, tx *storage.Tx, user string) ([]string, error) {
	codes, hashes := make([]string, recoveryCodes), make([]string, recoveryCodes)
	for i := range codes {
		random := make([]byte, recoveryBytes)
		rand.Read(random) // never fails
		clean := strings.ToLower(base32.StdEncoding.EncodeToString(random))
		codes[i] = clean[:4] + "-" + clean[4:8] + "-" + clean[8:12] + "-" + clean[12:]
		hashes[i] = recoveryHash(user, clean)
	}
	return codes, tx.PutRecovery(ctx, user, hashes)
}

// recoveryHash is what a recovery code is kept as. It has 80 random bits, so it
// needs no slow hash.
func recoveryHash(user, clean string) string { return tokenHash(user + "\x00" + clean) }

// recoveryForm returns a recovery code without what people write between its
// letters; "" where it is none.
func recoveryForm(code string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(code)))
	if len(clean) != base32.StdEncoding.EncodedLen(recoveryBytes) {
		return ""
	}
	if _, err := base32.StdEncoding.DecodeString(strings.ToUpper(clean)); err != nil {
		return ""
	}
	return clean
}

// digits returns a code without the space that programs show in it.
func digits(code string) string { return strings.ReplaceAll(strings.TrimSpace(code), " ", "") }
