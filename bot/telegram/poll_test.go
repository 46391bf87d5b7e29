package telegram_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
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
		{"429 in its words", telegramtest.Refuse(429, "Too Many Requests: retry after 35"), bot.SendError{Outcome: bot.Later, Whole: true, After: 35 * time.Second}},
		{"429 page", telegramtest.Gateway(429).With("Retry-After", "35"), bot.SendError{Outcome: bot.Later, Whole: true, After: 35 * time.Second}},
		{"401 in a 200", telegramtest.Say(200, "application/json", `{"ok":false,"error_code":401,"description":"Unauthorized"}`), bot.SendError{Outcome: bot.Halted, Whole: true}},
		{"502 page", telegramtest.BadGateway(), bot.SendError{Outcome: bot.Later, Whole: true}},
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

// backlog answers polls with the updates that wait, as they are, and counts.
type backlog struct {
	updates []string // numbered from 1
	asked   []int    // the limits
}

// ServeHTTP implements http.Handler.
func (b *backlog) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var ask struct{ Offset, Limit int }
	_ = json.NewDecoder(r.Body).Decode(&ask)
	b.asked = append(b.asked, ask.Limit)
	from := max(ask.Offset, 1) - 1
	_, _ = io.WriteString(w, `{"ok":true,"result":[`)
	for i := from; i < min(from+ask.Limit, len(b.updates)); i++ {
		if i > from {
			_, _ = io.WriteString(w, ",")
		}
		_, _ = io.WriteString(w, b.updates[i])
	}
	_, _ = io.WriteString(w, "]}")
}

// TestPollOfLargeUpdates: what is too large together comes in smaller numbers, in
// order, and what is too large alone is stepped over.
func TestPollOfLargeUpdates(t *testing.T) {
	var b backlog
	add := func(size int) {
		b.updates = append(b.updates, fmt.Sprintf("{\"update_id\":%d,\n\"future\":%s1}", len(b.updates)+1, strings.Repeat(" ", size)))
	}
	for range 26 {
		add(334 << 10)
	}
	add(9 << 20)
	for range 200 {
		add(1)
	}
	api := httptest.NewServer(&b)
	t.Cleanup(api.Close)
	c := at(t, api.URL, time.Minute)
	var defects []string
	calls := 0
	for next := int64(1); next <= int64(len(b.updates)); calls++ {
		got, then, err := c.Poll(t.Context(), next, 0)
		if err != nil || len(got) == 0 {
			t.Fatalf("from %d: %v", next, err)
		}
		size := 0
		for _, u := range got {
			if u.ID != fmt.Sprint(next) {
				t.Fatalf("update %s, want %d", u.ID, next)
			}
			next++
			size += len(u.Payload)
			if u.Defect != "" {
				defects = append(defects, fmt.Sprintf("%s: %s: %s", u.ID, u.Defect, u.Payload))
			}
		}
		if size > 8<<20 || next != then {
			t.Errorf("%d bytes at once, next %d, want %d", size, then, next)
		}
	}
	if want := []string{`27: larger than any update of Telegram: {"update_id":27}`}; !slices.Equal(defects, want) {
		t.Errorf("defects %q", defects)
	}
	// Half as many each time, down to the one that is too large alone; then more again.
	want := []int{100, 50, 25, 12, 12, 12, 6, 3, 1, 2, 1, 2, 1, 1, 2, 4, 8, 16, 32, 64, 100}
	if !slices.Equal(b.asked, want) {
		t.Errorf("asked for %v, want %v", b.asked, want)
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
