package storage

import (
	"context"
	"fmt"

	"visnyk/bot"
)

const screensOf = `
WITH v (chat) AS (VALUES {rows ($)})
SELECT c.chat, c.screen, c.buttons FROM v JOIN conversations c ON c.bot = $1 AND c.chat = v.chat WHERE c.buttons <> '[]'`

// screens puts what stands in their chats to the people.
func (t *Tx) screens(ctx context.Context, name string, waiting []Waiting) error {
	chats := make([]string, len(waiting))
	for i, w := range waiting {
		chats[i] = w.To.Chat
	}
	var records []struct {
		Chat    string `db:"chat"`
		Screen  int    `db:"screen"`
		Buttons string `db:"buttons"`
	}
	if err := selRows(ctx, t.conn, &records, screensOf, []any{name}, column(chats)); err != nil {
		return fmt.Errorf("screens: %w", err)
	}
	found := make(map[string]bot.State, len(records))
	for _, r := range records {
		screen := bot.State{Screen: r.Screen}
		if err := fromJSON(r.Buttons, &screen.Buttons); err != nil {
			return fmt.Errorf("buttons: %w", err)
		}
		found[r.Chat] = screen
	}
	for i := range waiting {
		waiting[i].Screen = found[waiting[i].To.Chat]
	}
	return nil
}
