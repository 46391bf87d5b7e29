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
