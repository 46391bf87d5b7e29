package storage

import (
	"context"
	"errors"

	"visnyk/bot"
)

const (
	auditedOf = `SELECT EXISTS (SELECT 1 FROM audit WHERE object = $1 AND action = $2 AND detail LIKE $3)`

	// A change names its owner as colleagues call them. Where nobody is called so, or two
	// are, it is who made it.
	ownerOf = `
SELECT a.bot, a.chat, u.language FROM staff_addresses a JOIN users u ON u.id = a.user_id
WHERE u.disabled_at = 0 AND u.id = COALESCE((
	SELECT CASE WHEN count(*) = 1 THEN min(o.id) END FROM users o
	WHERE o.disabled_at = 0 AND (o.login = $1 OR o.name = $1) AND CAST($1 AS TEXT) <> ''), CAST($2 AS TEXT))`
)

// AuditedOf reports whether the audit tells of the action on the object with the value
// under the name in its detail.
func (t *Tx) AuditedOf(ctx context.Context, action, object, name, value string) (is bool, err error) {
	err = t.get(ctx, &is, auditedOf, object, action, `%"`+name+`":"`+value+`"%`)
	return is, doing("look into the audit", err)
}

// OwnerOf returns where the owner of a change hears of what waits for them: who is called
// so, else who made it. ok is false where they have linked no messenger.
func (t *Tx) OwnerOf(ctx context.Context, owner, author string) (c Colleague, ok bool, err error) {
	var found struct {
		Bot      string       `db:"bot"`
		Chat     string       `db:"chat"`
		Language bot.Language `db:"language"`
	}
	switch err := t.only(ctx, &found, ownerOf, owner, author); {
	case errors.Is(err, ErrNotFound):
		return c, false, nil
	case err != nil:
		return c, false, doing("owner of a change", err)
	}
	return Colleague{Address: bot.Address{Bot: found.Bot, Chat: found.Chat}, Language: found.Language}, true, nil
}
