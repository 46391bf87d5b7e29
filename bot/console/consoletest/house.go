package consoletest

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
)

// House is pages of the console over a database. One user of each role works there,
// whose login is the name of the role and stands for their session.
type House struct {
	*testing.T
	Store   *storage.Store
	Staff   *staff.Staff
	Console *console.Console
	Echo    *echo.Echo
}

// Roles are all that users have.
func Roles() []bot.Role { return []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} }

// Open returns the pages that add adds. Now is the clock of the console; nil is that of
// the machine.
func Open(t *testing.T, store *storage.Store, now func() time.Time, add func(*console.Console)) *House {
	t.Helper()
	h := &House{T: t, Store: store, Staff: staff.New(store), Echo: echo.New()}
	texts, err := locales.New()
	h.OK(err)
	h.Console = console.New(console.Config{
		Session: func(ctx context.Context, token string) (storage.Session, error) {
			u, err := store.User(ctx, token)
			if err != nil {
				return storage.Session{}, staff.ErrUnauthenticated
			}
			return storage.Session{ID: "session", User: u}, nil
		},
		Staff: func() *staff.Staff { return h.Staff }, Texts: texts, Log: slog.New(slog.DiscardHandler), Now: now,
	})
	add(h.Console)
	h.Console.Mount(h.Echo)
	h.OK(store.InTx(t.Context(), func(tx *storage.Tx) error {
		for _, r := range Roles() {
			if err := tx.AddUser(t.Context(), storage.User{ID: string(r), Login: string(r), Role: r, Password: "none"}); err != nil {
				return err
			}
		}
		return nil
	}))
	return h
}

// OK wants no error.
func (h *House) OK(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// Cookie is that of who is signed in as the role.
func Cookie(r bot.Role) *http.Cookie { return &http.Cookie{Name: "__Host-visnyk", Value: string(r)} }

// As asks as somebody of the role, wants the status, and returns what the page says and
// where it leads.
func (h *House) As(r bot.Role, status int, method, path string, form url.Values) (body, to string) {
	h.Helper()
	got := Do(h.Echo, method, path, form.Encode(), Cookie(r))
	if got.Code != status {
		h.Fatalf("%s %s as %s: %d, want %d: %s", method, path, r, got.Code, status, got.Body)
	}
	return got.Body.String(), got.Header().Get("Location")
}

// Says wants all the words on the page.
func (h *House) Says(page string, all ...string) {
	h.Helper()
	for _, words := range all {
		if !strings.Contains(page, words) {
			h.Errorf("no %q on the page:\n%s", words, page)
		}
	}
}

// SaysNot wants none of the words on the page.
func (h *House) SaysNot(page string, all ...string) {
	h.Helper()
	for _, words := range all {
		if strings.Contains(page, words) {
			h.Errorf("%q on the page:\n%s", words, page)
		}
	}
}

// Matrix tries the routes whose paths begin with one of these, below the console's, as
// Matrix does.
func (h *House) Matrix(rows map[string]Row, paths ...string) {
	h.Helper()
	var ours []console.Route
	for _, r := range h.Console.Routes() {
		if slices.ContainsFunc(paths, func(path string) bool { return strings.HasPrefix(r.Path, console.Prefix+path) }) {
			ours = append(ours, r)
		}
	}
	Matrix(h.T, h.Echo, ours, rows, Cookie)
}
