package console_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"visnyk/bot"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/staff"
	"visnyk/storage"
)

// TestAuthzMatrix tries every route of the door as every role and as nobody: a
// route that is missing from the table fails (S47).
func TestAuthzMatrix(t *testing.T) {
	h := newHouse(t, "")
	h.ok(h.store.InTx(t.Context(), func(tx *storage.Tx) error {
		for _, r := range roles() {
			h.ok(tx.AddUser(t.Context(), storage.User{ID: string(r), Login: string(r) + "1", Role: r}))
			h.ok(tx.AddSession(t.Context(), "of-"+string(r), string(r), "", "", ""))
		}
		return nil
	}))
	h.session = func(ctx context.Context, token string) (storage.Session, error) {
		u, err := h.store.UserByID(ctx, token)
		if errors.Is(err, storage.ErrNotFound) {
			err = staff.ErrUnauthenticated
		}
		return storage.Session{ID: "session", User: u}, err
	}
	as := func(r bot.Role) *http.Cookie { return &http.Cookie{Name: "__Host-visnyk", Value: string(r)} }
	invited, err := h.staff.Invite(t.Context(), bot.System(), staff.Invitation{Login: "invited", Role: bot.Operator})
	h.ok(err)
	h.user("forgot", bot.Operator)
	reset, err := h.staff.PasswordLink(t.Context(), bot.System(), "forgot")
	h.ok(err)
	all, differs := roles(), "password=a&again=b"
	see, ok, wrong, past := http.StatusSeeOther, http.StatusOK, http.StatusUnprocessableEntity, http.StatusNotFound
	consoletest.Matrix(t, h.echo, h.console.Routes(), map[string]consoletest.Row{
		"GET /console":                        {May: all, Want: see},
		"GET /console/":                       {May: all, Want: see},
		"GET /console/login":                  {May: all, Want: see, Stranger: ok},
		"POST /console/login":                 {May: all, Want: wrong, Stranger: wrong},
		"GET /console/login/code":             {May: all, Want: see, Stranger: see},
		"POST /console/login/code":            {May: all, Want: see, Stranger: see},
		"GET /console/login/factor":           {May: all, Want: see, Stranger: see},
		"POST /console/login/factor":          {May: all, Want: see, Stranger: see},
		"POST /console/language":              {May: all, Want: see, Stranger: see, Form: "language=ru"},
		"POST /console/logout":                {May: all, Want: see},
		"GET /console/profile":                {May: all, Want: ok},
		"POST /console/profile/sound":         {May: all, Want: http.StatusNoContent, Form: "sound=on"},
		"POST /console/profile":               {May: all, Want: see, Form: "name=%D0%9E&undo=5"},
		"POST /console/profile/password":      {May: all, Want: wrong, Form: "old=a&password=b&again=b"},
		"POST /console/profile/recovery":      {May: all, Want: wrong, Form: "code=1"},
		"GET /console/sessions":               {May: all, Want: ok},
		"POST /console/sessions/end":          {May: all, Want: see},
		"POST /console/sessions/:session/end": {May: all, Want: see, PathFor: func(r bot.Role) string { return "/console/sessions/of-" + string(r) + "/end" }},
		"GET /console/invite/:code":           {May: all, Want: ok, Stranger: ok, Path: invited.Path},
		"POST /console/invite/:code":          {May: all, Want: wrong, Stranger: wrong, Path: invited.Path, Form: differs},
		"GET /console/reset/:code":            {May: all, Want: ok, Stranger: ok, Path: reset.Path},
		"POST /console/reset/:code":           {May: all, Want: wrong, Stranger: wrong, Path: reset.Path, Form: differs},
		// Where somebody works, nobody sets up.
		"GET /setup/:code":  {May: all, Want: past, Stranger: past},
		"POST /setup/:code": {May: all, Want: past, Stranger: past},
	}, as)
}
