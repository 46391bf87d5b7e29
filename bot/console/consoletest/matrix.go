package consoletest

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"visnyk/bot"
	"visnyk/bot/console"
)

// nobody is the role of who is not signed in.
const nobody bot.Role = ""

// Row says who may use a route, and what they get.
type Row struct {
	May      []bot.Role
	Want     int                   // the status they get, unlike 404, which the others get
	Stranger int                   // what nobody gets where it is for strangers too; 0: the way to the login
	Path     string                // an example where the route has parameters: of something that exists
	PathFor  func(bot.Role) string // the same where each role needs its own
	Form     string                // what is sent, as a browser writes a form
}

// Matrix tries each route as each role and as nobody. Those who may not get 404,
// as if there were nothing; nobody is sent to the login. Every route must have its
// row, by "METHOD /path", and every row its route. Serve answers a request; as
// gives the cookie of somebody of the role who has just signed in.
func Matrix(t *testing.T, serve http.Handler, routes []console.Route, rows map[string]Row, as func(bot.Role) *http.Cookie) {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range routes {
		name := r.Method + " " + r.Path
		row, ok := rows[name]
		if !ok {
			t.Errorf("%s is not in the matrix", name)
			continue
		}
		seen[name] = true
		if row.Want == http.StatusNotFound && row.Stranger == 0 {
			t.Errorf("%s: who may gets 404, and so the matrix cannot tell: choose an example that exists", name)
		}
		for _, role := range []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin, nobody} {
			var cookie *http.Cookie
			if role != nobody {
				cookie = as(role)
			}
			got := Do(serve, r.Method, row.path(r, role), row.Form, cookie)
			want := http.StatusNotFound
			switch {
			case slices.Contains(row.May, role):
				want = row.Want
			case role == nobody && row.Stranger != 0:
				want = row.Stranger
			case role == nobody:
				want = http.StatusSeeOther
				if to := got.Header().Get("Location"); !strings.HasPrefix(to, console.Prefix+"/login") {
					t.Errorf("%s as nobody leads to %q", name, to)
				}
			}
			if got.Code != want {
				t.Errorf("%s as %q: %d, want %d", name, role, got.Code, want)
			}
		}
	}
	for name := range rows {
		if !seen[name] {
			t.Errorf("%s is in the matrix, and there is no such route", name)
		}
	}
}

func (row Row) path(r console.Route, role bot.Role) string {
	if row.PathFor != nil {
		return row.PathFor(role)
	}
	return cmp.Or(row.Path, r.Path)
}

// Do sends a request as a page of ours would, with the cookie unless it is nil.
func Do(serve http.Handler, method, path, form string, cookie *http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != nil {
		r.AddCookie(cookie)
	}
	out := httptest.NewRecorder()
	serve.ServeHTTP(out, r)
	return out
}
