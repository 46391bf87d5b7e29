package storagetest

import (
	"fmt"
	"testing"

	"visnyk/bot"
	"visnyk/storage"
)

// Proved is who of FillLedger was told most: by two hundred messages.
const Proved = "p10000006"

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
		numbers := fmt.Sprintf(`(WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n)`, from+1, min(from+part, people))
		exec(`INSERT INTO contacts (id, name, external_id, created_at) SELECT 'p' || (10000000 + i), 'Олена ' || i, 'e' || i, 1 FROM ` + numbers + ` n`)
		exec(`INSERT INTO ledger (contact, change_id, created_at, stands_at, told_at, told_by, told_in, told_version, delivered_at, seen_at, blind_at, acknowledged_at, acknowledged_version, asked_at, unreached, unreached_at, standing)
SELECT l.*, CASE WHEN acknowledged_at <> 0 AND acknowledged_version >= told_version THEN 'acknowledged' WHEN told_at <> 0 THEN 'told' WHEN unreached <> '' THEN 'unreached' ELSE 'waiting' END
	|| '|' || told_by || '|' || told_in || '|' || CAST(CASE WHEN acknowledged_at <> 0 THEN acknowledged_version ELSE told_version END AS TEXT) || '|'
	|| CASE WHEN delivered_at <> 0 THEN 'D' ELSE '' END || CASE WHEN seen_at <> 0 THEN 'S' WHEN blind_at <> 0 THEN 'B' ELSE '' END || CASE WHEN asked_at <> 0 THEN 'Q' ELSE '' END || '|' || unreached
FROM (SELECT 'p' || (10000000 + i) AS contact, 'x' AS change_id, i AS created_at, i AS stands_at, CASE WHEN i % 10 < 8 THEN i ELSE 0 END AS told_at, CASE WHEN i % 10 < 8 THEN CASE WHEN i % 3 = 0 THEN 'viber' ELSE 'telegram' END ELSE '' END AS told_by,
	CASE WHEN i % 10 < 8 THEN CASE WHEN i % 4 = 0 THEN 'ru' ELSE 'uk' END ELSE '' END AS told_in, CASE WHEN i % 10 < 8 THEN 1 + i % 2 ELSE 0 END AS told_version,
	CASE WHEN i % 10 < 8 AND i % 3 = 0 THEN i ELSE 0 END AS delivered_at, CASE WHEN i % 10 < 8 AND i % 6 = 0 THEN i ELSE 0 END AS seen_at, CASE WHEN i % 10 < 8 AND i % 3 <> 0 THEN i ELSE 0 END AS blind_at,
	CASE WHEN i % 10 < 5 THEN i ELSE 0 END AS acknowledged_at, CASE WHEN i % 10 < 5 THEN 2 ELSE 0 END AS acknowledged_version, CASE WHEN i % 1000 = 0 THEN i ELSE 0 END AS asked_at,
	CASE WHEN i % 10 = 8 THEN 'blocked' ELSE '' END AS unreached, CASE WHEN i % 10 = 8 THEN i ELSE 0 END AS unreached_at FROM ` + numbers + ` n) l`)
	}
	const told = 200 // messages of one person
	text := "**Тариф**\n\nДорожче на 40 грн"
	r := bot.Rendering{Change: "x", Version: 2, Channel: "telegram", Language: bot.Ukrainian, Part: bot.PartCard, Template: "[]"}
	exec(`INSERT INTO renderings (hash, change_id, version, channel, language, part, template, made_at) VALUES ('` + r.Hash() + `', 'x', 2, 'telegram', 'uk', 'card', '[]', 1)`)
	numbers := fmt.Sprintf(`(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT i FROM n)`, told)
	exec(`INSERT INTO history (bot, chat, id, cause, at, outgoing, kind, text, detail) SELECT 'telegram', '1', i, 'turn/' || i || '/0', i, TRUE, 'say', '` + text + `', '' FROM ` + numbers + ` n`)
	exec(`INSERT INTO tellings (bot, chat, cause, change_id, contact, version, part, rendering, text_hash, history_id, external_id, outcome, created_at, sent_at)
SELECT 'telegram', '1', 'turn/' || i || '/0', 'x', '` + Proved + `', 2, 'card', '` + r.Hash() + `', '` + bot.HashText(text) + `', i, CAST(i AS TEXT), 'sent', i, i FROM ` + numbers + ` n`)
	exec(`INSERT INTO ledger_counts (change_id, standing, n) SELECT change_id, standing, count(*) FROM ledger GROUP BY change_id, standing`)
	exec(`ANALYZE`)
}
