package storage

import (
	"context"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage/db"
)

// The states of an outbox row. A row leaves "pending" only by a claim, and
// "sending" only by an outcome, so the rows of a broadcast always add up.
const (
	statePending   = "pending"
	stateSending   = "sending"
	stateSent      = "sent"
	stateGone      = "gone"
	stateMalformed = "malformed"
	stateExpired   = "expired"
	stateUnknown   = "unknown"
	stateSkipped   = "skipped"
)

// OutboxRow is a message part that waits to leave. Rows of a chat and lane
// leave in the order of ID.
type OutboxRow struct {
	ID int64
	bot.Queued
	Attempts  int // sends begun so far
	Unknowns  int // how many of them ended without an answer
	CreatedAt time.Time
	Epoch     int64 // of the lease under which it was written claimed; 0: it was not
	HistoryID int64 // the key of what says the same in the history; 0: nothing does
}

type outboxRecord struct {
	ID        int64        `db:"id"`
	Bot       string       `db:"bot"`
	Chat      string       `db:"chat"`
	Cause     string       `db:"cause"`
	Lane      bot.Lane     `db:"lane"`
	Kind      bot.PartKind `db:"kind"`
	Body      []byte       `db:"body"`
	Size      int64        `db:"size"` // of the body, which is nil while it was not read
	NotBefore micros       `db:"not_before"`
	Attempts  int          `db:"attempts"`
	Unknowns  int          `db:"unknowns"`
	Epoch     int64        `db:"epoch"`
	Tells     bool         `db:"tells"`
	CreatedAt micros       `db:"created_at"`
	Thread    string       `db:"thread"`
	HistoryID int64        `db:"history_id"`
}

func (r *outboxRecord) sized() (body *[]byte, size int64, key []any) {
	return &r.Body, r.Size, []any{r.Bot, r.Chat, r.Cause}
}

func (r outboxRecord) row() OutboxRow {
	return OutboxRow{
		ID: r.ID, Attempts: r.Attempts, Unknowns: r.Unknowns, CreatedAt: r.CreatedAt.time(), HistoryID: r.HistoryID,
		Queued: bot.Queued{
			Lane: r.Lane, To: bot.Address{Bot: r.Bot, Chat: r.Chat}, Cause: r.Cause,
			Part: bot.Part{Kind: r.Kind, Body: r.Body, Thread: r.Thread}, NotBefore: r.NotBefore.time(), Tells: r.Tells,
		},
	}
}

// The first condition on the state is that of the index, word for word: SQLite
// needs it so.
const (
	pending = `
SELECT id, bot, chat, cause, lane, kind, CASE WHEN length(body) <= $4 THEN body END AS body, length(body) AS size,
	not_before, attempts, unknowns, epoch, created_at, tells, thread, history_id
FROM outbox
WHERE bot = $1 AND lane = $2 AND state IN ('pending', 'sending') AND state = 'pending' AND not_before <= {now}
ORDER BY id LIMIT $3`

	// notHeld keeps announcements back from every address of somebody whom an operator
	// holds: they wait for the ticket to close. It goes from the row to its person: the
	// other way SQLite looks at every chat there is, for each row.
	notHeld = ` AND (outbox.lane <> 2 OR NOT EXISTS (SELECT 1 FROM conversations c JOIN tickets t ON t.contact = c.contact
	WHERE c.bot = outbox.bot AND c.chat = outbox.chat AND c.contact <> '' AND t.state = 'taken' AND t.holder <> ''))`

	pendingBodies = `
WITH v (bot, chat, cause, place) AS (VALUES {rows ($, $, $, CAST($ AS BIGINT))})
SELECT v.place, outbox.body AS payload
FROM v JOIN outbox ON outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.cause = v.cause
WHERE outbox.state || '' = 'pending'`
)

// What came back for another try after its broadcast was paused, or its person
// stopped, is not claimed either.
const bulkLeaves = notHeld + served + ` AND (outbox.lane <> 2 OR ` + mayLeave + `)`

var (
	pendingBulk = strings.Replace(pending, "ORDER BY", bulkLeaves+"\nORDER BY", 1)
	claimBulk   = strings.Replace(claim, "RETURNING", bulkLeaves+"\nRETURNING", 1)
)

// Pending returns the rows of the lane that may leave now, the earliest first, as
// many as fit the limit and MaxRead. Announcements to a person whom an operator holds
// are not among them.
func (s *Store) Pending(ctx context.Context, name string, lane bot.Lane, limit int) ([]OutboxRow, error) {
	var records []outboxRecord
	query := pending
	if lane == bot.LaneBulk {
		query = pendingBulk
	}
	err := s.r.sel(ctx, &records, query, name, lane, limit, inline(limit))
	if err == nil {
		records, err = within(ctx, s.r, pendingBodies, records, inline(limit), (*outboxRecord).sized)
	}
	if err != nil {
		return nil, doing("pending sends", err)
	}
	rows := make([]OutboxRow, len(records))
	for i, r := range records {
		rows[i] = r.row()
	}
	return rows, nil
}

// What stands behind an update's cause is the number of a message and of its part; another
// update's may begin with this one's.
const unclaim = `
WITH v (bot, chat, cause) AS (VALUES {rows ($, $, $)})
UPDATE outbox SET state = 'pending', attempts = 0, epoch = 0
FROM v WHERE outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.cause >= v.cause || '/' AND outbox.cause < v.cause || '0'
	AND substr(outbox.cause, length(v.cause) + 2) NOT LIKE '%/%/%' AND outbox.state || '' = 'sending' AND outbox.epoch = $1`

// Unclaim has what turns of these rows said wait to be claimed, after a commit of turns
// with Claim that was not answered: it may have been written, and whoever sends does not
// know of it.
func (s *Store) Unclaim(ctx context.Context, l Lease, rows []InboxRow) error {
	keys := make([][]any, len(rows))
	for i, r := range rows {
		keys[i] = []any{r.Bot, r.Chat, "turn/" + r.ID}
	}
	return doing("unclaim replies", s.fenced(ctx, l, func(t *Tx) error {
		_, err := t.execRows(ctx, unclaim, []any{l.Epoch}, keys)
		return err
	}))
}

const backoffs = `
SELECT chat, max(not_before) AS until FROM outbox
WHERE bot = $1 AND state = 'pending' AND attempts > 0 AND not_before > {now}
GROUP BY chat`

// Backoffs tells which chats of the bot have a row that waits for its next try,
// and until when: later rows must not overtake it.
func (s *Store) Backoffs(ctx context.Context, name string) (map[string]time.Time, error) {
	var records []struct {
		Chat  string `db:"chat"`
		Until micros `db:"until"`
	}
	if err := s.r.sel(ctx, &records, backoffs, name); err != nil {
		return nil, doing("held chats", err)
	}
	until := make(map[string]time.Time, len(records))
	for _, r := range records {
		until[r.Chat] = r.Until.time()
	}
	return until, nil
}

// By the key, not by the index of open rows: see finishInbox.
const claim = `
WITH ` + held + `, v (bot, chat, cause) AS (VALUES {rows ($, $, $)})
UPDATE outbox SET state = 'sending', attempts = attempts + 1, epoch = held.epoch
FROM held, v WHERE outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.cause = v.cause AND outbox.state || '' = 'pending'
RETURNING outbox.chat, outbox.cause`

// Claim marks the rows as being sent, before any byte leaves, in its own commit, and tells for each whether it did: a row that is no longer
// pending must not be sent, nor an announcement to a person whom an operator holds by
// now. After an error the rows may be claimed or not.
func (s *Store) Claim(ctx context.Context, l Lease, rows []OutboxRow) (claimed []bool, err error) {
	values := make([][]any, len(rows))
	for i, r := range rows {
		values[i] = []any{r.To.Bot, r.To.Chat, r.Cause}
	}
	query := claim
	if slices.ContainsFunc(rows, func(r OutboxRow) bool { return r.Lane == bot.LaneBulk }) {
		query = claimBulk
	}
	type key struct {
		Chat  string `db:"chat"`
		Cause string `db:"cause"`
	}
	var taken []key
	take := func(c conn) error {
		taken = nil
		return selRows(ctx, c, &taken, query, l.head(), values)
	}
	if s.dialect.arrays {
		err = again(ctx, func() error { return take(s.w) })
	} else {
		err = s.db.InTx(ctx, func(c db.Conn) error { return take(conn{c}.apart()) })
	}
	if err == nil && len(taken) < len(rows) {
		err = s.r.lost(ctx, l, nil)
	}
	if err != nil {
		return nil, doing("claim", err)
	}
	ours := make(map[key]bool, len(taken))
	for _, k := range taken {
		ours[k] = true
	}
	claimed = make([]bool, len(rows))
	for i, r := range rows {
		claimed[i] = ours[key{r.To.Chat, r.Cause}]
	}
	return claimed, nil
}

// Whoever said «стоп» there has not left.
const cancelChats = `
WITH v (chat) AS (VALUES {rows ($)})
UPDATE outbox SET state = 'skipped', reason = CASE WHEN EXISTS (
	SELECT 1 FROM conversations c WHERE c.bot = outbox.bot AND c.chat = outbox.chat AND c.hushed) THEN 'stopped' ELSE 'left' END
WHERE bot = $1 AND lane = $2 AND state = 'pending' AND chat IN (SELECT chat FROM v)`

// cancelBulk skips the announcements that wait for the chats of the turns, by
// their inbox rows.
func (t *Tx) cancelBulk(ctx context.Context, b *batch, turns []string) error {
	chats := make([][]any, len(turns))
	for i, inbox := range turns {
		chats[i] = []any{b.chat(inbox)}
	}
	var locked []recipientKey
	if err := selRows(ctx, t.conn, &locked, lockWaitingAt, []any{b.bot}, chats); err != nil {
		return doing("cancel announcements", err)
	}
	_, err := t.endRows(ctx, cancelChats, []any{b.bot, bot.LaneBulk}, chats)
	return doing("cancel announcements", err)
}

const expire = `
UPDATE outbox SET state = 'expired', reason = 'too old'
WHERE bot = $1 AND lane IN ($2, $3) AND state IN ('pending', 'sending') AND state = 'pending'
AND id < {now} - $4`

// Expire gives up replies and operators' words that have waited longer than
// olderThan, and tells how many.
func (s *Store) Expire(ctx context.Context, l Lease, olderThan time.Duration) (n int, err error) {
	err = s.fenced(ctx, l, func(t *Tx) error {
		var old []ending
		if err := t.sel(ctx, &old, expire+returnEndings, l.Bot, bot.LaneReply, bot.LaneDesk, olderThan); err != nil {
			return err
		}
		n = len(old)
		return t.ended(ctx, old)
	})
	if err != nil {
		return 0, doing("expire", err)
	}
	return n, nil
}

// OutboxKey is what OutboxDepth counts by.
type OutboxKey struct {
	Bot   string
	Lane  bot.Lane
	State string // "pending", "sending" or "unknown"
}

const outboxDepth = `
SELECT bot, lane, state, count(*) AS n FROM outbox WHERE state IN ('pending', 'sending') GROUP BY bot, lane, state
UNION ALL
SELECT bot, lane, state, count(*) AS n FROM outbox WHERE state = 'unknown' GROUP BY bot, lane, state`

// OutboxDepth counts the rows that have not ended well or badly yet, and those
// whose end nobody knows.
func (s *Store) OutboxDepth(ctx context.Context) (map[OutboxKey]int, error) {
	var records []struct {
		Bot   string   `db:"bot"`
		Lane  bot.Lane `db:"lane"`
		State string   `db:"state"`
		N     int      `db:"n"`
	}
	if err := s.reading.sel(ctx, &records, outboxDepth); err != nil {
		return nil, doing("outbox depth", err)
	}
	depth := make(map[OutboxKey]int, len(records))
	for _, r := range records {
		depth[OutboxKey{r.Bot, r.Lane, r.State}] = r.N
	}
	return depth, nil
}
