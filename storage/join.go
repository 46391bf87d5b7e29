package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"visnyk/bot"
)

// Joining joins the address To with whoever stands behind the code.
type Joining struct {
	Code string
	To   bot.Address
}

// merged is what undoing a join needs to know: the detail of a row of merges.
type merged struct {
	Into    string         `json:"into"`   // the contact that Before and After speak of
	Former  formerContact  `json:"former"` // who the address was before
	Before  ContactRow     `json:"before"`
	After   ContactRow     `json:"after"`
	Told    []ledgerRecord `json:"told,omitempty"`   // the ledger of Former
	United  []united       `json:"united,omitempty"` // what that made of the ledger of Into
	Said    []string       `json:"said,omitempty"`   // the ids of the consents of Former
	Ticket  *carried       `json:"ticket,omitempty"`
	Dropped string         `json:"dropped,omitempty"` // the ticket closed for the other
}

type formerContact struct {
	ContactRow
	CreatedAt int64 `json:"created_at"`
}

// carried is an open ticket that went from one address to another.
type carried struct {
	ID       string
	From, To bot.Address
}

const (
	lockConversation = `SELECT contact FROM conversations WHERE bot = $1 AND chat = $2 {update}`

	// What came within Probation brings nobody along.
	countNewcomers = `
SELECT count(*) FROM merges WHERE (bot = $1 AND chat = $2 OR bot = $3 AND chat = $4) AND came_at > {now} - ` + probation

	// The first is the one who was there first.
	lockPair = `SELECT id, external_id, created_at FROM contacts WHERE id IN ($1, $2) ORDER BY created_at, id {update}`

	// A turn that read one of them before must read again, so versions move on;
	// that of the turn which joins them is written already.
	moveConversations = `
UPDATE conversations SET contact = $2, version = version + CASE WHEN bot = $3 AND chat = $4 THEN 0 ELSE 1 END
WHERE contact = $1`

	// What the turns of the one who stays were decided on is not so any more.
	ageConversations = `
UPDATE conversations SET version = version + 1 WHERE contact = $1 AND NOT (bot = $2 AND chat = $3)`

	// An address that came along with another keeps what it was at first, and is
	// as new as that one.
	addMerges = `
WITH v (bot, chat, former, detail) AS (VALUES {rows ($, $, $, $)})
INSERT INTO merges (bot, chat, contact, former, detail, merged_at, came_at)
SELECT bot, chat, CAST($1 AS TEXT), former, detail, {now}, {now} FROM v ORDER BY bot, chat
ON CONFLICT (bot, chat) DO UPDATE SET contact = excluded.contact, came_at = excluded.came_at`

	followQuestions = `UPDATE questions SET contact = $3 WHERE bot = $1 AND chat = $2`
	followTellings  = `UPDATE tellings SET contact = $3 WHERE bot = $1 AND chat = $2`
	followTickets   = `UPDATE tickets SET contact = $2, ` + bumped + ` WHERE contact = $1`
	followRatings   = `UPDATE ratings SET contact = $2 WHERE contact = $1`
	dropOwnInvite   = `DELETE FROM join_offers WHERE contact = $1 AND bot = ''`
	followInvites   = `UPDATE join_offers SET contact = $2 WHERE contact = $1`
	forgetContact   = `DELETE FROM contacts WHERE id = $1`
	forgetLedger    = `DELETE FROM ledger WHERE contact = $1 RETURNING contact, change_id, standing`
)

var updateWhole = joinWrites.in(`UPDATE contacts SET {placed} WHERE id = $1`)

// rejoin carries out what the turn wants of its contact's addresses and numbers.
func (t *Tx) rejoin(ctx context.Context, _ *batch, w TurnWrite) error {
	if err := t.phoned(ctx, w); err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	if w.Join != nil {
		if err := t.join(ctx, *w.Join); err != nil {
			return fmt.Errorf("join: %w", err)
		}
	}
	if w.Split != nil && w.Conversation != nil {
		moved := 1
		if *w.Split == w.Conversation.Address {
			moved = 0
		}
		// Apart already, or gone: that is what was wanted.
		_, err := t.split(ctx, w.Conversation.Contact, *w.Split, moved)
		if err != nil && !errors.Is(err, errApart) && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrOwnAddress) {
			return fmt.Errorf("split: %w", err)
		}
	}
	return nil
}

// join makes one contact of two: of the one at j.To and the one behind the code,
// which counts once. The one the company knows stays, else the one who was there
// first; everything of the other follows. ErrConflict when that is no longer
// possible, so that the turn is made again and finds out why.
func (t *Tx) join(ctx context.Context, j Joining) error {
	var o inviteRecord
	if err := t.found(ctx, &o, useInvite, codeHash(j.Code)); err != nil {
		return err
	}
	var mine string
	if err := t.found(ctx, &mine, lockConversation, j.To.Bot, j.To.Chat); err != nil {
		return err
	}
	if mine == o.Contact {
		return ErrConflict
	}
	var newcomers int
	if err := t.get(ctx, &newcomers, countNewcomers, o.Bot, o.Chat, j.To.Bot, j.To.Chat); err != nil {
		return err
	}
	if newcomers > 0 {
		return ErrConflict
	}
	keep, lose, born, err := t.lockPair(ctx, mine, o.Contact)
	if err != nil {
		return err
	}
	if err := t.lockContent(ctx); err != nil {
		return err
	}
	m := merged{Into: keep.ID, Before: keep, Former: formerContact{lose, born}}
	m.Former.Addresses, m.Before.Addresses = nil, nil
	m.After = fillBlanks(m.Before, m.Former.ContactRow)
	// The conversation that goes on here goes on in its language, unless the
	// person chose another one here.
	here, there := keep, lose
	if mine == lose.ID {
		here, there = lose, keep
	}
	if there.Language.Known() && (there.Chosen || !here.Chosen) {
		here = there
	}
	if here.Language.Known() {
		m.After.Language, m.After.Chosen = here.Language, here.Chosen
	}
	if err := t.putWhole(ctx, m.After); err != nil {
		return err
	}
	moved, err := t.addresses(ctx, Person{Contact: lose.ID})
	if err != nil {
		return err
	}
	for _, a := range moved { // before the ledger, as where an outcome is recorded
		if _, err := t.exec(ctx, followTellings, a.Bot, a.Chat, keep.ID); err != nil {
			return err
		}
	}
	if m.Told, m.United, err = t.uniteLedgers(ctx, lose.ID, keep.ID); err != nil {
		return err
	}
	if err := t.joinRecipients(ctx, lose.ID, keep.ID); err != nil {
		return err
	}
	if m.Said, err = t.uniteConsents(ctx, lose.ID, keep.ID); err != nil {
		return err
	}
	if _, err := t.exec(ctx, dropOwnInvite, lose.ID); err != nil {
		return err
	}
	for _, query := range []string{followTickets, followRatings, followInvites} {
		if _, err := t.shown(ctx, query, lose.ID, keep.ID); err != nil {
			return err
		}
	}
	for _, a := range moved {
		if _, err := t.exec(ctx, followQuestions, a.Bot, a.Chat, keep.ID); err != nil {
			return err
		}
	}
	if _, err := t.exec(ctx, ageConversations, keep.ID, j.To.Bot, j.To.Chat); err != nil {
		return err
	}
	if _, err := t.exec(ctx, moveConversations, lose.ID, keep.ID, j.To.Bot, j.To.Chat); err != nil {
		return err
	}
	if err := t.forgetWords(ctx, lose.ID); err != nil {
		return err
	}
	if err := t.markSearch(ctx, false, keep.ID); err != nil {
		return err
	}
	if err := t.carryTicket(ctx, o.from(), j.To, &m); err != nil {
		return err
	}
	if _, err := t.exec(ctx, forgetContact, lose.ID); err != nil {
		return err
	}
	rows := make([][]any, len(moved))
	for i, a := range moved {
		rows[i] = []any{a.Bot, a.Chat, lose.ID, toJSON(m)}
	}
	if _, err := t.execRows(ctx, addMerges, []any{keep.ID}, rows); err != nil {
		return err
	}
	if err := t.concern(ctx, []string{keep.ID}); err != nil {
		return err
	}
	return t.noteJoin(ctx, "joined", j.To, o.from(), m.Ticket, m.Dropped)
}

// found reads one row; ErrConflict when it is not there any more.
func (t *Tx) found(ctx context.Context, dest any, query string, values ...any) error {
	err := t.get(ctx, dest, query, values...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrConflict
	}
	return err
}

// lockPair locks both contacts, and tells who stays, who does not, and since
// when that one was there. Two people of the company's own records are never
// made one.
func (t *Tx) lockPair(ctx context.Context, a, b string) (keep, lose ContactRow, born int64, err error) {
	var pair []struct {
		ID       string `db:"id"`
		External string `db:"external_id"`
		Created  int64  `db:"created_at"`
	}
	if err := t.sel(ctx, &pair, lockPair, a, b); err != nil {
		return keep, lose, 0, err
	}
	if len(pair) != 2 || pair[0].External != "" && pair[1].External != "" {
		return keep, lose, 0, ErrConflict
	}
	if pair[1].External != "" {
		slices.Reverse(pair)
	}
	var both [2]ContactRow
	for i, p := range pair {
		found, err := t.contacts(ctx, contactByID, p.ID)
		if err != nil {
			return keep, lose, 0, err
		}
		both[i] = found[0]
	}
	return both[0], both[1], pair[1].Created, nil
}

func (t *Tx) putWhole(ctx context.Context, c ContactRow) error {
	_, err := t.exec(ctx, updateWhole, joinWrites.row(c)...)
	return err
}
