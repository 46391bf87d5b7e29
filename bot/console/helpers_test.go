package console_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
)

// now is when these tests happen.
func now() time.Time { return time.Date(2026, time.November, 24, 14, 5, 0, 0, time.UTC) }

// paper returns a console whose sessions are the names of roles.
func paper(t *testing.T) (*console.Console, *echo.Echo) {
	t.Helper()
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	c := console.New(console.Config{
		Texts: texts, Log: slog.New(slog.DiscardHandler), Now: now, PublicURL: "https://bot.example.com",
		Session: func(_ context.Context, token string) (console.Signed, error) {
			role := bot.Role(token)
			if !role.Known() {
				return console.Signed{}, staff.ErrUnauthenticated
			}
			return console.Signed{User: storage.User{ID: "u-" + token, Login: token, Role: role}, Session: "s-" + token}, nil
		},
	})
	e := echo.New()
	c.Mount(e)
	return c, e
}

func asRole(r bot.Role) *http.Cookie { return &http.Cookie{Name: "__Host-visnyk", Value: string(r)} }
