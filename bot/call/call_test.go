package call

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// What is known of a call is what the exchange shows, and nothing better.
func TestOutcome(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch r.URL.Path {
		case "/broken":
			panic(http.ErrAbortHandler)
		case "/half":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
		case "/moved":
			http.Redirect(w, r, "/", http.StatusFound)
		case "/gateway":
			w.WriteHeader(http.StatusBadGateway)
		case "/silent":
			<-r.Context().Done()
		default:
			_, _ = w.Write(body)
		}
	}))
	t.Cleanup(srv.Close)
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	for name, tt := range map[string]struct {
		url    string
		within time.Duration
		status int
		want   Outcome
		fails  bool
		cut    error
	}{
		"taken":           {url: srv.URL, status: 200, want: Taken},
		"nobody is there": {url: "http://" + nobody.Addr().String(), want: Unsent, fails: true},
		"it hangs up":     {url: srv.URL + "/broken", want: Unknown, fails: true},
		"half an answer":  {url: srv.URL + "/half", status: 200, want: Taken, fails: true},
		"a redirect":      {url: srv.URL + "/moved", status: 302, want: Refused},
		"a gateway":       {url: srv.URL + "/gateway", status: 502, want: Unknown},
		"no answer":       {url: srv.URL + "/silent", within: 50 * time.Millisecond, want: Unknown, fails: true, cut: context.DeadlineExceeded},
		"too late":        {url: srv.URL, within: -1, want: Unsent, fails: true, cut: context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			c := New(Transport(1))
			defer c.Close()
			for how, ask := range map[string]func(context.Context) (Answer, error){
				"do": func(ctx context.Context) (Answer, error) {
					req, err := http.NewRequestWithContext(ctx, http.MethodPost, tt.url, io.NopCloser(strings.NewReader("a stream")))
					if err != nil {
						t.Fatal(err)
					}
					return c.Do(req, 100)
				},
				"post": func(ctx context.Context) (Answer, error) {
					to, err := To(tt.url, http.Header{})
					if err != nil {
						t.Fatal(err)
					}
					return c.Post(ctx, to, []byte("a stream"), 100)
				},
			} {
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if tt.within != 0 {
					ctx, cancel = context.WithTimeout(ctx, tt.within)
				}
				a, err := ask(ctx)
				cancel()
				if a.Status != tt.status || a.Outcome() != tt.want || (err != nil) != tt.fails {
					t.Errorf("%s: status %d, outcome %d, %v", how, a.Status, a.Outcome(), err)
				}
				if err != nil && !errors.Is(Cut(err), tt.cut) {
					t.Errorf("%s: cut by %v", how, Cut(err))
				}
				if tt.want == Taken && !tt.fails && string(a.Body) != "a stream" {
					t.Errorf("%s: %q came back", how, a.Body)
				}
			}
		})
	}
}

func TestHugeAnswer(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "12345") }))
	t.Cleanup(srv.Close)
	for most, huge := range map[int64]bool{4: true, 5: false} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, nil)
		a, err := New(Transport(1)).Do(req, most)
		if errors.Is(err, ErrHuge) != huge || a.Status != 200 || !strings.HasPrefix(string(a.Body), "1234") {
			t.Errorf("of at most %d: %q, %v", most, a.Body, err)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, " 7 ": 7 * time.Second, "-7": 0, "7.5": 0, "Wed, 21 Oct 2026 07:28:00 GMT": 0,
		"3601": time.Hour, "99999999999999999999": time.Hour,
	} {
		a := Answer{Header: http.Header{"Retry-After": {header}}}
		if got := a.RetryAfter(time.Hour); got != want {
			t.Errorf("%q is %v, want %v", header, got, want)
		}
	}
}

// breaksOff is a site that ends what it says in good order when nobody listens any more.
type breaksOff struct{ stop context.CancelFunc }

func (b breaksOff) RoundTrip(r *http.Request) (*http.Response, error) {
	b.stop()
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("half")), Request: r}, nil
}

// What was broken off is not whole, however the other side ended it.
func TestHalfIsNotWhole(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://a.example/picture.png", nil)
	if err != nil {
		t.Fatal(err)
	}
	a, err := New(breaksOff{stop}).Open(req)
	if err == nil {
		_, err = io.ReadAll(a.Body)
		_ = a.Body.Close()
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("half a file is whole: %v", err)
	}
}

// An answer is read to its end, however it says how long it is: so the next call finds the
// connection free.
func TestConnectionIsFreeAgain(t *testing.T) {
	var conns atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/piecemeal" {
			_ = http.NewResponseController(w).Flush()
		}
		if r.URL.Path != "/empty" {
			_, _ = io.WriteString(w, "answer")
		}
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	c := New(Transport(1))
	defer c.Close()
	for path, want := range map[string]string{"/": "answer", "/piecemeal": "answer", "/empty": ""} {
		for range 2 {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+path, strings.NewReader("x"))
			if a, err := c.Do(req, 6); err != nil || string(a.Body) != want {
				t.Errorf("%s: %q, %v", path, a.Body, err)
			}
		}
	}
	if n := conns.Load(); n != 1 {
		t.Errorf("%d connections for one call after the other", n)
	}
}
