package console_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	"visnyk/bot/console/consoletest"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

func roles() []bot.Role { return []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} }

const password = "довгий пароль для всіх"

// house is a console over a database, served at a real port.
type house struct {
	t       *testing.T
	store   *storage.Store
	staff   *staff.Staff
	console *console.Console
	echo    *echo.Echo
	url     string
	logs    *logs
	secrets map[string]string // of second factors, by login
	steps   map[string]int64  // the last one used, for none counts twice
	session func(context.Context, string) (storage.Session, error)
}

// newHouse opens one on SQLite; public is its public URL, "" for none.
func newHouse(t *testing.T, public string, limits ...console.Limits) *house {
	t.Helper()
	var l console.Limits
	if len(limits) > 0 {
		l = limits[0]
	}
	store := storagetest.Open(t, storagetest.SQLiteURL(t))
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, store: store, staff: staff.New(store), logs: &logs{}, secrets: map[string]string{}, steps: map[string]int64{}}
	h.session = h.staff.Session
	h.console = console.New(console.Config{
		Session: func(ctx context.Context, token string) (storage.Session, error) { return h.session(ctx, token) },
		Staff:   func() *staff.Staff { return h.staff }, Texts: texts, Log: slog.New(slog.NewTextHandler(h.logs, nil)), PublicURL: public, Limits: l,
	})
	h.echo = echo.New()
	h.console.Mount(h.echo)
	srv := httptest.NewServer(h.echo)
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// user adds somebody of the role, who has chosen the password of all.
func (h *house) user(login string, r bot.Role) {
	h.t.Helper()
	hashed.Lock()
	defer hashed.Unlock()
	if hashed.password == "" { // that takes its time, so it is done once
		h.ok(h.staff.AddUser(h.t.Context(), bot.System(), login, r, password))
		u, err := h.store.User(h.t.Context(), login)
		h.ok(err)
		hashed.password = u.Password
		return
	}
	h.ok(h.store.InTx(h.t.Context(), func(tx *storage.Tx) error {
		return tx.AddUser(h.t.Context(), storage.User{ID: storage.NewID(), Login: login, Role: r, Password: hashed.password})
	}))
}

// hashed is the password of all.
var hashed struct {
	sync.Mutex
	password string
}

// browser is somebody's browser, which follows nothing by itself.
type browser struct {
	*house
	http    *http.Client
	headers http.Header // of every request
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	h.ok(err)
	return &browser{h, &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, http.Header{}}
}

// reply is what a browser got.
type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) location() string { return r.header.Get("Location") }

// do sends a request, with headers as pairs.
func (b *browser) do(method, path, kind, body string, headers ...string) reply {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	b.ok(err)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name, values := range b.headers {
		r.Header[name] = values
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	got, err := b.http.Do(r)
	b.ok(err)
	defer got.Body.Close()
	read, err := io.ReadAll(got.Body)
	b.ok(err)
	return reply{got.StatusCode, got.Header, string(read)}
}

func (b *browser) get(path string, headers ...string) reply {
	b.t.Helper()
	return b.do(http.MethodGet, path, "", "", headers...)
}

const formType = "application/x-www-form-urlencoded"

// post sends a form of names and values, as the page that bears it would.
func (b *browser) post(path string, pairs ...string) reply {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, formType, form.Encode())
}

// want fails unless the answer has the status.
func (b *browser) want(status int, got reply) reply {
	b.t.Helper()
	if got.status != status {
		b.t.Fatalf("%d, want %d: %s", got.status, status, got.body)
	}
	return got
}

var secretOnPage = regexp.MustCompile(`<code class="secret">([A-Z2-7 ]+)</code>`)

// signIn goes through the door, with the second factor where it is asked for, and
// returns where it leads.
func (b *browser) signIn(login, next string) string {
	b.t.Helper()
	return b.prove(login, b.post("/console/login", "login", login, "password", password, "next", next))
}

// prove goes on from what came after a password.
func (b *browser) prove(login string, got reply) string {
	b.t.Helper()
	b.want(http.StatusSeeOther, got)
	at, query, _ := strings.Cut(got.location(), "?")
	if at == "/console/login/factor" {
		page := b.want(http.StatusOK, b.get(got.location())).body
		found := secretOnPage.FindStringSubmatch(page)
		if found == nil {
			b.t.Fatal("no secret on the page")
		}
		b.secrets[login] = strings.ReplaceAll(found[1], " ", "")
	} else if at != "/console/login/code" {
		return got.location()
	}
	q, err := url.ParseQuery(query)
	b.ok(err)
	got = b.post(at, "code", b.code(login), "next", q.Get("next"))
	if at == "/console/login/factor" {
		b.want(http.StatusOK, got)
		return regexp.MustCompile(`class="button main" href="([^"]+)"`).FindStringSubmatch(got.body)[1]
	}
	return b.want(http.StatusSeeOther, got).location()
}

// code is a code of the login's second factor that was not used before: that of
// this moment or, once that was used, of the step after it. The step before it may
// be over before the code arrives.
func (h *house) code(login string) string {
	h.t.Helper()
	step := max(consoletest.Step(time.Now()), h.steps[login]+1)
	h.steps[login] = step
	return consoletest.Code(h.secrets[login], step)
}

// forget makes the login's codes new, as if minutes had gone by.
func (h *house) forget(login string) {
	h.t.Helper()
	u, err := h.store.User(h.t.Context(), login)
	h.ok(err)
	u.TOTPStep, h.steps[login] = 0, 0
	h.ok(h.store.InTx(h.t.Context(), func(tx *storage.Tx) error { return tx.PutUser(h.t.Context(), u) }))
}

// cookies are those the browser has, by name.
func (b *browser) cookies() map[string]string {
	u, err := url.Parse(b.url + "/console")
	b.ok(err)
	all := map[string]string{}
	for _, c := range b.http.Jar.Cookies(u) {
		all[c.Name] = c.Value
	}
	return all
}

// paper returns a console whose sessions are the names of roles: of pages and
// nothing behind them.
func paper(t *testing.T) *console.Console {
	t.Helper()
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	c := console.New(console.Config{
		Texts: texts, Log: slog.New(slog.DiscardHandler), PublicURL: "https://bot.example.com",
		Now:   func() time.Time { return time.Date(2026, time.November, 24, 14, 5, 0, 0, time.UTC) },
		Staff: func() *staff.Staff { return staff.New(nil) },
		Session: func(context.Context, string) (storage.Session, error) {
			return storage.Session{}, staff.ErrUnauthenticated
		},
	})
	c.Mount(echo.New())
	return c
}

// logs is a log that many goroutines write.
type logs struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
