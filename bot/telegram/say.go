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

// posted are the parameters of a call.
type posted struct {
	Chat   int64            `json:"chat_id,omitempty"`
	Thread int              `json:"message_thread_id,omitempty"`
	Mode   models.ParseMode `json:"parse_mode,omitempty"`
	params
}

// say makes a call without a file. The library would write it as a form, field by field
// through a pipe, and read the whole message that comes back: that costs more than all
// else of a message.
func (c *Channel) say(ctx context.Context, chat int64, r request) (string, *bot.SendError) {
	body, err := r.body(chat)
	if err != nil {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the message cannot be written as JSON")}
	}
	return c.postJSON(ctx, r.Method, body)
}

// postJSON makes a call, and gives the id of the message that it made, if it was to make
// one.
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
	id, failed, _ := c.post(req, kindOf(method) == bot.Say)
	return id, failed
}

// saidHead begins a part of words, as Render writes it, and pressHead that which answers a
// press; saidTail ends both.
const (
	saidHead  = `{"method":"sendMessage","params":{`
	pressHead = `{"method":"answerCallbackQuery","params":{`
	saidTail  = `}}`
)

// saidIn returns the parameters of a part of words, or of the answer to a press, and the
// method; "" where it is another part.
func saidIn(body []byte) (method string, said []byte) {
	params, whole := bytes.CutSuffix(body, []byte(saidTail))
	if !whole {
		return "", nil
	}
	if said, is := bytes.CutPrefix(params, []byte(saidHead)); is {
		return sendMessage, said
	}
	if said, is := bytes.CutPrefix(params, []byte(pressHead)); is {
		return answerCallback, said
	}
	return "", nil
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

// body returns what is posted. Of a message to many, all but the chat is the same every
// time: so what Render wrote goes along as it is.
func (r *request) body(chat int64) ([]byte, error) {
	if r.said == nil {
		return encode(r.posted(chat))
	}
	if r.Method == answerCallback {
		return slices.Concat([]byte("{"), r.said, []byte("}")), nil
	}
	b := make([]byte, 0, len(r.said)+96)
	b = strconv.AppendInt(append(b, `{"chat_id":`...), chat, 10)
	if r.Params.Thread != 0 {
		b = strconv.AppendInt(append(b, `,"message_thread_id":`...), int64(r.Params.Thread), 10)
	}
	b = append(append(append(b, `,"parse_mode":"`...), models.ParseModeHTML...), `",`...)
	return append(append(b, r.said...), '}'), nil
}

func (r *request) posted(chat int64) posted {
	all := posted{Chat: chat, Thread: r.Params.Thread, Mode: r.mode(), params: r.Params}
	switch kindOf(r.Method) {
	case bot.Answer:
		all.Chat, all.Thread = 0, 0 // a press says where it was made
	case bot.Edit:
		all.Thread = 0
	}
	return all
}

// mode says how the words are to be read; "" where there are none, or as they stand.
func (r *request) mode() models.ParseMode {
	if r.bare || r.Method == answerCallback || r.Params.Text+r.Params.Caption == "" {
		return ""
	}
	return models.ParseModeHTML
}

// address is where a method of the API is called. It holds the token.
func (c *Channel) address(method string) string {
	return c.base + "/bot" + c.api.Token() + "/" + method
}

// post makes a call, and gives the id of the message that it makes, where it makes one.
func (c *Channel) post(req *http.Request, makes bool) (id string, failed *bot.SendError, done *facts) {
	done = &facts{}
	done.Answer, done.err = c.calls.Do(req, maxAnswer)
	switch message, ok := done.taken(); {
	case ok && !makes:
		return "", nil, done
	case ok && message != 0: // whatever else came back
		return messageID(message), nil, done
	}
	if refused, ok := done.refusal(); ok {
		return "", c.refused(refused, done), done
	}
	return "", c.unread(done.err, done), done
}
