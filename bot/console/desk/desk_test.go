package desk_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"visnyk/bot"
	"visnyk/bot/console"
	pages "visnyk/bot/console/desk"
	"visnyk/bot/desk"
	"visnyk/bot/staff"
	"visnyk/bot/web"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// replica is one process of the service, as far as the desk goes.
type replica struct {
	console *console.Console
	echo    *echo.Echo
	live    *console.Live
	desk    *desk.Desk
	url     string
	doors   *web.Entrance
	stop    func() // as a stop of the process does
}

// office is a database with its staff, and the replicas over it.
type office struct {
	*testing.T
	store    *storage.Store
	database string
	n        int
	channels map[string]bot.Channel // by the names of bots; none where nothing is sent
}

const telegram = "telegram"

// newOffice hires olha and ivan, who are operators, and one of each other role.
func newOffice(t *testing.T, database string) *office {
	t.Helper()
	o := &office{T: t, store: storagetest.Open(t, database), database: database}
	o.ok(o.store.InTx(t.Context(), func(tx *storage.Tx) error {
		for login, role := range map[string]bot.Role{
			"olha": bot.Operator, "ivan": bot.Operator, "maria": bot.Marketer, "anna": bot.Approver, "adam": bot.Admin,
		} {
			o.ok(tx.AddUser(t.Context(), storage.User{ID: login, Login: login, Name: strings.ToTitle(login[:1]) + login[1:], Role: role}))
			sum := sha256.Sum256([]byte(token(login)))
			o.ok(tx.AddSession(t.Context(), hex.EncodeToString(sum[:]), login, "", "", ""))
		}
		return nil
	}))
	return o
}

// token is what somebody's cookie holds.
func token(login string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%-32s", login))
}

func (o *office) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// open starts a replica over the store.
func (o *office) open(store *storage.Store) *replica {
	o.Helper()
	texts, err := locales.New()
	o.ok(err)
	log := slog.New(slog.DiscardHandler)
	r := &replica{live: console.NewLive(func() *storage.Store { return store }, log), desk: desk.New(store, o.channels, time.UTC, log)}
	people := staff.New(store)
	r.doors = web.New(web.Config{})
	r.console = console.New(console.Config{Staff: func() *staff.Staff { return people }, Texts: texts, Log: log, Entrance: r.doors})
	pages.Add(r.console, r.live, func() *pages.Parts {
		return &pages.Parts{Desk: r.desk, Kind: func(string) string { return telegram }}
	})
	r.echo = echo.New()
	r.console.Mount(r.echo)
	srv := httptest.NewServer(r.echo)
	r.url = srv.URL
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan bool, 2)
	go func() { r.live.Run(ctx); done <- true }()
	go func() { _ = store.Listen(ctx, r.live.Heard); done <- true }()
	stopped := false
	r.stop = func() {
		if stopped {
			return
		}
		stopped = true
		r.live.Close()
		srv.CloseClientConnections()
		srv.Close()
		cancel()
		<-done
		<-done
	}
	o.Cleanup(r.stop)
	return r
}

// ticket has somebody ask for a person, and returns its id.
func (o *office) ticket(name string) string {
	o.Helper()
	o.n++
	chat := fmt.Sprintf("chat-%d", o.n)
	id := "ticket-of-" + chat
	at := bot.Address{Bot: telegram, Chat: chat}
	o.turn(chat, storage.TurnWrite{
		Conversation: &bot.Conversation{Address: at, Contact: "contact-" + chat, Version: 1, Reach: bot.Reachable},
		Contact:      &bot.Contact{ID: "contact-" + chat, Name: name, Language: bot.Ukrainian},
		Open:         &bot.Ticket{ID: id, Address: at, Contact: "contact-" + chat, Reason: bot.ReasonAsked},
	})
	return id
}

func (o *office) turn(chat string, w storage.TurnWrite) {
	o.Helper()
	l, _, ours, err := o.store.Acquire(o.Context(), telegram, "me", time.Minute)
	o.ok(err)
	if !ours {
		o.Fatal("the lease is somebody else's")
	}
	o.n++
	w.Bot, w.InboxID = telegram, fmt.Sprintf("update-%d", o.n)
	_, err = o.store.Receive(o.Context(), []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: telegram, Chat: chat, ID: w.InboxID, Payload: []byte("{}")},
	}})
	o.ok(err)
	_, err = o.store.CommitTurns(o.Context(), l, []storage.TurnWrite{w})
	o.ok(err)
}

// do sends a request as somebody's page would.
func (r *replica) do(t *testing.T, login, method, path string, form url.Values) (status int, location, body string) {
	t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.AddCookie(cookie(login))
	out := httptest.NewRecorder()
	r.echo.ServeHTTP(out, req)
	return out.Code, out.Header().Get("Location"), out.Body.String()
}

func cookie(login string) *http.Cookie {
	return &http.Cookie{Name: "__Host-visnyk", Value: token(login)}
}

// browser is one open stream.
type browser struct {
	t      *testing.T
	end    context.CancelFunc
	events chan event
}

// event is one event of a stream, with whatever it holds.
type event struct {
	name string

	At     int64
	Rows   []struct{ ID, HTML string }
	Counts struct {
		Waiting, Open int
		Held          map[string]storage.Held
	}
	Again   bool
	All     bool
	Tickets map[string][]struct {
		User, Name string
		Types      bool
	}
	Words string
	IDs   []string
}

// browse opens a stream as somebody, after a moment; 0 knows nothing.
func (r *replica) browse(t *testing.T, login string, after int64) *browser {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/console/live?after=%d", r.url, after), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.AddCookie(&http.Cookie{Name: "visnyk", Value: token(login)})
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, end: cancel, events: make(chan event, 1000)}
	t.Cleanup(cancel)
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("the stream answers %s, %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	go b.read(resp)
	return b
}

func (b *browser) read(resp *http.Response) {
	defer close(b.events)
	defer resp.Body.Close()
	var e event
	in := bufio.NewScanner(resp.Body)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		line := in.Text()
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			e = event{name: name}
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			if err := json.Unmarshal([]byte(data), &e); err != nil {
				b.t.Errorf("event %s: %v", e.name, err)
			}
			b.events <- e
		}
	}
}

// until waits for an event that fits, and returns it.
func (b *browser) until(what string, fits func(event) bool) event {
	b.t.Helper()
	patience := time.NewTimer(30 * time.Second)
	defer patience.Stop()
	for {
		select {
		case e, open := <-b.events:
			if !open {
				b.t.Fatalf("the stream ended before %s", what)
			}
			if fits(e) {
				return e
			}
		case <-patience.C:
			b.t.Fatalf("no %s", what)
		}
	}
}

// shows waits for a row of the ticket that holds the words.
func (b *browser) shows(ticket, words string) event {
	b.t.Helper()
	return b.until("row of "+ticket+" with "+words, func(e event) bool {
		for _, r := range e.Rows {
			if r.ID == ticket && strings.Contains(r.HTML, words) {
				return true
			}
		}
		return false
	})
}
