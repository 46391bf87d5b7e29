// Package desk is the hand-off: operators take, answer and close tickets, and
// customers learn when somebody is there. What an operator does reaches the
// conversation as an event through the inbox and as a message through the
// outbox, and stands in the audit; the desk never writes conversation state.
package desk

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// hoursKept is how long the working hours are believed without a look: turns
// ask for them many times a second, people change them a few times a year.
const hoursKept = 5 * time.Second

// Desk moves tickets.
type Desk struct {
	// Shown is what a message of broadcasts said, and whether just that is known; nil:
	// such messages stand in a talk by their names alone.
	Shown func([]storage.Sending) (m bot.Message, same bool, err error)

	store    *storage.Store
	channels map[string]bot.Channel
	zone     *time.Location
	log      *slog.Logger
	hours    atomic.Pointer[seenHours]
	usual    atomic.Pointer[seenUsual]
}

type seenHours struct {
	bot.Hours
	at time.Time
}

// New returns the desk over the channels, by bot name.
func New(store *storage.Store, channels map[string]bot.Channel, zone *time.Location, log *slog.Logger) *Desk {
	return &Desk{store: store, channels: channels, zone: zone, log: log}
}

// Hours returns the working hours in force, as they were at most a few seconds ago.
func (d *Desk) Hours(ctx context.Context) (bot.Hours, error) {
	if seen := d.hours.Load(); seen != nil && time.Since(seen.at) < hoursKept {
		return seen.Hours, nil
	}
	h, err := d.readHours(ctx)
	if err == nil {
		d.hours.Store(&seenHours{h, time.Now()})
	}
	return h, err
}

func (d *Desk) readHours(ctx context.Context) (bot.Hours, error) {
	setting, ok, err := d.store.Setting(ctx, bot.HoursSetting)
	if err != nil {
		return bot.Hours{}, fmt.Errorf("read working hours: %w", err)
	}
	if !ok {
		return bot.DefaultHours(d.zone), nil
	}
	h, err := bot.ParseHours(setting, d.zone)
	if err != nil { // customers must not wait for an answer because of a setting
		d.log.Error("the working hours cannot be read, the usual ones hold", "err", err)
		return bot.DefaultHours(d.zone), nil
	}
	return h, nil
}
