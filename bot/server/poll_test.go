package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/storage"
)

// source is a messenger that holds updates until they are confirmed.
type source struct {
	bot.Channel
	held    []int64
	refused int // polls to refuse first
	halted  int // polls refused for good, counted
	offsets []int64
}

func (s *source) Name() string            { return "telegram" }
func (s *source) Admit(bot.Request) error { return bot.ErrForged }

func (s *source) Poll(ctx context.Context, offset int64, wait time.Duration) ([]bot.Update, int64, error) {
	s.offsets = append(s.offsets, offset)
	if s.halted > 0 {
		s.halted++
		return nil, offset, &bot.SendError{Outcome: bot.Halted, Err: errors.New("unauthorized")}
	}
	if s.refused > 0 {
		s.refused--
		return nil, offset, &bot.SendError{Outcome: bot.Later, Err: errors.New("conflict")}
	}
	s.held = slices.DeleteFunc(s.held, func(id int64) bool { return id < offset })
	if len(s.held) == 0 {
		<-ctx.Done()
		return nil, offset, &bot.SendError{Outcome: bot.Later, Err: ctx.Err()}
	}
	var updates []bot.Update
	for _, id := range s.held {
		updates = append(updates, bot.Update{Bot: "telegram", ID: fmt.Sprint(id)})
	}
	return updates, s.held[len(s.held)-1] + 1, nil
}

// shelf is an inbox that fails at first.
type shelf struct {
	fails int
	kept  []string
}

func (s *shelf) ReceiveNext(_ context.Context, next func() []storage.Incoming) ([]bool, error) {
	in := next()
	if s.fails > 0 {
		s.fails--
		return nil, errors.New("away")
	}
	fresh := make([]bool, len(in))
	for i, u := range in {
		if !slices.Contains(s.kept, u.Update.ID) {
			s.kept, fresh[i] = append(s.kept, u.Update.ID), true
		}
	}
	return fresh, nil
}

func poll(t *testing.T, from *source, inbox *shelf, span time.Duration) (wakes int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), span)
		defer cancel()
		Polling{
			Channel: from, Inbox: inbox, Wake: func(string) { wakes++ }, Log: slog.New(slog.DiscardHandler),
		}.Run(ctx)
	})
	return wakes
}

func TestPollingConfirmsOnlyWhatIsKept(t *testing.T) {
	from, inbox := &source{held: []int64{7, 8, 9}}, &shelf{fails: 3}
	wakes := poll(t, from, inbox, time.Minute)
	if !slices.Equal(inbox.kept, []string{"7", "8", "9"}) || wakes != 1 {
		t.Fatalf("kept %v with %d wakes", inbox.kept, wakes)
	}
	// the offset moved only after the commit that succeeded
	if want := []int64{0, 0, 0, 0, 10}; !slices.Equal(from.offsets, want) {
		t.Fatalf("asked from %v, want %v", from.offsets, want)
	}
}

func TestPollingGoesOnAfterRefusals(t *testing.T) {
	from, inbox := &source{held: []int64{1}, refused: 5}, &shelf{}
	poll(t, from, inbox, 5*time.Minute)
	if len(inbox.kept) != 1 {
		t.Fatalf("kept %v", inbox.kept)
	}
}

func TestPollingDoesNotStormARefusedAccount(t *testing.T) {
	from := &source{halted: 1}
	poll(t, from, &shelf{}, 10*time.Minute)
	if tries := from.halted - 1; tries > 21 {
		t.Fatalf("%d polls in ten minutes with a refused token", tries)
	}
}

// eager is a messenger whose gateway lets nobody wait: it answers after hold, with
// the same updates whatever was confirmed.
type eager struct {
	source
	hold    time.Duration
	updates []bot.Update
	next    int64
	polls   int
}

func (e *eager) Poll(ctx context.Context, offset int64, _ time.Duration) ([]bot.Update, int64, error) {
	e.polls++
	if err := call.Pause(ctx, e.hold); err != nil {
		return nil, offset, &bot.SendError{Outcome: bot.Later, Err: err}
	}
	return e.updates, max(offset, e.next), nil
}

func TestPollingHasAFloor(t *testing.T) {
	for name, c := range map[string]struct {
		from *eager
		most int // polls in a minute
	}{
		"nothing, at once":           {&eager{}, 20},
		"nothing, after a second":    {&eager{hold: time.Second}, 20},
		"nothing, after ten seconds": {&eager{hold: 10 * time.Second}, 7},
		"the same, at once":          {&eager{updates: []bot.Update{{Bot: "telegram", ID: "7"}}, next: 8}, 20},
		"what names no number":       {&eager{updates: []bot.Update{{Bot: "telegram", ID: "sha256:0"}}}, 20},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			Polling{Channel: c.from, Inbox: &shelf{}, Wake: func(string) {}, Log: slog.New(slog.DiscardHandler)}.Run(ctx)
			if c.from.polls > c.most || c.from.polls < 5 {
				t.Errorf("%s: %d polls in a minute, want at most %d", name, c.from.polls, c.most)
			}
		})
	}
}

// busy is a messenger with an update for every question.
type busy struct {
	source
	left int
}

func (b *busy) Poll(ctx context.Context, offset int64, _ time.Duration) ([]bot.Update, int64, error) {
	if b.left == 0 {
		<-ctx.Done()
		return nil, offset, &bot.SendError{Outcome: bot.Later, Err: ctx.Err()}
	}
	b.left--
	return []bot.Update{{Bot: "telegram", ID: fmt.Sprint(offset)}}, offset + 1, nil
}

func TestPollingTakesAFloodAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		inbox := &shelf{}
		var last time.Duration
		Polling{Channel: &busy{left: 100}, Inbox: inbox, Log: slog.New(slog.DiscardHandler), Wake: func(string) {
			if last = time.Since(began); len(inbox.kept) == 100 {
				cancel()
			}
		}}.Run(ctx)
		if last != 0 {
			t.Errorf("a hundred updates that wait took %v of pauses", last)
		}
	})
}
