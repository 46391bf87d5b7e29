package viber_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/viber"
	"visnyk/bot/viber/vibertest"
)

// TestFetch: a file comes as it is while its address works; nothing else is asked
// for than what Viber's addresses may lead to, and no error tells where that was.
func TestFetch(t *testing.T) {
	fake := vibertest.Start(t, vibertest.Options{})
	hits := 0
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	t.Cleanup(inside.Close)
	secure := httptest.NewTLSServer(inside.Config.Handler)
	t.Cleanup(secure.Close)
	ch, err := viber.New(viber.Config{Token: fake.Token(), SenderName: "Вісник", APIURL: fake.URL()})
	if err != nil {
		t.Fatal(err)
	}
	data := bytes.Repeat([]byte("файл"), 50_000)
	at := fake.Host(data)
	body, size, err := ch.Fetch(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil || !bytes.Equal(got, data) || size != int64(len(data)) {
		t.Errorf("%d bytes of %d, %d announced: %v", len(got), len(data), size, err)
	}
	fake.ExpireMedia()
	here := strings.TrimSuffix(fake.URL(), "/pa/")
	redirect := fake.HostFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside.URL, http.StatusFound) })
	token := ""
	broken := fake.HostFunc(func(w http.ResponseWriter, r *http.Request) {
		token = fmt.Sprint(r.Header)
		w.WriteHeader(http.StatusBadGateway)
	})
	for _, tt := range []struct {
		name, ref string
		state     bot.FileState
		final     bool
	}{
		{"expired", at, bot.FileGone, true},
		{"never was", here + "/dl/none", bot.FileGone, true},
		{"a redirect", redirect, bot.FileFailed, true},
		{"broken for now", broken, bot.FileFailed, false},
		{"plain http", strings.Replace(inside.URL, "127.0.0.1", "localhost", 1), bot.FileFailed, true},
		{"plain http inside", inside.URL + "/secret", bot.FileFailed, true},
		{"https inside", secure.URL + "/secret", bot.FileFailed, true},
		{"another port of this machine", "http://127.0.0.1:1/secret", bot.FileFailed, true},
		{"somebody's name in it", strings.Replace(here, "http://", "http://user:word@", 1) + "/dl/x", bot.FileFailed, true},
		{"no address", "file:///etc/passwd", bot.FileFailed, true},
		{"no host", "https:///etc", bot.FileFailed, true},
		{"a number for a host", "https://2130706433/secret", bot.FileFailed, false},
	} {
		body, _, err := ch.Fetch(t.Context(), tt.ref)
		var failed *bot.FetchError
		if !errors.As(err, &failed) || failed.State != tt.state || failed.Final != tt.final && tt.final {
			t.Errorf("%s: %v", tt.name, err)
			if body != nil {
				body.Close()
			}
			continue
		}
		for _, word := range []string{"secret", "user", "word", "127.0.0.1", fake.Token(), "dl/"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%s: the error shows %q: %v", tt.name, word, err)
			}
		}
	}
	if hits > 0 {
		t.Errorf("somebody inside was asked %d times", hits)
	}
	if token == "" || strings.Contains(token, fake.Token()) {
		t.Errorf("whoever has the file sees %s", token)
	}
}

// A file that breaks off is an error, not a shorter file.
func TestFetchThatBreaks(t *testing.T) {
	fake := vibertest.Start(t, vibertest.Options{})
	ch, err := viber.New(viber.Config{Token: fake.Token(), SenderName: "Вісник", APIURL: fake.URL(), Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for name, serve := range map[string]http.HandlerFunc{
		"short": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("only this"))
		},
		"cut": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("only this"))
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		body, _, err := ch.Fetch(t.Context(), fake.HostFunc(serve))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(body)
		var failed *bot.FetchError
		if !errors.As(err, &failed) || failed.Final {
			t.Errorf("%s: %v", name, err)
		}
		body.Close()
	}
}
