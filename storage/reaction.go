package storage

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"visnyk/bot"
)

// Reaction is what a person did about a broadcast that they were told: they pressed a
// button of it, or said something as their first words after it.
type Reaction struct {
	Broadcast, Contact string
	Mark               bot.RecipientMark
}

// reacted are those whom the message reached or may have, as the statement of the mark
// wants them. Only the first time counts.
func reacted(mark bot.RecipientMark) string {
	column := string(mark) + "_at"
	return `
WITH v (broadcast, contact) AS (VALUES {rows ($, $)})
UPDATE recipients SET ` + column + ` = {now}
FROM v WHERE recipients.contact = v.contact AND recipients.contact <> '' AND recipients.broadcast = v.broadcast
	AND recipients.outcome IN ('pending', 'sent', 'unknown') AND recipients.released_at <> 0 AND recipients.` + column + ` = 0` + returnRecipients
}

// react notes what people did about broadcasts, and counts it.
func (t *Tx) react(ctx context.Context, all []Reaction) error {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Reaction) int {
		return cmp.Or(cmp.Compare(a.Mark, b.Mark), cmp.Compare(a.Broadcast, b.Broadcast), cmp.Compare(a.Contact, b.Contact))
	})
	all = slices.Compact(all)
	for _, mark := range bot.RecipientMarks() {
		var rows [][]any
		for _, r := range all {
			if r.Mark == mark {
				rows = append(rows, []any{r.Broadcast, r.Contact})
			}
		}
		var marked []recipientEnd
		if err := selRows(ctx, t.conn, &marked, reacted(mark), nil, rows); err != nil {
			return fmt.Errorf("reactions: %w", err)
		}
		for _, m := range marked {
			t.count(m.Broadcast, m.Bot, m.Language, string(mark), "", 1)
		}
		if mark == bot.RecipientComplained {
			if err := t.complainOf(ctx, marked); err != nil {
				return err
			}
		}
	}
	return nil
}
