// Package channeltest is the suite that every channel passes: what the house
// relies on at the one seam to a messenger, whatever messenger it is.
//
// It knows no messenger and imports no adapter: a channel's own test gives it a
// World, the channel wired to a strict fake of its messenger. Only tests import
// it. What is special to one messenger is tested beside that messenger.
package channeltest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"visnyk/bot"
)

// Shown is one message of the bot, as the person sees it.
type Shown struct {
	Text   string
	Labels []string // of the buttons that came with it
}

// World is a channel wired to a fake, with one person who may be written to.
type World struct {
	Channel bot.Channel
	Chat    string // of the person

	// Hook receives what the fake delivers.
	Hook *Hook
	// Write has the person write a text, which the fake delivers to Hook.
	Write func(text string)
	// Press has the person press a button of the last message.
	Press func(label string) error
	// PressOld has them press a button of the message before the last; nil where
	// buttons do not stay under their messages.
	PressOld func(label string) error
	// Shown gives what the bot has said to the person.
	Shown func() []Shown
	// Faults are the ways the fake can treat a send badly.
	Faults []Fault
	// Heal ends what a fault left behind, such as a ban; nil when nothing does.
	Heal func()
	// Refused counts the sends that the fake refused by its own rules.
	Refused func() int
}

// Case is one channel under the suite.
type Case struct {
	// New makes a fresh world.
	New func(t *testing.T) World
	// Unreachable gives the channel with an API where nobody listens.
	Unreachable func(t *testing.T) bot.Channel
	// Auth is the header that makes a delivery authentic, or with InURL the
	// parameter of the address, and Signs tells that it depends on the body. Sign
	// gives it for a body.
	Auth  string
	InURL bool
	Signs bool
	Sign  func(body []byte) string
	// Secrets must never be seen in an error.
	Secrets []string
	// Genuine are further bodies the messenger sends, for the hostile table.
	Genuine [][]byte
}

// Fault is one way a send can end.
type Fault struct {
	Name string
	Arm  func() // has the fake treat the next send so
	Want bot.Outcome
	// After, when not 0, is the wait the messenger asks for.
	After time.Duration
	// Arrives tells that the person gets the message all the same.
	Arrives bool
}

// Run puts a channel through the suite.
func Run(t *testing.T, c Case) {
	can := c.New(t).Channel.Capabilities()
	t.Run("capabilities", func(t *testing.T) { capabilities(t, c, can) })
	t.Run("forged", func(t *testing.T) { forged(t, c) })
	t.Run("identity", func(t *testing.T) { identity(t, c) })
	t.Run("hostile bodies", func(t *testing.T) { hostile(t, c) })
	t.Run("texts in", func(t *testing.T) { textsIn(t, c) })
	t.Run("texts out", func(t *testing.T) { textsOut(t, c) })
	t.Run("as written", func(t *testing.T) { asWritten(t, c) })
	t.Run("unsayable", func(t *testing.T) { unsayable(t, c) })
	if can.Buttons {
		t.Run("press", func(t *testing.T) { press(t, c) })
		t.Run("lasting press", func(t *testing.T) { lasting(t, c) })
	}
	t.Run("edit", func(t *testing.T) { edit(t, c) })
	t.Run("outcomes", func(t *testing.T) { outcomes(t, c) })
}

// Hook is a webhook that keeps what comes and answers 200 to all.
type Hook struct {
	URL   string
	queue chan bot.Request
}

// NewHook starts a hook that lives as long as the test.
func NewHook(t *testing.T) *Hook {
	t.Helper()
	h := &Hook{queue: make(chan bot.Request, 1000)}
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("hook: %v", err)
		}
		h.queue <- bot.Request{Method: r.Method, URL: r.URL, Header: r.Header.Clone(), Body: body}
	}))
	t.Cleanup(srv.Close)
	h.URL = srv.URL + "/webhooks/x"
	return h
}

// next returns the next delivery that is more than a ping.
func (w World) next(t *testing.T) (bot.Request, bot.Update) {
	t.Helper()
	for {
		select {
		case r := <-w.Hook.queue:
			in, _, err := w.Channel.Accept(r)
			if err != nil {
				t.Fatalf("a genuine delivery is refused: %v\n%s", err, r.Body)
			}
			if len(in) == 0 {
				continue
			}
			if len(in) > 1 {
				t.Fatalf("%d updates of what one person did", len(in))
			}
			return r, in[0]
		case <-time.After(10 * time.Second):
			t.Fatal("nothing is delivered")
		}
	}
}

// written has the person write a text and gives its delivery.
func (w World) written(t *testing.T, text string) (bot.Request, bot.Update) {
	t.Helper()
	w.Write(text)
	return w.next(t)
}

// event decodes an update of exactly one event.
func (w World) event(t *testing.T, u bot.Update) bot.Event {
	t.Helper()
	if u.Defect != "" {
		t.Fatalf("genuine and not understood: %s", u.Defect)
	}
	events := decode(t, w.Channel, u)
	if len(events) != 1 {
		t.Fatalf("%d events of one delivery: %+v", len(events), events)
	}
	return events[0]
}

// signed returns an authentic request with the body.
func (c Case) signed(genuine bot.Request, body []byte) bot.Request {
	r := c.with(genuine, c.Sign(bytes.Clone(body)))
	r.Body = body
	return r
}

// with returns the request with these values where its secret or signature is.
func (c Case) with(r bot.Request, values ...string) bot.Request {
	if c.InURL {
		u, q := *r.URL, r.URL.Query()
		q[c.Auth] = values
		u.RawQuery = q.Encode()
		r.URL = &u
		return r
	}
	r.Header = r.Header.Clone()
	r.Header[http.CanonicalHeaderKey(c.Auth)] = values
	return r
}

// secret is what makes the request authentic.
func (c Case) secret(r bot.Request) string {
	if c.InURL {
		return r.URL.Query().Get(c.Auth)
	}
	return r.Header.Get(c.Auth)
}

// Forget drops what has come so far.
func (h *Hook) Forget() {
	for {
		select {
		case <-h.queue:
		default:
			return
		}
	}
}
