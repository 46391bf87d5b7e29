package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"visnyk/bot/call"
)

// strangers is a site that somebody names, with what it was asked.
type strangers struct {
	*httptest.Server
	mu    sync.Mutex
	asked []http.Header
}

func newStrangers(t *testing.T) *strangers {
	s := &strangers{}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(bytes.Repeat([]byte("x"), 1<<20))
	_ = w.Close()
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.Header)
		s.mu.Unlock()
		switch r.URL.Path {
		case "/picture.png":
			http.SetCookie(w, &http.Cookie{Name: "who", Value: "us"})
			_, _ = io.WriteString(w, "a picture")
		case "/moved":
			http.Redirect(w, r, "/picture.png", http.StatusFound)
		case "/inside":
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data", http.StatusTemporaryRedirect)
		case "/packed":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		case "/half":
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
		case "/silent":
			<-r.Context().Done()
		case "/slow":
			_, _ = io.WriteString(w, "begins")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// way leads to the open net, and to this site besides where it is let.
func (s *strangers) way(t *testing.T, besides string) *http.Transport {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	way := call.Public(1, besides).(*http.Transport)
	way.TLSClientConfig = &tls.Config{RootCAs: roots}
	t.Cleanup(way.CloseIdleConnections)
	return way
}

// What somebody names is read as it is, and tells nobody who asks; where it leads on, or
// answers anything else, nothing is read.
func TestFetching(t *testing.T) {
	s := newStrangers(t)
	fetch := fetching(s.way(t, s.Listener.Addr().String()))
	for range 2 {
		body, err := fetch(t.Context(), s.URL+"/picture.png")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(body)
		if err != nil || string(got) != "a picture" {
			t.Errorf("%q comes: %v", got, err)
		}
		_ = body.Close()
	}
	for _, h := range s.asked {
		for name := range h {
			if !slices.Contains([]string{"User-Agent"}, name) {
				t.Errorf("%s goes along: %s", name, h.Get(name))
			}
		}
	}
	for _, path := range []string{"/moved", "/inside", "/none"} {
		before := len(s.asked)
		if body, err := fetch(t.Context(), s.URL+path); err == nil {
			_ = body.Close()
			t.Errorf("%s is read", path)
		}
		if len(s.asked) != before+1 {
			t.Errorf("%s: %d requests", path, len(s.asked)-before)
		}
	}
	body, err := fetch(t.Context(), s.URL+"/packed")
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if err != nil || len(got) > 10_000 {
		t.Errorf("%d bytes come unpacked: %v", len(got), err)
	}
	_ = body.Close()
	if body, err = fetch(t.Context(), s.URL+"/half"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(body); err == nil {
		t.Error("half a file is whole")
	}
	_ = body.Close()
}

// Whoever asks stops waiting when their time is over, whether nothing came or not all.
func TestFetchingEnds(t *testing.T) {
	s := newStrangers(t)
	fetch := fetching(s.way(t, s.Listener.Addr().String()))
	ctx, stop := context.WithCancel(t.Context())
	body, err := fetch(ctx, s.URL+"/slow")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(body, make([]byte, len("begins"))); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := io.ReadAll(body); !errors.Is(err, context.Canceled) {
		t.Errorf("what comes slowly: %v", err)
	}
	_ = body.Close()
	ctx, stop = context.WithCancel(t.Context())
	defer stop()
	ended := make(chan error)
	go func() {
		_, err := fetch(ctx, s.URL+"/silent")
		ended <- err
	}()
	await(t, "the site to be asked", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.asked) == 2
	})
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("what never answers: %v", err)
	}
}

// Nobody inside is asked, by whatever name they are called: it is looked at when the
// connection is made.
func TestFetchingStaysOutside(t *testing.T) {
	s := newStrangers(t)
	fetch := fetching(s.way(t, ""))
	for _, address := range []string{
		s.URL, strings.Replace(s.URL, "127.0.0.1", "localhost", 1), "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://10.0.0.1/", "https://169.254.169.254/",
		strings.Replace(s.URL, "https", "http", 1), "http://127.0.0.1:9464/metrics",
	} {
		if body, err := fetch(t.Context(), address+"/picture.png"); !errors.Is(err, call.ErrPrivate) {
			if err == nil {
				_ = body.Close()
			}
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"file:///etc/passwd", "ftp://a.example/a.png", "://", ""} {
		if _, err := fetch(t.Context(), address); err == nil {
			t.Errorf("%s is read", address)
		}
	}
	if len(s.asked) > 0 {
		t.Errorf("it was asked %d times", len(s.asked))
	}
}
