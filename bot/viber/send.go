package viber

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"visnyk/bot"
)

// Send implements bot.Channel. The external id is Viber's message_token in
// decimal; "" when Viber took the message and named no token. What Viber refuses
// for something in it goes once more without, of which the error with the outcome
// Sent tells. Where the buttons of the words stay in a message of their own beneath them,
// the words are what was said, however that ends.
func (c *Channel) Send(ctx context.Context, to bot.Address, p bot.Part) (string, error) {
	switch {
	case to.Bot != c.name:
		return "", failed(bot.Malformed, sendMessage, errors.New("an address of another bot"))
	case p.Kind != bot.Say:
		return "", failed(bot.Malformed, sendMessage, errors.New("a part that Viber has no request for"))
	}
	words, lasting, err := calls(p.Body)
	if err != nil {
		return "", failed(bot.Malformed, sendMessage, err)
	}
	id, refused, other := c.sayWords(ctx, to.Chat, words)
	if refused != nil {
		return "", refused
	}
	if a, refused := c.sayLasting(ctx, to.Chat, lasting); refused != nil && !tooOld(a) {
		other = refused.Err
	}
	if other != nil {
		return id, &bot.SendError{Outcome: bot.Sent, Err: other}
	}
	return id, nil
}

// sayWords says what was rendered, or what says the same with less; other is then why.
func (c *Channel) sayWords(ctx context.Context, chat string, body []byte) (id string, refused *bot.SendError, other error) {
	a, refused := c.say(ctx, chat, body)
	if refused == nil {
		return string(a.Token), nil, nil
	}
	less := instead(body, refused, a)
	if less == nil {
		return "", refused, nil
	}
	b, again := c.say(ctx, chat, less)
	if again != nil {
		return "", again, nil
	}
	return string(b.Token), nil, refused.Err
}

// sayLasting says what stays beneath the words, where there is such.
func (c *Channel) sayLasting(ctx context.Context, chat string, body []byte) (answer, *bot.SendError) {
	if body == nil {
		return answer{}, nil
	}
	return c.say(ctx, chat, body)
}

// tooOld reports whether the answer is that the person's client does not show the message.
func tooOld(a answer) bool { return a.Status != nil && (*a.Status == 11 || *a.Status == 13) }

const sendMessage = "send_message"

// say sends a rendered body to the chat.
func (c *Channel) say(ctx context.Context, chat string, body []byte) (answer, *bot.SendError) {
	body, err := addressed(chat, body)
	if err != nil {
		return answer{}, failed(bot.Malformed, sendMessage, err)
	}
	a, err := c.call(ctx, sendMessage, body)
	refused, _ := errors.AsType[*bot.SendError](err)
	return a, refused
}

// addressed puts the receiver into a rendered body.
func addressed(chat string, body []byte) ([]byte, error) {
	if !printable(chat) || len(chat) > maxUser {
		return nil, errors.New("not a user id")
	}
	body = bytes.TrimSpace(body)
	if !json.Valid(body) || body[0] != '{' || !bytes.HasPrefix(bytes.TrimSpace(body[1:]), []byte(`"`)) {
		return nil, errors.New("not a rendered body")
	}
	var out bytes.Buffer
	out.WriteByte('{')
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	out.WriteString(`"receiver":`)
	if err := enc.Encode(chat); err != nil {
		return nil, err
	}
	out.Truncate(out.Len() - 1) // the line break of Encode
	out.WriteByte(',')
	out.Write(body[1:])
	return out.Bytes(), nil
}
