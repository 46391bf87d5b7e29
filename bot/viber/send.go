package viber

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"visnyk/bot"
)

// Send implements bot.Channel. The external id is Viber's message_token in
// decimal; "" when Viber took the message and named no token.
func (c *Channel) Send(ctx context.Context, to bot.Address, p bot.Part) (string, error) {
	const method = "send_message"
	body, err := addressed(to.Chat, p.Body)
	switch {
	case to.Bot != c.name:
		return "", failed(bot.Malformed, method, errors.New("an address of another bot"))
	case p.Kind != bot.Say:
		return "", failed(bot.Malformed, method, errors.New("a part that Viber has no request for"))
	case err != nil:
		return "", failed(bot.Malformed, method, err)
	}
	a, err := c.call(ctx, method, body)
	if refused, ok := errors.AsType[*bot.SendError](err); ok && refused.Outcome != bot.Unknown && refused.Outcome != bot.Halted {
		var s status
		if a.Status != nil {
			s = *a.Status
		}
		if s != 0 || refused.Outcome == bot.Malformed {
			refused.Instead = instead(p.Body, s, string(a.Message))
		}
		return "", refused
	}
	if err != nil {
		return "", err
	}
	return string(a.Token), nil
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
