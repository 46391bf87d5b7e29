package storage

import (
	"strings"

	"visnyk/bot"
)

const (
	// knowsAfter is after so long counts as seen what a messenger does not tell of.
	knowsAfter = `COALESCE((SELECT CAST(s.value AS BIGINT) FROM settings s WHERE s.key = '` + bot.KnowsAfterSetting + `'), 3) * 86400000000`

	// sawChange is whether the person of the row of the ledger x has seen what was told.
	sawChange = `EXISTS (SELECT 1 FROM tellings t WHERE t.change_id = x.change_id AND t.contact = x.contact AND t.part <> 'digest line'
	AND (t.seen_at <> 0 OR NOT t.tells_seen AND t.sent_at <> 0 AND t.sent_at <= {now} - ` + knowsAfter + `))`

	// acknowledgedChange is whether they acknowledged the version in force, live: a press
	// on one never counts for another. Which one it was is known since announcing is.
	acknowledgedChange = `(x.acknowledged_at <> 0 AND (x.acknowledged_version = live.version
	OR x.acknowledged_version = 0 AND live.announced_at = 0))`

	// knowsChange is bot.ChangeLevel.Knows of the row of the ledger x.
	knowsChange = `EXISTS (SELECT 1 FROM changes live WHERE live.id = x.change_id AND live.` + told + ` AND CASE live.level
	WHEN '` + string(bot.LevelAcknowledge) + `' THEN ` + acknowledgedChange + `
	WHEN '` + string(bot.LevelShouldKnow) + `' THEN ` + sawChange + `
	ELSE x.told_at <> 0 END)`
)

// knows is knowsChange of the version of which the condition on live is true: colleagues
// are told, and asked whether they know, before customers hear of any.
func knows(live string) string {
	return strings.Replace(knowsChange, "live."+told, live, 1)
}
