package storage

import (
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
	"visnyk/storage/db"
)

const (
	insertHistory = `WITH v ` + historyShape + addHistory

	historyShape = `(bot, chat, at, outgoing, cause, kind, text, detail, place) AS (
	VALUES {rows ($, $, CAST($ AS BIGINT), CAST($ AS BOOLEAN), $, $, CAST($ AS {long}), CAST($ AS {bytes}), CAST($ AS BIGINT))}
)`
	addHistory = intoHistory + historyID + asSaid + `
RETURNING bot, chat, id, cause`

	intoHistory = `
INSERT {fail}INTO history (bot, chat, id, cause, at, outgoing, kind, text, detail)
SELECT v.bot, v.chat, `
	// An entry's id is the database's clock, and more than that of any entry of
	// its chat: order survives a clock that is coarse or set back.
	historyID = `(SELECT CASE WHEN COALESCE(max(h.id), 0) < (SELECT {now}) THEN (SELECT {now}) ELSE max(h.id) + 1 END
		FROM history h WHERE h.bot = v.bot AND h.chat = v.chat) + v.place`
	asSaid = `,
	v.cause, CASE WHEN v.at = 0 THEN (SELECT {now}) ELSE v.at END, v.outgoing, v.kind, v.text, v.detail
FROM v`

	// Parts that were enqueued before the words they say were added.
	keyToHistory = `
WITH v (bot, chat, cause, id) AS (VALUES {rows ($, $, $, CAST($ AS BIGINT))})
UPDATE outbox SET history_id = v.id
FROM v WHERE outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.cause >= v.cause || '/' AND outbox.cause < v.cause || '0'
	AND outbox.history_id = 0`
)

// AddHistory adds entries in the order given. An entry without a time gets the
// database's. What is enqueued with the cause of an entry writes beside it how it
// ended.
func (t *Tx) AddHistory(ctx context.Context, entries []bot.Entry) error {
	said, err := t.addHistory(ctx, entries)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, e := range entries {
		m := message{clean(e.Address.Bot), clean(e.Address.Chat), clean(e.Cause)}
		if id := said[m]; e.Out && id != 0 {
			rows = append(rows, []any{m.bot, m.chat, m.cause, id})
		}
	}
	if _, err := t.endRows(ctx, keyToHistory, nil, rows); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return nil
}

// addHistory does only the adding, and gives the new rows' ids.
func (t *Tx) addHistory(ctx context.Context, entries []bot.Entry) (map[message]int64, error) {
	var added []ending
	if err := selRows(ctx, t.apart(), &added, insertHistory, nil, historyRows(entries)); err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	said := make(map[message]int64, len(added))
	for _, a := range added {
		said[message{a.Bot, a.Chat, a.Cause}] = a.ID
	}
	return said, nil
}

// putEntry puts the entry as historyShape has it.
func putEntry(r *db.Rows, place int, e *bot.Entry) {
	r.Text(e.Address.Bot)
	r.Text(e.Address.Chat)
	r.Moment(e.At)
	r.Truth(e.Out)
	r.Text(e.Cause)
	r.Text(string(e.Kind))
	r.Text(e.Text)
	r.Bytes(e.Detail)
	r.Number(int64(place))
}

func historyRows(entries []bot.Entry) [][]any {
	rows := make([][]any, len(entries))
	for i := range entries {
		rows[i] = db.Row(9, func(r *db.Rows) { putEntry(r, i, &entries[i]) })
	}
	return rows
}

var readHistory = `
SELECT cause, at, outgoing, kind, text, detail, outcome, sent_at, delivered_at, seen_at FROM history x
WHERE bot = $1 AND chat = $2 AND NOT ` + ofErased("history") + ` ORDER BY id DESC, cause DESC LIMIT $3`

// fateRecord is how a message ended, as it stands beside what was said.
type fateRecord struct {
	Outcome   string `db:"outcome"`
	Sent      micros `db:"sent_at"`
	Delivered micros `db:"delivered_at"`
	Seen      micros `db:"seen_at"`
}

func (r fateRecord) fate() bot.Fate {
	return bot.Fate{Outcome: r.Outcome, Sent: r.Sent.time(), Delivered: r.Delivered.time(), Seen: r.Seen.time()}
}

// historyRecord is a line of the history as it is read.
type historyRecord struct {
	ID       int64  `db:"id"`
	Cause    string `db:"cause"`
	At       micros `db:"at"`
	Outgoing bool   `db:"outgoing"`
	Kind     string `db:"kind"`
	Text     string `db:"text"`
	Detail   []byte `db:"detail"`
	fateRecord
}

func (r historyRecord) entry(at bot.Address) bot.Entry {
	e := bot.Entry{Address: at, At: r.At.time(), Out: r.Outgoing, Cause: r.Cause, Kind: r.Kind, Text: r.Text, Fate: r.fate()}
	if len(r.Detail) > 0 {
		e.Detail = r.Detail
	}
	return e
}

// History returns the last entries of the address, at most limit, the oldest first.
func (s *Store) History(ctx context.Context, a bot.Address, limit int) ([]bot.Entry, error) {
	var records []historyRecord
	if err := s.r.sel(ctx, &records, readHistory, a.Bot, a.Chat, limit); err != nil {
		return nil, doing("history", err)
	}
	slices.Reverse(records)
	entries := make([]bot.Entry, len(records))
	for i, r := range records {
		entries[i] = r.entry(a)
	}
	return entries, nil
}

func (t *Tx) putHistory(ctx context.Context, b *batch, all []bot.Entry) (err error) {
	b.said, err = t.addHistory(ctx, all)
	return err
}
