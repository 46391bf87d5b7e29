package storage

import (
	"context"
	"errors"

	"visnyk/bot"
)

const (
	unlinkStaff = `DELETE FROM staff_addresses WHERE user_id = $1 OR bot = $2 AND chat = $3`
	linkStaff   = `INSERT INTO staff_addresses (bot, chat, user_id, linked_at) VALUES ($1, $2, $3, {now})`
)

// LinkStaff makes the address the one where the user hears of what waits for them,
// in place of any other.
func (t *Tx) LinkStaff(ctx context.Context, user string, a bot.Address) error {
	if _, err := t.exec(ctx, unlinkStaff, user, a.Bot, a.Chat); err != nil {
		return doing("link a messenger", err)
	}
	_, err := t.exec(ctx, linkStaff, a.Bot, a.Chat, user)
	return doing("link a messenger", err)
}

// UnlinkStaff reports whether the user had an address, which is forgotten.
func (t *Tx) UnlinkStaff(ctx context.Context, user string) (bool, error) {
	n, err := t.exec(ctx, unlinkStaff, user, "", "")
	return n > 0, doing("unlink a messenger", err)
}

// GoodStaffLink reports whether the code links a messenger of a user of the staff.
func (s *Store) GoodStaffLink(ctx context.Context, code string) (bool, error) {
	c, err := s.Code(ctx, codeHash(code))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && c.Kind == CodeLink, err
}

// followStaffLink links the turn's chat to the user behind the code, which counts
// once; ErrConflict when it does so no more, so that the turn is made again and
// says so.
func (t *Tx) followStaffLink(ctx context.Context, _ *batch, w TurnWrite) error {
	c, err := t.UseCode(ctx, codeHash(w.LinkStaff))
	if errors.Is(err, ErrNotFound) || err == nil && c.Kind != CodeLink {
		return ErrConflict
	}
	if err != nil {
		return err
	}
	u, err := t.user(ctx, userByID, c.User)
	if err != nil {
		return doing("link a messenger", err)
	}
	if err := t.LinkStaff(ctx, u.ID, w.Conversation.Address); err != nil {
		return err
	}
	return t.Audit(ctx, AuditEntry{Actor: u.Actor(), Action: "user.linked", Object: "user/" + u.ID, Detail: map[string]string{"bot": w.Bot}})
}

const staffAddress = `SELECT bot, chat FROM staff_addresses WHERE user_id = $1`

// StaffAddress returns where the user hears of what waits for them; ok is false
// where no messenger is linked.
func (s *Store) StaffAddress(ctx context.Context, user string) (a bot.Address, ok bool, err error) {
	var r struct {
		Bot  string `db:"bot"`
		Chat string `db:"chat"`
	}
	err = s.r.only(ctx, &r, staffAddress, user)
	if errors.Is(err, ErrNotFound) {
		return bot.Address{}, false, nil
	}
	return bot.Address{Bot: r.Bot, Chat: r.Chat}, err == nil, doing("a linked messenger", err)
}
