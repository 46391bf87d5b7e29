package staff

import (
	"context"
	"errors"

	"visnyk/bot"
	"visnyk/storage"
)

// SetUpLink returns a link that makes the first admin; ErrOver where the staff has
// a user. Each start may print its own: whichever is used first counts.
func (s *Staff) SetUpLink(ctx context.Context) (link Link, err error) {
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		there, err := tx.HasUsers(ctx)
		if err != nil {
			return err
		}
		if there {
			return ErrOver
		}
		link, err = addLink(ctx, tx, storage.CodeSetUp, "")
		return err
	})
	return link, err
}

// CanSetUp returns nil while the link of SetUpLink makes the first admin, ErrOver
// when it is used or past, or there is a user.
func (s *Staff) CanSetUp(ctx context.Context, code string) error {
	if _, err := s.code(ctx, code, storage.CodeSetUp); err != nil {
		return err
	}
	there, err := s.store.HasUsers(ctx)
	if err == nil && there {
		err = ErrOver
	}
	return err
}

// SetUp makes the first admin, who chose their login and password by the link, and
// takes them to the step that follows. Of two who do so at once one wins.
func (s *Staff) SetUp(ctx context.Context, code, login, password string, p Profile, from Client) (Pass, error) {
	if err := s.CanSetUp(ctx, code); err != nil {
		return Pass{}, err
	}
	login = fold(login)
	if err := faults(checkLogin(login), checkPassword(login, password), p.check()); err != nil {
		return Pass{}, err
	}
	hashed, err := s.hash.make(ctx, password)
	if err != nil {
		return Pass{}, err
	}
	u := storage.User{
		ID: storage.NewID(), Login: login, Role: bot.Admin, Password: hashed,
		Name: p.Name, Known: p.Known, Language: p.Language, Preferences: storage.UsualPreferences(),
	}
	err = s.store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.LockAudit(ctx); err != nil { // nobody else sets up meanwhile
			return err
		}
		there, err := tx.HasUsers(ctx)
		if err != nil {
			return err
		}
		if _, err := tx.UseCode(ctx, tokenHash(code)); there || errors.Is(err, storage.ErrNotFound) {
			return ErrOver
		} else if err != nil {
			return err
		}
		return errors.Join(
			tx.AddUser(ctx, u),
			tx.DropCodes(ctx, "", storage.CodeSetUp),
			tx.Audit(ctx, storage.AuditEntry{Actor: u.Actor(), Action: "user.set_up", Object: "user/" + u.ID}),
		)
	})
	if err != nil {
		return Pass{}, err
	}
	return s.pass(ctx, u, from)
}
