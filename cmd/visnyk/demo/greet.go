package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// greetWait bounds how long the page waits for the first answers.
const greetWait = 10 * time.Second

// Greet has a conversation stand on each Telegram phone where nobody has talked
// yet, so that a visitor does not begin before empty boxes: its owner opens the
// chat and asks a question. The phones take part as they always do. Answers that
// do not come in time are no reason to show nothing.
func (d *Demo) Greet(ctx context.Context, p Parts) error {
	ctx, cancel := context.WithTimeout(ctx, greetWait)
	defer cancel()
	fresh, err := strangers(ctx, p.Store)
	if err != nil {
		return err
	}
	for _, of := range fresh {
		of.onTelegram(p.Telegram).Start("")
	}
	if !answered(ctx, p, fresh, 1) {
		return nil
	}
	for _, of := range fresh {
		of.onTelegram(p.Telegram).Write(d.words["greet.asks"].In(of.Language))
	}
	answered(ctx, p, fresh, 2)
	return nil
}

// strangers are those who have not begun a conversation on Telegram.
func strangers(ctx context.Context, store *storage.Store) ([]person, error) {
	var fresh []person
	for _, p := range people() {
		at := p.at(Telegram)
		loaded, err := store.LoadTurns(ctx, []bot.Address{at})
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		if !begun(loaded[at]) {
			fresh = append(fresh, p)
		}
	}
	return fresh, nil
}

// answered waits until each of the people has so many messages of the bot. It
// gives false when that takes too long.
func answered(ctx context.Context, p Parts, all []person, messages int) bool {
	for {
		changed := p.Telegram.Changes()
		if !slices.ContainsFunc(all, func(of person) bool { return said(p, of) < messages }) {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// said counts what the bot has said on the person's Telegram phone.
func said(p Parts, of person) (n int) {
	for _, m := range p.Telegram.Thread(of.telegram) {
		if m.FromBot {
			n++
		}
	}
	return n
}
