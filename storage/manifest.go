package storage

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot"
)

// personalTable is one table that holds something of people: how their rows are found
// and how they are erased.
type personalTable struct {
	table string
	by    string    // the column of the contact's id; "" where rows belong to an address
	erase []erasure // with the erasure itself
	// theirs tells which rows x are still those of the erasure e. They leave
	// behind it, and nobody reads them any more; "" where none is left.
	theirs string
	behind []leaving // how they leave; none where they must be looked for, as in the inbox
}

// erasure is a statement over the contact's id, or over the addresses: bot,
// chat, and a name of no meaning that may stand in place of the chat.
type erasure struct {
	query string
	head  []any
}

// leaving is how rows of a table leave behind an erasure.
type leaving struct {
	key   string // of the table
	order string // what they leave by: a clock set back must not bring the last one forward
	which string // those meant, among theirs; "" is all
	set   string // what becomes of those that figures need; "" deletes them
	size  string // about how many bytes a row x has
}

// manifest is every table that holds something of people. A test fails when a
// table with a person's key is not here.
func manifest() []personalTable {
	of := func(table string) []erasure {
		return []erasure{{query: `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
DELETE FROM ` + table + ` WHERE (bot, chat) IN (SELECT bot, chat FROM v)`}}
	}
	contact := func(table, column string) []erasure {
		return []erasure{{query: `
WITH v (contact) AS (VALUES {rows ($)})
DELETE FROM ` + table + ` WHERE ` + column + ` IN (SELECT contact FROM v)`}}
	}
	return []personalTable{
		{table: "conversations", erase: of("conversations")},
		{
			table: "history", theirs: "x.id <= e.history_id",
			behind: []leaving{{key: "bot, chat, id, cause", order: "id", size: "octet_length(x.text) + octet_length(x.detail)"}},
		},
		{table: "timers", erase: of("timers")},
		{table: "receipts", erase: of("receipts")},
		{
			table: "inbox", erase: []erasure{{query: eraseOpenRows}, {query: eraseOpen}},
			theirs: "x.state = 'done' AND x.received_at <= e.erased_at",
		},
		{table: "tellings", erase: []erasure{{query: eraseTellings}}}, // before the outbox, which knows what was being sent
		{
			table: "outbox", erase: []erasure{{eraseReplies, []any{bot.LaneBulk}}, {eraseBulk, []any{bot.LaneBulk}}},
			theirs: "x.state NOT IN ('pending', 'sending') AND x.created_at <= e.erased_at AND x.cause NOT LIKE '" + LastWords + "%'",
			behind: []leaving{
				{key: "bot, chat, cause", order: "cause", which: fmt.Sprintf("x.lane <> %d", bot.LaneBulk), size: "octet_length(x.body)"},
				{
					key: "bot, chat, cause", order: "cause", which: fmt.Sprintf("x.lane = %d", bot.LaneBulk), size: "octet_length(x.body)",
					set: "chat = $3, body = CAST('' AS {bytes}), external_id = '', fail_note = '', thread = '', recipient = ''",
				},
			},
		},
		{
			table: "questions", theirs: "x.at <= e.erased_at",
			behind: []leaving{{key: "bot, chat, cause", order: "cause", size: "octet_length(x.text)"}},
		},
		{table: "drafts", erase: of("drafts")},
		{table: "tickets", erase: []erasure{{query: eraseTickets}}},
		{table: "ratings", erase: []erasure{{query: eraseRatings}}},
		{table: "webchat_heads", erase: []erasure{{query: eraseMarks}}, theirs: "x.seq <= e.line_seq"}, // leaves with the erasure's own row
		{
			table: "webchat_lines", theirs: "x.seq <= e.line_seq",
			behind: []leaving{{key: "bot, chat, seq", order: "seq", size: "octet_length(x.body)"}},
		},
		// Files go at once, so that nobody reads them and no further piece comes:
		// theirs are the pieces without a file.
		{table: "files", erase: of("files")},
		{
			table:  "file_pieces",
			theirs: "NOT EXISTS (SELECT 1 FROM files f WHERE f.bot = x.bot AND f.chat = x.chat AND f.key = x.key)",
			behind: []leaving{{key: "bot, chat, key, n", order: "key", size: "octet_length(x.data)"}},
		},
		{table: "recipients", by: "contact"},                     // see eraseRecipients
		{table: "staff_addresses", erase: of("staff_addresses")}, // of a colleague who is a customer too
		{table: "ledger", by: "contact"},                         // see eraseLedger
		{table: "join_offers", by: "contact", erase: contact("join_offers", "contact")},
		{table: "merges", by: "contact", erase: contact("merges", "contact")},
		{table: "consents", by: "contact", erase: contact("consents", "contact")},
		{table: "search_words", by: "contact", erase: []erasure{{query: eraseWords}}}, // before search_people, which knows them
		{table: "search_people", by: "contact", erase: contact("search_people", "contact")},
		{table: "search_due", by: "contact", erase: contact("search_due", "contact")},
		{table: "contacts", by: "id", erase: contact("contacts", "id")},
	}
}

// What waits would still be done, what is parked can be replayed: both leave at
// once. seq is named for the indexes of just these rows to be taken.
const unfinishedInbox = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)}), theirs AS (
	SELECT i.bot, i.id FROM v JOIN inbox i ON i.bot = v.bot AND i.seq > 0 AND i.state = 'waiting' AND i.chat = v.chat
	UNION ALL
	SELECT i.bot, i.id FROM v JOIN inbox i ON i.bot = v.bot AND i.seq > 0 AND i.state = 'parked' AND i.chat = v.chat
)`

const (
	// Rows that are our own, or whose very id tells whose they are.
	ownInbox = ` AND (source <> 'channel' OR replace(id, chat, '') <> id)`

	// The id of an update stays, so that its redelivery is still recognised.
	stripInbox = `
UPDATE inbox SET chat = '', payload = CAST('' AS {bytes}), note = '', state = 'done',
	reason = CASE WHEN state = 'done' THEN reason ELSE 'erased' END,
	settled_at = CASE WHEN settled_at = 0 THEN {now} ELSE settled_at END`

	eraseOpenRows = unfinishedInbox + `
DELETE FROM inbox WHERE (bot, id) IN (SELECT bot, id FROM theirs)` + ownInbox
	eraseOpen = unfinishedInbox + stripInbox + ` WHERE (bot, id) IN (SELECT bot, id FROM theirs)`

	eraseReplies = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
DELETE FROM outbox WHERE lane <> $1 AND (bot, chat) IN (SELECT bot, chat FROM v) AND state || '' IN ('pending', 'sending')`

	// An announcement's figures must go on adding up.
	eraseBulk = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
UPDATE outbox SET chat = v.alias, body = CAST('' AS {bytes}), external_id = '', fail_note = '', thread = '', recipient = '',
	reason = 'erased', state = CASE state WHEN 'pending' THEN 'skipped' ELSE 'unknown' END
FROM v WHERE outbox.bot = v.bot AND outbox.chat = v.chat AND outbox.lane = $1 AND outbox.state || '' IN ('pending', 'sending')`

	// What was told goes on being counted: nobody stands behind it any more. Of
	// several at one address each keeps a key of its own.
	eraseTellings = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)}), n AS MATERIALIZED (
	SELECT t.bot, t.chat, t.cause, t.change_id, v.alias,
		CAST(row_number() OVER (PARTITION BY t.bot, t.chat ORDER BY t.cause, t.change_id) AS TEXT) AS number,
		CASE WHEN t.outcome <> 'on its way' THEN t.outcome
			WHEN EXISTS (SELECT 1 FROM outbox o WHERE o.bot = t.bot AND o.chat = t.chat
				AND o.cause >= t.cause || '/' AND o.cause < t.cause || '0' AND o.state NOT IN ('pending', 'skipped', 'expired')) THEN 'unknown'
			ELSE 'skipped' END AS outcome
	FROM v JOIN tellings t ON t.bot = v.bot AND t.chat = v.chat
)
UPDATE tellings SET chat = n.alias, cause = n.number, contact = '', text_hash = '', external_id = '', history_id = 0, outcome = n.outcome
FROM n WHERE tellings.bot = n.bot AND tellings.chat = n.chat AND tellings.cause = n.cause AND tellings.change_id = n.change_id`

	eraseTickets = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
UPDATE tickets SET chat = '', contact = '', state = 'closed', ` + bumped + `,
	closed_at = CASE WHEN closed_at = 0 THEN {now} ELSE closed_at END
WHERE (bot, chat) IN (SELECT bot, chat FROM v)`

	// What was thought of the help goes on being counted.
	eraseRatings = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
UPDATE ratings SET chat = '', contact = '' WHERE (bot, chat) IN (SELECT bot, chat FROM v)`

	// The head goes on numbering: of two people at one address, one's lines are
	// all before the other's.
	eraseMarks = `
WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
UPDATE webchat_heads SET delivered = 0, seen = 0 WHERE (bot, chat) IN (SELECT bot, chat FROM v)`
)

// ofErased is true of the rows x of the table that are still those of somebody
// erased.
func ofErased(table string) string {
	for _, h := range manifest() {
		if h.table == table {
			return `EXISTS (SELECT 1 FROM erasures e WHERE e.bot = x.bot AND e.chat = x.chat AND ` + h.theirs + `)`
		}
	}
	panic("storage: the manifest does not name " + table)
}

// rows are the values of the people that the statements on the table take.
func (h personalTable) rows(people ...Person) (rows [][]any) {
	for _, p := range people {
		if h.by != "" {
			rows = append(rows, []any{p.Contact})
			continue
		}
		for _, a := range p.Addresses {
			rows = append(rows, []any{a.Bot, a.Chat, LastWords + NewID()})
		}
	}
	return rows
}

// Dossier is everything we hold of a person: by table, its rows by column.
type Dossier map[string][]map[string]any

// Dossier reads everything that the manifest names of the contact, as it is at one
// moment; ErrNotFound when there is no such contact. It takes its time, for
// nothing finds updates by their chat, and nobody waits for it.
func (s *Store) Dossier(ctx context.Context, contact string) (d Dossier, err error) {
	err = s.snapshot(ctx, func(c conn) error {
		p := Person{Contact: contact}
		if err := c.sel(ctx, &p.Addresses, addressesOfContact, contact); err != nil {
			return err
		}
		d, err = c.dossier(ctx, p)
		return err
	})
	return d, doing("dossier", err)
}

const addressesOfContact = `SELECT bot, chat FROM conversations WHERE contact = $1 ORDER BY bot, chat`

// dossier reads everything of the person. Every column is read, also one that a
// later migration brings: a list of columns here would one day be too short.
func (c conn) dossier(ctx context.Context, p Person) (Dossier, error) {
	all := Dossier{}
	for _, h := range manifest() {
		query := `WITH v (bot, chat, alias) AS (VALUES {rows ($, $, $)})
SELECT x.* FROM ` + h.table + ` x WHERE (x.bot, x.chat) IN (SELECT bot, chat FROM v)`
		if h.theirs != "" { // somebody else's, who had the address before
			query += ` AND NOT ` + ofErased(h.table)
		}
		if h.by != "" {
			query = `WITH v (contact) AS (VALUES {rows ($)})
SELECT * FROM ` + h.table + ` WHERE ` + h.by + ` IN (SELECT contact FROM v)`
		}
		rows, err := c.readWhole(ctx, query, h.rows(p))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h.table, err)
		}
		all[h.table] = rows
	}
	if len(all["contacts"]) == 0 {
		return nil, ErrNotFound
	}
	all.joinPieces()
	return all, c.sentWords(ctx, all)
}

const broadcastWords = `
WITH v (id) AS (VALUES {rows ($)}) SELECT b.id, b.title, b.topic, b.change_id, b.content FROM broadcasts b WHERE b.id IN (SELECT id FROM v) ORDER BY b.id`

// sentWords adds what the broadcasts say of which something was sent to the person: the
// words of no one, and without them nobody reads what they were told.
func (c conn) sentWords(ctx context.Context, d Dossier) (err error) {
	var ids []string
	for _, r := range d["recipients"] {
		if r["rendering"] != "" && r["released_at"] != nil {
			ids = append(ids, r["broadcast"].(string))
		}
	}
	slices.Sort(ids)
	d["broadcasts"], err = c.readWhole(ctx, broadcastWords, column(slices.Compact(ids)))
	return err
}

// joinPieces puts the bytes of each file into its row: nobody reads pieces.
func (d Dossier) joinPieces() {
	pieces := d["file_pieces"]
	slices.SortFunc(pieces, func(a, b map[string]any) int { return cmp.Compare(a["n"].(int64), b["n"].(int64)) })
	key := func(row map[string]any) string {
		return fmt.Sprint(row["bot"], "\x00", row["chat"], "\x00", row["key"])
	}
	data := map[string][]byte{}
	for _, p := range pieces {
		data[key(p)] = append(data[key(p)], p["data"].([]byte)...)
		delete(p, "data")
	}
	for _, f := range d["files"] {
		f["data"] = data[key(f)]
	}
}

func (c conn) readWhole(ctx context.Context, query string, rows [][]any) ([]map[string]any, error) {
	all := []map[string]any{}
	err := c.sql.EachRow(ctx, query, nil, rows, func(res *sqlx.Rows) error {
		row := map[string]any{}
		if err := res.MapScan(row); err != nil {
			return err
		}
		for name, v := range row {
			row[name] = legible(name, v)
		}
		delete(row, "attributes_b") // the same again, as PostgreSQL reads it
		delete(row, "tags_b")
		all = append(all, row)
		return nil
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
