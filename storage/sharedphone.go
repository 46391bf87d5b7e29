package storage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// SharedPhone is a number that a person has given as their own, in its one form.
type SharedPhone struct {
	Number  string
	Vouched bool // by the messenger; otherwise by nobody
}

// PhoneOffer is a code with which a chat can be joined to the contact, once, within
// phoneOfferTTL: the chat's messenger vouches for a number that is the contact's.
type PhoneOffer struct{ Contact, Code string }

// NewJoinCode makes a code for a PhoneOffer.
func NewJoinCode() string { return newCode() }

const (
	// phoneOfferTTL is how long a person has to say whether they want it.
	phoneOfferTTL = 24 * time.Hour
	// phonesMost is how many numbers of one person are kept, of either kind.
	phonesMost = 10
)

// The offer by a number is one of the contact, beside their personal link, which goes on
// counting: it may be on its way by letter.
const invitePhone = `
INSERT INTO join_offers (contact, chat, hash, open_until, created_at)
SELECT k.id, 'phone', CAST($2 AS TEXT), {now} + $3, {now} FROM contacts k WHERE k.id = $1 AND k.external_id <> ''
ON CONFLICT (contact, bot, chat) DO UPDATE SET
	hash = excluded.hash, open_until = excluded.open_until, used_at = 0, created_at = excluded.created_at`

// phoned keeps the number that the turn brings, and the offer that is made for it.
func (t *Tx) phoned(ctx context.Context, w TurnWrite) error {
	if w.Phone != nil && w.Conversation != nil {
		if err := t.addPhone(ctx, w.Conversation.Contact, *w.Phone); err != nil {
			return err
		}
	}
	if w.Offer == nil {
		return nil
	}
	n, err := t.exec(ctx, invitePhone, w.Offer.Contact, codeHash(w.Offer.Code), phoneOfferTTL)
	if err == nil && n == 0 { // no record of the company's any more
		err = ErrConflict
	}
	return err
}

// addPhone adds a number to those of the contact. One that somebody vouches for is no
// longer among the others; of too many the oldest that nobody vouches for goes.
func (t *Tx) addPhone(ctx context.Context, contact string, p SharedPhone) error {
	c, err := t.lockedContact(ctx, contact)
	if err != nil || c == nil {
		return err
	}
	was := *c
	switch {
	case slices.Contains(c.Phones, p.Number):
	case p.Vouched && len(c.Phones) < phonesMost:
		c.Phones = append(slices.Clone(c.Phones), p.Number)
	case !slices.Contains(c.Unverified, p.Number):
		c.Unverified = append(slices.Clone(c.Unverified), p.Number)
		c.Unverified = c.Unverified[max(0, len(c.Unverified)-phonesMost):]
	}
	if slices.Contains(c.Phones, p.Number) {
		c.Unverified = slices.DeleteFunc(slices.Clone(c.Unverified), func(n string) bool { return n == p.Number })
	}
	if slices.Equal(c.Phones, was.Phones) && slices.Equal(c.Unverified, was.Unverified) {
		return nil
	}
	if err := t.putWhole(ctx, *c); err != nil {
		return err
	}
	return t.markSearch(ctx, false, contact)
}

// ownersOfPhone are found as people are searched for; what else has the word, such as an
// id of the same digits, is left out afterwards.
const ownersOfPhone = `
WITH v (word) AS (VALUES {rows ($)})
SELECT DISTINCT s.contact FROM v JOIN search_words s ON s.word = v.word JOIN contacts k ON k.id = s.contact AND k.external_id <> ''
ORDER BY s.contact LIMIT 200`

// PhoneOwners returns the company's records that have the numbers among those that are
// vouched for, by number. A record that has just been written is found a few seconds
// later.
func (s *Store) PhoneOwners(ctx context.Context, numbers []string) (map[string][]bot.Contact, error) {
	words := make([][]any, len(numbers))
	for i, n := range numbers {
		words[i] = []any{strings.TrimPrefix(n, "+")}
	}
	var ids []string
	if err := selRows(ctx, s.r, &ids, ownersOfPhone, nil, words); err != nil {
		return nil, doing("owners of a number", err)
	}
	people, err := s.People(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("owners of a number: %w", err)
	}
	owners := map[string][]bot.Contact{}
	for _, id := range ids {
		p, there := people[id]
		if !there {
			continue
		}
		for _, n := range numbers {
			if slices.Contains(p.Phones, n) {
				owners[n] = append(owners[n], p.Contact)
			}
		}
	}
	return owners, nil
}
