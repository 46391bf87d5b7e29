package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
)

// TalkLine is a line of a person's whole talk, over all their chats.
type TalkLine struct {
	bot.Entry
	ID      int64     // grows with time, see AddHistory
	LeaveAt time.Time // until then it can be taken back; zero: it leaves or has left
	Told    []ToldOf
	Sent    []Sending // what it says, where it is a message of broadcasts: of a digest each line
}

// ToldOf is a change that a line tells something of.
type ToldOf struct {
	Change  string
	Version int
}

var readTalk = `
SELECT x.id, x.cause, x.at, x.outgoing, x.kind, x.text, x.detail, x.outcome, x.sent_at, x.delivered_at, x.seen_at,
	COALESCE((SELECT o.not_before FROM outbox o WHERE o.bot = x.bot AND o.chat = x.chat AND o.cause = x.cause || '/0'
		AND x.kind = 'desk' AND x.outcome = '' AND o.state || '' = 'pending' AND o.attempts = 0 AND o.not_before > {now}), 0) AS leave_at
FROM history x
WHERE x.bot = $1 AND x.chat = $2 AND x.id < $3 AND NOT ` + ofErased("history") + ` ORDER BY x.id DESC, x.cause DESC LIMIT $4`

type talkRecord struct {
	historyRecord
	LeaveAt micros `db:"leave_at"`
}

// Talk returns the lines before the id over all the addresses, merged by time, messages
// of broadcasts among them, whose words are for bot/broadcast to fill. They are about
// the last limit, the oldest first, and it says whether there are earlier ones. A
// before of 0 begins at the newest.
func (s *Store) Talk(ctx context.Context, at []bot.Address, before int64, limit int) (lines []TalkLine, more bool, err error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	for _, a := range at {
		var records []talkRecord
		if err := s.r.sel(ctx, &records, readTalk, a.Bot, a.Chat, before, limit+1); err != nil {
			return nil, false, doing("talk", err)
		}
		for _, r := range records {
			lines = append(lines, TalkLine{Entry: r.entry(a), ID: r.ID, LeaveAt: r.LeaveAt.time()})
		}
		sent, err := s.r.sentTo(ctx, a, before, limit+1)
		if err != nil {
			return nil, false, doing("talk", err)
		}
		lines = append(lines, sent...)
	}
	slices.SortStableFunc(lines, func(a, b TalkLine) int {
		return cmp.Or(cmp.Compare(b.ID, a.ID), cmp.Compare(b.Address.String(), a.Address.String()), cmp.Compare(b.Cause, a.Cause))
	})
	if len(lines) > limit { // lines of one moment in several chats stay together
		end := limit
		for end < len(lines) && lines[end].ID == lines[end-1].ID {
			end++
		}
		more, lines = end < len(lines), lines[:end]
	}
	slices.Reverse(lines)
	if err := s.r.sendings(ctx, lines); err != nil {
		return nil, false, doing("talk", err)
	}
	return lines, more, doing("talk", s.r.toldIn(ctx, lines))
}

const toldIn = `
WITH v (bot, chat, cause, place) AS (VALUES {rows ($, $, $, CAST($ AS BIGINT))})
SELECT v.place, t.change_id, t.version FROM v
JOIN tellings t ON t.bot = v.bot AND t.chat = v.chat AND t.cause = v.cause ORDER BY v.place, t.change_id`

// toldIn adds to the lines of which changes they tell.
func (c conn) toldIn(ctx context.Context, lines []TalkLine) error {
	var rows [][]any
	for i, l := range lines {
		if l.Out {
			rows = append(rows, []any{l.Address.Bot, l.Address.Chat, l.Cause, i})
		}
	}
	var told []struct {
		Place   int    `db:"place"`
		Change  string `db:"change_id"`
		Version int    `db:"version"`
	}
	if err := selRows(ctx, c, &told, toldIn, nil, rows); err != nil {
		return fmt.Errorf("tellings: %w", err)
	}
	for _, t := range told {
		lines[t.Place].Told = append(lines[t.Place].Told, ToldOf{t.Change, t.Version})
	}
	return nil
}

// TicketAddresses are all addresses of the person whose ticket it is.
func (s *Store) TicketAddresses(ctx context.Context, ticket string) ([]bot.Address, error) {
	return s.r.ticketAddresses(ctx, ticket)
}

// ChatOf is one address of a person, and how they stand there.
type ChatOf struct {
	Address bot.Address
	Reach   bot.Reach
	LastAt  time.Time
	Hushed  bool
}

// LedgerOf is what a person knows of a change, as the ledger has it.
type LedgerOf struct {
	Change                                                string
	Told, Mentioned, Unsure, Acknowledged, Asked, Follows time.Time // zero: not
}

const (
	chatsOf  = `SELECT bot, chat, reach, last_at, hushed FROM conversations WHERE contact = $1 ORDER BY last_at DESC, bot, chat LIMIT 50`
	ledgerOf = `
SELECT change_id, told_at, mentioned_at, unsure_at, acknowledged_at, asked_at, followed_at FROM ledger
WHERE contact = $1 AND (told_at <> 0 OR mentioned_at <> 0 OR unsure_at <> 0 OR acknowledged_at <> 0 OR asked_at <> 0 OR followed_at <> 0)
ORDER BY created_at DESC, change_id LIMIT 50`
	ticketsOf = `SELECT ` + ticketColumns + ` FROM tickets WHERE contact = $1 AND contact <> '' ORDER BY opened_at DESC, id LIMIT 20`
)

// Chats returns the addresses of the contact, the one used last first.
func (s *Store) Chats(ctx context.Context, contact string) ([]ChatOf, error) {
	var records []struct {
		Bot    string    `db:"bot"`
		Chat   string    `db:"chat"`
		Reach  bot.Reach `db:"reach"`
		LastAt micros    `db:"last_at"`
		Hushed bool      `db:"hushed"`
	}
	if err := s.r.sel(ctx, &records, chatsOf, contact); err != nil {
		return nil, doing("chats", err)
	}
	all := make([]ChatOf, len(records))
	for i, r := range records {
		all[i] = ChatOf{bot.Address{Bot: r.Bot, Chat: r.Chat}, r.Reach, r.LastAt.time(), r.Hushed}
	}
	return all, nil
}

// LedgerOf returns what the contact knows of changes, the newest first.
func (s *Store) LedgerOf(ctx context.Context, contact string) ([]LedgerOf, error) {
	var records []struct {
		Change       string `db:"change_id"`
		Told         micros `db:"told_at"`
		Mentioned    micros `db:"mentioned_at"`
		Unsure       micros `db:"unsure_at"`
		Acknowledged micros `db:"acknowledged_at"`
		Asked        micros `db:"asked_at"`
		Follows      micros `db:"followed_at"`
	}
	if err := s.r.sel(ctx, &records, ledgerOf, contact); err != nil {
		return nil, doing("ledger of a contact", err)
	}
	all := make([]LedgerOf, len(records))
	for i, r := range records {
		all[i] = LedgerOf{
			r.Change, r.Told.time(), r.Mentioned.time(), r.Unsure.time(), r.Acknowledged.time(), r.Asked.time(), r.Follows.time(),
		}
	}
	return all, nil
}

// TicketsOf returns the tickets of the contact, the newest first, the last 20.
func (s *Store) TicketsOf(ctx context.Context, contact string) ([]bot.Ticket, error) {
	var records []ticketRecord
	if err := s.r.sel(ctx, &records, ticketsOf, contact); err != nil {
		return nil, doing("tickets of a contact", err)
	}
	all := make([]bot.Ticket, len(records))
	for i, r := range records {
		all[i] = r.ticket()
	}
	return all, nil
}

const neededLately = `
SELECT EXISTS (SELECT 1 FROM tickets WHERE bot = $1 AND chat = $2 AND (state <> 'closed' OR closed_at > {now} - $3))
	OR EXISTS (SELECT 1 FROM tickets t JOIN conversations c ON c.contact = t.contact
		WHERE c.bot = $1 AND c.chat = $2 AND c.contact <> '' AND (t.state <> 'closed' OR t.closed_at > {now} - $3))`

// NeededLately reports whether whoever is at the address, in any of their chats, has a
// ticket that is open or was within that time.
func (s *Store) NeededLately(ctx context.Context, at bot.Address, within time.Duration) (yes bool, err error) {
	err = s.reading.get(ctx, &yes, neededLately, at.Bot, at.Chat, within)
	return yes, doing("who needed somebody", err)
}
