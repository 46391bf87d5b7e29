package desk

import (
	"context"
	"fmt"

	"visnyk/bot"
)

// Preview returns what the customer of the ticket would see of the words, message by
// message, as their messenger shows it.
func (d *Desk) Preview(ctx context.Context, a bot.Actor, ticket string, w bot.Words, files []string) ([]bot.Bubble, error) {
	if err := a.Require(bot.WorkTickets); err != nil {
		return nil, err
	}
	t, err := d.store.Ticket(ctx, ticket)
	if err != nil {
		return nil, err
	}
	ch, ok := d.channels[t.Address.Bot]
	if !ok {
		return nil, fmt.Errorf("no bot %q is configured here", t.Address.Bot)
	}
	r := ReplyTo{Words: w, Files: files, Again: "-"}
	if err := r.valid(); err != nil {
		return nil, err
	}
	kept, err := d.Files(ctx, a, t, files)
	if err != nil {
		return nil, err
	}
	var with []bot.Media
	for _, f := range kept {
		m, err := d.fit(t.Address.Bot, f)
		if err != nil {
			return nil, err
		}
		with = append(with, m)
	}
	var all []bot.Bubble
	for _, m := range r.messages(with) {
		parts, err := ch.Render(m)
		if err != nil {
			return nil, fmt.Errorf("preview: %w", unsayable(err))
		}
		for _, p := range parts {
			shown, err := show(ch, p, m)
			if err != nil {
				return nil, fmt.Errorf("preview: %w", err)
			}
			all = append(all, shown)
		}
	}
	return all, nil
}

// show returns what is seen of the part; of a channel that cannot tell, the words.
func show(ch bot.Channel, p bot.Part, m bot.Message) (bot.Bubble, error) {
	if shower, ok := ch.(bot.Shower); ok {
		return shower.Show(p)
	}
	return bot.Bubble{Runs: []bot.Run{{Text: m.Text}}}, nil
}
