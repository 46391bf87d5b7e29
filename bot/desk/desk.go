// Package desk is the hand-off: operators take, answer and close tickets, and
// customers learn when somebody is there. What an operator does reaches the
// conversation as an event through the inbox and as a message through the
// outbox; the desk never writes conversation state.
package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// HoursSetting is the key of the working hours among the settings.
const HoursSetting = "desk.hours"

// hoursKept is how long the working hours are believed without a look: turns
// ask for them many times a second, people change them a few times a year.
const hoursKept = 5 * time.Second

// Desk moves tickets.
type Desk struct {
	store    *storage.Store
	channels map[string]bot.Channel
	zone     *time.Location
	log      *slog.Logger
	hours    atomic.Pointer[seenHours]
}

type seenHours struct {
	Hours
	at time.Time
}

// New gives the desk over the channels, by bot name.
func New(store *storage.Store, channels map[string]bot.Channel, zone *time.Location, log *slog.Logger) *Desk {
	return &Desk{store: store, channels: channels, zone: zone, log: log}
}

// Hours gives the working hours in force, as they were at most a few seconds ago.
func (d *Desk) Hours(ctx context.Context) (Hours, error) {
	if seen := d.hours.Load(); seen != nil && time.Since(seen.at) < hoursKept {
		return seen.Hours, nil
	}
	h, err := d.readHours(ctx)
	if err == nil {
		d.hours.Store(&seenHours{h, time.Now()})
	}
	return h, err
}

func (d *Desk) readHours(ctx context.Context) (Hours, error) {
	setting, ok, err := d.store.Setting(ctx, HoursSetting)
	if err != nil {
		return Hours{}, fmt.Errorf("read working hours: %w", err)
	}
	if !ok {
		return DefaultHours(d.zone), nil
	}
	h, err := ParseHours(setting, d.zone)
	if err != nil { // customers must not wait for an answer because of a setting
		d.log.Error("the working hours cannot be read, the usual ones hold", "err", err)
		return DefaultHours(d.zone), nil
	}
	return h, nil
}

// Move takes, releases or closes a ticket for the operator, and tells the
// conversation. A move that is not legal is a *storage.MoveError.
func (d *Desk) Move(ctx context.Context, ticket string, m bot.TicketMove, operator string) (bot.Ticket, error) {
	var moved bot.Ticket
	err := d.store.InTx(ctx, func(tx *storage.Tx) error {
		t, err := tx.MoveTicket(ctx, ticket, m, operator)
		if err != nil {
			return err
		}
		moved = t
		e := bot.Event{ID: t.ID, From: t.Address, Detail: operator}
		switch m {
		case bot.TicketTake:
			e.Kind = bot.Taken
		case bot.TicketRelease:
			e.Kind = bot.Released
		case bot.TicketClose:
			e.Kind = bot.Closed
		}
		payload, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode desk event: %w", err)
		}
		_, err = tx.Receive(ctx, []storage.Incoming{{
			Source: storage.SourceDesk,
			Update: bot.Update{Bot: t.Address.Bot, Chat: t.Address.Chat, ID: "desk/" + storage.NewID(), Payload: payload},
		}})
		return err
	})
	if err != nil {
		return bot.Ticket{}, fmt.Errorf("%s ticket: %w", m, err)
	}
	d.store.Notify("inbox:" + moved.Address.Bot)
	return moved, nil
}

// Reply sends the operator's words to the customer of a ticket the operator
// holds. key makes a repeated call harmless.
func (d *Desk) Reply(ctx context.Context, ticket, operator, key, text string, now time.Time) error {
	cause := "desk/" + key
	var to bot.Address
	err := d.store.InTx(ctx, func(tx *storage.Tx) error {
		// Under the lock: nobody releases or closes it before these words are in,
		// and it does not follow its customer to another chat.
		held, err := tx.LockTicket(ctx, ticket)
		if err != nil {
			return err
		}
		if held.State != bot.TicketTaken || held.Holder != operator {
			return &storage.MoveError{From: held.State, Move: "reply", Holder: held.Holder}
		}
		to = held.Address
		ch, ok := d.channels[to.Bot]
		if !ok {
			return fmt.Errorf("no bot %q is configured here", to.Bot)
		}
		rows, err := bot.Queue(ch, bot.Outgoing{
			Lane: bot.LaneDesk, To: to, Cause: cause, Message: bot.Message{Text: text},
		})
		if err != nil {
			return err
		}
		added, err := tx.Enqueue(ctx, rows)
		if err != nil || added == 0 {
			return err
		}
		return tx.AddHistory(ctx, []bot.Entry{{
			Address: to, At: now, Out: true, Cause: cause, Kind: "desk", Text: text,
		}})
	})
	if err != nil {
		return fmt.Errorf("reply to ticket: %w", err)
	}
	d.store.Notify("outbox:" + to.Bot)
	return nil
}
