package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// Loaded is what the turns of one address need to know.
type Loaded struct {
	Conversation bot.Conversation // Version 0: none yet
	Contact      bot.Contact      // ID "": none yet
	Ticket       *bot.Ticket      // the open one, waiting or taken
	// Ahead counts the waiting tickets that were opened before Ticket; without
	// a ticket, all waiting ones.
	Ahead int
	Known []Known // the changes that concern the contact
}

// Known is what a contact knows of a change that concerns them.
type Known struct {
	Change                                  string
	Mentioned, Told, Acknowledged, Followed bool
}

// TurnWrite is all that one turn writes. The chat it belongs to is that of its
// inbox row.
type TurnWrite struct {
	Bot, InboxID string
	// Conversation, unless nil, is inserted when its Version is 1 and otherwise
	// replaces the version just before it.
	Conversation *bot.Conversation
	// Contact, unless nil, is inserted or updated. What the company says of a
	// person (External, Kind, Tier, Region) stays as it is. A new contact gets
	// ledger rows for the changes that concern them.
	Contact     *bot.Contact
	History     []bot.Entry
	Open        *bot.Ticket // does nothing while the chat has an open ticket
	CloseTicket string      // the ticket to close, before Open; "" for none
	Timers      []Timer
	Marks       []Marked
	Follows     []Following
	Outbox      []bot.Queued
	Receipts    []Receipt
	CancelBulk  bool   // the chat's announcements that still wait become skipped
	Note        string // kept on the inbox row; never content
	// Park, unless "", says why the inbox row is put aside for a person instead
	// of being done.
	Park string
	// Erase, unless nil, forgets the person after everything else of the batch
	// is written, except for this turn's Outbox; see Tx.Erase and LastWords.
	Erase *Person
}

// LoadTurns reads what the turns of the addresses need, in a few queries for
// all of them. Every address asked for is in the answer.
func (s *Store) LoadTurns(ctx context.Context, at []bot.Address) (map[bot.Address]Loaded, error) {
	all, err := s.r.loadTurns(ctx, at)
	return all, doing("load turns", err)
}

func (c conn) loadTurns(ctx context.Context, at []bot.Address) (map[bot.Address]Loaded, error) {
	rows := make([][]any, len(at))
	for i, a := range at {
		rows[i] = []any{a.Bot, a.Chat}
	}
	found, err := c.loadConversations(ctx, rows)
	if err != nil {
		return nil, err
	}
	tickets, all, err := c.loadTickets(ctx, rows)
	if err != nil {
		return nil, err
	}
	known, err := c.loadLedger(ctx, found)
	if err != nil {
		return nil, err
	}
	loaded := make(map[bot.Address]Loaded, len(at))
	for _, a := range at {
		stored := bot.Address{Bot: clean(a.Bot), Chat: clean(a.Chat)}
		l := found[stored]
		l.Ahead = all
		if t, ok := tickets[stored]; ok {
			l.Ticket, l.Ahead = &t.ticket, t.ahead
		}
		l.Known = known[l.Contact.ID]
		loaded[a] = l
	}
	return loaded, nil
}

type conversationRecord struct {
	Bot       string       `db:"bot"`
	Chat      string       `db:"chat"`
	Contact   string       `db:"contact"`
	Flow      string       `db:"flow"`
	Step      string       `db:"step"`
	Vars      string       `db:"vars"`
	Screen    int          `db:"screen"`
	Buttons   string       `db:"buttons"`
	Version   int64        `db:"version"`
	Reach     bot.Reach    `db:"reach"`
	ReachAt   micros       `db:"reach_at"`
	LastAt    micros       `db:"last_at"`
	Burst     int          `db:"burst"`
	BurstAt   micros       `db:"burst_at"`
	ContactID string       `db:"contact_id"`
	Name      string       `db:"name"`
	Language  bot.Language `db:"language"`
	Chosen    bool         `db:"chosen"`
	Zone      string       `db:"zone"`
	Stopped   bool         `db:"stopped"`
	External  string       `db:"external_id"`
	Kind      string       `db:"kind"`
	Tier      string       `db:"tier"`
	Region    string       `db:"region"`
	Muted     string       `db:"muted"`
	Quiet     bot.Quiet    `db:"quiet"`
	Paused    micros       `db:"paused_until"`
}

func (r conversationRecord) loaded() (Loaded, error) {
	l := Loaded{
		Conversation: bot.Conversation{
			Address: bot.Address{Bot: r.Bot, Chat: r.Chat},
			Contact: r.Contact,
			State:   bot.State{Flow: r.Flow, Step: r.Step, Screen: r.Screen},
			Version: r.Version, Reach: r.Reach, ReachAt: r.ReachAt.time(), LastAt: r.LastAt.time(),
			Burst: r.Burst, BurstAt: r.BurstAt.time(),
		},
		Contact: bot.Contact{
			ID: r.ContactID, Name: r.Name, Language: r.Language, Chosen: r.Chosen,
			Zone: r.Zone, Stopped: r.Stopped, External: r.External, Kind: r.Kind, Tier: r.Tier, Region: r.Region,
			Wishes: bot.Wishes{Quiet: r.Quiet, PausedUntil: r.Paused.time()},
		},
	}
	if r.Muted != noneMuted {
		if err := fromJSON(r.Muted, &l.Contact.Wishes.Muted); err != nil {
			return Loaded{}, fmt.Errorf("wishes: %w", err)
		}
	}
	if err := fromJSON(r.Vars, &l.Conversation.State.Vars); err != nil {
		return Loaded{}, fmt.Errorf("variables: %w", err)
	}
	if err := fromJSON(r.Buttons, &l.Conversation.State.Buttons); err != nil {
		return Loaded{}, fmt.Errorf("buttons: %w", err)
	}
	return l, nil
}

const loadConversations = `
WITH v (bot, chat) AS (VALUES {rows ($, $)})
SELECT c.bot, c.chat, c.contact, c.flow, c.step, c.vars, c.screen, c.buttons, c.version,
	c.reach, c.reach_at, c.last_at, c.burst, c.burst_at,
	COALESCE(k.id, '') AS contact_id, COALESCE(k.name, '') AS name, COALESCE(k.language, '') AS language,
	COALESCE(k.chosen, FALSE) AS chosen, COALESCE(k.zone, '') AS zone, COALESCE(k.stopped, FALSE) AS stopped,
	COALESCE(k.external_id, '') AS external_id, COALESCE(k.kind, '') AS kind, COALESCE(k.tier, '') AS tier,
	COALESCE(k.region, '') AS region, COALESCE(k.muted, '[]') AS muted, COALESCE(k.quiet, '') AS quiet,
	COALESCE(k.paused_until, 0) AS paused_until
FROM v JOIN conversations c ON c.bot = v.bot AND c.chat = v.chat
LEFT JOIN contacts k ON k.id = c.contact`

func (c conn) loadConversations(ctx context.Context, at [][]any) (map[bot.Address]Loaded, error) {
	var records []conversationRecord
	if err := selRows(ctx, c, &records, loadConversations, nil, at); err != nil {
		return nil, fmt.Errorf("conversations: %w", err)
	}
	found := make(map[bot.Address]Loaded, len(records))
	for _, r := range records {
		l, err := r.loaded()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
		found[l.Conversation.Address] = l
	}
	return found, nil
}

const loadTickets = `
WITH v (bot, chat) AS (VALUES {rows ($, $)})
SELECT t.bot, t.id, t.chat, t.contact, t.state, t.reason, t.topic, t.holder, t.opened_at, t.taken_at, t.closed_at,
	(SELECT count(*) FROM tickets w
		WHERE w.state = 'waiting' AND (w.opened_at, w.id) < (t.opened_at, t.id)) AS ahead
FROM v JOIN tickets t ON t.bot = v.bot AND t.chat = v.chat AND t.state <> 'closed'`

const countWaitingTickets = `SELECT count(*) FROM tickets WHERE state = 'waiting'`

type queued struct {
	ticket bot.Ticket
	ahead  int
}

// loadTickets gives the open tickets of the addresses, and how many tickets
// wait in all.
func (c conn) loadTickets(ctx context.Context, at [][]any) (map[bot.Address]queued, int, error) {
	var records []struct {
		ticketRecord
		Ahead int `db:"ahead"`
	}
	if err := selRows(ctx, c, &records, loadTickets, nil, at); err != nil {
		return nil, 0, fmt.Errorf("tickets: %w", err)
	}
	tickets := make(map[bot.Address]queued, len(records))
	for _, r := range records {
		t := r.ticket()
		tickets[t.Address] = queued{t, r.Ahead}
	}
	var all int
	if len(records) == len(at) {
		return tickets, 0, nil
	}
	if err := c.get(ctx, &all, countWaitingTickets); err != nil {
		return nil, 0, fmt.Errorf("tickets: %w", err)
	}
	return tickets, all, nil
}
