package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"visnyk/bot"
)

// pollLimit is how many updates one poll brings at most.
const pollLimit = 100

// Poll asks for updates where there is no webhook, waiting so long for the
// first. It confirms to Telegram every update before offset, so offset must not
// pass next before what came is stored; 0 begins with the oldest that waits.
// The library's own poller is not used: it confirms before anything is stored.
//
// The error is a *bot.SendError: Halted when the token is refused, else Later.
func (c *Channel) Poll(ctx context.Context, offset int64, wait time.Duration) (updates []bot.Update, next int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, wait+c.timeout)
	defer cancel()
	ctx, f := watch(ctx)
	req, err := c.pollRequest(ctx, offset, wait)
	if err != nil {
		return nil, offset, &bot.SendError{Outcome: bot.Halted, Err: errors.New(c.safe(err.Error()))}
	}
	slow := *c.calls
	slow.Timeout = 0 // the context's deadline counts the wait in
	if _, err := (caller{&slow}).Do(req); err != nil {
		return nil, offset, &bot.SendError{Outcome: bot.Later, Err: fmt.Errorf("telegram poll: %w", c.broken(err, f))}
	}
	var answer struct {
		OK          bool              `json:"ok"`
		Result      []json.RawMessage `json:"result"`
		Description string            `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if json.Unmarshal(f.body, &answer) != nil || !answer.OK {
		outcome := bot.Later
		if f.status == http.StatusUnauthorized || f.status == http.StatusNotFound {
			outcome = bot.Halted
		}
		return nil, offset, &bot.SendError{
			Outcome: outcome, Whole: true, After: bounded(answer.Parameters.RetryAfter),
			Err: fmt.Errorf("telegram poll: status %d: %s", f.status, c.safe(answer.Description)),
		}
	}
	next = offset
	for _, raw := range answer.Result {
		updates = append(updates, c.update(raw))
		if id, ok := numbered(raw); ok {
			next = id + 1 // not the greatest: after a quiet week ids may begin lower
		}
	}
	return updates, next, nil
}

func (c *Channel) pollRequest(ctx context.Context, offset int64, wait time.Duration) (*http.Request, error) {
	form, err := json.Marshal(map[string]any{
		"offset": offset, "limit": pollLimit, "timeout": int(wait / time.Second), "allowed_updates": conversational(),
	})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/bot"+c.api.Token()+"/getUpdates", bytes.NewReader(form))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// numbered gives the update_id even of an update that is otherwise not
// understood: it must be confirmed too, or it would come for ever.
func numbered(raw json.RawMessage) (int64, bool) {
	var u struct {
		ID *int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &u) != nil || u.ID == nil {
		return 0, false
	}
	return *u.ID, true
}
