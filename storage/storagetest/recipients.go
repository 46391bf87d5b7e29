package storagetest

// RecipientRows is a statement that makes recipients of the broadcast of the people of a
// query in brackets, which has their id and a number i: of a hundred neighbours eighty were
// told, by three bots in both languages.
func RecipientRows(broadcast, of string) string {
	return `
INSERT INTO recipients (broadcast, key, contact, bot, chat, language, outcome, reason, waits, listed_at, not_before, ended_at, sent_at, delivered_at, clicked_at, acknowledged_at)
SELECT '` + broadcast + `', id, id, CASE i % 3 WHEN 0 THEN 'viber' WHEN 1 THEN 'telegram' ELSE 'webchat' END, 'c' || i, CASE WHEN i % 4 = 0 THEN 'ru' ELSE 'uk' END,
	CASE WHEN i % 100 < 80 THEN 'sent' WHEN i % 100 < 90 THEN 'pending' WHEN i % 100 < 97 THEN 'skipped' WHEN i % 100 < 99 THEN 'failed' ELSE 'unknown' END,
	CASE WHEN i % 100 < 90 THEN '' WHEN i % 100 < 97 THEN 'blocked' WHEN i % 100 = 97 THEN 'gone' WHEN i % 100 = 98 THEN 'malformed' ELSE '' END,
	CASE WHEN i % 100 BETWEEN 80 AND 82 THEN 'quiet' ELSE '' END, 1, CASE WHEN i % 100 BETWEEN 80 AND 82 THEN CAST(4000000000000000 AS BIGINT) ELSE 0 END,
	i, CASE WHEN i % 100 < 80 THEN i ELSE 0 END, CASE WHEN i % 100 < 80 AND i % 3 = 0 THEN i ELSE 0 END, CASE WHEN i % 100 < 5 THEN i ELSE 0 END, CASE WHEN i % 100 < 40 THEN i ELSE 0 END FROM ` + of + ` n`
}

// RecipientCounts are the statements that count the recipients there are.
func RecipientCounts() []string {
	all := []string{`INSERT INTO broadcast_counts (broadcast, bot, language, what, reason, n, moved_at) SELECT broadcast, bot, language, outcome, reason, count(*), 1 FROM recipients GROUP BY broadcast, bot, language, outcome, reason`}
	for _, mark := range []string{"delivered", "clicked", "acknowledged"} {
		all = append(all, `INSERT INTO broadcast_counts (broadcast, bot, language, what, reason, n, moved_at) SELECT broadcast, bot, language, '`+mark+`', '', count(*), 1 FROM recipients WHERE `+mark+`_at <> 0 GROUP BY broadcast, bot, language`)
	}
	return all
}
