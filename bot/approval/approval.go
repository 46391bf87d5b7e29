// Package approval is the work of whoever approves: what waits for their decision, and
// the call to it in the messenger that they have linked.
//
// It decides nothing: that is for the content's own packages, each with its moves.
package approval

import (
	"context"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Approvals are what waits in the store.
type Approvals struct {
	store    *storage.Store
	channels map[string]bot.Channel // by the bot's name
	zone     *time.Location
}

// New returns what waits in the store. Calls leave by the channels, the reminders of them
// by day in the zone.
func New(store *storage.Store, channels map[string]bot.Channel, zone *time.Location) *Approvals {
	return &Approvals{store: store, channels: channels, zone: zone}
}

// Waiting returns what waits for the actor's decision, what has waited longest first, and
// what waits for somebody else's, because the actor wrote some of it.
func (a *Approvals) Waiting(ctx context.Context, by bot.Actor) (mine, others []storage.Awaiting, err error) {
	if err := by.Require(bot.ApproveContent); err != nil {
		return nil, nil, err
	}
	all, err := a.store.Awaiting(ctx)
	for _, w := range all {
		if _, judged := w.Approval.By(by); judged == nil {
			mine = append(mine, w)
		} else {
			others = append(others, w)
		}
	}
	return mine, others, err
}

// Count returns how much waits for the actor's decision.
func (a *Approvals) Count(ctx context.Context, by bot.Actor) (int, error) {
	mine, _, err := a.Waiting(ctx, by)
	return len(mine), err
}
