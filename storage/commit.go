package storage

import (
	"context"
	"errors"
	"fmt"

	"visnyk/bot"
	"visnyk/storage/db"
)

// CommitTurns writes the turns of one bot in one transaction: all of them or
// nothing. ErrConflict when an inbox row no longer waits or a conversation has
// moved on, ErrLeaseLost when the lease is not ours. A conversation may stand
// in the batch once. It gives what the turns said and may leave now, so that
// the sender, who is in this process, need not read it again.
func (s *Store) CommitTurns(ctx context.Context, l Lease, turns []TurnWrite) (said []OutboxRow, err error) {
	if len(turns) == 0 {
		return nil, nil
	}
	for _, t := range turns {
		if t.Bot != l.Bot {
			return nil, fmt.Errorf("storage: a turn of %s under the lease of %s", t.Bot, l.Bot)
		}
	}
	b := newBatch(l, turns)
	if plain, others := s.parted(l, b); plain != nil {
		if said, err = s.commitPlain(ctx, l, plain, others); !errors.Is(err, errNotPlain) {
			return said, doing("commit turns", err)
		}
	}
	if err = s.InTx(ctx, func(t *Tx) error { return b.writeWhole(ctx, t, l) }); err != nil {
		return nil, doing("commit turns", err)
	}
	return b.told(s), nil
}

// writeWhole writes the turns with their rows of the inbox, whatever they are.
func (b *batch) writeWhole(ctx context.Context, t *Tx, l Lease) (err error) {
	query := finishInbox
	if !b.receipts.empty() {
		// A receipt and the send it speaks of must not pass each other
		// unseen: RecordOutcomes shares this lock.
		query = finishInboxAlone
	}
	b.said, b.queued, b.woken = nil, nil, nil
	if b.chats, err = t.finishInbox(ctx, query, l, b.turns); err != nil {
		return err
	}
	return b.write(ctx, t)
}

// told tells others of the turns, which are committed, and returns what may leave now.
func (b *batch) told(s *Store) []OutboxRow {
	for _, topic := range b.woken {
		s.Notify(topic)
	}
	return b.leaving()
}

// The bot comes with each row and the state is compared as an expression, so
// that PostgreSQL goes by the key: knowing nothing yet of a young table, it would
// otherwise keep a plan that reads all rows of the bot, or all that wait.
const (
	finishInbox      = `WITH ` + held + `, v ` + finishRows + finish
	finishInboxAlone = `WITH ` + heldAlone + `, v ` + finishRows + finish

	finishRows = `(bot, id, state, note, reason) AS (VALUES {rows ($, $, $, $, $)})`
	// What another chat did names that chat, and has been heard.
	finish = `
UPDATE inbox SET state = v.state, note = v.note, reason = v.reason, settled_at = (SELECT {now}),
	payload = CASE WHEN source = 'relay' AND v.state = 'done' THEN CAST('' AS {bytes}) ELSE payload END
FROM held, v WHERE inbox.bot = v.bot AND inbox.id = v.id AND inbox.state || '' = 'waiting'
RETURNING inbox.id, inbox.chat`
)

// finishInbox marks the turns' inbox rows as done, or parked, and gives their chats by id.
func (t *Tx) finishInbox(ctx context.Context, query string, l Lease, turns []TurnWrite) (map[string]string, error) {
	rows := make([][]any, len(turns))
	for i, w := range turns {
		rows[i] = finishRow(w)
	}
	var done []struct {
		ID   string `db:"id"`
		Chat string `db:"chat"`
	}
	if err := selRows(ctx, t.apart(), &done, query, l.head(), rows); err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	if len(done) != len(turns) {
		return nil, t.lost(ctx, l, ErrConflict)
	}
	chats := make(map[string]string, len(done))
	for _, d := range done {
		chats[d.ID] = d.Chat
	}
	return chats, nil
}

func finishRow(w TurnWrite) []any {
	state := "done"
	if w.Park != "" {
		state = "parked"
	}
	return []any{w.Bot, w.InboxID, state, w.Note, w.Park}
}

// putConversation puts the conversation as conversationRows has it.
func putConversation(r *db.Rows, c *bot.Conversation) {
	r.Text(c.State.Flow)
	r.Text(c.State.Step)
	r.Written(func(to []byte) []byte { return bot.AppendVars(to, c.State.Vars) })
	r.Number(int64(c.State.Screen))
	r.Written(func(to []byte) []byte { return bot.AppendButtons(to, c.State.Buttons) })
	r.Text(string(c.Reach))
	r.Moment(c.ReachAt)
	r.Moment(c.LastAt)
	r.Number(int64(c.Burst))
	r.Moment(c.BurstAt)
	r.Truth(c.Hushed)
	r.Text(c.Thread)
	r.Text(c.Address.Bot)
	r.Text(c.Address.Chat)
	r.Number(c.Version)
	r.Text(c.Contact)
}

func conversationRow(c bot.Conversation) []any {
	return db.Row(16, func(r *db.Rows) { putConversation(r, &c) })
}

const (
	insertConversations = `WITH v ` + conversationRows + `
INSERT {fail}INTO conversations
	(bot, chat, contact, flow, step, vars, screen, buttons, version, reach, reach_at, last_at, burst, burst_at, hushed, thread, joined_at)
SELECT bot, chat, contact, flow, step, vars, screen, buttons, version, reach, reach_at, last_at, burst, burst_at, hushed, thread, {now}
FROM v WHERE TRUE
ON CONFLICT (bot, chat) DO NOTHING`

	updateConversations = `WITH v ` + conversationRows + moveOn

	conversationRows = `(flow, step, vars, screen, buttons, reach, reach_at, last_at, burst, burst_at, hushed, thread, bot, chat, version, contact) AS (
	VALUES {rows ($, $, CAST($ AS {long}), CAST($ AS BIGINT), CAST($ AS {long}), $, CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BIGINT), CAST($ AS BOOLEAN), $, $, $, CAST($ AS BIGINT), $)}
)`
	moveOn = `
UPDATE conversations SET contact = v.contact, flow = v.flow, step = v.step, vars = v.vars, screen = v.screen,
	buttons = v.buttons, version = v.version, reach = v.reach, reach_at = v.reach_at, last_at = v.last_at,
	burst = v.burst, burst_at = v.burst_at, hushed = v.hushed, thread = v.thread
FROM v WHERE conversations.bot = v.bot AND conversations.chat = v.chat AND conversations.version = v.version - 1`
)

// putConversations writes new conversations and the next versions of others;
// ErrConflict when any of them is not the very next.
func (t *Tx) putConversations(ctx context.Context, all []bot.Conversation) error {
	var first, next [][]any
	for _, c := range all {
		if c.Version == 1 {
			first = append(first, conversationRow(c))
		} else {
			next = append(next, conversationRow(c))
		}
	}
	for _, step := range []struct {
		query string
		rows  [][]any
	}{{insertConversations, first}, {updateConversations, next}} {
		n, err := t.apart().execRows(ctx, step.query, nil, step.rows)
		if err != nil {
			return fmt.Errorf("conversations: %w", err)
		}
		if n != len(step.rows) {
			return ErrConflict
		}
	}
	return nil
}
