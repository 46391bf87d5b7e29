package storage

import (
	"context"

	"visnyk/bot"
)

const (
	toHalt = broadcastColumns + `WHERE state IN ('scheduled', 'sending', 'paused', 'cancelled') AND state IN ('scheduled', 'sending') ORDER BY id {update}`
)

// HaltBroadcasts pauses every broadcast that is scheduled or sends, because of why, and takes
// back what of them has not left. It returns which.
func (t *Tx) HaltBroadcasts(ctx context.Context, why string) (halted []string, err error) {
	open, err := t.broadcasts(ctx, toHalt)
	if err != nil {
		return nil, doing("halt", err)
	}
	for _, m := range open {
		m.State, m.Halt, m.Version = bot.BroadcastPaused, why, m.Version+1
		if err := t.PutBroadcast(ctx, m); err != nil {
			return nil, err
		}
		if _, err := t.TakeBackReleased(ctx, m.ID); err != nil {
			return nil, err
		}
		halted = append(halted, m.ID)
	}
	return halted, nil
}
