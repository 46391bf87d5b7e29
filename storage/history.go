package storage

import (
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

// An entry's id is the database's clock, and more than that of any entry of
// its chat: order survives a clock that is coarse or set back.
const (
	insertHistory = `WITH v ` + historyShape + `, ` + addHistory

	historyShape = `(bot, chat, at, outgoing, cause, kind, text, detail, place) AS (
	VALUES {rows ($, $, CAST($ AS BIGINT), CAST($ AS BOOLEAN), $, $, $, CAST($ AS {bytes}), CAST($ AS BIGINT))}
)`
	addHistory = `last AS MATERIALIZED (
	SELECT b.bot, b.chat,
		COALESCE((SELECT max(h.id) FROM history h WHERE h.bot = b.bot AND h.chat = b.chat), 0) AS id
	FROM (SELECT DISTINCT bot, chat FROM v) b
)
INSERT INTO history (bot, chat, id, cause, at, outgoing, kind, text, detail)
SELECT v.bot, v.chat, CASE WHEN last.id < {now} THEN {now} ELSE last.id + 1 END + v.place,
	v.cause, CASE WHEN v.at = 0 THEN {now} ELSE v.at END, v.outgoing, v.kind, v.text, v.detail
FROM v JOIN last ON last.bot = v.bot AND last.chat = v.chat`
)

// AddHistory adds entries in the order given. An entry without a time gets the
// database's.
func (t *Tx) AddHistory(ctx context.Context, entries []bot.Entry) error {
	if _, err := t.execRows(ctx, insertHistory, nil, historyRows(entries)); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	return nil
}

func historyRows(entries []bot.Entry) [][]any {
	rows := make([][]any, len(entries))
	for i, e := range entries {
		rows[i] = []any{e.Address.Bot, e.Address.Chat, e.At, e.Out, e.Cause, e.Kind, e.Text, e.Detail, i}
	}
	return rows
}

var readHistory = `
SELECT cause, at, outgoing, kind, text, detail FROM history x
WHERE bot = $1 AND chat = $2 AND NOT ` + ofErased("history") + ` ORDER BY id DESC, cause DESC LIMIT $3`

// History gives the last entries of the address, at most limit, the oldest first.
func (s *Store) History(ctx context.Context, a bot.Address, limit int) ([]bot.Entry, error) {
	var records []struct {
		Cause    string `db:"cause"`
		At       micros `db:"at"`
		Outgoing bool   `db:"outgoing"`
		Kind     string `db:"kind"`
		Text     string `db:"text"`
		Detail   []byte `db:"detail"`
	}
	if err := s.r.sel(ctx, &records, readHistory, a.Bot, a.Chat, limit); err != nil {
		return nil, doing("history", err)
	}
	slices.Reverse(records)
	entries := make([]bot.Entry, len(records))
	for i, r := range records {
		entries[i] = bot.Entry{
			Address: a, At: r.At.time(), Out: r.Outgoing, Cause: r.Cause, Kind: r.Kind, Text: r.Text,
		}
		if len(r.Detail) > 0 {
			entries[i].Detail = r.Detail
		}
	}
	return entries, nil
}
