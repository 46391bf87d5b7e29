package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"visnyk/bot"
)

// Send implements bot.Channel. What Telegram refuses for the form of it goes once
// more in the next best one, of which the error with the outcome Sent tells.
func (c *Channel) Send(ctx context.Context, to bot.Address, p bot.Part) (string, error) {
	call, chat, err := c.prepare(to, p)
	if err != nil {
		return "", &bot.SendError{Outcome: bot.Malformed, Err: err}
	}
	var first *bot.SendError
	for {
		id, failed := c.call(ctx, chat, call)
		switch {
		case failed == nil && first == nil:
			return id, nil
		case failed == nil:
			return id, &bot.SendError{Outcome: bot.Sent, Err: first.Err}
		}
		next, better := call.repaired(failed)
		if !better {
			return "", failed
		}
		call, first = next, cmp.Or(first, failed)
	}
}

// prepare reads what Render wrote.
func (c *Channel) prepare(to bot.Address, p bot.Part) (call request, chat int64, err error) {
	if to.Bot != c.name {
		return call, 0, fmt.Errorf("an address of bot %q", to.Bot)
	}
	if chat, err = strconv.ParseInt(to.Chat, 10, 64); err != nil {
		return call, 0, errors.New("the chat is not a number")
	}
	if call.Method, call.said = saidIn(p.Body); call.said == nil {
		if call, err = readRequest(p.Body); err != nil {
			return call, 0, err
		}
	}
	call.Params.Thread = threadID(p.Thread)
	return call, chat, nil
}

// readRequest reads a part that is not of words alone.
func readRequest(body []byte) (call request, err error) {
	if err := json.Unmarshal(body, &call); err != nil {
		return call, errors.New("the part is not one of this channel")
	}
	if !slices.Contains(methods(), call.Method) {
		return call, errors.New("the part calls an unknown method")
	}
	return call, nil
}

// call makes one call of the API and gives the id of the new message, "" where there
// is none.
func (c *Channel) call(ctx context.Context, chat int64, r request) (string, *bot.SendError) {
	if r.Kept != "" {
		return c.sendKept(ctx, chat, r)
	}
	id, failed := c.say(ctx, chat, r)
	if r.Method == editMarkup && failed != nil && reason(failed) == whyFixed {
		return "", nil // for buttons alone that is too late to matter
	}
	return id, failed
}

// threadID reads a thread as Decode writes it; 0 for the chat itself.
func threadID(thread string) int {
	if thread == "" { // as nearly all are
		return 0
	}
	id, err := strconv.Atoi(thread)
	if err != nil || id < 0 {
		return 0
	}
	return id
}
