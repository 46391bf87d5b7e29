// Package staff keeps the people who work with Visnyk: who they are, their
// sessions, second factors and one-time links, and the tokens of their programs. It
// tells who stands behind a password, a session or a bearer token, and how often
// anybody may try. Every change of it is an entry of the audit, in the same
// transaction.
//
// It holds no table of rights (that is bot.Role) and no HTTP: cookies and pages
// stand with the console.
package staff

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Why something is refused, for decisions by errors.Is.
var (
	// ErrUnauthenticated: the token or password is not one of ours. It never
	// says what is wrong about it.
	ErrUnauthenticated = errors.New("not authenticated")
	// ErrBusy: too many passwords are being checked. Try again in a second.
	ErrBusy = errors.New("too many passwords at once")
	// ErrOver: the link or the step of signing in is used, past, or never was.
	ErrOver = errors.New("this link is used or past")
)

// Staff keeps users and tokens.
type Staff struct {
	store    *storage.Store
	hash     hasher
	tokens   looks[storage.Bearer]
	sessions looks[storage.Session]
	audit    auditCheck
	now      func() time.Time // of the codes of second factors, which go by the clock of a phone
}

// New returns the staff kept in the store.
func New(store *storage.Store) *Staff {
	return &Staff{
		store: store, hash: newHasher(), now: time.Now,
		tokens: looks[storage.Bearer]{many: func(ctx context.Context, hashes []string) (map[string]storage.Bearer, error) {
			return store.Bearers(ctx, hashes, useNoted)
		}},
		sessions: looks[storage.Session]{many: store.FindSessions},
	}
}

var (
	loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)
	nameForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
)

// roles are those a person can have, as words.
func roles() []bot.Role { return []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} }

// fold returns a login as it is kept: it does not know upper case, nor spaces
// around it, which phones add.
func fold(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

func checkLogin(login string) error {
	if !loginForm.MatchString(login) || login == bot.System().Login {
		return bot.Invalid("login", bot.FaultLogin, nil)
	}
	return nil
}

func checkRole(r bot.Role) error {
	if slices.Contains(roles(), r) {
		return nil
	}
	return bot.Invalid("role", bot.FaultChoice, bot.Data{"Choices": bot.Choices(roles())})
}

// AddUser adds a user. Logins do not know upper case. A *bot.InvalidError says what
// is wrong with what is given, a *bot.RefusedError that the login is taken, a
// *bot.ForbiddenError that the actor may not.
func (s *Staff) AddUser(ctx context.Context, actor bot.Actor, login string, role bot.Role, password string) error {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return err
	}
	login = fold(login)
	if err := checkLogin(login); err != nil {
		return err
	}
	if err := errors.Join(checkRole(role), checkPassword(login, password)); err != nil {
		return err
	}
	hashed, err := s.hash.make(ctx, password)
	if err != nil {
		return fmt.Errorf("add a user: %w", err)
	}
	u := storage.User{ID: storage.NewID(), Login: login, Role: role, Password: hashed}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.AddUser(ctx, u); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "user.add", Object: "user/" + u.ID, Detail: map[string]bot.Role{"role": role},
		})
	})
	if errors.Is(err, storage.ErrConflict) {
		return bot.Refused("login", bot.FaultLoginTaken, nil)
	}
	return err
}

// change finds the user and holds the row while f works.
func (s *Staff) change(ctx context.Context, login string, f func(*storage.Tx, storage.User) error) error {
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		u, err := tx.LockUser(ctx, fold(login))
		if err != nil {
			return err
		}
		return f(tx, u)
	})
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Refused("login", bot.FaultNoUser, nil)
	}
	return err
}
