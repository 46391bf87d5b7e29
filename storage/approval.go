package storage

import (
	"context"

	"visnyk/bot"
)

// Who wrote what waits for approval stands under the same name as in the audit:
// "article/price", "change/tariff".
const (
	wrote = `
INSERT INTO writers (object, user_id, written_at) VALUES ($1, $2, {now})
ON CONFLICT (object, user_id) DO NOTHING`
	writersOf     = `SELECT user_id FROM writers WHERE object = $1 ORDER BY user_id`
	forgetWriters = `DELETE FROM writers WHERE object = $1`
	enabledUsers  = `SELECT id, role FROM users WHERE disabled_at = 0 ORDER BY id`
)

// Wrote notes that the actor wrote a part of the object, or submitted it.
func (t *Tx) Wrote(ctx context.Context, object string, by bot.Actor) error {
	if by.User == bot.SystemUser {
		return nil
	}
	_, err := t.exec(ctx, wrote, object, by.User)
	return doing("note a writer", err)
}

// Approve judges whether the actor may approve the object as it stands now. It is
// the one way to an approval, for articles, changes and broadcasts alike. It gives
// what the entry of the audit says of it: the hash of what is approved, and whether it
// is approved alone. *bot.ForbiddenError when they may not.
//
// Who wrote it is remembered: as long as the approval may be void, they would approve
// what is their own. See ForgetWriters.
func (t *Tx) Approve(ctx context.Context, object string, by bot.Actor, hash string) (map[string]any, error) {
	approval, err := t.approval(ctx, object)
	if err != nil {
		return nil, err
	}
	alone, err := approval.By(by)
	if err != nil {
		return nil, err
	}
	detail := map[string]any{"hash": hash}
	if alone {
		detail["alone"] = true
	}
	return detail, nil
}

// ForgetWriters notes that the object is told as it was approved: whoever writes from
// now on writes the next version.
func (t *Tx) ForgetWriters(ctx context.Context, object string) error {
	_, err := t.exec(ctx, forgetWriters, object)
	return doing("forget writers", err)
}

// Approval returns what an approval of the object would be judged by now.
func (s *Store) Approval(ctx context.Context, object string) (bot.Approval, error) {
	return s.r.approval(ctx, object)
}

// approval returns what the approval of the object is judged by.
func (c conn) approval(ctx context.Context, object string) (a bot.Approval, err error) {
	if err := c.sel(ctx, &a.Writers, writersOf, object); err != nil {
		return a, doing("approval", err)
	}
	var users []struct {
		ID   string   `db:"id"`
		Role bot.Role `db:"role"`
	}
	if err := c.sel(ctx, &users, enabledUsers); err != nil {
		return a, doing("approval", err)
	}
	for _, u := range users {
		if u.Role.May(bot.ApproveContent) {
			a.Approvers = append(a.Approvers, u.ID)
		}
	}
	alone, _, err := c.setting(ctx, bot.AloneSetting)
	a.Alone = alone == bot.SettingOn
	return a, err
}
