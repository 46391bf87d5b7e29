package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/go-telegram/bot/models"

	"visnyk/bot"
)

// words are the parameters of sendMessage.
type words struct {
	Chat   int64            `json:"chat_id"`
	Thread int              `json:"message_thread_id,omitempty"`
	Text   string           `json:"text"`
	Mode   models.ParseMode `json:"parse_mode,omitempty"`
	Markup json.RawMessage  `json:"reply_markup,omitempty"`
}

// say sends a message of words, which nearly all are. The library would write them as
// a form, field by field through a pipe, and read the whole message that comes back:
// that costs more than all else of a message to many.
func (c *Channel) say(ctx context.Context, chat int64, r request, mode models.ParseMode) (string, *bot.SendError) {
	body, err := encode(words{chat, r.Params.Thread, r.Params.Text, mode, r.Params.Markup})
	if err != nil {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the message cannot be written as JSON")}
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address(r.Method), bytes.NewReader(body))
	if err != nil {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the address of the API does not work")}
	}
	req.Header.Set("Content-Type", "application/json")
	id, failed, _ := c.post(req)
	return id, failed
}

// address is where a method of the API is called. It holds the token.
func (c *Channel) address(method string) string {
	return c.base + "/bot" + c.api.Token() + "/" + method
}

// post makes a call that makes a message, and gives the id of that.
func (c *Channel) post(req *http.Request) (id string, failed *bot.SendError, done *facts) {
	done = &facts{}
	done.Answer, done.err = c.calls.Do(req, maxAnswer)
	if id := done.message(); id != 0 { // taken, whatever else came back
		return messageID(id), nil, done
	}
	if refused, ok := done.refusal(); ok {
		return "", c.refused(refused, done), done
	}
	return "", c.unread(done.err, done), done
}
