package embed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot/embed/embedtest"
)

const secret = "sk-swordfish"

// client returns a client of the endpoint, and its log.
func client(url string, t http.RoundTripper) (*Client, *strings.Builder) {
	log := &strings.Builder{}
	return New(Config{
		URL: url, Key: secret, Model: "small", Transport: t, Now: time.Now, Registerer: prometheus.NewRegistry(),
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}), log
}

// elapse lets the time of a bubble go by.
func elapse(d time.Duration) { <-time.After(d) }

// counted returns how many requests of turns ended so.
func counted(t *testing.T, c *Client, outcome string) float64 {
	t.Helper()
	families, err := c.conf.Registerer.(*prometheus.Registry).Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if l := m.GetLabel(); len(l) == 2 && l[0].GetValue() == "turn" && l[1].GetValue() == outcome {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

func texts(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("текст %d", i))
	}
	return all
}

func TestVectors(t *testing.T) {
	srv := embedtest.Start(t, embedtest.Options{Key: secret, Model: "small", Concepts: [][]string{{"текст 3"}}})
	c, _ := client(srv.URL()+"/", nil)
	all, err := c.Vectors(t.Context(), texts(70), 0)
	if err != nil || len(all) != 70 || len(srv.Requests()) != 3 {
		t.Fatalf("%d vectors in %d requests, %v", len(all), len(srv.Requests()), err)
	}
	for i, v := range all {
		length := 0.0
		for _, x := range v {
			length += float64(x) * float64(x)
		}
		if math.Abs(length-1) > 1e-5 {
			t.Fatalf("vector %d has the length %f", i, math.Sqrt(length))
		}
		// The server answers backwards; the index says whose a vector is.
		if means := i == 3 || i >= 30 && i < 40; means != (v[1] > 0.6) {
			t.Errorf("vector %d is another text's", i)
		}
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	srv := embedtest.Start(t, embedtest.Options{Key: secret, Model: "small"})
	vector := strings.Repeat("0.5,", 7) + "0.5"
	data := func(vectors ...string) string {
		for i, v := range vectors {
			vectors[i] = fmt.Sprintf(`{"index":%d,"embedding":%s}`, i, v)
		}
		return `{"data":[` + strings.Join(vectors, ",") + `]}`
	}
	good := "[" + vector + "]"
	for name, c := range map[string]struct {
		fault embedtest.Fault
		want  Outcome
	}{
		"too many requests":   {embedtest.Fault{Status: 429, RetryAfter: "7"}, Refused},
		"its own fault":       {embedtest.Fault{Status: 500, Body: "texts and " + secret}, Refused},
		"not authorised":      {embedtest.Fault{Status: 401}, Refused},
		"elsewhere":           {embedtest.Fault{Status: 302}, Refused},
		"too few":             {embedtest.Fault{Fewer: 1}, Wrong},
		"another dimension":   {embedtest.Fault{Dimension: 7}, Wrong},
		"dimensions differ":   {embedtest.Fault{Body: data(good, "["+vector+",1]")}, Wrong},
		"not a number":        {embedtest.Fault{Body: data(good, "[NaN,1,1,1,1,1,1,1]")}, Wrong},
		"null":                {embedtest.Fault{Body: data(good, "null")}, Wrong},
		"no direction":        {embedtest.Fault{Body: data(good, "[0,0,0,0,0,0,0,0]")}, Wrong},
		"too large":           {embedtest.Fault{Body: data(good, "[1e999,1,1,1,1,1,1,1]")}, Wrong},
		"words":               {embedtest.Fault{Body: data(good, `"AAAA"`)}, Wrong},
		"numbered twice":      {embedtest.Fault{Body: strings.Replace(data(good, good), `"index":1`, `"index":0`, 1)}, Wrong},
		"numbered wrongly":    {embedtest.Fault{Body: strings.Replace(data(good, good), `"index":1`, `"index":2`, 1)}, Wrong},
		"cut":                 {embedtest.Fault{Body: data(good, good)[:40]}, Wrong},
		"more than an answer": {embedtest.Fault{Body: data(good, good) + "{}"}, Wrong},
		"a page":              {embedtest.Fault{Body: "<html>" + secret + "</html>"}, Wrong},
		"huge":                {embedtest.Fault{Body: strings.Repeat(" ", maxAnswer+1) + data(good, good)}, Wrong},
	} {
		t.Run(name, func(t *testing.T) {
			cl, log := client(srv.URL(), nil)
			srv.Misbehave(c.fault)
			defer srv.Misbehave(embedtest.Fault{})
			vectors, err := cl.all(t.Context(), "turn", []string{"таємниця", "ще одна"}, 8)
			var e *Error
			if vectors != nil || !errors.As(err, &e) || e.Outcome != c.want {
				t.Fatalf("%d vectors, %v", len(vectors), err)
			}
			if c.fault.RetryAfter != "" && e.After != 7*time.Second {
				t.Errorf("asked again after %v", e.After)
			}
			if said := err.Error() + log.String(); strings.Contains(said, secret) || strings.Contains(said, "таємниця") {
				t.Errorf("it tells too much: %s", said)
			}
		})
	}
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"data":[`)
	}))
	defer cut.Close()
	cl, _ := client(cut.URL, nil)
	var e *Error
	if _, err := cl.Vectors(t.Context(), texts(1), 0); !errors.As(err, &e) || e.Outcome != Failed {
		t.Errorf("an answer that breaks off: %v", err)
	}
}

// scripted is a transport that answers as it is told, in the test's own time.
type scripted struct {
	mu    sync.Mutex
	takes time.Duration
	dead  bool
	after string
	calls int
}

func (s *scripted) set(takes time.Duration, dead bool, after string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.takes, s.dead, s.after = takes, dead, after
}

func (s *scripted) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.calls++
	takes, dead, after := s.takes, s.dead, s.after
	s.mu.Unlock()
	defer r.Body.Close()
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(takes):
	}
	if dead {
		return nil, errors.New("connection refused")
	}
	w := httptest.NewRecorder()
	if after != "" {
		w.Header().Set("Retry-After", after)
		w.WriteHeader(http.StatusTooManyRequests)
	} else {
		_, _ = io.WriteString(w, `{"data":[{"index":0,"embedding":[3,4]}]}`)
	}
	return w.Result(), nil
}

// A turn never waits longer than the budget, for an endpoint that is away not at
// all, and finds it again when it is back.
func TestPromptly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		way := &scripted{}
		c, log := client("http://127.0.0.1/v1", way)
		ask := func(answered bool, took time.Duration, calls int) {
			t.Helper()
			before, began := way.asked(), time.Now()
			got := c.Promptly(t.Context(), []string{"питання"}, 2)
			if (got != nil) != answered || time.Since(began) != took || way.asked()-before != calls {
				t.Fatalf("%v after %v with %d calls; want %v after %v with %d", got, time.Since(began), way.asked()-before, answered, took, calls)
			}
		}
		way.set(200*time.Millisecond, false, "")
		ask(true, 200*time.Millisecond, 1)
		way.set(time.Hour, false, "")
		for range patient {
			ask(false, Budget, 1)
		}
		if c.Up() {
			t.Error("a dead endpoint is taken for a living one")
		}
		ask(false, 0, 0)
		elapse(leastOff)
		ask(false, Budget, 1) // tried again
		ask(false, 0, 0)
		elapse(leastOff)
		ask(false, 0, 0) // now it is left alone for twice as long
		way.set(0, false, "")
		elapse(leastOff)
		ask(true, 0, 1)
		ask(true, 0, 1)
		if n := strings.Count(log.String(), "level=WARN"); n != 1 || !strings.Contains(log.String(), "is back") {
			t.Errorf("%d warnings:\n%s", n, log)
		}

		way.set(0, true, "")
		for range patient {
			ask(false, 0, 1)
		}
		ask(false, 0, 0)
		way.set(0, false, "")
		elapse(leastOff)
		ask(true, 0, 1)

		way.set(0, false, "30") // asks to be left alone: at once
		ask(false, 0, 1)
		elapse(29 * time.Second)
		ask(false, 0, 0)
		way.set(0, false, "")
		elapse(time.Second)
		ask(true, 0, 1)
		for outcome, want := range map[string]float64{"ok": 5, "slow": patient + 1, "failed": patient, "refused": 1} {
			if got := counted(t, c, outcome); got != want {
				t.Errorf("%v requests %s, want %v", got, outcome, want)
			}
		}
	})
}

// While it is away, one turn tries and the others do not wait for it; those that
// asked before it was known to be away do not make it worse.
func TestOneTries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		way := &scripted{takes: time.Hour}
		c, _ := client("http://127.0.0.1/v1", way)
		crowd := func(n int) {
			var all sync.WaitGroup
			for range n {
				all.Go(func() { c.Promptly(t.Context(), []string{"питання"}, 2) })
			}
			all.Wait()
		}
		crowd(10)
		if way.asked() != 10 || c.Up() {
			t.Fatalf("%d asked, up %v", way.asked(), c.Up())
		}
		elapse(leastOff - time.Nanosecond)
		crowd(10)
		if way.asked() != 10 { // what those ten made no worse is over as soon as after one
			t.Errorf("%d tried too early", way.asked()-10)
		}
		elapse(time.Nanosecond)
		crowd(10)
		if way.asked() != 11 {
			t.Errorf("%d tried", way.asked()-10)
		}
	})
}

// A stop says nothing of the endpoint.
func TestStopIsNoFailure(t *testing.T) {
	way := &scripted{takes: time.Hour}
	c, log := client("http://127.0.0.1/v1", way)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range patient {
		if c.Promptly(ctx, []string{"питання"}, 2) != nil {
			t.Error("an answer out of nothing")
		}
	}
	if !c.Up() || log.Len() > 0 {
		t.Errorf("taken for away: %s", log)
	}
}
