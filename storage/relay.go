package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"visnyk/bot"
)

// Relay tells others of a person's addresses what was done at the turn's own: an
// event for the turn of each.
type Relay struct {
	What string
	To   []bot.Address // those of them that are the person's still; nil: all of them
}

// relay puts what the turn tells into the inbox of the addresses concerned, after
// everything else.
func (t *Tx) relay(ctx context.Context, b *batch, w TurnWrite) error {
	if w.Conversation == nil {
		return nil
	}
	from := w.Conversation.Address
	var contact string
	if err := t.found(ctx, &contact, lockConversation, from.Bot, from.Chat); err != nil {
		return err
	}
	all, err := t.addresses(ctx, Person{Contact: contact})
	if err != nil {
		return err
	}
	var in []Incoming
	for _, r := range w.Relays {
		for _, to := range all {
			if to == from || r.To != nil && !slices.Contains(r.To, to) {
				continue
			}
			payload, err := json.Marshal(bot.Event{Kind: bot.Relayed, From: to, ID: from.String(), Detail: r.What})
			if err != nil {
				return err
			}
			in = append(in, Incoming{Source: SourceRelay, Update: bot.Update{
				Bot: to.Bot, Chat: to.Chat, Payload: payload,
				ID: "relay/" + NewID(), // that of the turn may name its chat
			}})
			b.woken = append(b.woken, "inbox:"+to.Bot)
		}
	}
	if len(in) == 0 {
		return nil
	}
	_, err = t.Receive(ctx, in)
	return err
}

const silenceBulk = `
WITH v (contact) AS (VALUES {rows ($)})
UPDATE outbox SET state = 'skipped', reason = 'stopped' WHERE lane = $1 AND state IN ('pending', 'sending') AND state = 'pending'
AND (bot, chat) IN (SELECT c.bot, c.chat FROM conversations c JOIN v ON v.contact = c.contact)`

// silence skips the announcements that wait for people who want none any more.
func (t *Tx) silence(ctx context.Context, turns []TurnWrite) error {
	var contacts [][]any
	for _, w := range turns {
		if w.Conversation != nil {
			contacts = append(contacts, []any{w.Conversation.Contact})
		}
	}
	return t.silenceContacts(ctx, contacts)
}

// silenceContacts skips the announcements that wait for the contacts, on every
// address: nobody claims one after the commit.
func (t *Tx) silenceContacts(ctx context.Context, contacts [][]any) error {
	if _, err := t.lockWaitingOf(ctx, contacts); err != nil {
		return err
	}
	if _, err := t.endRows(ctx, silenceBulk, []any{bot.LaneBulk}, contacts); err != nil {
		return fmt.Errorf("skip announcements: %w", err)
	}
	return t.endWaitingOf(ctx, bot.ReasonStopped, contacts)
}

const lockVersion = `SELECT version FROM conversations WHERE bot = $1 AND chat = $2 {update}`

// stillThere makes sure that whoever is to be forgotten is who the turn saw: a
// join may have made the address a part of somebody else, who never asked. It is
// no matter if they are gone already.
func (t *Tx) stillThere(ctx context.Context, _ *batch, w TurnWrite) error {
	var external string
	if err := t.get(ctx, &external, lockExternal, w.Erase.Contact); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var version int64
	a := w.Erase.Addresses[0]
	switch err := t.get(ctx, &version, lockVersion, a.Bot, a.Chat); {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	case version != w.Seen:
		return ErrConflict
	}
	return nil
}
