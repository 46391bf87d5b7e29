package webchat

import (
	"context"
	"errors"

	"visnyk/bot"
)

// Send implements bot.Channel: one line in the thread, and the streams of its
// visitor wake. The external id is the line's number.
func (c *Channel) Send(ctx context.Context, to bot.Address, p bot.Part) (string, error) {
	refused := func(why string) (string, error) {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New(why)}
	}
	var s spoken
	switch {
	case to.Bot != c.name:
		return refused("an address of another bot")
	case !validChat(to.Chat):
		return refused("not a chat of ours")
	case p.Kind != bot.Say:
		return refused("a part that the web chat does not show")
	case decodeOne(p.Body, &s) != nil || len(s.Blocks) == 0 && s.Media == nil:
		return refused("not a rendered body")
	case ctx.Err() != nil:
		return "", &bot.SendError{Outcome: bot.Later, Err: ctx.Err()}
	}
	seq, err := c.threads.Append(ctx, to, Line{Out: true, Body: p.Body})
	if err != nil {
		outcome := bot.Later
		if errors.Is(err, ErrUnanswered) {
			outcome = bot.Unknown
		}
		return "", &bot.SendError{Outcome: outcome, Err: err}
	}
	c.woken(to.Chat)
	return externalID(seq), nil
}

// Typing implements bot.Typist: the visitor sees for a few seconds that somebody
// writes. Nothing is kept.
func (c *Channel) Typing(_ context.Context, to bot.Address) error {
	if to.Bot != c.name {
		return errors.New("an address of another bot")
	}
	c.told(topicTyping, to.Chat)
	return nil
}
