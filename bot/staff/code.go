package staff

import (
	"context"
	"errors"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// How long the one-time links of the staff are open.
const (
	SetUpOpen  = time.Hour
	InviteOpen = 7 * 24 * time.Hour
	ResetOpen  = time.Hour
	LinkOpen   = 10 * time.Minute
)

// Where the one-time links of the staff lead, before the code.
const (
	SetUpPath  = "/setup/"
	InvitePath = "/console/invite/"
	ResetPath  = "/console/reset/"
)

// Invitation is a new user who chooses their password by a link.
type Invitation struct {
	Login string
	Role  bot.Role
	Lead  bool
	Profile
}

// Link is a one-time link of the staff, shown once.
type Link struct {
	Code  string
	Path  string // of the link, below our public address
	Until time.Time
}

// Invite adds a user without a password and returns the link by which they choose
// one. Faults as of AddUser.
func (s *Staff) Invite(ctx context.Context, actor bot.Actor, i Invitation) (Link, error) {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return Link{}, err
	}
	i.Login = fold(i.Login)
	if err := faults(checkLogin(i.Login), checkRole(i.Role), i.Profile.check()); err != nil {
		return Link{}, err
	}
	u := storage.User{
		ID: storage.NewID(), Login: i.Login, Role: i.Role, Lead: i.Lead, Name: i.Name, Known: i.Known, Language: i.Language,
	}
	var link Link
	err := s.store.InTx(ctx, func(tx *storage.Tx) (err error) {
		if err := tx.AddUser(ctx, u); err != nil {
			return err
		}
		if link, err = addLink(ctx, tx, storage.CodeInvite, u.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "user.invite", Object: "user/" + u.ID, Detail: map[string]any{"role": u.Role, "lead": u.Lead},
		})
	})
	if errors.Is(err, storage.ErrConflict) {
		err = bot.Refused("login", bot.FaultLoginTaken, nil)
	}
	return link, err
}

// PasswordLink returns a link by which the user chooses a password: an invitation
// while they have none, otherwise for another one. An earlier link is worth nothing
// any more; the password they have counts until the link is used.
func (s *Staff) PasswordLink(ctx context.Context, actor bot.Actor, login string) (link Link, err error) {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return Link{}, err
	}
	err = s.change(ctx, login, func(tx *storage.Tx, u storage.User) (err error) {
		if u.Disabled {
			return bot.Refused("login", bot.FaultDisabled, nil)
		}
		kind, action := storage.CodeReset, "user.reset"
		if u.Password == "" {
			kind, action = storage.CodeInvite, "user.invite"
		}
		if err := tx.DropCodes(ctx, u.ID, storage.CodeInvite, storage.CodeReset); err != nil {
			return err
		}
		if link, err = addLink(ctx, tx, kind, u.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: actor, Action: action, Object: "user/" + u.ID})
	})
	return link, err
}

func addLink(ctx context.Context, tx *storage.Tx, kind storage.CodeKind, user string) (Link, error) {
	code := newToken()
	path, open := InvitePath, InviteOpen
	switch kind {
	case storage.CodeReset:
		path, open = ResetPath, ResetOpen
	case storage.CodeSetUp:
		path, open = SetUpPath, SetUpOpen
	}
	until, err := tx.AddCode(ctx, storage.StaffCode{Hash: tokenHash(code), Kind: kind, User: user}, open)
	return Link{Code: code, Path: path + code, Until: until}, err
}

// code returns the open code of one of these kinds; ErrOver when there is none.
func (s *Staff) code(ctx context.Context, token string, kinds ...storage.CodeKind) (storage.StaffCode, error) {
	if !tokenIsWhole(token) {
		return storage.StaffCode{}, ErrOver
	}
	code, err := s.store.Code(ctx, tokenHash(token))
	if errors.Is(err, storage.ErrNotFound) || err == nil && !slices.Contains(kinds, code.Kind) {
		return storage.StaffCode{}, ErrOver
	}
	return code, err
}

// Invited returns whom a link of Invite or PasswordLink is for, and whether it is
// the first one; ErrOver when it is used or past. It does not use the link up:
// messengers open every link for a preview.
func (s *Staff) Invited(ctx context.Context, code string) (u storage.User, first bool, err error) {
	c, err := s.code(ctx, code, storage.CodeInvite, storage.CodeReset)
	if err != nil {
		return storage.User{}, false, err
	}
	u, err = s.store.UserByID(ctx, c.User)
	if errors.Is(err, storage.ErrNotFound) || err == nil && u.Disabled {
		err = ErrOver
	}
	return u, c.Kind == storage.CodeInvite, err
}

// Accept gives the user of a link the password they chose and takes them to the
// step that follows. All their sessions end. A *bot.InvalidError says what is
// wrong with the password, which leaves the link open; ErrOver that the link is
// used or past.
func (s *Staff) Accept(ctx context.Context, code, password string, from Client) (Pass, error) {
	u, _, err := s.Invited(ctx, code)
	if err != nil {
		return Pass{}, err
	}
	if err := checkPassword(u.Login, password); err != nil {
		return Pass{}, err
	}
	hashed, err := s.hash.make(ctx, password)
	if err != nil {
		return Pass{}, err
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if u, err = tx.LockUserByID(ctx, u.ID); err != nil {
			return err
		}
		c, err := tx.UseCode(ctx, tokenHash(code))
		if errors.Is(err, storage.ErrNotFound) || u.Disabled {
			return ErrOver
		}
		if err != nil {
			return err
		}
		u.Password = hashed
		return errors.Join(
			tx.PutUser(ctx, u),
			shut(ctx, tx, u.ID),
			tx.Audit(ctx, storage.AuditEntry{
				Actor: u.Actor(), Action: "user.password", Object: "user/" + u.ID, Detail: map[string]storage.CodeKind{"by": c.Kind},
			}),
		)
	})
	if err != nil {
		return Pass{}, err
	}
	return s.pass(ctx, u, from)
}

// out ends the sessions of a user, and steps of signing in that are not done.
func out(ctx context.Context, tx *storage.Tx, user string) error {
	_, err := tx.EndSessions(ctx, user, "")
	return errors.Join(err, tx.DropCodes(ctx, user, storage.CodeSecond, storage.CodeFactor))
}

// shut ends everything that lets a user in but their tokens: the browsers they are
// known by and the links they have, too.
func shut(ctx context.Context, tx *storage.Tx, user string) error {
	return errors.Join(out(ctx, tx, user), tx.DropDevices(ctx, user),
		tx.DropCodes(ctx, user, storage.CodeInvite, storage.CodeReset, storage.CodeLink))
}

// faults makes one *bot.InvalidError of several; any other error comes first.
func faults(all ...error) error {
	var joined bot.InvalidError
	for _, err := range all {
		var wrong *bot.InvalidError
		if errors.As(err, &wrong) {
			joined.Faults = append(joined.Faults, wrong.Faults...)
		} else if err != nil {
			return err
		}
	}
	if len(joined.Faults) > 0 {
		return &joined
	}
	return nil
}
