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
