package storage

import (
	"strings"

	"visnyk/bot"
)

// Nearly all that is written of a broadcast is that its messages were sent, so that is
// written with as little as there can be.
const (
	// recordToldOutcomes is recordReplyOutcomes of messages of broadcasts that were sent
	// and tell nothing of changes.
	recordToldOutcomes = outcomeRows + `, e AS (` + putSendOutcomes + `)` + noteTold

	noteTold = `, r AS (
	UPDATE recipients SET outcome = 'sent', reason = '', external_id = e.external_id, sent_at = e.sent_at, ended_at = e.sent_at
	FROM e WHERE recipients.broadcast = e.broadcast AND recipients.key = e.recipient AND recipients.outcome || '' = 'pending'` + returnRecipients + `
), c AS (
	INSERT INTO broadcast_counts (broadcast, bot, language, what, reason, n, moved_at)
	SELECT r.broadcast, r.bot, r.language, w.what, '', sum(w.n), (SELECT {now}) FROM r, (VALUES ('pending', -1), ('sent', 1)) w (what, n)
	GROUP BY r.broadcast, r.bot, r.language, w.what ORDER BY r.broadcast, r.bot, r.language, w.what
	ON CONFLICT (broadcast, bot, language, what, reason) DO UPDATE SET n = broadcast_counts.n + excluded.n, moved_at = excluded.moved_at
)
SELECT count(*) FROM e`
)

// allTold reports whether these are messages of broadcasts alone that were sent; and, where
// that is asked, over.
func allTold(all []SendOutcome, over bool) bool {
	return every(all, func(e SendOutcome) bool {
		return plainly(e) && e.Row.Lane == bot.LaneBulk && e.Outcome == bot.Sent && strings.HasPrefix(e.Row.Cause, broadcastCause) && (e.Over || !over)
	})
}
