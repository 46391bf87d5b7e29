package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// tokenPrefix lets secret scanners and people know what they have found.
const tokenPrefix = "visnyk_"

// tokenRandom is how many random bytes stand behind it, in base64.
const tokenRandom = 32

// useNoted is how exactly the last use of a token is known.
const useNoted = time.Hour

// AddToken makes a token of a user for a program of that name and gives its
// secret, which is kept nowhere and cannot be shown again. Its role, by default
// the user's, is at most the user's.
func (s *Staff) AddToken(ctx context.Context, actor bot.Actor, login, name string, role bot.Role) (secret string, err error) {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return "", err
	}
	if !nameForm.MatchString(name) {
		return "", bot.Invalid("name", bot.FaultTokenName, nil)
	}
	secret = tokenPrefix + newToken()
	err = s.change(ctx, login, func(tx *storage.Tx, u storage.User) error {
		as := role
		if as == "" {
			as = u.Role
		}
		if err := checkRole(as); err != nil {
			return err
		}
		if !as.Within(u.Role) {
			return bot.Invalid("role", bot.FaultAboveRole, bot.Data{"Role": as, "Own": u.Role})
		}
		if u.Disabled {
			return bot.Refused("login", bot.FaultDisabled, nil)
		}
		t := storage.Token{Hash: tokenHash(secret), UserID: u.ID, Name: name, Role: as}
		if err := tx.AddToken(ctx, t); errors.Is(err, storage.ErrConflict) {
			return bot.Refused("name", bot.FaultTokenTaken, nil)
		} else if err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "token.add", Object: "user/" + u.ID,
			Detail: map[string]string{"name": name, "role": string(as)},
		})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// RevokeToken ends the user's token of that name at once.
func (s *Staff) RevokeToken(ctx context.Context, actor bot.Actor, login, name string) error {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return err
	}
	return s.change(ctx, login, func(tx *storage.Tx, u storage.User) error {
		if err := tx.RevokeToken(ctx, u.ID, name); errors.Is(err, storage.ErrNotFound) {
			return bot.Refused("name", bot.FaultNoToken, nil)
		} else if err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "token.revoke", Object: "user/" + u.ID, Detail: map[string]string{"name": name},
		})
	})
}

// Authenticate tells who stands behind a bearer token: its user, with its role.
// ErrUnauthenticated whatever is wrong with it. What does not look like a token
// is not looked for; anything else costs one hash and a part of one look by such
// hashes, which nobody can steer towards a stored one.
func (s *Staff) Authenticate(ctx context.Context, token string) (bot.Actor, error) {
	if !tokenForm(token) {
		return bot.Actor{}, ErrUnauthenticated
	}
	hash := tokenHash(token)
	b, err := s.tokens.find(ctx, hash)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Actor{}, ErrUnauthenticated
	}
	if err != nil {
		return bot.Actor{}, fmt.Errorf("authenticate: %w", err)
	}
	if !b.TokenRole.Within(b.Role) { // the user's role has shrunk since
		return bot.Actor{}, ErrUnauthenticated
	}
	if b.Stale {
		// It is only told to people. A database that cannot take it now shall
		// not keep anybody from reading.
		_ = s.store.UseToken(ctx, hash)
	}
	a := b.Actor()
	a.Role = b.TokenRole
	return a, nil
}

// tokenForm reports whether s could be a token.
func tokenForm(s string) bool {
	rest, ok := strings.CutPrefix(s, tokenPrefix)
	return ok && tokenIsWhole(rest)
}

// newToken returns 256 random bits as text.
func newToken() string {
	random := make([]byte, tokenRandom)
	rand.Read(random) // never fails
	return base64.RawURLEncoding.EncodeToString(random)
}

// tokenIsWhole reports whether s could be what newToken returns.
func tokenIsWhole(s string) bool {
	if len(s) != base64.RawURLEncoding.EncodedLen(tokenRandom) {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil
}

// tokenHash is what a token is found by. A token has 256 random bits, so it
// needs no slow hash.
func tokenHash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
