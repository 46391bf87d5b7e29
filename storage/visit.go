package storage

import (
	"context"
	"slices"
	"time"

	"visnyk/bot"
)

// Whoever comes to us, as the visitors of a web chat do, is told at their next visit:
// until then their row waits for no moment, and when the window ends they are told
// nothing.

// noVisit is the moment for which a row waits that waits for a visit; in microseconds.
const noVisit = int64(253_402_300_799_000_000)

// visitsFor is how long after its start a broadcast without an end waits for visits.
const visitsFor = 7 * 24 * time.Hour

// untilVisit returns until when somebody waits who is told there, and for what.
func untilVisit(to bot.Address, visited []string) (notBefore int64, waits bot.Withheld) {
	if slices.Contains(visited, to.Bot) {
		return noVisit, bot.WithheldVisit
	}
	return 0, ""
}

const (
	visit = `
WITH v (chat) AS (VALUES {rows ($)})
UPDATE recipients SET not_before = 0
WHERE bot = $1 AND outcome = 'pending' AND released_at = 0 AND waits = 'visit' AND not_before > {now} AND chat IN (SELECT chat FROM v)
	AND contact IN (SELECT c.contact FROM v JOIN conversations c ON c.bot = $1 AND c.chat = v.chat)
	AND broadcast IN (SELECT b.id FROM broadcasts b WHERE b.state IN ('scheduled', 'sending', 'paused', 'cancelled') AND b.state = 'sending')`

	visitsOver = `
SELECT id FROM broadcasts WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND state = 'sending'
AND (until_at > 0 AND until_at <= {now} OR until_at = 0 AND started_at <= {now} - $1)
AND EXISTS (SELECT 1 FROM recipients r WHERE r.broadcast = broadcasts.id AND r.outcome = 'pending' AND r.released_at = 0 AND r.not_before >= $2)
ORDER BY id`

	// Some at a time: nobody who stops, joins or is erased waits long.
	endVisits = `
UPDATE recipients SET outcome = 'skipped', reason = 'window', ended_at = {now}
WHERE broadcast = $1 AND outcome = 'pending' AND released_at = 0 AND key IN (
	SELECT r.key FROM recipients r WHERE r.broadcast = $1 AND r.outcome = 'pending' AND r.released_at = 0 AND r.not_before >= $2 LIMIT 2000)` + returnRecipients
)

// Visit has what waits for a visit of these chats of the bot be told now.
func (s *Store) Visit(ctx context.Context, name string, chats []string) error {
	_, err := s.w.execRows(ctx, visit, []any{name}, column(chats))
	return doing("visit", err)
}

// endVisits ends those who have not come before the window of their broadcast was over;
// more says that there are others.
func (s *Store) endVisits(ctx context.Context) (more bool, err error) {
	var ids []string
	if err := s.r.sel(ctx, &ids, visitsOver, visitsFor, noVisit); err != nil {
		return false, err
	}
	for _, id := range ids {
		err := s.InTx(ctx, func(t *Tx) error {
			var ended []recipientEnd
			if err := t.sel(ctx, &ended, endVisits, id, noVisit); err != nil {
				return err
			}
			more = more || len(ended) == 2000
			t.countEnds(ended)
			return t.missed(ctx, ended)
		})
		if err != nil {
			return more, err
		}
	}
	return more, nil
}
