package storage

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"visnyk/bot"
)

// Invite is what stands behind a join code.
type Invite struct {
	From        bot.Address // the address that offers; zero where the person does
	Contact     bot.Contact // whose it is now
	Valid       bool        // neither used nor past
	OnProbation bool        // From came to the contact within Probation: it brings nobody along
	Ticket      *bot.Ticket // the open ticket of From
	Ahead       int         // tickets that wait before it
}

// codeBytes of randomness stand behind a code: it is the only key to somebody's
// history.
const codeBytes = 16

func newCode() string {
	b := make([]byte, codeBytes)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

func codeHash(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

const (
	inviteAddress = `
INSERT INTO join_offers (contact, bot, chat, hash, open_until, created_at)
SELECT c.contact, c.bot, c.chat, CAST($3 AS TEXT), {now} + $4, {now} FROM conversations c WHERE c.bot = $1 AND c.chat = $2
ON CONFLICT (contact, bot, chat) DO UPDATE SET
	hash = excluded.hash, open_until = excluded.open_until, used_at = 0, created_at = excluded.created_at`

	inviteContacts = `
WITH v (id, hash) AS (VALUES {rows ($, $)})
INSERT INTO join_offers (contact, hash, open_until, created_at)
SELECT k.id, v.hash, {now} + $1, {now} FROM v JOIN contacts k ON k.id = v.id ORDER BY k.id
ON CONFLICT (contact, bot, chat) DO UPDATE SET
	hash = excluded.hash, open_until = excluded.open_until, used_at = 0, created_at = excluded.created_at
RETURNING contact`
)

// CreateInvite returns a code with which another address can be joined to this one,
// once, within ttl. An earlier code of the address is worth nothing any more.
// ErrNotFound when the address has no conversation that could go on elsewhere.
func (s *Store) CreateInvite(ctx context.Context, from bot.Address, ttl time.Duration) (code string, err error) {
	code = newCode()
	err = s.InTx(ctx, func(t *Tx) error {
		n, err := t.exec(ctx, inviteAddress, from.Bot, from.Chat, codeHash(code), ttl)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return "", doing("offer a join", err)
	}
	return code, nil
}

// CreateContactInvites returns for each of the contacts a code with which an address can
// be joined to it, as CreateInvite does for an address. Who is no contact has none.
func (t *Tx) CreateContactInvites(ctx context.Context, contacts []string, ttl time.Duration) (map[string]string, error) {
	codes := make(map[string]string, len(contacts))
	rows := make([][]any, 0, len(contacts))
	for _, id := range contacts {
		if codes[id] == "" {
			codes[id] = newCode()
			rows = append(rows, []any{clean(id), codeHash(codes[id])})
		}
	}
	var made []string
	if err := selRows(ctx, t.conn, &made, inviteContacts, []any{ttl}, rows); err != nil {
		return nil, doing("offer joins", err)
	}
	given := make(map[string]string, len(made))
	for _, id := range made {
		given[id] = codes[id]
	}
	return given, nil
}

// CreateContactInvite is CreateContactInvites for one contact; ErrNotFound when there is
// no such contact.
func (t *Tx) CreateContactInvite(ctx context.Context, contact string, ttl time.Duration) (code string, err error) {
	codes, err := t.CreateContactInvites(ctx, []string{contact}, ttl)
	if err == nil && codes[contact] == "" {
		err = ErrNotFound
	}
	return codes[contact], err
}

type inviteRecord struct {
	Hash        string `db:"hash"`
	Contact     string `db:"contact"`
	Bot         string `db:"bot"`
	Chat        string `db:"chat"`
	Valid       bool   `db:"open"`
	OnProbation bool   `db:"fresh"`
}

// from returns the address that offers; zero where the person does.
func (r inviteRecord) from() bot.Address {
	if r.Bot == "" {
		return bot.Address{}
	}
	return bot.Address{Bot: r.Bot, Chat: r.Chat}
}

const findInvites = `
WITH v (hash) AS (VALUES {rows ($)})
SELECT o.hash, o.contact, o.bot, o.chat, (o.used_at = 0 AND o.open_until > {now}) AS open,
	EXISTS (SELECT 1 FROM merges m WHERE m.bot = o.bot AND m.chat = o.chat AND m.came_at > {now} - ` + probation + `) AS fresh
FROM v JOIN join_offers o ON o.hash = v.hash`

// Invites returns what stands behind each code; of a code that never was, or is
// not the newest of its address, nothing.
func (s *Store) Invites(ctx context.Context, codes []string) (map[string]Invite, error) {
	all, err := s.r.invites(ctx, codes)
	return all, doing("offers", err)
}

func (c conn) invites(ctx context.Context, codes []string) (map[string]Invite, error) {
	of := make(map[string]string, len(codes))
	rows := make([][]any, len(codes))
	for i, code := range codes {
		hash := codeHash(code)
		of[hash], rows[i] = code, []any{hash}
	}
	var records []inviteRecord
	if err := selRows(ctx, c, &records, findInvites, nil, rows); err != nil {
		return nil, err
	}
	all := make(map[string]Invite, len(records))
	for _, r := range records {
		o := Invite{From: r.from(), Valid: r.Valid, OnProbation: r.OnProbation}
		people, err := c.contacts(ctx, contactByID, r.Contact)
		if err != nil {
			return nil, err
		}
		if len(people) == 0 { // erased this moment
			continue
		}
		o.Contact = people[0].Contact
		loaded, err := c.loadTurns(ctx, []bot.Address{o.From})
		if err != nil {
			return nil, err
		}
		if l := loaded[o.From]; l.Ticket != nil {
			ahead, err := c.ahead(ctx, []bot.Address{o.From})
			if err != nil {
				return nil, err
			}
			o.Ticket, o.Ahead = l.Ticket, ahead[o.From]
		}
		all[of[r.Hash]] = o
	}
	return all, nil
}

// The offer is taken once, whoever asks for it at the same moment.
const useInvite = `
UPDATE join_offers SET used_at = {now} WHERE hash = $1 AND used_at = 0 AND open_until > {now}
RETURNING hash, contact, bot, chat, TRUE AS open`

// Linked is one of the addresses of a contact.
type Linked struct {
	Address     bot.Address
	Since       time.Time // when it was joined to the contact; zero: it is the contact's own
	OnProbation bool      // it came to the contact within Probation
	Reach       bot.Reach
}

// probation is bot.Probation in the time of the database's clock.
const probation = "86400000000"

var _ = [1]struct{}{}[bot.Probation/time.Microsecond-86400000000]

const linkedOf = `
WITH v (contact) AS (VALUES {rows ($)})
SELECT c.contact, c.bot, c.chat, COALESCE(m.merged_at, 0) AS merged_at,
	COALESCE(m.came_at, 0) > {now} - ` + probation + ` AS fresh, c.reach
FROM v JOIN conversations c ON c.contact = v.contact
LEFT JOIN merges m ON m.bot = c.bot AND m.chat = c.chat
ORDER BY c.contact, merged_at, c.bot, c.chat`

// Linked returns the addresses of the contacts, by contact: its own first, then
// in the order they were joined.
func (s *Store) Linked(ctx context.Context, contacts []string) (map[string][]Linked, error) {
	var records []struct {
		Contact string    `db:"contact"`
		Bot     string    `db:"bot"`
		Chat    string    `db:"chat"`
		Since   micros    `db:"merged_at"`
		Fresh   bool      `db:"fresh"`
		Reach   bot.Reach `db:"reach"`
	}
	if err := selRows(ctx, s.r, &records, linkedOf, nil, column(contacts)); err != nil {
		return nil, doing("linked addresses", err)
	}
	all := map[string][]Linked{}
	for _, r := range records {
		all[r.Contact] = append(all[r.Contact], Linked{bot.Address{Bot: r.Bot, Chat: r.Chat}, r.Since.time(), r.Fresh, r.Reach})
	}
	return all, nil
}
