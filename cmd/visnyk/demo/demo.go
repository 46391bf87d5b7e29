// Package demo is the page of `visnyk demo`: two phones and the web chat side
// by side, the operator's desk, and what happens on the line between them. The
// phones are views of the strict fakes: what is typed goes out as a messenger's
// webhook, what appears came through its API.
//
// It decides nothing of the service, which runs beside it as it runs anywhere,
// and is never part of one that talks to people.
package demo

import (
	"crypto/rand"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/call"
	"visnyk/bot/staff"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/bot/web"
	"visnyk/flows"
	"visnyk/storage"
)

//go:embed page.html page.css page.js logo.svg words.json
var files embed.FS

// Parts are what the page looks at and acts on, once the service is ready.
type Parts struct {
	Store *storage.Store
	Staff *staff.Staff
	// Admit takes a browser to the page of the console at next, as whom the Pass is of, in a language.
	Admit    func(w http.ResponseWriter, r *http.Request, p staff.Pass, next string, l bot.Language) error
	Book     flows.Book
	Telegram *telegramtest.Server
	Viber    *vibertest.Server
	Zone     *time.Location
	// WebChat tells that the service has a chat at /chat.
	WebChat bool
}

// Demo serves the page. Its methods may be called by many goroutines.
type Demo struct {
	Line     *Line
	parts    atomic.Pointer[Parts]
	page     *template.Template
	words    map[string]bot.Bilingual
	switches *switches
	door     sync.Mutex // one signs in at a time: a second factor may be made anew
	key      string     // of the forms that sign in
	log      *slog.Logger
}

// New returns a demo that waits for Open.
func New(log *slog.Logger) (*Demo, error) {
	page, err := template.New("page.html").ParseFS(files, "page.html")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	src, err := files.ReadFile("words.json")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	d := &Demo{Line: newLine(), page: page, log: log, switches: newSwitches(), key: rand.Text()}
	if err := json.Unmarshal(src, &d.words); err != nil {
		return nil, fmt.Errorf("demo: words: %w", err)
	}
	return d, nil
}

// Open gives the page what it shows. Until then it asks for patience.
func (d *Demo) Open(p Parts) { d.parts.Store(&p) }

// Close ends every stream, so that a server that stops need not wait for them.
func (d *Demo) Close() { d.Line.hub.Close() }

// Mount adds the routes of the page.
func (d *Demo) Mount(e *echo.Echo) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", d.show)
	mux.HandleFunc("GET /demo/page.css", asset("page.css"))
	mux.HandleFunc("GET /demo/page.js", asset("page.js"))
	mux.HandleFunc("GET /demo/logo.svg", asset("logo.svg"))
	mux.HandleFunc("GET /demo/stream", d.stream)
	mux.HandleFunc("POST /demo/{phone}/{do}", d.act)
	mux.HandleFunc("POST /demo/fault/{phone}", d.fault)
	mux.HandleFunc("POST /demo/as/{login}", d.signIn)
	cross := http.NewCrossOriginProtection()
	cross.AddInsecureBypassPattern("POST /demo/as/{login}") // also from the page under this machine's other name; its key guards it
	guarded := echo.WrapHandler(d.guard(cross.Handler(mux)))
	e.GET("/", guarded)
	e.Any("/demo/*", guarded)
}

// policy lets the page load what is ours and nothing else.
func policy() string {
	p := web.OwnPage()
	p.Images += " data:"
	p.Frames, p.Forms = "'self'", "'self' http://localhost:* http://127.0.0.1:*" // the desk, under either name
	return p.String()
}

// guard keeps strangers' names for this machine out, bounds what is read, and
// sets the headers of every answer.
func (d *Demo) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if d.parts.Load() == nil {
			w.Header().Set("Retry-After", "1")
			http.Error(w, "starting", http.StatusServiceUnavailable)
			return
		}
		if foreign(r) {
			http.Error(w, "open the address that visnyk demo printed", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy())
		// Browsers send the origin of a form only under such a policy.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, 256<<10)
		next.ServeHTTP(w, r)
	})
}

// foreign reports whether somebody else's name was made to lead to this machine:
// a connection to loopback that does not ask for loopback.
func foreign(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok || !local.IP.IsLoopback() {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return !call.Loopback(host)
}

func asset(name string) http.HandlerFunc {
	body, err := files.ReadFile(name)
	file := web.NewAsset(name, body)
	return func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			http.Error(w, "not here", http.StatusNotFound)
			return
		}
		_ = file.Serve(w, r, "no-cache")
	}
}

var errNobody = errors.New("nobody of that name is here")
