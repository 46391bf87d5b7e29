package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"visnyk/bot"
)

// ErrOwnAddress: the address is the contact's own, so there is no join to undo.
var ErrOwnAddress = errors.New("the address is the contact's own")

const (
	findMerge = `SELECT former, detail FROM merges WHERE bot = $1 AND chat = $2`
	dropMerge = `DELETE FROM merges WHERE bot = $1 AND chat = $2`

	// What a newcomer asked for the whole person ends with the join.
	dropWishes = `DELETE FROM timers WHERE bot = $1 AND chat = $2 AND name IN ('erase', 'stop')`

	// What a chat remembers of another, in its variables and under its buttons.
	forgetAddress = `
UPDATE conversations SET vars = replace(vars, $3, ''), buttons = replace(buttons, $3, '')
WHERE bot = $1 AND chat = $2 AND replace(vars || buttons, $3, '') <> vars || buttons`

	giveBackConversation = `UPDATE conversations SET contact = $3, version = version + $4 WHERE bot = $1 AND chat = $2`
	giveBackTickets      = `UPDATE tickets SET contact = $4, ` + bumped + ` WHERE contact = $1 AND bot = $2 AND chat = $3`
	giveBackRatings      = `UPDATE ratings SET contact = $4 WHERE contact = $1 AND bot = $2 AND chat = $3`
	giveBackInvite       = `UPDATE join_offers SET contact = $4 WHERE contact = $1 AND bot = $2 AND chat = $3`
)

var insertWhole = joinWrites.in(`INSERT INTO contacts ({columns}, created_at) VALUES ({places}, {behind})`)

// Split undoes a join: the address gets the contact back that it had before, and
// what the join changed is as it was, as far as it is still the same. It gives
// the id of the contact that the address has now. An address that is not (or no
// longer) of the contact is left as it is, which done tells. ErrNotFound when the
// address has no conversation, ErrOwnAddress when it was never joined to the
// contact.
func (t *Tx) Split(ctx context.Context, contact string, a bot.Address) (id string, done bool, err error) {
	id, err = t.split(ctx, contact, a, 1)
	if errors.Is(err, errApart) {
		return id, false, nil
	}
	return id, err == nil, doing("split", err)
}

// errApart: the address is not of the contact, so nothing was done.
var errApart = errors.New("the address is somebody else's")

// split adds moved to the version of the conversation: 0 where the turn that
// asks for it has just written it.
func (t *Tx) split(ctx context.Context, contact string, a bot.Address, moved int) (string, error) {
	people, err := t.lockedContact(ctx, contact)
	if err != nil {
		return "", err
	}
	var has string
	switch err := t.get(ctx, &has, lockConversation, a.Bot, a.Chat); {
	case errors.Is(err, sql.ErrNoRows):
		return "", ErrNotFound
	case err != nil:
		return "", err
	case has != contact:
		return has, errApart
	case people == nil:
		return "", ErrNotFound
	}
	var row struct {
		Former string `db:"former"`
		Detail string `db:"detail"`
	}
	switch err := t.get(ctx, &row, findMerge, a.Bot, a.Chat); {
	case errors.Is(err, sql.ErrNoRows):
		return "", ErrOwnAddress
	case err != nil:
		return "", err
	}
	var m merged
	if err := fromJSON(row.Detail, &m); err != nil {
		return "", fmt.Errorf("what the address was before: %w", err)
	}
	if err := t.lockContent(ctx); err != nil {
		return "", err
	}
	former := m.Former.ContactRow
	former.ID = row.Former
	outlast(&former, *people)
	if _, err := t.exec(ctx, insertWhole, append(joinWrites.row(former), m.Former.CreatedAt)...); err != nil {
		return "", err
	}
	var changed []united
	if m.Into == contact {
		changed = m.United
		if err := t.putWhole(ctx, unfill(*people, m.Before, m.After)); err != nil {
			return "", err
		}
	}
	if _, err := t.exec(ctx, followTellings, a.Bot, a.Chat, former.ID); err != nil {
		return "", err
	}
	if err := t.partLedgers(ctx, contact, former.ID, a, m.Told, changed); err != nil {
		return "", err
	}
	if err := t.partConsents(ctx, contact, former.ID, a, m.Said); err != nil {
		return "", err
	}
	if _, err := t.exec(ctx, giveBackRecipients, contact, a.Bot, a.Chat, former.ID); err != nil {
		return "", err
	}
	if err := t.markSearch(ctx, false, contact, former.ID); err != nil {
		return "", err
	}
	if _, err := t.exec(ctx, giveBackConversation, a.Bot, a.Chat, former.ID, moved); err != nil {
		return "", err
	}
	if _, err := t.exec(ctx, followQuestions, a.Bot, a.Chat, former.ID); err != nil {
		return "", err
	}
	for _, query := range []string{giveBackTickets, giveBackRatings, giveBackInvite} {
		if _, err := t.shown(ctx, query, contact, a.Bot, a.Chat, former.ID); err != nil {
			return "", err
		}
	}
	if err := t.returnTicket(ctx, m.Ticket); err != nil {
		return "", err
	}
	for _, query := range []string{dropMerge, dropWishes} {
		if _, err := t.exec(ctx, query, a.Bot, a.Chat); err != nil {
			return "", err
		}
	}
	if err := t.forgetEachOther(ctx, contact, a); err != nil {
		return "", err
	}
	if err := t.concern(ctx, []string{contact, former.ID}); err != nil {
		return "", err
	}
	return former.ID, t.noteJoin(ctx, "split", a, bot.Address{}, nil, "")
}

// forgetEachOther takes the address out of what the chats of the contact remember,
// and theirs out of what it does: apart, neither tells of the other, and one may
// be erased long before the other says anything.
func (t *Tx) forgetEachOther(ctx context.Context, contact string, a bot.Address) error {
	others, err := t.addresses(ctx, Person{Contact: contact})
	if err != nil {
		return err
	}
	for _, o := range others {
		for _, pair := range [][2]bot.Address{{o, a}, {a, o}} {
			of := strings.Trim(toJSON(pair[1].String()), `"`)
			if _, err := t.exec(ctx, forgetAddress, pair[0].Bot, pair[0].Chat, of); err != nil {
				return fmt.Errorf("forget each other: %w", err)
			}
		}
	}
	return nil
}

func (t *Tx) lockedContact(ctx context.Context, id string) (*ContactRow, error) {
	var external string
	switch err := t.get(ctx, &external, lockExternal, id); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	}
	found, err := t.contacts(ctx, contactByID, id)
	if err != nil {
		return nil, err
	}
	return &found[0], nil
}
