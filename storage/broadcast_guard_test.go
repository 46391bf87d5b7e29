package storage_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/locales"
	"visnyk/storage"
)

// A broadcast for many more people than it was approved for is not begun by a press,
// unless whoever presses names about so many, and by itself it asks; and nobody is told
// the same twice within a day.
func TestBroadcastAsksBeforeItBegins(t *testing.T) {
	onEachClock(t, time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC), func(t *testing.T, c *clock) {
		ctx, people := t.Context(), 100
		b := broadcast.New(broadcast.Config{
			Store: c.s, Texts: must[*locales.Bundle](t)(locales.New()), Zone: time.UTC, Now: c.now,
			Counting:   func(context.Context, bot.Segment) (int, error) { return people, nil },
			Messengers: map[string]broadcast.Messenger{telegram: {Channel: paper{}, Kind: telegram}},
		})
		links(t, c.s, "writer")
		writer, approver := bot.Actor{User: "writer", Role: bot.Marketer}, bot.Actor{User: "approver", Role: bot.Approver}
		moved := func(m storage.Mailing, by bot.Actor, move bot.BroadcastMove, with broadcast.Moved) (storage.Mailing, error) {
			return b.Move(ctx, by, m.ID, move, m.Version, with)
		}
		approved := func(text string, start time.Time, whom bot.Segment) (storage.Mailing, error) {
			m := must[storage.Mailing](t)(b.Create(ctx, writer, bot.Broadcast{Topic: "tariff", Text: bot.Bilingual{UK: text, RU: text}, Start: start, Audience: whom}))
			submitted, err := moved(m, writer, bot.BroadcastSubmit, broadcast.Moved{})
			if err != nil {
				return m, err
			}
			return must[storage.Mailing](t)(moved(submitted, approver, bot.BroadcastApprove, broadcast.Moved{})), nil
		}
		refused := func(what string, err error, code bot.FaultCode) {
			t.Helper()
			if is := new(bot.RefusedError); !errors.As(err, &is) || is.Fault.Code != code {
				t.Errorf("%s: %v, want %s", what, err, code)
			}
		}
		vip := bot.In("tier", "vip")
		pressed := must[storage.Mailing](t)(approved("перша", time.Time{}, vip))
		due := must[storage.Mailing](t)(approved("друга", c.at.Add(time.Hour), vip))
		must[storage.Mailing](t)(moved(due, writer, bot.BroadcastSchedule, broadcast.Moved{}))
		people = 200
		_, err := moved(pressed, writer, bot.BroadcastStart, broadcast.Moved{})
		refused("begun for others", err, bot.FaultCrowd)
		_, err = moved(pressed, writer, bot.BroadcastStart, broadcast.Moved{People: 120})
		refused("begun for as many as are not there", err, bot.FaultCrowd)
		must[storage.Mailing](t)(moved(pressed, writer, bot.BroadcastStart, broadcast.Moved{People: 200}))
		c.set(c.at.Add(time.Hour))
		if begun := must[broadcast.Begun](t)(b.StartDue(ctx)); len(begun.Asks) != 1 || len(begun.IDs) != 0 {
			t.Errorf("by itself: %+v", begun)
		}
		asks := must[storage.Mailing](t)(c.s.Broadcast(ctx, due.ID))
		if asks.State != bot.BroadcastPaused || asks.Halt != bot.HaltCrowd {
			t.Errorf("it is %s because of %q", asks.State, asks.Halt)
		}
		must[storage.Mailing](t)(moved(asks, writer, bot.BroadcastResume, broadcast.Moved{}))
		toldOfHalt(t, c.s, due.ID, "заметно больше или меньше")
		late := must[storage.Mailing](t)(approved("пізня", c.at.Add(time.Hour), vip))
		must[storage.Mailing](t)(moved(late, writer, bot.BroadcastSchedule, broadcast.Moved{}))
		c.set(c.at.Add(time.Hour + 2*broadcast.LateStart))
		must[broadcast.Begun](t)(b.StartDue(ctx))
		toldOfHalt(t, c.s, late.ID, "не началась вовремя")

		_, err = approved(" ПЕРША ", time.Time{}, vip)
		refused("the same to the same people", err, bot.FaultSaidToday)
		_, err = approved("перша", c.at.Add(time.Hour), bot.Segment{})
		refused("the same to everybody", err, bot.FaultSaidToday)
		all := must[storage.Mailing](t)(approved("перша", time.Time{}, bot.Segment{}))
		_, err = moved(all, writer, bot.BroadcastStart, broadcast.Moved{})
		refused("the same to everybody, by hand", err, bot.FaultSaidToday)
		must[storage.Mailing](t)(approved("перша", time.Time{}, bot.In("tier", "regular")))
		must[storage.Mailing](t)(approved("третя", time.Time{}, vip))
		must[storage.Mailing](t)(approved("перша", c.at.Add(36*time.Hour), vip))
	})
}

// links keeps a colleague, and the chat in which they hear of what waits for them.
func links(t *testing.T, s *storage.Store, user string) {
	t.Helper()
	ctx := t.Context()
	ok(t, s.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.AddUser(ctx, storage.User{ID: user, Login: user, Role: bot.Marketer, Language: bot.Russian, Password: "none"}); err != nil {
			return err
		}
		return tx.LinkStaff(ctx, user, at("colleague"))
	}))
}

// toldOfHalt fails unless who made the broadcast was told once that it is paused, in words
// that have these in them.
func toldOfHalt(t *testing.T, s *storage.Store, broadcast, words string) {
	t.Helper()
	var told []string
	for _, row := range must[[]storage.OutboxRow](t)(s.Pending(t.Context(), telegram, bot.LaneDesk, 100)) {
		if row.To == at("colleague") && strings.HasPrefix(row.Cause, "halt/"+broadcast+"/") {
			told = append(told, string(row.Part.Body))
		}
	}
	if len(told) != 1 || !strings.Contains(told[0], words) {
		t.Errorf("who made it was told %q", told)
	}
}
