package webchat_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"visnyk/bot"
	"visnyk/bot/webchat"
	"visnyk/bot/webchat/webchattest"
)

// listens keeps a stream until the test, or stop, ends it.
func listens(t *testing.T, v *webchattest.Visitor) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := v.Listen(ctx); err != nil {
			t.Errorf("stream: %v", err)
		}
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return stop
}

func TestStreamResumes(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	for i := range 250 { // more than is read at once
		ok(t, v.Write(t.Context(), fmt.Sprint("до ", i)))
	}
	stop := listens(t, v)
	await(t, v, "what was before", func() bool { return len(v.Lines()) == 250 })
	s.says(t, v, bot.Message{Text: "раз"})
	await(t, v, "the first", func() bool { return len(v.Shown()) == 1 })
	stop()
	s.says(t, v, bot.Message{Text: "два"})
	ok(t, v.Write(t.Context(), "три"))
	stop = listens(t, v)
	await(t, v, "what came meanwhile", func() bool { return len(v.Lines()) == 253 })
	stop()
	last := v.Lines()[250:]
	if last[0].Text() != "раз" || last[1].Text() != "два" || last[2].Text() != "три" || len(v.Faults()) > 0 {
		t.Errorf("lines %+v, faults %v", last, v.Faults())
	}
}

func TestTypingIsShown(t *testing.T) {
	s := newSite(t, nil)
	v, other := s.comes(t, webchattest.Options{}), s.comes(t, webchattest.Options{})
	ok(t, v.Write(t.Context(), "раз"))
	listens(t, v)
	await(t, v, "the stream", func() bool { return len(v.Lines()) == 1 })
	ok(t, s.Typing(t.Context(), bot.Address{Bot: "webchat", Chat: s.chat(t, v)}))
	await(t, v, "typing", func() bool { return v.Typing() == 1 })
	if other.Typing() != 0 {
		t.Error("another visitor sees it")
	}
	if s.Typing(t.Context(), bot.Address{Bot: "telegram", Chat: "1"}) == nil {
		t.Error("typing to another bot's chat is no error")
	}
}

// What one replica writes, the streams of another show.
func TestReplicas(t *testing.T) {
	var second *webchat.Channel
	first := newSite(t, func(c *webchat.Config) { c.Tell = func(topic string) { second.Heard(topic) } })
	s := newSite(t, nil)
	s.shelf.mu.Lock()
	s.shelf.lines, s.shelf.seq = first.shelf.lines, first.shelf.seq
	s.shelf.mu.Unlock()
	second = s.Channel
	v := s.comes(t, webchattest.Options{})
	ok(t, v.Write(t.Context(), "раз"))
	listens(t, v)
	await(t, v, "the stream", func() bool { return len(v.Lines()) == 1 })
	ok(t, first.Typing(t.Context(), bot.Address{Bot: "webchat", Chat: s.chat(t, v)}))
	await(t, v, "typing", func() bool { return v.Typing() == 1 })

	_, err := s.shelf.Append(t.Context(), bot.Address{Bot: "webchat", Chat: s.chat(t, v)}, webchat.Line{Out: true, Body: []byte(`{"blocks":[{"kind":"p","spans":[{"t":"два"}]}]}`)})
	ok(t, err)
	second.Heard("") // notices may have been missed
	await(t, v, "the line nobody told of", func() bool { return len(v.Shown()) == 1 })
	second.Heard("inbox:webchat")
	second.Heard("webchat:other/" + s.chat(t, v))
}

// On SIGTERM streams end at once, and no new ones begin.
func TestCloseEndsStreams(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	ok(t, v.Write(t.Context(), "раз"))
	ended := make(chan error, 1)
	go func() { ended <- v.Listen(t.Context()) }()
	await(t, v, "the stream", func() bool { return len(v.Lines()) == 1 })
	s.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	r := refused(t, v.Listen(t.Context()), http.StatusServiceUnavailable, "away")
	if r.RetryAfter == "" {
		t.Error("it does not say when to come again")
	}
	ok(t, v.Write(t.Context(), "два")) // what comes before the door closes is taken
}

func TestStreamsAreBounded(t *testing.T) {
	s := newSite(t, func(c *webchat.Config) { c.Limits.StreamsOfVisitor, c.Limits.StreamsOfClient = 2, 3 })
	her, him := s.comes(t, webchattest.Options{}), s.comes(t, webchattest.Options{})
	ok(t, her.Write(t.Context(), "раз"))
	ok(t, him.Write(t.Context(), "раз"))
	again := s.comes(t, webchattest.Options{}) // her second page
	again.SetToken(her.Token())
	stop := listens(t, her)
	await(t, her, "a stream", func() bool { return len(her.Lines()) == 1 })
	listens(t, again)
	await(t, again, "a second", func() bool { return len(again.Lines()) == 1 })
	refused(t, her.Listen(t.Context()), http.StatusTooManyRequests, "flood")
	listens(t, him)
	await(t, him, "his", func() bool { return len(him.Lines()) == 1 })
	stop()
	late := s.comes(t, webchattest.Options{})
	ok(t, late.Write(t.Context(), "раз"))
	// When the service notices that she is gone is its own affair.
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		for {
			err := late.Listen(ctx)
			var full *webchattest.RefusedError
			if !errors.As(err, &full) || full.Status != http.StatusTooManyRequests {
				ended <- err
				return
			}
		}
	}()
	await(t, late, "the place she left", func() bool { return len(late.Lines()) == 1 })
	cancel()
	ok(t, <-ended)
}
