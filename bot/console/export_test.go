package console_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
)

// TestOneExportAtATime: a file with people is written while no other is and within 30
// seconds (S74), and one that cannot be ended breaks off, so that half of it is never taken for the whole.
func TestOneExportAtATime(t *testing.T) {
	t.Parallel()
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	c := console.New(console.Config{
		Session: func(context.Context, string) (storage.Session, error) {
			return storage.Session{ID: "s", User: storage.User{ID: "a", Login: "a", Role: bot.Admin}}, nil
		},
		Staff: func() *staff.Staff { return &staff.Staff{} }, Texts: texts, Log: slog.New(slog.DiscardHandler),
	})
	begun, goOn := make(chan bool), make(chan error)
	var ends atomic.Pointer[time.Time]
	c.Export("/file", bot.ExportContacts, func(v *console.Visit) error {
		if at, ok := v.Ctx().Deadline(); ok {
			ends.Store(&at)
		}
		v.Response().WriteHeader(http.StatusOK)
		if _, err := io.WriteString(v.Response(), "half"); err != nil {
			return err
		}
		v.Response().Flush()
		begun <- true
		return <-goOn
	})
	e := echo.New()
	c.Mount(e)
	srv := httptest.NewUnstartedServer(e)
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.Start()
	t.Cleanup(srv.Close)
	ask := func() (*http.Response, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/console/file", strings.NewReader(""))
		if err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: "visnyk", Value: "token"})
		return srv.Client().Do(r)
	}
	for _, over := range []error{nil, errors.New("the database went away")} {
		got := make(chan error, 1)
		go func() {
			answer, err := ask()
			if err != nil {
				got <- err
				return
			}
			defer answer.Body.Close()
			_, err = io.ReadAll(answer.Body)
			got <- err
		}()
		<-begun
		asked := time.Now() // behind the beginning of its turn
		if at := ends.Load(); at == nil || at.Sub(asked) > 30*time.Second {
			t.Errorf("it may last until %v, asked for at %v", at, asked)
		}
		other, err := ask()
		if err != nil {
			t.Fatal(err)
		}
		other.Body.Close()
		if other.StatusCode != http.StatusTooManyRequests || other.Header.Get("Retry-After") == "" {
			t.Errorf("another one meanwhile: %d", other.StatusCode)
		}
		goOn <- over
		if err := <-got; (err == nil) != (over == nil) {
			t.Errorf("ended by %v, read with %v", over, err)
		}
	}
}
