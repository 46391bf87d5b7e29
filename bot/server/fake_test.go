package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

const secretHeader = "X-Fake-Secret"

// fakeChannel reads bodies with lines of the form "id rest", each an update:
// "ping" is a ping, an id that begins with "?" is not understood, "hello" is
// greeted, "sms" has an answer of its own.
type fakeChannel struct {
	bot.Channel
	name, secret string
	panics       bool
	handshake    bool // it comes by GET too
}

func (f fakeChannel) Name() string { return f.name }

func (f fakeChannel) Capabilities() bot.Capabilities { return bot.Capabilities{Handshake: f.handshake} }

func (f fakeChannel) Admit(r bot.Request) error {
	if v := r.Header.Values(secretHeader); len(v) != 1 || v[0] != f.secret {
		return bot.ErrForged
	}
	return nil
}

func (f fakeChannel) Accept(r bot.Request) (in []bot.Update, reply *bot.Reply, err error) {
	if f.panics {
		panic(string(r.Body))
	}
	if r.Method == http.MethodGet {
		return nil, &bot.Reply{Body: []byte(r.URL.Query().Get("challenge"))}, nil
	}
	for line := range strings.SplitSeq(string(r.Body), "\n") {
		id, _, _ := strings.Cut(line, " ")
		switch {
		case id == "ping":
			return nil, nil, nil
		case id == "tampered":
			return nil, nil, bot.ErrForged
		case id == "hello":
			reply = &bot.Reply{Type: "application/json", Body: []byte(`{"hello":"` + id + `"}`), Greets: true}
		case id == "sms":
			reply = &bot.Reply{Status: http.StatusAccepted, Type: "text/xml", Body: []byte("<ok/>")}
		}
		u := bot.Update{Bot: f.name, ID: id, Chat: "7", Payload: []byte(line)}
		if strings.HasPrefix(id, "?") || id == "" {
			u = bot.Update{Bot: f.name, ID: "hash" + id, Payload: []byte(line), Defect: "not understood"}
		}
		in = append(in, u)
	}
	return in, reply, nil
}

// memory is an Inbox whose commits a test can hold and fail.
type memory struct {
	mu      sync.Mutex
	rows    map[string]storage.Incoming
	batches []int
	err     error
	arrived chan int      // gets the size of every batch, when not nil
	release chan struct{} // a batch waits for it, when not nil
	locked  time.Duration // how long somebody else writes before each batch
}

func (m *memory) ReceiveNext(ctx context.Context, next func() []storage.Incoming) ([]bool, error) {
	select {
	case <-time.After(m.locked):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	in := next()
	if m.arrived != nil {
		m.arrived <- len(in)
	}
	if m.release != nil {
		select {
		case <-m.release:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batches = append(m.batches, len(in))
	if m.err != nil {
		return nil, m.err
	}
	if m.rows == nil {
		m.rows = map[string]storage.Incoming{}
	}
	fresh := make([]bool, len(in))
	for i, one := range in {
		key := one.Update.Bot + "/" + one.Update.ID
		_, known := m.rows[key]
		fresh[i] = !known
		if !known {
			m.rows[key] = one
		}
	}
	return fresh, nil
}

func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

func (m *memory) all() map[string]storage.Incoming {
	m.mu.Lock()
	defer m.mu.Unlock()
	rows := map[string]storage.Incoming{}
	for k, v := range m.rows {
		rows[k] = v
	}
	return rows
}

func (m *memory) calls() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.batches)
}

var errDown = errors.New("database is down")

// world is a server on a real listener.
type world struct {
	*Server
	url      string
	addr     string
	log      *logged
	registry *prometheus.Registry
	stop     context.CancelFunc
	stopped  chan error
}

// logged keeps what the server logs.
type logged struct {
	mu  sync.Mutex
	all strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// serve starts a server with the bots "fake" and "other".
func serve(t *testing.T, inbox Inbox, change func(*Config)) *world {
	t.Helper()
	if _, alone := inbox.(*memory); alone { // a database has goroutines of its own
		before := goleak.IgnoreCurrent()
		t.Cleanup(func() { goleak.VerifyNone(t, before) })
	}
	w := &world{log: &logged{}, registry: prometheus.NewRegistry(), stopped: make(chan error, 1)}
	cfg := Config{
		Channels: []bot.Channel{
			fakeChannel{name: "fake", secret: "s1"},
			fakeChannel{name: "other", secret: "s2"},
			fakeChannel{name: "rude", secret: "s3", panics: true},
			fakeChannel{name: "shaking", secret: "s4", handshake: true},
		},
		Inbox: inbox, Registerer: w.registry,
		Log: slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&cfg)
	}
	w.Server = New(cfg)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.addr = l.Addr().String()
	w.url = "http://" + w.addr
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = cancel
	go func() { w.stopped <- w.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
		if err, ok := <-w.stopped; ok && err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return w
}

// ended waits for Serve and gives its error.
func (w *world) ended(t *testing.T) error {
	t.Helper()
	select {
	case err := <-w.stopped:
		close(w.stopped)
		return err
	case <-time.After(patience):
		t.Fatal("Serve does not end")
		return nil
	}
}

// answer is what the server said.
type answer struct {
	status int
	header http.Header
	body   string
}

// post delivers a body to the bot "fake" with the right secret.
func (w *world) post(t *testing.T, body string) answer {
	t.Helper()
	return w.do(t, w.request(t, http.MethodPost, "/webhooks/fake", strings.NewReader(body)))
}

func (w *world) request(t *testing.T, method, path string, body io.Reader) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(secretHeader, "s1")
	return r
}

func (w *world) do(t *testing.T, r *http.Request) answer {
	t.Helper()
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		return answer{}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Errorf("%s %s: answer: %v", r.Method, r.URL.Path, err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

func (w *world) get(t *testing.T, path string) answer {
	t.Helper()
	return w.do(t, w.request(t, http.MethodGet, path, nil))
}

// readiness asks the handler itself, without a listener.
func readiness(t *testing.T, s *Server) int {
	t.Helper()
	rec := httptest.NewRecorder()
	s.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	return rec.Code
}

// figure reads a counter or gauge by the values of its labels, in the order of
// their names; 0 when there is none.
func (w *world) figure(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	families, err := w.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			var values []string
			for _, l := range m.GetLabel() {
				values = append(values, l.GetValue())
			}
			if slices.Equal(values, labels) {
				return m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return 0
}
