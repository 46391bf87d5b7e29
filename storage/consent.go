package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"visnyk/bot"
)

// ErrRefused: the person said no, and nobody but they, or whom they tell, says yes.
var ErrRefused = errors.New("the person refused")

type topicRecord struct {
	ID       string `db:"id"`
	LabelUK  string `db:"label_uk"`
	LabelRU  string `db:"label_ru"`
	Starts   bool   `db:"starts"`
	Service  bool   `db:"service"`
	Position int    `db:"position"`
}

const (
	allTopics = `SELECT id, label_uk, label_ru, starts, service, position FROM topics ORDER BY position, id`

	putTopic = `
INSERT INTO topics (id, label_uk, label_ru, starts, service, position) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (id) DO UPDATE SET label_uk = excluded.label_uk, label_ru = excluded.label_ru, position = excluded.position`

	addConsents = `
WITH v (id, contact, topic, given, source, text_hash, bot, chat) AS (VALUES {rows ($, $, $, CAST($ AS BOOLEAN), $, $, $, $)})
INSERT INTO consents (id, contact, topic, given, at, source, text_hash, bot, chat)
SELECT id, contact, topic, given, {now}, source, text_hash, bot, chat FROM v ORDER BY id`

	consentColumns = `SELECT id, contact, topic, given, at, source, text_hash, bot, chat FROM consents `
	consentsOf     = consentColumns + `WHERE contact = $1 ORDER BY id`
	lastConsents   = consentColumns + `WHERE contact = $1 AND topic IN ($2, '') ORDER BY id DESC`

	followConsents = `
WITH v (id) AS (VALUES {rows ($)})
UPDATE consents SET contact = $1 WHERE id IN (SELECT id FROM v)`
	// What was said at the address is its person's own.
	giveBackConsents = `UPDATE consents SET contact = $4 WHERE contact = $1 AND bot = $2 AND chat = $3`
)

// Topics returns all topics, in the order in which they are shown.
func (s *Store) Topics(ctx context.Context) ([]bot.Topic, error) { return s.r.topics(ctx) }

// Topics returns all topics as the transaction has them.
func (t *Tx) Topics(ctx context.Context) ([]bot.Topic, error) { return t.topics(ctx) }

func (c conn) topics(ctx context.Context) ([]bot.Topic, error) {
	var records []topicRecord
	if err := c.sel(ctx, &records, allTopics); err != nil {
		return nil, doing("topics", err)
	}
	all := make([]bot.Topic, len(records))
	for i, r := range records {
		all[i] = bot.Topic{
			ID: r.ID, Label: bot.Bilingual{UK: r.LabelUK, RU: r.LabelRU}, Starts: r.Starts, Service: r.Service, Position: r.Position,
		}
	}
	return all, nil
}

// PutTopic makes a topic, or calls it something else: whether it starts wanted
// stays as it was, for people have said yes and no to that.
func (t *Tx) PutTopic(ctx context.Context, p bot.Topic) error {
	_, err := t.exec(ctx, putTopic, p.ID, p.Label.UK, p.Label.RU, p.Starts, p.Service, p.Position)
	return doing("put a topic", err)
}

type consentRecord struct {
	ID       string `db:"id"`
	Contact  string `db:"contact"`
	Topic    string `db:"topic"`
	Given    bool   `db:"given"`
	At       micros `db:"at"`
	Source   string `db:"source"`
	TextHash string `db:"text_hash"`
	Bot      string `db:"bot"`
	Chat     string `db:"chat"`
}

func (r consentRecord) consent() bot.Consent {
	return bot.Consent{
		ID: r.ID, Contact: r.Contact, Topic: r.Topic, Given: r.Given, At: r.At.time(),
		Source: bot.ConsentSource(r.Source), TextHash: r.TextHash, Address: bot.Address{Bot: r.Bot, Chat: r.Chat},
	}
}

// Consents returns all that the contact agreed to and refused, as it was said.
func (s *Store) Consents(ctx context.Context, contact string) ([]bot.Consent, error) {
	return s.r.consents(ctx, consentsOf, contact)
}

func (c conn) consents(ctx context.Context, query string, values ...any) ([]bot.Consent, error) {
	var records []consentRecord
	if err := c.sel(ctx, &records, query, values...); err != nil {
		return nil, doing("consents", err)
	}
	all := make([]bot.Consent, len(records))
	for i, r := range records {
		all[i] = r.consent()
	}
	return all, nil
}

// addConsents writes what people said by their turns, whose contacts say the same.
func (t *Tx) addConsents(ctx context.Context, all []bot.Consent) error {
	rows := make([][]any, len(all))
	for i, c := range all {
		rows[i] = []any{NewID(), c.Contact, c.Topic, c.Given, c.Source, c.TextHash, c.Address.Bot, c.Address.Chat}
	}
	_, err := t.execRows(ctx, addConsents, nil, rows)
	return doing("add consents", err)
}

// AddConsent writes that a person agreed to a topic or refused it, where that was
// said elsewhere than in a turn, and what they are told follows it; "" is
// everything, which only an import does not give. ErrNotFound where there is no
// such contact or topic; ErrRefused where an import would give what the person has
// refused: then nothing is written.
func (t *Tx) AddConsent(ctx context.Context, c bot.Consent) error {
	return doing("add a consent", t.addConsent(ctx, c))
}

func (t *Tx) addConsent(ctx context.Context, c bot.Consent) error {
	topics, err := t.topics(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(topics, func(p bot.Topic) bool { return p.ID == c.Topic })
	if at < 0 && c.Topic != "" {
		return ErrNotFound
	}
	p, err := t.lockedContact(ctx, c.Contact)
	if err != nil {
		return err
	}
	if p == nil {
		return ErrNotFound
	}
	if c.Source == bot.ConsentImport && c.Given {
		refused, err := t.refused(ctx, *p, c.Topic)
		if err != nil {
			return err
		}
		if refused || at >= 0 && topics[at].Starts && !p.Wishes.Agrees(topics[at]) {
			return ErrRefused
		}
	}
	if at >= 0 {
		p.Wishes = p.Wishes.Agree(topics[at], c.Given)
	} else {
		p.Stopped = !c.Given
	}
	if err := t.addConsents(ctx, []bot.Consent{c}); err != nil {
		return err
	}
	if err := t.putWhole(ctx, *p); err != nil {
		return err
	}
	if p.Stopped {
		if err := t.silenceContacts(ctx, [][]any{{p.ID}}); err != nil {
			return err
		}
	}
	// A turn that read what was wanted before must read again.
	_, err = t.exec(ctx, ageConversations, c.Contact, "", "")
	return err
}

// refused reports whether the last word of the person on the topic, or on
// everything, is no.
func (t *Tx) refused(ctx context.Context, p ContactRow, topic string) (bool, error) {
	if p.Stopped {
		return true, nil
	}
	said, err := t.consents(ctx, lastConsents, p.ID, topic)
	if err != nil {
		return false, err
	}
	for _, c := range said {
		if c.Topic == topic {
			return !c.Given, nil
		}
	}
	return false, nil
}

// uniteConsents makes what one said the other's, and returns the ids.
func (t *Tx) uniteConsents(ctx context.Context, lose, keep string) (ids []string, err error) {
	said, err := t.consents(ctx, consentsOf, lose)
	if err != nil {
		return nil, err
	}
	for _, c := range said {
		ids = append(ids, c.ID)
	}
	if _, err := t.execRows(ctx, followConsents, []any{keep}, column(ids)); err != nil {
		return nil, fmt.Errorf("consents: %w", err)
	}
	return ids, nil
}

// partConsents undoes that: what the former said before, and at the address since,
// is theirs again.
func (t *Tx) partConsents(ctx context.Context, keep, former string, a bot.Address, ids []string) error {
	if _, err := t.execRows(ctx, followConsents, []any{former}, column(ids)); err != nil {
		return fmt.Errorf("consents: %w", err)
	}
	_, err := t.exec(ctx, giveBackConsents, keep, a.Bot, a.Chat, former)
	if err != nil {
		return fmt.Errorf("consents: %w", err)
	}
	return nil
}
