package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"visnyk/bot"
)

// Loaded is what the turns of one address need to know.
type Loaded struct {
	Conversation bot.Conversation // Version 0: none yet
	Contact      bot.Contact      // ID "": none yet
	Ticket       *bot.Ticket      // the open one, waiting or taken
	Known        []Known          // the live changes that concern the contact
	Elsewhere    bool             // the contact has an open ticket in another chat
	BarredAt     time.Time        // when a ticket of the contact was last closed as abuse; zero: never
	// Heard is the broadcast that the chat was told last, within a day and since the
	// person's last words; "" is none. What they say now, they say of that.
	Heard string
	// OnProbation tells whether an address came to the contact by a join within
	// Probation.
	OnProbation bool
}

// Known is what a contact knows of a change that concerns them.
type Known struct {
	Change                                                    string
	Mentioned, OnItsWay, Told, Unsure, Acknowledged, Followed bool
	MentionedAt                                               time.Time // the first time; zero: never
}

// Heard reports whether they have heard of it: then it goes on concerning them,
// whatever becomes of its audience.
func (k Known) Heard() bool {
	return k.Mentioned || k.OnItsWay || k.Told || k.Unsure || k.Acknowledged || k.Followed
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
	Consents    []bot.Consent // what the person agreed to and refused, as Contact has it now
	History     []bot.Entry
	Open        *bot.Ticket // does nothing while the chat has an open ticket
	CloseTicket string      // the ticket to close, before Open; "" for none
	// Shown, unless nil, is the open ticket of the chat, which goes on: the desk shows
	// what the turn writes. ErrConflict when it is in another state than that.
	Shown *TicketShown
	// Elsewhere, unless "", is the contact whose open tickets in other chats show it too.
	Elsewhere string
	Rating    *bot.Rating // of a closed ticket of the person
	Timers    []Timer
	// Tellings are what its messages tell of changes; those messages are in
	// History and, with Tells, in Outbox. The ledger has it on its way.
	Tellings   []bot.Telling
	Marks      []LedgerMark
	Follows    []LedgerFollow
	Reactions  []Reaction     // what the person did about broadcasts
	Questions  []bot.Question // how questions of the person ended
	Fetches    []Fetch        // files that the person sent, to be fetched from the messenger
	Outbox     []bot.Queued
	Receipts   []Receipt
	CancelBulk bool   // the chat's announcements that still wait become skipped
	Silence    bool   // those of every chat of the contact do
	Note       string // kept on the inbox row; never content
	// Join, unless nil, makes one contact of two after everything else of the
	// batch is written; Split, unless nil, undoes that for one address of the
	// turn's contact.
	Join  *Joining
	Split *bot.Address
	// Phone, unless nil, is a number of the turn's contact. Offer, unless nil, is a code
	// with which the chat can be joined to the company's record with that number.
	Phone *SharedPhone
	Offer *PhoneOffer
	// LinkStaff, unless "", is the code of a link by which a user of the staff makes
	// this chat the one where they hear of what waits for them.
	LinkStaff string
	// Relays are what the person's other addresses hear of the turn.
	Relays []Relay
	// Park, unless "", says why the inbox row is put aside for a person instead
	// of being done.
	Park string
	// Claim has what the turn says first enter the outbox as Claim would leave it, so
	// that it needs no commit of its own: whoever commits the turn is also who sends, and
	// does so at once.
	Claim bool
	// Erase, unless nil, forgets the person after everything else of the batch
	// is written, except for this turn's Outbox; see Tx.Erase and LastWords. It is
	// not done (ErrConflict) when the first of its addresses is at another version
	// than Seen: it may have become somebody else's.
	Erase *Person
	Seen  int64
}

// LoadTurns reads what the turns of the addresses need, in one query for
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
	var records []turnRecord
	if err := selRows(ctx, c, &records, loadTurns, nil, rows); err != nil {
		return nil, err
	}
	found := make(map[bot.Address]Loaded, len(records))
	for _, r := range records {
		a := bot.Address{Bot: r.Bot, Chat: r.Chat}
		l, err := r.loaded(a)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
		found[a] = l
	}
	loaded := make(map[bot.Address]Loaded, len(at))
	for _, a := range at {
		loaded[a] = found[bot.Address{Bot: clean(a.Bot), Chat: clean(a.Chat)}]
	}
	return loaded, nil
}

// waitingRecord is a row that waits, and what is known of its address.
type waitingRecord struct {
	inboxRecord
	loadedRecord
}

// WaitingTurns returns what Waiting does, and what the turns of the rows' chats
// need, but for a chat that cannot be read: LoadTurns tells why not.
func (s *Store) WaitingTurns(ctx context.Context, name string, limit int, held InHand) ([]InboxRow, map[bot.Address]Loaded, error) {
	var records []inboxRecord
	loaded := map[bot.Address]Loaded{}
	err := eachRow(ctx, s.r, func(r *waitingRecord) {
		r.Bot = name
		records = append(records, r.inboxRecord)
		a := bot.Address{Bot: r.Bot, Chat: r.Chat}
		if l, err := r.loaded(a); err == nil && a.Chat != "" {
			loaded[a] = l
		}
	}, waitingTurns, waitingValues(name, limit, held)...)
	if err != nil {
		return nil, nil, doing("waiting turns", err)
	}
	rows, err := s.r.withPayloads(ctx, records, limit, held)
	if len(rows) < len(records) { // what is known of the others has aged when their turn comes
		maps.DeleteFunc(loaded, func(a bot.Address, _ Loaded) bool {
			return !slices.ContainsFunc(rows, func(r InboxRow) bool { return r.Bot == a.Bot && r.Chat == a.Chat })
		})
	}
	return rows, loaded, doing("waiting turns", err)
}

type turnRecord struct {
	Bot  string `db:"bot"`
	Chat string `db:"chat"`
	loadedRecord
}

// loadedRecord is what is known of one address. Without a conversation, a contact
// or a ticket the columns of that have their zero values.
type loadedRecord struct {
	personRecord
	Contact     string    `db:"contact"`
	Flow        string    `db:"flow"`
	Step        string    `db:"step"`
	Vars        string    `db:"vars"`
	Screen      int       `db:"screen"`
	Buttons     string    `db:"buttons"`
	Version     int64     `db:"version"`
	Reach       bot.Reach `db:"reach"`
	ReachAt     micros    `db:"reach_at"`
	LastAt      micros    `db:"last_at"`
	Burst       int       `db:"burst"`
	BurstAt     micros    `db:"burst_at"`
	Ticket      string    `db:"ticket"` // JSON of a ticketRecord; "": there is none
	Ledger      string    `db:"ledger"`
	Hushed      bool      `db:"hushed"`
	Thread      string    `db:"thread"`
	OnProbation bool      `db:"fresh"`
	Elsewhere   bool      `db:"elsewhere"`
	Heard       string    `db:"heard"`
	BarredAt    micros    `db:"barred_at"`
}

func (r *loadedRecord) loaded(at bot.Address) (Loaded, error) {
	known, err := r.person()
	if err != nil {
		return Loaded{}, fmt.Errorf("contact: %w", err)
	}
	l := Loaded{
		Conversation: bot.Conversation{
			Address: at,
			Contact: r.Contact,
			State:   bot.State{Flow: r.Flow, Step: r.Step, Screen: r.Screen},
			Version: r.Version, Reach: r.Reach, ReachAt: r.ReachAt.time(), LastAt: r.LastAt.time(),
			Burst: r.Burst, BurstAt: r.BurstAt.time(), Hushed: r.Hushed, Thread: r.Thread,
		},
		Contact: known.Contact,
		Known:   knownOf(r.Ledger), OnProbation: r.OnProbation, Heard: r.Heard, Elsewhere: r.Elsewhere, BarredAt: r.BarredAt.time(),
	}
	if r.Ticket != "" {
		open := ticketRecord{Bot: at.Bot, Chat: at.Chat}
		if err := fromJSON(r.Ticket, &open); err != nil {
			return Loaded{}, fmt.Errorf("ticket: %w", err)
		}
		t := open.ticket()
		l.Ticket = &t
	}
	if r.Version == 0 {
		return l, nil
	}
	state := &l.Conversation.State
	if state.Vars, err = bot.ReadVars(r.Vars); err != nil {
		return Loaded{}, fmt.Errorf("variables: %w", err)
	}
	if state.Buttons, err = bot.ReadButtons(r.Buttons); err != nil {
		return Loaded{}, fmt.Errorf("buttons: %w", err)
	}
	return l, nil
}

// One query, because a lone turn pays for each: what it reads is little, the
// way to the database is most of it.
var (
	loadTurns = `
WITH v (bot, chat) AS (VALUES {rows ($, $)}), ` + liveChanges + `
SELECT v.bot, v.chat, ` + loadedColumns

	waitingTurns = `
WITH v AS MATERIALIZED (` + waiting + `), ` + liveChanges + `
SELECT v.id, v.chat, v.seq, v.source, v.payload, v.size, v.attempts, v.greeted, v.received_at, v.waited,
	` + loadedColumns

	loadedColumns = turnReads.in(`COALESCE(c.contact, '') AS contact, COALESCE(c.flow, '') AS flow, COALESCE(c.step, '') AS step,
	COALESCE(c.vars, '') AS vars, COALESCE(c.screen, 0) AS screen, COALESCE(c.buttons, '') AS buttons,
	COALESCE(c.version, 0) AS version, COALESCE(c.reach, '') AS reach, COALESCE(c.reach_at, 0) AS reach_at,
	COALESCE(c.last_at, 0) AS last_at, COALESCE(c.burst, 0) AS burst, COALESCE(c.burst_at, 0) AS burst_at,
	{joined},
	CASE WHEN t.id IS NULL THEN '' ELSE CAST({object}('ID', t.id, 'Contact', t.contact, 'State', t.state, 'Reason', t.reason, 'Topic', t.topic,
		'Holder', t.holder, 'OpenedAt', t.opened_at, 'TakenAt', t.taken_at, 'ClosedAt', t.closed_at) AS TEXT) END AS ticket,
	COALESCE(c.hushed, FALSE) AS hushed, COALESCE(c.thread, '') AS thread,
	EXISTS (SELECT 1 FROM tickets e WHERE e.contact = c.contact AND e.state <> 'closed' AND e.id <> COALESCE(t.id, '')) AS elsewhere,
	COALESCE((SELECT max(a.closed_at) FROM tickets a WHERE a.contact = c.contact AND a.outcome = 'abuse'), 0) AS barred_at,
	COALESCE((SELECT r.broadcast FROM recipients r WHERE r.contact = c.contact AND r.bot = v.bot AND r.chat = v.chat
		AND r.sent_at > c.last_at AND r.sent_at > {now} - 86400000000 ORDER BY r.sent_at DESC, r.broadcast LIMIT 1), '') AS heard,
	EXISTS (SELECT 1 FROM merges m WHERE m.contact = c.contact AND m.came_at > {now} - ` + probation + `) AS fresh,
	COALESCE(` + knownToContact + `, '') AS ledger
FROM v
LEFT JOIN conversations c ON c.bot = v.bot AND c.chat = v.chat
LEFT JOIN contacts k ON k.id = c.contact
LEFT JOIN tickets t ON t.bot = v.bot AND t.chat = v.chat AND t.state <> 'closed'`)
)
