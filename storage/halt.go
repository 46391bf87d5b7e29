package storage

import (
	"context"

	"visnyk/bot"
)

const (
	toHalt = broadcastColumns + `WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND state IN ('scheduled', 'sending') ORDER BY id {update}`
)

// HaltBroadcasts pauses every broadcast that is scheduled or sends, because of why, takes
// back what of them has not left, and writes each to the audit. It returns which.
func (t *Tx) HaltBroadcasts(ctx context.Context, by bot.Actor, why string) (halted []string, err error) {
	open, err := t.broadcasts(ctx, toHalt)
	if err != nil {
		return nil, doing("halt", err)
	}
	for _, m := range open {
		if err := t.HaltBroadcast(ctx, m, by, why); err != nil {
			return nil, err
		}
		halted = append(halted, m.ID)
	}
	return halted, nil
}

// HaltBroadcast pauses the one that nobody else moves until the commit, because of why,
// takes back what of it has not left, and writes it to the audit.
func (t *Tx) HaltBroadcast(ctx context.Context, m Mailing, by bot.Actor, why string) error {
	from := m.State
	m.State, m.Halt, m.Version = bot.BroadcastPaused, why, m.Version+1
	if err := t.PutBroadcast(ctx, m); err != nil {
		return err
	}
	n, err := t.TakeBackReleased(ctx, m.ID)
	if err != nil {
		return err
	}
	return t.Audit(ctx, AuditEntry{Actor: by, Action: "broadcast.halt", Object: "broadcast/" + m.ID, Detail: map[string]any{
		"reason": why, "from": from, "to": m.State, "rows": n,
	}})
}
