package telegramtest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// TestTwice delivers one update two times, and no other.
func TestTwice(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true})
	h := startHook(t, s, nil)
	p, other := s.Person(1, "Олена", "uk"), s.Person(2, "Ігор", "uk")
	p.Twice(true)
	other.Write("чуже")
	if !p.Doubled() {
		t.Error("somebody else's update was doubled")
	}
	p.Write("двічі")
	if p.Doubled() {
		t.Error("the next update would be doubled, too")
	}
	p.Write("раз")
	p.Twice(true)
	p.Twice(false)
	p.Write("знову раз")
	if err := s.Drain(soon(t)); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, u := range h.updates() {
		count[u.Message.Text]++
	}
	for text, want := range map[string]int{"чуже": 1, "двічі": 2, "раз": 1, "знову раз": 1} {
		if count[text] != want {
			t.Errorf("%q came %d times, want %d", text, count[text], want)
		}
	}
}

// TestRead marks what the bot has acknowledged, and nothing before that.
func TestRead(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{AllowHTTP: true, Second: time.Millisecond})
	allow := make(chan struct{})
	startHook(t, s, func(n int, _ update) int {
		if n == 1 {
			<-allow
			return 503
		}
		return 200
	})
	p := s.Person(1, "Олена", "uk")
	p.Write("привіт")
	if m := s.Thread(1)[0]; m.Read {
		t.Error("read before it was acknowledged")
	}
	close(allow)
	if err := s.Wait(soon(t), func() bool { return s.Thread(1)[0].Read }); err != nil {
		t.Error(err)
	}
	if p.Blocks() {
		t.Error("the bot is blocked")
	}
	p.Block()
	if !p.Blocks() {
		t.Error("the bot is not blocked")
	}
}

// TestMute takes the message and lets the caller wait.
func TestMute(t *testing.T) {
	s := telegramtest.Start(t, telegramtest.Options{})
	s.Person(1, "А", "").Join()
	s.Script(1, telegramtest.Mute(), telegramtest.Blocked())
	if n := s.Scripted(1); n != 2 {
		t.Errorf("%d faults wait, want 2", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := try(ctx, s, "sendMessage", "chat_id", "1", "text", "x")
		ended <- err
	}()
	if _, err := s.WaitMessages(soon(t), 1, 1); err != nil {
		t.Errorf("the message was not taken: %v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("an answer came: %v", err)
	}
	if n := s.Scripted(1); n != 1 {
		t.Errorf("%d faults wait, want 1", n)
	}
	s.Heal(1)
	if n := s.Scripted(1); n != 0 {
		t.Errorf("%d faults wait, want none", n)
	}
}
