package api

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/approval"
	"visnyk/bot/audience"
	"visnyk/bot/broadcast"
	"visnyk/bot/change"
	"visnyk/bot/contact"
	"visnyk/bot/desk"
	"visnyk/bot/editor"
	"visnyk/bot/server"
	"visnyk/bot/staff"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// house is the public server over a database, with one user of each role.
type house struct {
	t        *testing.T
	store    *storage.Store
	database string
	staff    *staff.Staff
	parts    Parts
	url      string
	tokens   map[bot.Role]string
	spec     *spec
	logs     *logs
}

func roles() []bot.Role { return []bot.Role{bot.Operator, bot.Marketer, bot.Approver, bot.Admin} }

// onEach runs a test on both databases.
func onEach(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	for name, url := range map[string]func(testing.TB) string{
		"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL,
	} {
		t.Run(name, func(t *testing.T) {
			database := url(t)
			h := newHouse(t, storagetest.Open(t, database), Limits{Burst: 100_000})
			h.database = database
			f(t, h)
		})
	}
}

// sql does to the database what the API cannot.
func (h *house) sql(statement string) {
	h.t.Helper()
	db := h.open()
	_, err := db.ExecContext(h.t.Context(), statement)
	h.ok(errors.Join(err, db.Close()))
}

// count asks the database for a number.
func (h *house) count(query string) (n int) {
	h.t.Helper()
	db := h.open()
	h.ok(errors.Join(db.QueryRowContext(h.t.Context(), query).Scan(&n), db.Close()))
	return n
}

func (h *house) open() *sql.DB {
	h.t.Helper()
	driver, source, _ := strings.Cut(h.database, ":")
	if driver == "postgres" {
		source = h.database
	}
	db, err := sql.Open(driver, source)
	h.ok(err)
	return db
}

func newHouse(t *testing.T, store *storage.Store, l Limits) *house {
	t.Helper()
	h := &house{
		t: t, store: store, staff: staff.New(store), tokens: map[bot.Role]string{}, spec: readSpec(t), logs: &logs{},
	}
	h.parts = Parts{
		Store: store, Staff: h.staff, Articles: editor.NewEditor(store, time.Now),
		Changes: change.New(store, nil, time.Now), Approvals: approval.New(store, nil, time.UTC), Contacts: contact.New(store, time.Now), Audiences: audience.New(store, time.UTC, time.Now),
		Desk:     desk.New(store, map[string]bot.Channel{"telegram": paper{}}, time.UTC, slog.New(slog.DiscardHandler)),
		JoinPage: "https://bot.example.com/join/",
	}
	h.parts.Broadcasts = h.broadcasts(0)
	for _, r := range roles() {
		h.user(string(r)+"1", r)
		h.tokens[r] = h.token(string(r)+"1", "test")
	}
	log := slog.New(slog.NewTextHandler(h.logs, nil))
	api := New(Config{Parts: func() *Parts { return &h.parts }, Log: log, Limits: l})
	srv := server.New(server.Config{Inbox: store, Log: log, Mount: api.Mount})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	h.ok(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	h.url = "http://" + listener.Addr().String() + prefix
	return h
}

// broadcasts are those of the store, at a clock that is slow by so much.
func (h *house) broadcasts(slow time.Duration) *broadcast.Broadcasts {
	h.t.Helper()
	texts, err := locales.New()
	h.ok(err)
	kyiv, err := time.LoadLocation("Europe/Kyiv")
	h.ok(err)
	return broadcast.New(broadcast.Config{
		Store: h.store, Messengers: map[string]broadcast.Messenger{"telegram": {Channel: paper{}, Kind: "telegram"}}, Texts: texts,
		Zone: kyiv, Now: func() time.Time { return time.Now().Add(-slow) }, Doors: []bot.Door{{Flow: "settings", Text: "menu.settings"}},
	})
}

func (h *house) ok(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// user makes somebody who has tokens and no password: hashing one would be more than
// half of the work of these tests.
func (h *house) user(login string, r bot.Role) {
	h.t.Helper()
	h.ok(h.store.InTx(h.t.Context(), func(tx *storage.Tx) error {
		return tx.AddUser(h.t.Context(), storage.User{ID: storage.NewID(), Login: login, Role: r, Password: "none"})
	}))
}

func (h *house) token(login, name string) string {
	h.t.Helper()
	secret, err := h.staff.AddToken(h.t.Context(), bot.System(), login, name, "")
	h.ok(err)
	return secret
}

// reply is an answer that fits openapi.json.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) problem(t *testing.T) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
	return p
}

func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
	return v
}

// do sends a request with the token and headers as pairs, and checks that the
// answer is one that openapi.json promises.
func (h *house) do(token, method, path, body string, headers ...string) reply {
	h.t.Helper()
	r, err := h.try(token, method, path, strings.NewReader(body), headers...)
	h.ok(err)
	h.spec.check(h.t, method, path, []byte(body), r)
	return r
}

// try sends a request.
func (h *house) try(token, method, path string, body io.Reader, headers ...string) (reply, error) {
	request, err := http.NewRequest(method, h.url+path, body)
	if err != nil {
		return reply{}, err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if s, ok := body.(*strings.Reader); ok && s.Len() > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := http.DefaultTransport.RoundTrip(request) // follows nothing
	if err != nil {
		return reply{}, err
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	return reply{answer.StatusCode, answer.Header, read}, err
}

// as sends a request with the token of the role, and wants the status.
func (h *house) as(r bot.Role, status int, method, path, body string, headers ...string) reply {
	h.t.Helper()
	got := h.do(h.tokens[r], method, path, body, headers...)
	if got.status != status {
		h.t.Fatalf("%s %s by %s: %d %s, want %d", method, path, r, got.status, got.body, status)
	}
	return got
}

const (
	articleJSON = `{"id":"price","question":{"uk":"Ціна?","ru":"Цена?"},"answer":{"uk":"Сто","ru":"Сто"}}`
	changeTexts = `"kind":"tariff","title":{"uk":"Новий тариф","ru":"Новый тариф"},"summary":{"uk":"а","ru":"б"},
		"reason":{"uk":"а","ru":"б"},"consequence":{"uk":"а","ru":"б"},"benefit":{"uk":"а","ru":"б"},
		"to_do":{"uk":"а","ru":"б"},"from":"2027-02-01T00:00:00+02:00","audience":{"kinds":["client"]}`
	changeJSON  = `{"id":"tariff",` + changeTexts + `}`
	contactJSON = `[{"external_id":"crm-1","name":"Оксана","language":"uk","attributes":{"Plan":"max"},"tags":["fiber"]}]`
)

// contact makes a contact and gives its id.
func (h *house) contact(external string) string {
	h.t.Helper()
	r := h.as(bot.Admin, 200, "POST", "/contacts", `[{"external_id":"`+external+`"}]`)
	return r.json(h.t)["items"].([]any)[0].(map[string]any)["id"].(string)
}

// entries counts the audit, which is whole.
func (h *house) entries() int64 {
	h.t.Helper()
	head, err := h.store.VerifyAudit(h.t.Context(), storage.AuditHead{})
	h.ok(err)
	return head.Entries
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
