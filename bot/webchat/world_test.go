package webchat_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/web"
	"visnyk/bot/webchat"
	"visnyk/bot/webchat/webchattest"
)

// patience bounds every wait; nothing waits that long unless it is broken.
const patience = 30 * time.Second

// shelf keeps threads in memory, as Threads promises.
type threads struct {
	mu    sync.Mutex
	seq   int64
	lines map[bot.Address][]webchat.Line
	marks map[bot.Address]webchat.Marks
	files
	fail error // of the next Append
	lost bool  // and it is written all the same
}

func newThreads() *threads {
	return &threads{
		seq: 1_700_000_000_000_000, lines: map[bot.Address][]webchat.Line{},
		marks: map[bot.Address]webchat.Marks{}, files: files{perDay: 1 << 40, kept: map[string]*kept{}},
	}
}

func (s *threads) Append(_ context.Context, of bot.Address, l webchat.Line) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fail := s.fail
	s.fail = nil
	if fail != nil && !s.lost {
		return 0, fail
	}
	for _, old := range s.lines[of] {
		if l.ID != "" && old.ID == l.ID {
			return old.Seq, fail
		}
	}
	s.seq++
	l.Seq = s.seq
	s.lines[of] = append(s.lines[of], l)
	return l.Seq, fail
}

func (s *threads) After(_ context.Context, of bot.Address, seq int64, limit int) (some []webchat.Line, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.lines[of] {
		if l.Seq > seq && len(some) < limit {
			some = append(some, l)
		}
	}
	return some, nil
}

func (s *threads) Before(_ context.Context, of bot.Address, seq int64, limit int) (some []webchat.Line, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range slices.Backward(s.lines[of]) {
		if l.Seq < seq && len(some) < limit {
			some = append(some, l)
		}
	}
	slices.Reverse(some)
	return some, nil
}

func (s *threads) Marks(_ context.Context, of bot.Address) (webchat.Marks, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.marks[of], nil
}

func (s *threads) Mark(_ context.Context, of bot.Address, m webchat.Marks) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.marks[of]
	s.marks[of] = webchat.Marks{Delivered: max(m.Delivered, old.Delivered), Seen: max(m.Seen, old.Seen)}
	return nil
}

func words() map[bot.Language]map[string]string {
	all := map[bot.Language]map[string]string{}
	for _, l := range bot.Languages() {
		all[l] = map[string]string{}
		for _, key := range webchat.Texts() {
			all[l][key] = string(l) + " " + key
		}
	}
	return all
}

// roomy are limits that no test meets by accident.
func roomy() webchat.Limits {
	r := web.Rate{PerSecond: 1e6, Burst: 1e6}
	return webchat.Limits{
		Messages: r, Receipts: r, ClientSessions: r, ClientMessages: r, ClientFiles: r, ClientReads: r,
		StreamsOfVisitor: 100, KeepAlive: time.Hour,
	}
}

func config(threads webchat.Threads, l webchat.Limits) webchat.Config {
	return webchat.Config{
		Key: []byte("a key for tests alone"), Threads: threads, Words: words(), Log: slog.New(slog.DiscardHandler), Limits: l,
		Entrance: web.New(web.Config{Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}),
	}
}

func channel(t testing.TB, c webchat.Config) *webchat.Channel {
	t.Helper()
	ch, err := webchat.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// site is a web chat that answers, with an inbox in memory.
type site struct {
	*webchat.Channel
	shelf *threads
	srv   *httptest.Server
	// entrance is what its doors share.
	entrance *web.Entrance

	mu    sync.Mutex
	inbox []bot.Update
	away  bool
}

func newSite(t testing.TB, change func(*webchat.Config)) *site {
	t.Helper()
	s := &site{shelf: newThreads()}
	c := config(s.shelf, roomy())
	if change != nil {
		change(&c)
	}
	s.Channel, s.entrance = channel(t, c), c.Entrance
	e := echo.New()
	s.Mount(e, s.receive)
	s.srv = httptest.NewServer(e)
	t.Cleanup(func() {
		s.Close()
		s.srv.Close()
	})
	return s
}

func (s *site) receive(_ context.Context, u bot.Update) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return false, errors.New("away")
	}
	if slices.ContainsFunc(s.inbox, func(old bot.Update) bool { return old.ID == u.ID }) {
		return false, nil
	}
	s.inbox = append(s.inbox, u)
	return true, nil
}

func (s *site) updates() []bot.Update {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.inbox)
}

func (s *site) setAway(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

// comes returns a visitor who has a token.
func (s *site) comes(t testing.TB, o webchattest.Options) *webchattest.Visitor {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	o.Client = &http.Client{Transport: transport}
	v := webchattest.New(s.srv.URL, o)
	if err := v.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return v
}

// chat returns the chat's id of a visitor.
func (s *site) chat(t *testing.T, v *webchattest.Visitor) string {
	t.Helper()
	in, _, err := s.Accept(bot.Request{Header: http.Header{"Authorization": {"Bearer " + v.Token()}}, Body: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	return in[0].Chat
}

// says sends a message as the outbox does.
func (s *site) says(t *testing.T, v *webchattest.Visitor, m bot.Message) (ids []string) {
	t.Helper()
	parts, err := s.Render(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		id, err := s.Send(t.Context(), bot.Address{Bot: s.Name(), Chat: s.chat(t, v)}, p)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	return ids
}

// await waits until what the stream brought satisfies.
func await(t *testing.T, v *webchattest.Visitor, what string, holds func() bool) {
	t.Helper()
	end := time.After(patience)
	for {
		changed := v.Changed()
		if holds() {
			return
		}
		select {
		case <-changed:
		case <-end:
			t.Fatalf("waited in vain for %s; have %+v, faults %v", what, v.Lines(), v.Faults())
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
