package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

const (
	// Who held the ticket is frozen: the help was theirs.
	askRatings = `
WITH v (ticket) AS (VALUES {rows ($)})
INSERT INTO ratings (bot, ticket, chat, contact, holder, asked_at)
SELECT t.bot, t.id, t.chat, t.contact, t.holder, {now} FROM v JOIN tickets t ON t.id = v.ticket WHERE t.state = 'closed'
ON CONFLICT (bot, ticket) DO NOTHING`

	putRatings = `
WITH v (ticket, score) AS (VALUES {rows ($, CAST($ AS BIGINT))})
UPDATE ratings SET score = v.score, rated_at = {now} FROM v, tickets t
WHERE t.id = v.ticket AND ratings.bot = t.bot AND ratings.ticket = t.id`

	showRated = `
WITH v (ticket) AS (VALUES {rows ($)})
UPDATE tickets SET ` + bumped + ` WHERE id IN (SELECT ticket FROM v)`

	askedOf = `
SELECT EXISTS (SELECT 1 FROM ratings WHERE contact = $1 AND contact <> '' AND asked_at > {now} - $2)`
)

// putRatings notes that people are asked how it was, and what they answer. The last
// answer counts.
func (t *Tx) putRatings(ctx context.Context, all []bot.Rating) error {
	var asked, given, rated [][]any
	for _, r := range all {
		if r.Score == 0 {
			asked = append(asked, []any{r.Ticket})
			continue
		}
		given = append(given, []any{r.Ticket, r.Score})
		rated = append(rated, []any{r.Ticket})
	}
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{askRatings, asked}, {putRatings, given}} {
		if _, err := t.execRows(ctx, step.query, nil, step.rows); err != nil {
			return fmt.Errorf("ratings: %w", err)
		}
	}
	if _, err := t.shownRows(ctx, showRated, nil, rated); err != nil {
		return fmt.Errorf("ratings: %w", err)
	}
	return nil
}

// AskedToRate reports whether the contact was asked how it was within
// bot.RatingRest.
func (t *Tx) AskedToRate(ctx context.Context, contact string) (yes bool, err error) {
	err = t.get(ctx, &yes, askedOf, contact, bot.RatingRest)
	return yes, doing("ratings of a contact", err)
}

// AskToRate notes that the customer of the closed ticket is asked how it was.
func (t *Tx) AskToRate(ctx context.Context, ticket string) error {
	return t.putRatings(ctx, []bot.Rating{{Ticket: ticket}})
}

const openOf = `
SELECT id FROM tickets WHERE contact <> '' AND contact = (SELECT contact FROM tickets WHERE id = $1) AND state <> 'closed'
ORDER BY id {update}`

// HoldTicketsOf keeps the open tickets of the person whose ticket it is as they are
// until the commit: of two that are closed at once the second sees what the first did.
func (t *Tx) HoldTicketsOf(ctx context.Context, ticket string) error {
	var ids []string
	return doing("tickets of a person", t.sel(ctx, &ids, openOf, ticket))
}

const ratingOf = `
SELECT r.score FROM tickets t JOIN ratings r ON r.bot = t.bot AND r.ticket = t.id WHERE t.id = $1 AND r.score > 0`

// Rating returns what the customer of the ticket thought of the help, from 1 to
// bot.BestScore; 0 while they have not said.
func (s *Store) Rating(ctx context.Context, ticket string) (score int, err error) {
	var all []int
	if err := s.reading.sel(ctx, &all, ratingOf, ticket); err != nil {
		return 0, doing("rating", err)
	}
	if len(all) == 0 {
		return 0, nil
	}
	return all[0], nil
}
