package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// CommitTurns writes the turns of one bot in one transaction: all of them or
// nothing. ErrConflict when an inbox row no longer waits or a conversation has
// moved on, ErrLeaseLost when the lease is not ours. A conversation may stand
// in the batch once.
func (s *Store) CommitTurns(ctx context.Context, l Lease, turns []TurnWrite) error {
	if len(turns) == 0 {
		return nil
	}
	fence := fenceShared
	for _, t := range turns {
		if t.Bot != l.Bot {
			return fmt.Errorf("storage: a turn of %s under the lease of %s", t.Bot, l.Bot)
		}
		if len(t.Receipts) > 0 {
			// A receipt and the send it speaks of must not pass each other
			// unseen: Settle shares this lock.
			fence = fenceAlone
		}
	}
	err := s.fencedBy(ctx, fence, l, func(t *Tx) error { return t.commitTurns(ctx, l.Bot, turns) })
	return doing("commit turns", err)
}

func (t *Tx) commitTurns(ctx context.Context, name string, turns []TurnWrite) error {
	chats, err := t.finishInbox(ctx, name, turns)
	if err != nil {
		return err
	}
	var (
		contacts []bot.Contact
		history  []bot.Entry
		timers   []chatTimer
		marks    []Marked
		outbox   []bot.Queued
		receipts []Receipt
		cancel   [][]any
		closing  [][]any
		opening  [][]any
		first    [][]any
		next     [][]any
	)
	for _, w := range turns {
		chat := chats[clean(w.InboxID)]
		if w.Contact != nil {
			contacts = append(contacts, *w.Contact)
		}
		if c := w.Conversation; c != nil && c.Version == 1 {
			first = append(first, conversationRow(*c))
		} else if c != nil {
			next = append(next, conversationRow(*c))
		}
		for _, timer := range w.Timers {
			timers = append(timers, chatTimer{chat, timer})
		}
		if w.CloseTicket != "" {
			closing = append(closing, []any{w.CloseTicket})
		}
		if w.Open != nil {
			opening = append(opening, ticketRow(*w.Open))
		}
		if w.CancelBulk {
			cancel = append(cancel, []any{chat})
		}
		history = append(history, w.History...)
		marks = append(marks, w.Marks...)
		outbox = append(outbox, w.Outbox...)
		receipts = append(receipts, w.Receipts...)
	}
	if err := t.putContacts(ctx, contacts); err != nil {
		return err
	}
	if err := t.putConversations(ctx, first, next); err != nil {
		return err
	}
	if err := t.AddHistory(ctx, history); err != nil {
		return err
	}
	if _, err := t.execRows(ctx, closeTickets, []any{name}, closing); err != nil {
		return fmt.Errorf("close tickets: %w", err)
	}
	if _, err := t.execRows(ctx, openTickets, nil, opening); err != nil {
		return fmt.Errorf("open tickets: %w", err)
	}
	if err := t.setTimers(ctx, name, timers); err != nil {
		return err
	}
	if err := t.mark(ctx, marks); err != nil {
		return err
	}
	if _, err := t.execRows(ctx, cancelBulk, []any{name, bot.LaneBulk}, cancel); err != nil {
		return fmt.Errorf("cancel announcements: %w", err)
	}
	if _, err := t.Enqueue(ctx, outbox); err != nil {
		return err
	}
	return t.applyReceipts(ctx, name, receipts)
}

const finishInbox = `
WITH v (id, state, note, reason) AS (VALUES {rows ($, $, $, $)})
UPDATE inbox SET state = v.state, note = v.note, reason = v.reason, settled_at = {now}
FROM v WHERE inbox.bot = $1 AND inbox.id = v.id AND inbox.state = 'waiting'
RETURNING inbox.id, inbox.chat`

// finishInbox marks the turns' inbox rows as done, or parked, and gives their chats by id.
func (t *Tx) finishInbox(ctx context.Context, name string, turns []TurnWrite) (map[string]string, error) {
	rows := make([][]any, len(turns))
	for i, w := range turns {
		rows[i] = []any{w.InboxID, "done", w.Note, w.Park}
		if w.Park != "" {
			rows[i][1] = "parked"
		}
	}
	var done []struct {
		ID   string `db:"id"`
		Chat string `db:"chat"`
	}
	if err := selRows(ctx, t.conn, &done, finishInbox, []any{name}, rows); err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	if len(done) != len(turns) {
		return nil, ErrConflict
	}
	chats := make(map[string]string, len(done))
	for _, d := range done {
		chats[d.ID] = d.Chat
	}
	return chats, nil
}

func conversationRow(c bot.Conversation) []any {
	vars, buttons := c.State.Vars, c.State.Buttons
	if vars == nil {
		vars = map[string]string{}
	}
	if buttons == nil {
		buttons = []bot.Button{}
	}
	return []any{
		c.Address.Bot, c.Address.Chat, c.Contact, c.State.Flow, c.State.Step, toJSON(vars), c.State.Screen,
		toJSON(buttons), c.Version, c.Reach, c.ReachAt, c.LastAt, c.Burst, c.BurstAt,
	}
}

const insertConversations = `
WITH v (bot, chat, contact, flow, step, vars, screen, buttons, version, reach, reach_at, last_at, burst, burst_at) AS (
	VALUES {rows ($, $, $, $, $, $, CAST($ AS BIGINT), $, CAST($ AS BIGINT), $, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT))}
)
INSERT INTO conversations
	(bot, chat, contact, flow, step, vars, screen, buttons, version, reach, reach_at, last_at, burst, burst_at, joined_at)
SELECT bot, chat, contact, flow, step, vars, screen, buttons, version, reach, reach_at, last_at, burst, burst_at, {now}
FROM v WHERE TRUE
ON CONFLICT (bot, chat) DO NOTHING`

const updateConversations = `
WITH v (bot, chat, contact, flow, step, vars, screen, buttons, version, reach, reach_at, last_at, burst, burst_at) AS (
	VALUES {rows ($, $, $, $, $, $, CAST($ AS BIGINT), $, CAST($ AS BIGINT), $, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT))}
)
UPDATE conversations SET contact = v.contact, flow = v.flow, step = v.step, vars = v.vars, screen = v.screen,
	buttons = v.buttons, version = v.version, reach = v.reach, reach_at = v.reach_at, last_at = v.last_at,
	burst = v.burst, burst_at = v.burst_at
FROM v WHERE conversations.bot = v.bot AND conversations.chat = v.chat AND conversations.version = v.version - 1`

// putConversations writes new conversations and the next versions of others;
// ErrConflict when any of them is not the very next.
func (t *Tx) putConversations(ctx context.Context, first, next [][]any) error {
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{insertConversations, first}, {updateConversations, next}} {
		n, err := t.execRows(ctx, step.query, nil, step.rows)
		if err != nil {
			return fmt.Errorf("conversations: %w", err)
		}
		if n != len(step.rows) {
			return ErrConflict
		}
	}
	return nil
}

const insertContacts = `
WITH v (id, name, language, chosen, zone, stopped) AS (
	VALUES {rows ($, $, $, CAST($ AS BOOLEAN), $, CAST($ AS BOOLEAN))}
)
INSERT INTO contacts (id, name, language, chosen, zone, stopped, created_at)
SELECT id, name, language, chosen, zone, stopped, {now} FROM v ORDER BY id
ON CONFLICT (id) DO NOTHING
RETURNING id`

const updateContacts = `
WITH v (id, name, language, chosen, zone, stopped) AS (
	VALUES {rows ($, $, $, CAST($ AS BOOLEAN), $, CAST($ AS BOOLEAN))}
)
UPDATE contacts SET name = v.name, language = v.language, chosen = v.chosen, zone = v.zone, stopped = v.stopped
FROM v WHERE contacts.id = v.id`

// putContacts inserts or updates contacts and opens the ledger of new ones.
func (t *Tx) putContacts(ctx context.Context, contacts []bot.Contact) error {
	rows := make([][]any, 0, len(contacts))
	place := map[string]int{}
	for _, c := range contacts {
		row := []any{clean(c.ID), c.Name, c.Language, c.Chosen, c.Zone, c.Stopped}
		if i, twice := place[clean(c.ID)]; twice {
			rows[i] = row // the later turn knows better
			continue
		}
		place[clean(c.ID)] = len(rows)
		rows = append(rows, row)
	}
	var added []struct {
		ID string `db:"id"`
	}
	if err := selRows(ctx, t.conn, &added, insertContacts, nil, rows); err != nil {
		return fmt.Errorf("contacts: %w", err)
	}
	isNew := make(map[string]bool, len(added))
	fresh := make([][]any, len(added))
	for i, a := range added {
		isNew[a.ID] = true
		fresh[i] = []any{a.ID}
	}
	var old [][]any
	for _, row := range rows {
		if !isNew[row[0].(string)] {
			old = append(old, row)
		}
	}
	if _, err := t.execRows(ctx, updateContacts, nil, old); err != nil {
		return fmt.Errorf("contacts: %w", err)
	}
	return t.openLedger(ctx, fresh)
}
