package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// The latest ticket of the chat, where somebody was answered and nothing is open.
var followUnsent = fmt.Sprintf(`
WITH p AS (
	SELECT t.bot, t.chat, t.contact, t.topic, t.id, t.holder FROM tickets t
	WHERE t.bot = $1 AND t.chat = $2 AND t.state = 'closed' AND t.answered_at <> 0 AND t.outcome NOT IN ('', 'abuse', 'recalled', 'joined') AND t.closed_at > {now} - %[1]d
		AND NOT EXISTS (SELECT 1 FROM tickets l WHERE l.bot = t.bot AND l.chat = t.chat AND (l.state <> 'closed' OR l.closed_at > t.closed_at))
)
INSERT INTO tickets (bot, id, chat, contact, state, reason, topic, opened_at, turn_at, asked_at, changed_at, previous, offered, offered_until)
SELECT p.bot, $3, p.chat, p.contact, 'waiting', '%[2]s', p.topic, {now}, {now}, {now}, {now},
	p.id, COALESCE(u.id, ''), CASE WHEN u.id IS NULL THEN 0 ELSE {now} + %[3]d END
FROM p LEFT %[4]s
WHERE TRUE ON CONFLICT DO NOTHING`, bot.FollowsWithin.Microseconds(), bot.ReasonUnsent, bot.OfferRest.Microseconds(), onDesk("p.holder"))

// followUnsent opens a ticket for each person whom an operator's reply did not reach
// and whose ticket is closed by now: it follows that one, and is its old holder's first.
func (t *Tx) followUnsent(ctx context.Context, at map[bot.Address]bool) error {
	for _, a := range inOrder(at) { // there is hardly ever more than one
		n, err := t.shown(ctx, followUnsent, a.Bot, a.Chat, NewID())
		if err == nil && n > 0 {
			_, err = t.exec(ctx, ageConversation, a.Bot, a.Chat)
		}
		if err != nil {
			return fmt.Errorf("follow a ticket: %w", err)
		}
	}
	return nil
}
