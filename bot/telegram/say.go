package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

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
	body, err := r.words(chat, mode)
	if err != nil {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the message cannot be written as JSON")}
	}
	return c.postJSON(ctx, r.Method, body)
}

// postJSON makes a call that makes a message, and gives the id of that.
func (c *Channel) postJSON(ctx context.Context, method string, body []byte) (string, *bot.SendError) {
	if at, bounded := ctx.Deadline(); !bounded || time.Until(at) > c.timeout {
		short, cancel := context.WithTimeout(ctx, c.timeout)
		defer cancel()
		ctx = short
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address(method), bytes.NewReader(body))
	if err != nil {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the address of the API does not work")}
	}
	req.Header.Set("Content-Type", "application/json")
	id, failed, _ := c.post(req)
	return id, failed
}

// saidHead begins a part of words, as Render writes it, and saidTail ends it.
const (
	saidHead = `{"method":"sendMessage","params":{`
	saidTail = `}}`
)

// saidIn returns the parameters of a part of words; words is false where it is another.
func saidIn(body []byte) (said []byte, words bool) {
	said, begins := bytes.CutPrefix(body, []byte(saidHead))
	said, ends := bytes.CutSuffix(said, []byte(saidTail))
	return said, begins && ends
}

// unsay reads the parameters of words that are to be changed.
func (r *request) unsay() error {
	if r.said == nil {
		return nil
	}
	err := json.Unmarshal(slices.Concat([]byte("{"), r.said, []byte("}")), &r.Params)
	r.said = nil
	return err
}

// words returns what is posted. Of a message to many, all but the chat is the same every
// time: so what Render wrote goes along as it is.
func (r *request) words(chat int64, mode models.ParseMode) ([]byte, error) {
	if r.said == nil {
		return encode(words{chat, r.Params.Thread, r.Params.Text, mode, r.Params.Markup})
	}
	b := make([]byte, 0, len(r.said)+96)
	b = strconv.AppendInt(append(b, `{"chat_id":`...), chat, 10)
	if r.Params.Thread != 0 {
		b = strconv.AppendInt(append(b, `,"message_thread_id":`...), int64(r.Params.Thread), 10)
	}
	b = append(append(append(b, `,"parse_mode":"`...), mode...), `",`...)
	return append(append(b, r.said...), '}'), nil
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
