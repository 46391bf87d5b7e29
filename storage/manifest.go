package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"visnyk/bot"
)

// holding is one table that holds something of people: how their rows are found
// and how they are erased.
type holding struct {
	table string
	by    string // the column of the contact's id; "" where rows belong to an address
	erase []erasure
}

// erasure is a statement over the contact's id, or over the addresses: bot,
// chat, and a name of no meaning that may stand in place of the chat.
type erasure struct {
	query string
	head  []any
}

// manifest is every table that holds something of people. A test fails when a
// table with a person's key is not here.
func manifest() []holding {
	of := func(table string) erasure {
		return erasure{query: `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
DELETE FROM ` + table + ` WHERE (bot, chat) IN (SELECT bot, chat FROM v)`}
	}
	return []holding{
		{table: "conversations", erase: []erasure{of("conversations")}},
		{table: "history", erase: []erasure{of("history")}},
		{table: "timers", erase: []erasure{of("timers")}},
		{table: "receipts", erase: []erasure{of("receipts")}},
		{table: "inbox", erase: []erasure{{query: eraseInboxRows}, {query: eraseInbox}}},
		{table: "outbox", erase: []erasure{{eraseReplies, []any{bot.LaneBulk}}, {eraseBulk, []any{bot.LaneBulk}}}},
		{table: "questions", erase: []erasure{of("questions")}},
		{table: "tickets", erase: []erasure{{query: eraseTickets}}},
		{table: "webchat_heads", erase: []erasure{of("webchat_heads")}},
		{table: "webchat_lines", erase: []erasure{of("webchat_lines")}},
		// The files first: no piece comes for one that is gone.
		{table: "webchat_files", erase: []erasure{of("webchat_files")}},
		{table: "webchat_pieces", erase: []erasure{of("webchat_pieces")}},
		{table: "ledger", by: "contact", erase: []erasure{{query: `
WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM ledger WHERE contact IN (SELECT contact FROM v)`}}},
		{table: "join_offers", by: "contact", erase: []erasure{{query: `
WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM join_offers WHERE contact IN (SELECT contact FROM v)`}}},
		{table: "merges", by: "contact", erase: []erasure{{query: `
WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM merges WHERE contact IN (SELECT contact FROM v)`}}},
		{table: "contacts", by: "id", erase: []erasure{{query: `
WITH v (id) AS (VALUES {rows ($)})
DELETE FROM contacts WHERE id IN (SELECT id FROM v)`}}},
	}
}

const (
	// Rows that are our own, or whose very id tells whose they are.
	eraseInboxRows = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
DELETE FROM inbox WHERE (bot, chat) IN (SELECT bot, chat FROM v)
	AND (source <> 'channel' OR replace(id, chat, '') <> id)`

	// The id of an update stays, so that its redelivery is still recognised.
	eraseInbox = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
UPDATE inbox SET chat = '', payload = CAST('' AS {bytes}), note = '', state = 'done',
	reason = CASE WHEN state = 'done' THEN reason ELSE 'erased' END,
	settled_at = CASE WHEN settled_at = 0 THEN {now} ELSE settled_at END
WHERE (bot, chat) IN (SELECT bot, chat FROM v)`

	eraseReplies = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
DELETE FROM outbox WHERE lane <> $1 AND (bot, chat) IN (SELECT bot, chat FROM v)`

	// An announcement's figures must go on adding up.
	eraseBulk = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
UPDATE outbox SET chat = v.alias, body = CAST('' AS {bytes}), external_id = '', fail_note = '',
	reason = CASE WHEN state IN ('pending', 'sending') THEN 'erased' ELSE reason END,
	state = CASE state WHEN 'pending' THEN 'skipped' WHEN 'sending' THEN 'unknown' ELSE state END
FROM v WHERE outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.lane = $1`

	eraseTickets = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
UPDATE tickets SET chat = '', contact = '', state = 'closed',
	closed_at = CASE WHEN closed_at = 0 THEN {now} ELSE closed_at END
WHERE (bot, chat) IN (SELECT bot, chat FROM v)`
)

// rows are the values of the person that the statements on the table take.
func (h holding) rows(p Person) [][]any {
	if h.by != "" {
		return [][]any{{p.Contact}}
	}
	rows := make([][]any, len(p.Addresses))
	for i, a := range p.Addresses {
		rows[i] = []any{a.Bot, a.Chat, LastWords + NewID()}
	}
	return rows
}

// Dossier is everything we hold of a person: by table, its rows by column.
type Dossier map[string][]map[string]any

// Dossier reads everything that the manifest names of the contact; ErrNotFound
// when there is no such contact. Every column is read, also one that a later
// migration brings: a list of columns here would one day be too short.
func (t *Tx) Dossier(ctx context.Context, contact string) (Dossier, error) {
	p := Person{Contact: contact}
	var err error
	if p.Addresses, err = t.addresses(ctx, p); err != nil {
		return nil, doing("dossier", err)
	}
	all := Dossier{}
	for _, h := range manifest() {
		query := `WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
SELECT * FROM ` + h.table + ` WHERE (bot, chat) IN (SELECT bot, chat FROM v)`
		if h.by != "" {
			query = `WITH v (contact) AS (VALUES {rows ($)})
SELECT * FROM ` + h.table + ` WHERE ` + h.by + ` IN (SELECT contact FROM v)`
		}
		if all[h.table], err = t.readWhole(ctx, query, h.rows(p)); err != nil {
			return nil, doing("dossier", fmt.Errorf("%s: %w", h.table, err))
		}
	}
	if len(all["contacts"]) == 0 {
		return nil, doing("dossier", ErrNotFound)
	}
	all.joinPieces()
	return all, nil
}

// joinPieces puts the bytes of each file into its row: nobody reads pieces.
func (d Dossier) joinPieces() {
	pieces := d["webchat_pieces"]
	slices.SortFunc(pieces, func(a, b map[string]any) int { return cmp.Compare(a["n"].(int64), b["n"].(int64)) })
	key := func(row map[string]any) string {
		return fmt.Sprint(row["bot"], "\x00", row["chat"], "\x00", row["key"])
	}
	data := map[string][]byte{}
	for _, p := range pieces {
		data[key(p)] = append(data[key(p)], p["data"].([]byte)...)
		delete(p, "data")
	}
	for _, f := range d["webchat_files"] {
		f["data"] = data[key(f)]
	}
}

func (c conn) readWhole(ctx context.Context, query string, rows [][]any) ([]map[string]any, error) {
	all := []map[string]any{}
	err := c.inChunks(query, nil, rows, func(c conn, sql string, values []any) error {
		res, err := c.q.QueryxContext(ctx, sql, values...)
		if err != nil {
			return err
		}
		defer res.Close()
		for res.Next() {
			row := map[string]any{}
			if err := res.MapScan(row); err != nil {
				return err
			}
			for name, v := range row {
				row[name] = legible(name, v)
			}
			all = append(all, row)
		}
		return res.Err()
	})
	return all, err
}

// legible writes a column as its reader expects it: moments as dates, JSON as
// what it is, bytes as text, and those of a file in base64.
func legible(name string, v any) any {
	if b, ok := v.([]byte); ok {
		if name == "data" {
			return b
		}
		v = string(b)
	}
	switch v := v.(type) {
	case int64:
		if moment := slices.Contains([]string{"at", "due", "not_before"}, name) ||
			strings.HasSuffix(name, "_at") || strings.HasSuffix(name, "_until"); moment {
			if v == 0 {
				return nil
			}
			return micros(v).time().Format(time.RFC3339Nano)
		}
	case string:
		if text := strings.TrimSpace(v); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
			if json.Valid([]byte(text)) {
				return json.RawMessage(text)
			}
		}
		return clean(v)
	}
	return v
}
