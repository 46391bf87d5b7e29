package telegram_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/telegram/telegramtest"
)

func TestPoll(t *testing.T) {
	s, p, c := pair(t, telegramtest.Options{})
	p.Write("раз")
	p.Write("два")
	got, next, err := c.Poll(t.Context(), 0, 0)
	if err != nil || len(got) != 2 || got[0].Chat != "1111111" || got[0].ID != "10001" || next != 10003 {
		t.Fatalf("%+v, next %d, %v", got, next, err)
	}
	if again, _, err := c.Poll(t.Context(), 10002, 0); err != nil || len(again) != 1 || again[0].ID != "10002" {
		t.Errorf("what was not confirmed: %+v, %v", again, err)
	}
	s.Jump(7)
	p.Write("три")
	got, next, err = c.Poll(t.Context(), 0, time.Minute)
	if err != nil || next != 8 || len(got) != 2 {
		t.Errorf("after a jump: %+v, next %d, %v", got, next, err)
	}
	if n := len(s.Stats().Unknown); n != 0 {
		t.Errorf("unknown parameters: %v", s.Stats().Unknown)
	}

	// A poll waits for what comes, longer than a call may take.
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	slow := at(t, s.URL(), time.Millisecond)
	wrote := make(chan error, 1)
	go func() {
		wrote <- s.Wait(ctx, s.Polling)
		p.Write("чотири")
	}()
	got, _, err = slow.Poll(ctx, 10003, time.Minute)
	if err != nil || len(got) != 1 {
		t.Errorf("a long poll: %+v, %v", got, err)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}

func TestPollFails(t *testing.T) {
	for _, test := range []struct {
		name  string
		fault telegramtest.Fault
		want  bot.SendError
	}{
		{"409", telegramtest.Refuse(409, "Conflict: terminated by other getUpdates request"), bot.SendError{Outcome: bot.Later, Whole: true}},
		{"429", telegramtest.TooMany(3), bot.SendError{Outcome: bot.Later, Whole: true, After: 3 * time.Second}},
		{"401", telegramtest.Refuse(401, "Unauthorized"), bot.SendError{Outcome: bot.Halted, Whole: true}},
		{"page", telegramtest.Say(200, "text/html", "/bot"+testToken), bot.SendError{Outcome: bot.Later, Whole: true}},
		{"cut", telegramtest.Cut(), bot.SendError{Outcome: bot.Later}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _, c := pair(t, telegramtest.Options{})
			s.Next(test.fault)
			_, next, err := c.Poll(t.Context(), 5, 0)
			failed, ok := errors.AsType[*bot.SendError](err)
			if !ok || failed.Outcome != test.want.Outcome || failed.Whole != test.want.Whole || failed.After != test.want.After || next != 5 {
				t.Errorf("next %d, %+v", next, failed)
			}
			noToken(t, err)
		})
	}
	s, p, c := pair(t, telegramtest.Options{AllowHTTP: true})
	p.Write("x")
	if err := c.SetWebhook(t.Context(), newHook(t).URL); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Poll(t.Context(), 0, 0); err == nil || !strings.Contains(err.Error(), "webhook is active") {
		t.Errorf("beside a webhook: %v", err)
	}
	if err := s.Drain(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestPollOfLargeUpdates: what is too large together comes in smaller numbers, in
// order, and what is too large alone is stepped over.
func TestPollOfLargeUpdates(t *testing.T) {
	s, p, c := pair(t, telegramtest.Options{})
	large := func(n int) { p.Send("text", "", map[string]any{"text": "x", "future": strings.Repeat("x", n)}) }
	const updates = 36
	for range updates - 2 {
		large(334 << 10)
	}
	large(9 << 20)
	p.Write("наостанок")
	var ids []int64
	defects := map[int64]string{}
	for next := int64(0); len(ids) < updates; {
		got, then, err := c.Poll(t.Context(), next, 0)
		if err != nil || len(got) == 0 {
			t.Fatalf("after %d: %v", len(ids), err)
		}
		size := 0
		for _, u := range got {
			id, err := strconv.ParseInt(u.ID, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
			size += len(u.Payload)
			if u.Defect != "" {
				defects[id] = u.Defect + " " + string(u.Payload)
			}
		}
		if size > 8<<20 {
			t.Errorf("%d bytes at once", size)
		}
		next = then
	}
	for i, id := range ids {
		if id != 10001+int64(i) {
			t.Fatalf("updates %v", ids)
		}
	}
	if want := map[int64]string{10035: `larger than any update of Telegram {"update_id":10035}`}; !maps.Equal(defects, want) {
		t.Errorf("defects %v", defects)
	}
	calls := len(s.Calls())
	if calls > 24 {
		t.Errorf("%d calls", calls)
	}
	// What is small is asked for by the hundred again.
	for range 200 {
		p.Write("x")
	}
	next := int64(10000 + updates + 1)
	for next < 10000+updates+200 {
		var err error
		if _, next, err = c.Poll(t.Context(), next, 0); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.Calls()) - calls; n > 9 {
		t.Errorf("%d calls for 200 small updates", n)
	}
}

// TestPollOfSomethingHuge: what is no answer of Telegram tells no number to step over.
func TestPollOfSomethingHuge(t *testing.T) {
	s, _, c := pair(t, telegramtest.Options{})
	page := telegramtest.Say(200, "text/html", "<html>"+strings.Repeat(" ", 8<<20))
	s.Next(slices.Repeat([]telegramtest.Fault{page}, 7)...)
	_, next, err := c.Poll(t.Context(), 5, 0)
	if failed, ok := errors.AsType[*bot.SendError](err); !ok || failed.Outcome != bot.Later || next != 5 {
		t.Errorf("next %d, %v", next, err)
	}
	if _, _, err := c.Poll(t.Context(), 5, 0); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
