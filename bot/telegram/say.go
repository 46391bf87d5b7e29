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
	"visnyk/bot/call"
)

// posted are the parameters of a call.
type posted struct {
	Chat   int64            `json:"chat_id,omitempty"`
	Thread int              `json:"message_thread_id,omitempty"`
	Mode   models.ParseMode `json:"parse_mode,omitempty"`
	params
}

// say makes a call without a file, and gives the id of the message that it made, if it was
// to make one. The library would write it as a form, field by field through a pipe, and read
// the whole message that comes back: that costs more than all else of a message.
func (c *Channel) say(ctx context.Context, chat int64, r request) (string, *bot.SendError) {
	body, err := r.body(chat)
	if err != nil {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: errors.New("the message cannot be written as JSON")}
	}
	if at, bounded := ctx.Deadline(); !bounded || time.Until(at) > c.timeout {
		short, cancel := context.WithTimeout(ctx, c.timeout)
		defer cancel()
		ctx = short
	}
	var done facts
	done.Answer, done.err = c.calls.Post(ctx, c.posts[r.Method], body, maxAnswer)
	return c.became(&done, kindOf(r.Method) == bot.Say)
}

// targets returns where the methods without a file are posted to.
func (c *Channel) targets() (map[string]*call.Target, error) {
	all := map[string]*call.Target{}
	for _, method := range methods() {
		to, err := call.To(c.address(method), http.Header{"Content-Type": {"application/json"}})
		if err != nil {
			return nil, errors.New("the address of the API does not work")
		}
		all[method] = to
	}
	return all, nil
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

// became gives the id of the message that a call has made, where it makes one, or why it has
// not.
func (c *Channel) became(done *facts, makes bool) (id string, failed *bot.SendError) {
	switch message, ok := done.taken(); {
	case ok && !makes:
		return "", nil
	case ok && message != 0: // whatever else came back
		return messageID(message), nil
	}
	if refused, ok := done.refusal(); ok {
		return "", c.refused(refused, done)
	}
	return "", c.unread(done.err, done)
}
