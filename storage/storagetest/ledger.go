package storagetest

import (
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
)

// FillLedger makes so many people of the change x, of whom most were told.
func FillLedger(b testing.TB, s *storage.Store, people int) {
	b.Helper()
	const part = 20_000 // a statement has its time
	exec := func(q string) {
		b.Helper()
		if _, err := s.DB().Writer().Exec(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
	for from := 0; from < people; from += part {
		of := fmt.Sprintf(`(WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT 'p' || (10000000 + i) AS id, i FROM n)`, from+1, min(from+part, people))
		exec(`INSERT INTO contacts (id, name, external_id, created_at) SELECT id, 'Олена ' || i, 'e' || i, 1 FROM ` + of + ` n`)
		exec(LedgerRows(of))
	}
	for _, q := range append(ToldOften("p10000006"), LedgerCounts) {
		exec(q)
	}
	exec(`ANALYZE`)
}

// LedgerRows is a statement that makes the change x concern the people of a query in
// brackets, which has their id and a number i: of ten neighbours eight were told, and half
// acknowledged.
func LedgerRows(of string) string {
	return `
INSERT INTO ledger (contact, change_id, created_at, stands_at, told_at, told_by, told_in, told_version, delivered_at, seen_at, blind_at, acknowledged_at, acknowledged_version, asked_at, unreached, unreached_at, standing)
SELECT l.*, CASE WHEN acknowledged_at <> 0 AND acknowledged_version >= told_version THEN 'acknowledged' WHEN told_at <> 0 THEN 'told' WHEN unreached <> '' THEN 'unreached' ELSE 'waiting' END
	|| '|' || told_by || '|' || told_in || '|' || CAST(CASE WHEN acknowledged_at <> 0 THEN acknowledged_version ELSE told_version END AS TEXT) || '|'
	|| CASE WHEN delivered_at <> 0 THEN 'D' ELSE '' END || CASE WHEN seen_at <> 0 THEN 'S' WHEN blind_at <> 0 THEN 'B' ELSE '' END || CASE WHEN asked_at <> 0 THEN 'Q' ELSE '' END || '|' || unreached
FROM (SELECT id AS contact, 'x' AS change_id, i AS created_at, i AS stands_at, CASE WHEN i % 10 < 8 THEN i ELSE 0 END AS told_at, CASE WHEN i % 10 < 8 THEN CASE WHEN i % 3 = 0 THEN 'viber' ELSE 'telegram' END ELSE '' END AS told_by,
	CASE WHEN i % 10 < 8 THEN CASE WHEN i % 4 = 0 THEN 'ru' ELSE 'uk' END ELSE '' END AS told_in, CASE WHEN i % 10 < 8 THEN 1 + i % 2 ELSE 0 END AS told_version,
	CASE WHEN i % 10 < 8 AND i % 3 = 0 THEN i ELSE 0 END AS delivered_at, CASE WHEN i % 10 < 8 AND i % 6 = 0 THEN i ELSE 0 END AS seen_at, CASE WHEN i % 10 < 8 AND i % 3 <> 0 THEN i ELSE 0 END AS blind_at,
	CASE WHEN i % 10 < 5 THEN i ELSE 0 END AS acknowledged_at, CASE WHEN i % 10 < 5 THEN 2 ELSE 0 END AS acknowledged_version, CASE WHEN i % 1000 = 0 THEN i ELSE 0 END AS asked_at,
	CASE WHEN i % 10 = 8 THEN 'blocked' ELSE '' END AS unreached, CASE WHEN i % 10 = 8 THEN i ELSE 0 END AS unreached_at FROM ` + of + ` n) l`
}

// LedgerCounts is the statement that counts what LedgerRows made.
const LedgerCounts = `INSERT INTO ledger_counts (change_id, standing, n) SELECT change_id, standing, count(*) FROM ledger WHERE change_id = 'x' GROUP BY change_id, standing`

// ToldOften are the statements by which two hundred messages told somebody the change x.
func ToldOften(contact string) []string {
	text := "**Тариф**\n\nДорожче на 40 грн"
	r := bot.Rendering{Change: "x", Version: 2, Channel: "telegram", Language: bot.Ukrainian, Part: bot.PartCard, Template: "[]"}
	const numbers = `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) SELECT i FROM n) n`
	return []string{
		`INSERT INTO renderings (hash, change_id, version, channel, language, part, template, made_at) VALUES ('` + r.Hash() + `', 'x', 2, 'telegram', 'uk', 'card', '[]', 1)`,
		`INSERT INTO history (bot, chat, id, cause, at, outgoing, kind, text, detail) SELECT 'telegram', '1', i, 'turn/' || i || '/0', i, TRUE, 'say', '` + text + `', '' FROM ` + numbers,
		`INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, history_id, external_id, outcome, created_at, sent_at)
SELECT 'telegram', '1', 'turn/' || i || '/0', 'x', '` + contact + `', 2, 'card', '` + r.Hash() + `', '` + bot.HashText(text) + `', i, CAST(i AS TEXT), 'sent', i, i FROM ` + numbers,
	}
}
