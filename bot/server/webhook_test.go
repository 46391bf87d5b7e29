package server

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

func zipped(s string) io.Reader {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, s)
	_ = z.Close()
	return &b
}

func TestDoor(t *testing.T) {
	set := func(name string, values ...string) func(*http.Request) {
		return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
	}
	for _, tt := range []struct {
		name         string
		method, path string // POST /webhooks/fake when ""
		body         io.Reader
		change       func(*http.Request)
		status       int
		stored       int
	}{
		{name: "genuine", body: strings.NewReader("1 x"), status: 200, stored: 1},
		{name: "E1 GET", method: "GET", status: 405},
		{name: "E1 HEAD", method: "HEAD", status: 405},
		{name: "S15 PUT", method: "PUT", body: strings.NewReader("1 x"), status: 405},
		{name: "S15 TRACE", method: "TRACE", status: 405},
		{name: "S15 unheard-of method", method: "BREW", status: 405},
		{name: "E2 no secret", body: strings.NewReader("1 x"), change: set(secretHeader), status: 401},
		{name: "E3 wrong secret", body: strings.NewReader("1 x"), change: set(secretHeader, "s9"), status: 401},
		{name: "S4 two secrets", body: strings.NewReader("1 x"), change: set(secretHeader, "s1", "s1"), status: 401},
		{name: "S3 secret in the address", path: "/webhooks/fake?secret=s1", body: strings.NewReader("1 x"), change: set(secretHeader), status: 401},
		{name: "S5 tampered", body: strings.NewReader("tampered"), status: 401},
		{name: "S7 another bot's secret", path: "/webhooks/other", body: strings.NewReader("1 x"), status: 401},
		{name: "E8 gzip", body: zipped("1 x"), change: set("Content-Encoding", "gzip"), status: 415},
		{name: "identity", body: strings.NewReader("1 x"), change: set("Content-Encoding", "identity"), status: 200, stored: 1},
		{name: "E9 10 MB", body: bytes.NewReader(make([]byte, 10<<20)), status: 413},
		{name: "E9 10 MB chunked", body: io.LimitReader(zeros{}, 10<<20), status: 413},
		{name: "one byte too many, chunked", body: io.LimitReader(zeros{}, 1<<20+1), status: 413},
		{name: "the largest", body: io.MultiReader(strings.NewReader("1 "), io.LimitReader(zeros{}, 1<<20-2)), status: 200, stored: 1},
		{name: "E11 chunked", body: io.MultiReader(strings.NewReader("1 x")), status: 200, stored: 1},
		{name: "E12 text/plain", body: strings.NewReader("1 x"), change: set("Content-Type", "text/plain"), status: 200, stored: 1},
		{name: "E13 empty", status: 200, stored: 1},
		{name: "E14 not understood", body: strings.NewReader(`?{"update_id":`), status: 200, stored: 1},
		{name: "ping", body: strings.NewReader("ping"), status: 200},
		{name: "E23 unknown bot", path: "/webhooks/nobody", body: strings.NewReader("1 x"), status: 404},
		{name: "E23 unknown bot, wrong method", method: "GET", path: "/webhooks/nobody", status: 404},
		{name: "E24 something in the path", path: "/webhooks/fake/1234:TOKEN", body: strings.NewReader("1 x"), status: 404},
		{name: "no bot", path: "/webhooks/", body: strings.NewReader("1 x"), status: 404},
		{name: "S45 no metrics here", method: "GET", path: "/metrics", status: 404},
		{name: "S46 path tricks", path: "/webhooks/..%2fwebhooks/fake", body: strings.NewReader("1 x"), status: 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inbox := &memory{}
			w := serve(t, inbox, nil)
			method, path := tt.method, tt.path
			if method == "" {
				method = http.MethodPost
			}
			if path == "" {
				path = "/webhooks/fake"
			}
			r := w.request(t, method, path, tt.body)
			if tt.change != nil {
				tt.change(r)
			}
			got := w.do(t, r)
			if got.status != tt.status {
				t.Errorf("status %d, want %d", got.status, tt.status)
			}
			if got.body != "" {
				t.Errorf("body %q, want none", got.body)
			}
			if got.status == 405 && method != "BREW" && got.header.Get("Allow") != "POST" {
				t.Errorf("Allow is %q", got.header.Get("Allow"))
			}
			if got.status != 200 && (got.header.Get("X-Content-Type-Options") != "nosniff" || got.header.Get("Cross-Origin-Opener-Policy") != "same-origin") {
				t.Errorf("headers %v", got.header)
			}
			if rows := inbox.all(); len(rows) != tt.stored {
				t.Errorf("%d rows, want %d", len(rows), tt.stored)
			}
		})
	}
}

// zeros reads as zeros without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestStoredAsItCame(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, nil)
	const body = "42 \x00\xff\ufeff{\"a\":1}{}"
	if got := w.post(t, body); got.status != 200 {
		t.Fatalf("status %d", got.status)
	}
	row := inbox.all()["fake/42"]
	if string(row.Update.Payload) != body || row.Update.Chat != "7" || row.Source != "channel" || row.Greeted {
		t.Errorf("row %+v", row)
	}
	if log := w.log.String(); strings.Contains(log, "ufeff") || strings.Contains(log, `"a"`) {
		t.Errorf("the body is in the log: %s", log)
	}
}

func TestGreeting(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, nil)
	for range 2 { // a redelivery gets the same
		got := w.post(t, "hello")
		if got.status != 200 || got.body != `{"hello":"hello"}` || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("greeting %+v", got)
		}
	}
	if row := inbox.all()["fake/hello"]; !row.Greeted {
		t.Error("the row does not know that the person was greeted")
	}
	inbox.fail(errDown)
	if got := w.post(t, "hello again"); got.status != 503 || got.body != "" {
		t.Errorf("greeted without a commit: %+v", got)
	}
}

// raw writes bytes to the server and reads until it closes or limit passes.
func (w *world) raw(t *testing.T, limit time.Duration, send string) (answer string, closed bool) {
	t.Helper()
	c, err := net.Dial("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, send); err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(limit))
	all, err := io.ReadAll(c)
	ne, slow := err.(net.Error)
	return string(all), !slow || !ne.Timeout()
}

func TestSlowAndHugeRequestsAreCut(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, func(c *Config) {
		c.Limits.HeaderTime, c.Limits.BodyTime = 100*time.Millisecond, 200*time.Millisecond
	})
	const head = "POST /webhooks/fake HTTP/1.1\r\nHost: a\r\n"
	for _, tt := range []struct{ name, send, want string }{
		{"S16 slow headers", "POST /webhooks/fake HTTP/1.1\r\nHost: a\r\nX-A", ""},
		{"E10 slow body", head + "X-Fake-Secret: s1\r\nContent-Length: 100\r\n\r\n1 x", "HTTP/1.1 408 "},
		{"E10 slow chunks", head + "X-Fake-Secret: s1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n1 x\r\n", "HTTP/1.1 408 "},
		{"S9 1 GiB announced, forged", head + "Content-Length: 1073741824\r\n\r\n", "HTTP/1.1 413 "},
		{"S9 1 GiB announced, genuine", head + "X-Fake-Secret: s1\r\nContent-Length: 1073741824\r\n\r\n", "HTTP/1.1 413 "},
		{"S1 forged, body never sent", head + "Content-Length: 1000\r\n\r\n", "HTTP/1.1 401 "},
		{"forged, chunks never sent", head + "Transfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 401 "},
		{"S17 huge headers", head + "X-A: " + strings.Repeat("a", 100<<10) + "\r\n\r\n", "HTTP/1.1 431 "},
		{"S18 two lengths", head + "Content-Length: 3\r\nContent-Length: 4\r\n\r\n1 x", "HTTP/1.1 400 "},
		{"S18 odd encoding", head + "Transfer-Encoding: xchunked\r\n\r\n", "HTTP/1.1 501 "},
		{"S18 no host", "POST /webhooks/fake HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
		{"not HTTP", "\x16\x03\x01\x02\x00", "HTTP/1.1 400 "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, closed := w.raw(t, 5*time.Second, tt.send)
			if !closed {
				t.Error("the connection stays open")
			}
			if !strings.HasPrefix(got, tt.want) || tt.want == "" && strings.HasPrefix(got, "HTTP/1.1 2") {
				t.Errorf("answer %.80q, want %q", got, tt.want)
			}
		})
	}
	if rows := inbox.all(); len(rows) != 0 {
		t.Errorf("rows %v", rows)
	}
}

func TestSlowOnesDoNotHoldOthers(t *testing.T) {
	w := serve(t, &memory{}, nil)
	for range 50 {
		c, err := net.Dial("tcp", w.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprintf(c, "POST /webhooks/fake HTTP/1.1\r\nHost: a\r\nX-Fake-Secret: s1\r\nContent-Length: 9\r\n\r\n1")
	}
	if got := w.post(t, "2 x"); got.status != 200 {
		t.Errorf("status %d", got.status)
	}
}

func TestRefusedConnectionIsReadable(t *testing.T) {
	w := serve(t, &memory{}, nil)
	c, err := net.Dial("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	// The answer comes while the body is still on its way.
	fmt.Fprintf(c, "POST /webhooks/fake HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n%s", strings.Repeat("x", 1000))
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || resp.StatusCode != 401 {
		t.Fatalf("answer %v, %v", resp, err)
	}
}

func TestConcurrencyCap(t *testing.T) {
	inbox := &memory{arrived: make(chan int, 10), release: make(chan struct{})}
	w := serve(t, inbox, func(c *Config) { c.Limits.Waiting = 1 })
	first := make(chan answer, 1)
	go func() { first <- w.post(t, "1 x") }()
	<-inbox.arrived // the first holds the slot
	got := w.post(t, "2 x")
	if got.status != 503 || got.header.Get("Retry-After") != "2" {
		t.Errorf("over the cap: %+v", got)
	}
	if n := w.figure(t, "visnyk_updates_total", "fake", "busy"); n != 1 {
		t.Errorf("%v refused for the cap", n)
	}
	r := w.request(t, http.MethodPost, "/webhooks/other", strings.NewReader("ping"))
	r.Header.Set(secretHeader, "s2")
	if got := w.do(t, r); got.status != 200 {
		t.Errorf("another bot is held: %+v", got)
	}
	close(inbox.release)
	if got := <-first; got.status != 200 {
		t.Errorf("the first: %+v", got)
	}
}

// One more than there is room for takes the place of the slowest.
func TestReadersCap(t *testing.T) {
	w := serve(t, &memory{}, func(c *Config) { c.Limits.Readers = 1 })
	body, feed := io.Pipe()
	defer feed.Close()
	r := w.request(t, http.MethodPost, "/webhooks/fake", body)
	first := make(chan answer, 1)
	go func() { first <- w.do(t, r) }()
	if _, err := io.WriteString(feed, "1 "); err != nil {
		t.Fatal(err)
	}
	for w.cfg.Entrance.Reserved() == 0 { // until the first is being read
		if got := w.get(t, "/livez"); got.status != 200 {
			t.Fatal(got)
		}
	}
	if got := w.post(t, "2 x"); got.status != 200 {
		t.Errorf("over the cap: %+v", got)
	}
	if got := <-first; got.status != 503 || got.header.Get("Retry-After") != "2" {
		t.Errorf("the slowest: %+v", got)
	}
	if n := w.figure(t, "visnyk_updates_total", "fake", "busy"); n != 1 {
		t.Errorf("%v refused for the cap", n)
	}
}

func TestPanicStaysInItsRequest(t *testing.T) {
	w := serve(t, &memory{}, nil)
	r := w.request(t, http.MethodPost, "/webhooks/rude", strings.NewReader("secret words"))
	r.Header.Set(secretHeader, "s3")
	if got := w.do(t, r); got.status != 500 || got.body != "" {
		t.Errorf("answer %+v", got)
	}
	if log := w.log.String(); !strings.Contains(log, "panic") || strings.Contains(log, "secret words") {
		t.Errorf("log %q", log)
	}
}

func TestDuplicatesInParallel(t *testing.T) {
	inbox := &memory{}
	w := serve(t, inbox, nil)
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if got := w.post(t, "7 x"); got.status != 200 {
				t.Errorf("status %d", got.status)
			}
		})
	}
	all.Wait()
	if rows := inbox.all(); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
	if n := w.figure(t, "visnyk_updates_total", "fake", "stored"); n != 1 {
		t.Errorf("stored %v times", n)
	}
	if n := w.figure(t, "visnyk_updates_total", "fake", "duplicate"); n != 39 {
		t.Errorf("%v duplicates", n)
	}
	if n := w.figure(t, "visnyk_webhooks_in_flight", "fake"); n != 0 {
		t.Errorf("%v in flight at the end", n)
	}
}
