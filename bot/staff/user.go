package staff

import (
	"context"
	"errors"
	"slices"

	"visnyk/bot"
	"visnyk/storage"
)

// DisableUser ends what a user may do, with all of their sessions, tokens and
// links, at once. Tickets that they held go back to the queue.
func (s *Staff) DisableUser(ctx context.Context, actor bot.Actor, login string) error {
	return s.administer(ctx, actor, login, func(tx *storage.Tx, u storage.User) error {
		if u.Disabled {
			return bot.Refused("login", bot.FaultDisabledNow, nil)
		}
		u.Disabled = true
		return errors.Join(
			tx.PutUser(ctx, u),
			shut(ctx, tx, u.ID),
			tx.LoseTickets(ctx, u.ID, actor),
			tx.Audit(ctx, storage.AuditEntry{Actor: actor, Action: "user.disable", Object: "user/" + u.ID}),
		)
	})
}

// EnableUser lets a disabled user work again: they choose a new password by the
// link that it returns. Their second factor stays.
func (s *Staff) EnableUser(ctx context.Context, actor bot.Actor, login string) (link Link, err error) {
	err = s.administer(ctx, actor, login, func(tx *storage.Tx, u storage.User) (err error) {
		if !u.Disabled {
			return bot.Refused("login", bot.FaultEnabledNow, nil)
		}
		u.Disabled, u.Password = false, ""
		if err := tx.PutUser(ctx, u); err != nil {
			return err
		}
		if link, err = addLink(ctx, tx, storage.CodeInvite, u.ID); err != nil {
			return err
		}
		return tx.Audit(ctx, storage.AuditEntry{Actor: actor, Action: "user.enable", Object: "user/" + u.ID})
	})
	return link, err
}

// SetRole gives a user another role, or the lead of the desk. Their sessions end;
// a token that may do more than the new role ends with it.
func (s *Staff) SetRole(ctx context.Context, actor bot.Actor, login string, role bot.Role, lead bool) error {
	if err := checkRole(role); err != nil {
		return err
	}
	return s.administer(ctx, actor, login, func(tx *storage.Tx, u storage.User) error {
		was := u
		u.Role, u.Lead = role, lead
		if u == was {
			return nil
		}
		if !role.May(bot.WorkTickets) {
			if err := tx.LoseTickets(ctx, u.ID, actor); err != nil {
				return err
			}
		}
		return errors.Join(
			tx.PutUser(ctx, u),
			out(ctx, tx, u.ID),
			tx.Audit(ctx, storage.AuditEntry{
				Actor: actor, Action: "user.role", Object: "user/" + u.ID,
				Detail: map[string]any{"from": was.Role, "to": role, "lead": lead},
			}),
		)
	})
}

// administer changes a user, of whom the last admin stays one.
func (s *Staff) administer(ctx context.Context, actor bot.Actor, login string, f func(*storage.Tx, storage.User) error) error {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return err
	}
	err := s.store.InTx(ctx, func(tx *storage.Tx) error {
		admins, err := tx.LockAdmins(ctx)
		if err != nil {
			return err
		}
		u, err := tx.LockUser(ctx, fold(login))
		if err != nil {
			return err
		}
		if err := f(tx, u); err != nil {
			return err
		}
		if left, err := tx.LockAdmins(ctx); err != nil || len(left) > 0 || !slices.Contains(admins, u.ID) {
			return err
		}
		return bot.Refused("login", bot.FaultLastAdmin, nil)
	})
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Refused("login", bot.FaultNoUser, nil)
	}
	return err
}

// SetProfile says what people call a user: by an admin, or the user's own.
func (s *Staff) SetProfile(ctx context.Context, actor bot.Actor, login string, p Profile) error {
	if actor.Login != fold(login) {
		if err := actor.Require(bot.ManageStaff); err != nil {
			return err
		}
	}
	if err := p.check(); err != nil {
		return err
	}
	return s.change(ctx, login, func(tx *storage.Tx, u storage.User) error {
		was := u
		u.Name, u.Known, u.Language = p.Name, p.Known, p.Language
		if u == was {
			return nil
		}
		if err := tx.PutUser(ctx, u); err != nil || u.Name == was.Name && u.Known == was.Known {
			return err // the language of pages is nobody else's business
		}
		return tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "user.profile", Object: "user/" + u.ID,
			Detail: map[string]any{"name": u.Name, "known": u.Known},
		})
	})
}

// SetPreferences keeps how the actor wants their pages, and the language of these.
// It is no entry of the audit.
func (s *Staff) SetPreferences(ctx context.Context, actor bot.Actor, l bot.Language, p storage.Preferences) error {
	for _, one := range []struct {
		field, value string
		choices      []string
	}{
		{"theme", p.Theme, []string{"", "light", "dark"}},
		{"sound", p.Sound, []string{"", "on", "off"}},
		{"language", string(l), []string{"", string(bot.Ukrainian), string(bot.Russian)}},
	} {
		if !slices.Contains(one.choices, one.value) {
			return bot.Invalid(one.field, bot.FaultChoice, bot.Data{"Choices": one.choices[1:]})
		}
	}
	if !slices.Contains([]int{0, 5, 10}, p.Undo) {
		return bot.Invalid("undo", bot.FaultChoice, bot.Data{"Choices": []string{"0", "5", "10"}})
	}
	return s.change(ctx, actor.Login, func(tx *storage.Tx, u storage.User) error {
		u.Language, u.Preferences = l, p
		return tx.PutUser(ctx, u)
	})
}

// ChangePassword gives the actor another password for the one they have. All
// of their sessions end; the Pass is of a new one.
func (s *Staff) ChangePassword(ctx context.Context, actor bot.Actor, old, password string, from Client) (Pass, error) {
	forgive, err := s.tries(ctx, actor.Login, from)
	if err != nil {
		return Pass{}, err
	}
	u, err := s.store.User(ctx, actor.Login)
	if err != nil {
		return Pass{}, err
	}
	fits, err := s.hash.fits(ctx, old, u.Password)
	if err != nil {
		return Pass{}, errors.Join(err, forgive(ctx))
	}
	if !fits {
		return Pass{}, bot.Refused("old", bot.FaultPasswordNot, nil)
	}
	if err := errors.Join(forgive(ctx), checkPassword(u.Login, password)); err != nil {
		return Pass{}, err
	}
	hashed, err := s.hash.make(ctx, password)
	if err != nil {
		return Pass{}, err
	}
	var p Pass
	err = s.change(ctx, u.Login, func(tx *storage.Tx, now storage.User) error {
		p = Pass{}
		if now.Disabled || now.Password != u.Password {
			return ErrUnauthenticated
		}
		now.Password = hashed
		if err := errors.Join(tx.PutUser(ctx, now), shut(ctx, tx, now.ID)); err != nil {
			return err
		}
		if err := tx.Audit(ctx, storage.AuditEntry{
			Actor: actor, Action: "user.password", Object: "user/" + now.ID, Detail: map[string]string{"by": "password"},
		}); err != nil {
			return err
		}
		return s.begin(ctx, tx, now, from, &p) // their second factor was proved when they signed in
	})
	return p, err
}
