package staff

import (
	"context"
	"errors"
	"fmt"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Step is how far somebody is with signing in.
type Step string

// The steps.
const (
	SignedIn    Step = "signed in" // nothing more
	WantsCode   Step = "code"      // a code of the second factor, or a recovery code
	WantsFactor Step = "factor"    // a second factor is to be set up, proved by a code
)

// Pass is what somebody gets who proved who they are.
type Pass struct {
	Step Step
	User storage.User
	// Token is for the session's cookie when they are signed in. Before that it names
	// the step that follows, to Confirm and Factor, for ten minutes; it is no session.
	Token string
	Until time.Time // when Token ends at the latest
	// Device is for the browser's own cookie, which lasts DeviceKept; "" before they
	// are signed in.
	Device string
	// Recovery are the recovery codes of a second factor that was just set up. They
	// are kept nowhere and cannot be shown again.
	Recovery []string
}

// DeviceKept is how long a browser is known.
const DeviceKept = storage.DevicesKept

// stepOpen is how long the second step of signing in may take.
const stepOpen = 10 * time.Minute

// SignIn proves who somebody is by login and password. ErrUnauthenticated, after
// the same time, whether the login, the password or the user is the reason; a
// *ThrottledError when there were too many tries, ErrBusy when too many passwords
// are being checked.
func (s *Staff) SignIn(ctx context.Context, login, password string, from Client) (Pass, error) {
	login = fold(login)
	forgive, err := s.tries(ctx, login, from)
	if err != nil {
		return Pass{}, err
	}
	u, err := s.store.User(ctx, login)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Pass{}, errors.Join(fmt.Errorf("sign in: %w", err), forgive(ctx))
	}
	fits, err := s.hash.fits(ctx, password, u.Password)
	if err != nil {
		return Pass{}, errors.Join(err, forgive(ctx))
	}
	if !fits || u.Disabled {
		return Pass{}, ErrUnauthenticated
	}
	if err := forgive(ctx); err != nil {
		return Pass{}, err
	}
	return s.pass(ctx, u, from)
}

// pass takes somebody whose password is right to the step that follows.
func (s *Staff) pass(ctx context.Context, u storage.User, from Client) (Pass, error) {
	p := Pass{Step: SignedIn, User: u}
	code := storage.StaffCode{User: u.ID}
	switch {
	case u.TOTP != "":
		p.Step, code.Kind = WantsCode, storage.CodeSecond
	case NeedsFactor(u.Role):
		sealed, err := s.store.SealFactor(u.ID, newFactor())
		if err != nil {
			return Pass{}, err
		}
		p.Step, code.Kind, code.TOTP = WantsFactor, storage.CodeFactor, sealed
	}
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		now, err := tx.LockUserByID(ctx, u.ID)
		if err != nil {
			return err
		}
		if now.Disabled || now.Password != u.Password || now.Role != u.Role || now.TOTP != u.TOTP {
			return ErrUnauthenticated // it changed while the password was checked
		}
		if p.Step == SignedIn {
			return s.begin(ctx, tx, now, from, &p)
		}
		p.Token = newToken()
		code.Hash = tokenHash(p.Token)
		p.Until, err = tx.AddCode(ctx, code, stepOpen)
		return err
	})
	if err != nil {
		return Pass{}, err
	}
	return p, nil
}

// begin makes the session of a user who has proved everything.
func (s *Staff) begin(ctx context.Context, tx *storage.Tx, u storage.User, from Client, p *Pass) error {
	p.Step, p.User, p.Token, p.Until = SignedIn, u, newToken(), s.now().Add(storage.SessionWhole)
	p.Device = from.Device
	known := false
	if tokenIsWhole(from.Device) {
		var err error
		if known, err = tx.IsDevice(ctx, tokenHash(from.Device)); err != nil {
			return err
		}
	}
	if !known {
		p.Device = newToken() // one that somebody else chose would be theirs to guess with
	}
	device, client := tokenHash(p.Device), from.words()
	return errors.Join(
		tx.PutDevice(ctx, device, u.ID),
		tx.AddSession(ctx, tokenHash(p.Token), u.ID, device, client, from.network()),
		tx.Audit(ctx, storage.AuditEntry{
			Actor: u.Actor(), Action: "session.begin", Object: "user/" + u.ID, Detail: map[string]string{"with": client},
		}),
	)
}

// Session returns the session of a cookie and notes that it is used, to the
// minute. ErrUnauthenticated when it is none, has ended or run out, or its user is
// disabled: whatever ends it counts for the next request of every replica.
func (s *Staff) Session(ctx context.Context, token string) (storage.Session, error) {
	one, err := s.WatchSession(ctx, token)
	if err == nil && one.Stale {
		// It is told to people and keeps the session open. A database that cannot
		// take it now shall keep nobody from reading.
		_ = s.store.UseSession(ctx, one.ID)
	}
	return one, err
}

// WatchSession does what Session does for a stream, which is no use of it.
func (s *Staff) WatchSession(ctx context.Context, token string) (storage.Session, error) {
	if !tokenIsWhole(token) {
		return storage.Session{}, ErrUnauthenticated
	}
	one, err := s.sessions.find(ctx, tokenHash(token))
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Session{}, ErrUnauthenticated
	}
	if err != nil {
		return storage.Session{}, fmt.Errorf("session: %w", err)
	}
	return one, nil
}

// SignOut ends the session of a cookie; nothing where there is none.
func (s *Staff) SignOut(ctx context.Context, token string) error {
	one, err := s.WatchSession(ctx, token)
	if errors.Is(err, ErrUnauthenticated) {
		return nil
	}
	if err != nil {
		return err
	}
	err = s.EndSession(ctx, one.User.Actor(), one.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	return err
}

// Sessions lists the actor's own sessions that go on, the last used first.
func (s *Staff) Sessions(ctx context.Context, actor bot.Actor) ([]storage.Session, error) {
	return s.store.Sessions(ctx, actor.User)
}

// EndSession ends one of the actor's own sessions, by its id; storage.ErrNotFound
// when it is none of theirs or has ended.
func (s *Staff) EndSession(ctx context.Context, actor bot.Actor, id string) error {
	return s.store.InTx(ctx, func(tx *storage.Tx) error {
		user, err := tx.EndSession(ctx, id)
		if err != nil {
			return err
		}
		if user != actor.User {
			return storage.ErrNotFound
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: actor, Action: "session.end", Object: "user/" + user})
	})
}

// EndSessions ends all of the actor's own sessions but one, if any, and forgets
// their browsers. It returns how many sessions that ended.
func (s *Staff) EndSessions(ctx context.Context, actor bot.Actor, except string) (ended int, err error) {
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if ended, err = tx.EndSessions(ctx, actor.User, except); err != nil {
			return err
		}
		if err := tx.DropDevices(ctx, actor.User); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "session.end_all", Object: "user/" + actor.User, Detail: map[string]int{"ended": ended},
		})
	})
	return ended, err
}
