package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"visnyk/bot"
)

// Timer asks for a TimedOut event of its chat After so long, by the database's
// clock; or drops the timer of that name.
type Timer struct {
	Name  string
	After time.Duration
	Drop  bool
}

// turnTimer is one of the turn with that inbox row.
type turnTimer struct {
	inbox string
	Timer
}

func timersOf(w *TurnWrite) []turnTimer {
	all := make([]turnTimer, len(w.Timers))
	for i, timer := range w.Timers {
		all[i] = turnTimer{w.InboxID, timer}
	}
	return all
}

const putTimers = `
WITH v (chat, name, after) AS (VALUES {rows ($, $, CAST($ AS BIGINT))})
INSERT INTO timers (bot, chat, name, due)
SELECT $1, chat, name, {now} + after FROM v ORDER BY chat, name
ON CONFLICT (bot, chat, name) DO UPDATE SET due = excluded.due`

const dropTimers = `
WITH v (chat, name) AS (VALUES {rows ($, $)})
DELETE FROM timers WHERE bot = $1 AND (chat, name) IN (SELECT chat, name FROM v)`

// setTimers sets and forgets timers; the last word on a name counts.
func (t *Tx) setTimers(ctx context.Context, b *batch, timers []turnTimer) error {
	type key struct{ chat, name string }
	last := map[key]Timer{}
	var order []key
	for _, timer := range timers {
		k := key{b.chat(timer.inbox), clean(timer.Name)}
		if _, seen := last[k]; !seen {
			order = append(order, k)
		}
		last[k] = timer.Timer
	}
	var put, drop [][]any
	for _, k := range order {
		if timer := last[k]; timer.Drop {
			drop = append(drop, []any{k.chat, k.name})
		} else {
			put = append(put, []any{k.chat, k.name, timer.After})
		}
	}
	if _, err := t.execRows(ctx, putTimers, []any{b.bot}, put); err != nil {
		return fmt.Errorf("timers: %w", err)
	}
	if _, err := t.execRows(ctx, dropTimers, []any{b.bot}, drop); err != nil {
		return fmt.Errorf("timers: %w", err)
	}
	return nil
}

const takeDueTimers = `
WITH due AS MATERIALIZED (
	SELECT chat, name FROM timers WHERE bot = $1 AND due <= {now} ORDER BY due, chat, name LIMIT $2
)
DELETE FROM timers WHERE bot = $1 AND due <= {now} AND (chat, name) IN (SELECT chat, name FROM due)
RETURNING chat, name, due`

// FireTimers turns the bot's due timers, at most limit, into inbox rows and
// tells how many. A timer fires once, under whatever replica.
func (s *Store) FireTimers(ctx context.Context, l Lease, limit int) (n int, err error) {
	err = s.fenced(ctx, l, func(t *Tx) error {
		var due []struct {
			Chat string `db:"chat"`
			Name string `db:"name"`
			Due  micros `db:"due"`
		}
		if err := t.sel(ctx, &due, takeDueTimers, l.Bot, limit); err != nil {
			return err
		}
		n = len(due)
		in := make([]Incoming, n)
		for i, d := range due {
			event := bot.Event{
				Kind: bot.TimedOut, From: bot.Address{Bot: l.Bot, Chat: d.Chat}, Detail: d.Name, At: d.Due.time(),
			}
			payload, err := json.Marshal(event)
			if err != nil {
				return err
			}
			in[i] = Incoming{Source: SourceTimer, Update: bot.Update{
				Bot: l.Bot, Chat: d.Chat, Payload: payload,
				ID: fmt.Sprintf("timer/%s/%s/%d", d.Chat, d.Name, d.Due),
			}}
		}
		_, err := t.Receive(ctx, in)
		return err
	})
	if err != nil {
		return 0, doing("fire timers", err)
	}
	return n, nil
}

const untilTimer = `SELECT min(due) - {now} FROM timers WHERE bot = $1`

// UntilTimer returns after what time the bot's next timer is due, by the database's
// clock: 0 when one is, and no set when there is none.
func (s *Store) UntilTimer(ctx context.Context, name string) (after time.Duration, set bool, err error) {
	var left sql.NullInt64
	if err := s.r.get(ctx, &left, untilTimer, name); err != nil {
		return 0, false, doing("time until a timer", err)
	}
	return time.Duration(max(left.Int64, 0)) * time.Microsecond, left.Valid, nil
}
