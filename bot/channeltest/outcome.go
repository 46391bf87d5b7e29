package channeltest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"visnyk/bot"
)

// leaks reports whether an error shows a secret.
func leaks(c Case, err error) bool {
	for _, form := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err)} {
		for _, s := range c.Secrets {
			if strings.Contains(form, s) {
				return true
			}
		}
	}
	return false
}

// withTaken puts the good end first.
func withTaken(faults []Fault) []Fault {
	return append([]Fault{{Name: "taken", Arm: func() {}, Want: bot.Sent, Arrives: true}}, faults...)
}

// outcomes: every way a send can end is told as the class it is.
func outcomes(t *testing.T, c Case) {
	m := bot.Message{Text: "Привіт"}
	check := func(t *testing.T, id string, err error, f Fault) {
		t.Helper()
		if f.Want == bot.Sent {
			if err != nil || id == "" {
				t.Errorf("sent: id %q, %v", id, err)
			}
			return
		}
		var se *bot.SendError
		if !errors.As(err, &se) {
			t.Fatalf("the error is %T: %v", err, err)
		}
		if se.Outcome != f.Want || id != "" {
			t.Errorf("outcome %s (%v), id %q; want %s", se.Outcome, err, id, f.Want)
		}
		if f.After != 0 && se.After != f.After {
			t.Errorf("wait %v, want %v", se.After, f.After)
		}
		for err := error(se); err != nil; err = errors.Unwrap(err) {
			if leaks(c, err) {
				t.Errorf("the error tells a secret: %T", err)
			}
		}
		if strings.Contains(err.Error(), m.Text) {
			t.Errorf("the error repeats the message: %v", err)
		}
	}
	for i, f := range withTaken(c.New(t).Faults) {
		t.Run(f.Name, func(t *testing.T) {
			w := c.New(t)
			f := withTaken(w.Faults)[i]
			parts, err := w.Channel.Render(m)
			if err != nil || len(parts) != 1 {
				t.Fatalf("render: %d parts, %v", len(parts), err)
			}
			f.Arm()
			id, err := w.send(t, parts[0])
			check(t, id, err, f)
			if got := len(w.Shown()) == 1; got != f.Arrives {
				t.Errorf("arrived: %v", got)
			}
			if f.Want == bot.Sent {
				return
			}
			if w.Heal != nil {
				w.Heal()
			}
			// The fault is over: the channel itself is not broken by it.
			if _, err := w.send(t, parts[0]); err != nil {
				t.Errorf("after the fault: %v", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		w := World{Channel: c.Unreachable(t), Chat: c.New(t).Chat}
		parts, err := w.Channel.Render(m)
		if err != nil {
			t.Fatal(err)
		}
		id, err := w.send(t, parts[0])
		check(t, id, err, Fault{Want: bot.Later})
	})
	t.Run("called off before", func(t *testing.T) {
		w := c.New(t)
		parts, err := w.Channel.Render(m)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		id, err := w.Channel.Send(ctx, w.address(), parts[0])
		check(t, id, err, Fault{Want: bot.Later})
		if n := len(w.Shown()); n != 0 {
			t.Errorf("%d messages arrived", n)
		}
	})
	t.Run("garbage for a part", func(t *testing.T) {
		w := c.New(t)
		for _, body := range []string{"", "null", "[]", "{}", `{"method":"getMe"}`, "x"} {
			id, err := w.send(t, bot.Part{Kind: bot.Say, Body: []byte(body)})
			check(t, id, err, Fault{Want: bot.Malformed})
		}
	})
	t.Run("many at once", func(t *testing.T) {
		w := c.New(t)
		parts, err := w.Channel.Render(m)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.send(t, parts[0]); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := len(w.Shown()); n != 8 {
			t.Errorf("%d messages arrived", n)
		}
	})
}
