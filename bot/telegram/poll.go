package telegram

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
)

// pollLimit is how many updates one poll brings at most.
const pollLimit = 100

// Poll asks for updates where there is no webhook, waiting so long for the
// first. It confirms to Telegram every update before offset, so offset must not
// pass next before what came is stored; 0 begins with the oldest that waits.
// The library's own poller is not used: it confirms before anything is stored.
//
// Updates that are too large together are asked for again by ever smaller
// numbers. One that is too large by itself comes as its number alone, with a
// Defect: what cannot be taken must not stand before everybody else's.
//
// The error is a *bot.SendError: Halted when the token is refused, else Later.
func (c *Channel) Poll(ctx context.Context, offset int64, wait time.Duration) (updates []bot.Update, next int64, err error) {
	for {
		limit := c.atOnce.Load()
		f, err := c.poll(ctx, offset, limit, wait)
		switch {
		case err != nil && !errors.Is(err, call.ErrHuge):
			return nil, offset, err
		case err == nil:
			if len(f.Body) < maxUpdates/4 {
				c.atOnce.Store(min(2*limit, pollLimit))
			}
			return c.polled(f, offset)
		case limit == 1:
			return c.stepOver(f, offset)
		}
		c.atOnce.Store(limit / 2)
	}
}

// poll makes one call, and gives what came back. Its error is a *bot.SendError.
func (c *Channel) poll(ctx context.Context, offset int64, limit int32, wait time.Duration) (*facts, error) {
	ctx, f := watch(ctx)
	req, err := c.pollRequest(ctx, offset, limit, wait)
	if err != nil {
		return f, &bot.SendError{Outcome: bot.Halted, Err: errors.New(c.safe(err.Error()))}
	}
	switch _, err := (caller{c.calls, maxUpdates, wait + c.timeout}).Do(req); {
	case errors.Is(err, call.ErrHuge):
		return f, &bot.SendError{Outcome: bot.Later, Err: fmt.Errorf("telegram poll: status %d: %w", f.Status, call.ErrHuge)}
	case err != nil:
		return f, &bot.SendError{Outcome: bot.Later, Err: fmt.Errorf("telegram poll: %w", c.broken(err, f))}
	}
	return f, nil
}

// polled reads the answer to a poll.
func (c *Channel) polled(f *facts, offset int64) (updates []bot.Update, next int64, err error) {
	var answer struct {
		OK     bool              `json:"ok"`
		Result []json.RawMessage `json:"result"`
	}
	if json.Unmarshal(f.Body, &answer) != nil || !answer.OK {
		outcome := bot.Later
		r, _ := f.refusal()
		if code := cmp.Or(r.Code, f.Status); code == http.StatusUnauthorized || code == http.StatusNotFound {
			outcome = bot.Halted
		}
		return nil, offset, &bot.SendError{
			Outcome: outcome, Whole: true, After: r.wait(f),
			Err: fmt.Errorf("telegram poll: status %d: %s", f.Status, c.safe(r.Description)),
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

// stepOver returns the number of an update whose answer was too large, as far as
// the beginning of it tells.
func (c *Channel) stepOver(f *facts, offset int64) ([]bot.Update, int64, error) {
	id, ok := firstNumber(f.Body)
	if !ok || f.Status != http.StatusOK {
		return nil, offset, &bot.SendError{Outcome: bot.Later, Err: fmt.Errorf("telegram poll: status %d: %w", f.Status, call.ErrHuge)}
	}
	number := strconv.FormatInt(id, 10)
	return []bot.Update{{
		Bot: c.name, ID: number, Payload: []byte(`{"update_id":` + number + `}`), Defect: errLarge.Error(),
	}}, id + 1, nil
}

// firstNumber finds the update_id of the first update in the beginning of an
// answer to a poll. Telegram writes it before all else of the update.
func firstNumber(beginning []byte) (int64, bool) {
	d := json.NewDecoder(bytes.NewReader(beginning))
	d.UseNumber()
	for _, want := range []json.Token{json.Delim('{'), "ok", true, "result", json.Delim('['), json.Delim('{'), "update_id"} {
		if t, err := d.Token(); err != nil || t != want {
			return 0, false
		}
	}
	t, _ := d.Token()
	n, _ := t.(json.Number)
	id, err := n.Int64()
	return id, err == nil
}

func (c *Channel) pollRequest(ctx context.Context, offset int64, limit int32, wait time.Duration) (*http.Request, error) {
	form, err := json.Marshal(map[string]any{
		"offset": offset, "limit": limit, "timeout": int(wait / time.Second), "allowed_updates": conversational(),
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

// numbered returns the update_id even of an update that is otherwise not
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
