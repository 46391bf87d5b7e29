package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/bot/viber/vibertest"
	"visnyk/bot/webchat"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) {
	if os.Getenv(asVisnyk) != "" {
		main()
	}
	storagetest.Main(m)
}

// patience bounds every wait of these tests; nothing waits that long unless it
// is broken.
const patience = time.Minute

// world is the whole service in this process, on a real database, between the
// strict fakes.
type world struct {
	t       *testing.T
	box     *sandbox
	service *service
	address string
	logs    *buffer
	stop    func() error
	cfg     config
	kinds   []kind // of messengers, besides ours
}

// onEach puts on the story once on each database, on one beside the other. The caller
// must have nothing left to do behind it.
func onEach(t *testing.T, story func(t *testing.T, s *world)) {
	t.Helper()
	onEachOf(t, sandboxOptions{}, story)
}

// onEachOf is onEach of a service with the options.
func onEachOf(t *testing.T, o sandboxOptions, story func(t *testing.T, s *world)) {
	t.Helper()
	for name, url := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, newWorld(t, url(t), o))
		})
	}
}

// databases are what a fresh one of each kind is had from.
func databases() map[string]func(testing.TB) string {
	return map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL}
}

type sandboxOptions struct {
	telegram telegramtest.Options
	viber    vibertest.Options
	rate     float64 // messages a second; 0 is no limit of ours
	fetched  bool    // Telegram has no webhook: its updates are fetched
	more     []botConfig
	kinds    []kind // of messengers, besides ours
	chat     webchat.Limits
	settings []string      // more of the environment
	budget   time.Duration // of a turn that asks for embeddings; 0 is the usual one
	bare     bool          // it has nothing to tell
}

func newWorld(t *testing.T, database string, o sandboxOptions) *world {
	t.Helper()
	o.telegram.AllowHTTP = true
	o.viber.HourlyLimit = -1
	box := &sandbox{telegram: telegramtest.Start(t, o.telegram), viber: vibertest.Start(t, o.viber)}
	s := &world{t: t, box: box, logs: &buffer{}, kinds: o.kinds}
	cfg, err := readConfig(append([]string{
		"VISNYK_LISTEN=127.0.0.1:0", "VISNYK_INTERNAL_LISTEN=127.0.0.1:0", "VISNYK_DATABASE_URL=" + database,
		"VISNYK_SECRET=a secret for tests alone",
		"VISNYK_PUBLIC_URL=http://127.0.0.1", // the fakes deliver, nothing is fetched
	}, o.settings...))
	if err != nil {
		t.Fatal(err)
	}
	if o.fetched {
		cfg.PublicURL = ""
	}
	cfg.Bots = append(box.bots(), o.more...)
	cfg.ChatLimits, cfg.EmbedBudget = o.chat, o.budget
	for i := range cfg.Bots {
		cfg.Bots[i].Rate = o.rate
	}
	s.cfg = cfg
	s.start()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if !o.bare {
		if err := fillSample(ctx, s.service.store.Load(), s.service.parts.api.Changes, s.service.parts.library, time.Now().In(cfg.Zone)); err != nil {
			t.Fatal(err)
		}
	}
	if !o.fetched {
		if err := box.connect(ctx, s.service, s.address); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
		if t.Failed() {
			t.Logf("log:\n%s", s.logs.String())
		}
	})
	return s
}

// start runs the service and waits until it is ready.
func (s *world) start() {
	s.t.Helper()
	sv, err := newService(s.cfg, slog.New(slog.NewTextHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug})), s.kinds...)
	if err != nil {
		s.t.Fatal(err)
	}
	ready := make(chan net.Addr, 1)
	sv.started = func(_ *service, a net.Addr) error { ready <- a; return nil }
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- sv.run(ctx) }()
	s.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	select {
	case a := <-ready:
		s.service, s.address = sv, a.String()
	case err := <-ended:
		s.t.Fatalf("the service ended at once: %v\n%s", err, s.logs.String())
	case <-time.After(patience):
		s.t.Fatal("the service is not ready")
	}
}

// words returns one of our own texts.
func (s *world) words(l bot.Language, key string) string {
	s.t.Helper()
	text, err := s.service.engine.Texts.Text(l, key, nil, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// idle waits until nothing is on its way: updates delivered, turns made,
// parts sent.
func (s *world) idle() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.box.telegram.Drain(ctx); err != nil {
		s.t.Fatalf("telegram still delivers: %v", err)
	}
	if err := s.box.viber.Drain(ctx); err != nil {
		s.t.Fatalf("viber still delivers: %v", err)
	}
	store := s.service.store.Load()
	s.await("the line to be empty", func() bool {
		waiting, _, err := store.InboxDepth(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, n := range waiting {
			if n > 0 {
				return false
			}
		}
		rows, err := store.OutboxDepth(ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		for key, n := range rows {
			if n > 0 && (key.State == "pending" || key.State == "sending") {
				return false
			}
		}
		return true
	})
}

// await asks until it holds.
func (s *world) await(what string, holds func() bool) {
	s.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond) // most of what is asked is asked of the database
	defer tick.Stop()
	end := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-end:
			s.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// actor is a person in a story: a phone, and how far they have read.
type actor struct {
	phone
	s    *world
	lang bot.Language
	read int
	last string // what was heard last, which a messenger may change for the next
}

func (s *world) onTelegram(id int64, name string, l bot.Language) *actor {
	return &actor{phone: &telegramPhone{s.box.telegram, s.box.telegram.Person(id, name, string(l))}, s: s, lang: l}
}

func (s *world) onViber(id, name string, l bot.Language) *actor {
	return &actor{phone: &viberPhone{s.box.viber.Person(id, name, string(l))}, s: s, lang: l}
}

// hears waits for the next message, or for another text of the last one, and wants
// each piece in it: a text key after "@", or plain words.
func (a *actor) hears(pieces ...string) screen {
	a.s.t.Helper()
	var m screen
	a.s.await(fmt.Sprintf("%s to hear %q", a.name(), pieces), func() bool {
		shown := a.shown()
		switch {
		case len(shown) > a.read:
			m = shown[a.read]
			a.read++
		case a.read > 0 && a.last != "" && shown[a.read-1].text != a.last:
			m = shown[a.read-1]
		default:
			return false
		}
		return true
	})
	a.last = m.text
	for _, piece := range pieces {
		if !strings.Contains(m.text, a.say(piece)) {
			a.s.t.Fatalf("%s hears %q, want %q in it", a.name(), m.text, a.say(piece))
		}
	}
	return m
}

// say returns the words behind a key in the person's language.
func (a *actor) say(piece string) string {
	if key, ok := strings.CutPrefix(piece, "@"); ok {
		return a.s.words(a.lang, key)
	}
	return piece
}

// taps presses the button with the key's or the given label, of the last message
// that has it.
func (a *actor) taps(label string) {
	a.s.t.Helper()
	if err := a.press(a.say(label)); err != nil {
		a.s.t.Fatalf("%s: %v; sees %v", a.name(), err, a.labels())
	}
}

func (a *actor) labels() []string {
	if shown := a.shown(); len(shown) > 0 {
		return shown[len(shown)-1].labels
	}
	return nil
}

// silence wants nothing unheard once everything has settled.
func (a *actor) silence() {
	a.s.t.Helper()
	a.s.idle()
	if shown := a.shown(); len(shown) > a.read {
		a.s.t.Fatalf("%s hears %q, want silence", a.name(), shown[a.read].text)
	}
}

// ticket waits for the person's open ticket.
func (a *actor) ticket(chat string) bot.Ticket {
	a.s.t.Helper()
	var found bot.Ticket
	a.s.await("a ticket", func() bool {
		tickets, err := a.s.service.store.Load().OpenTickets(context.Background())
		if err != nil {
			a.s.t.Fatal(err)
		}
		i := slices.IndexFunc(tickets, func(t bot.Ticket) bool { return t.Address.Chat == chat })
		if i >= 0 {
			found = tickets[i]
		}
		return i >= 0
	})
	return found
}

// maryna is who answers at the desk.
func maryna() bot.Actor {
	return bot.Actor{User: "maryna-1", Login: "maryna", Name: bot.Bilingual{UK: "Марина", RU: "Марина"}, Role: bot.Operator}
}

func (s *world) desk(t bot.Ticket, m bot.TicketMove) {
	s.t.Helper()
	if _, err := s.service.parts.desk.Move(context.Background(), t.ID, m, maryna()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *world) reply(t bot.Ticket, text string) {
	s.t.Helper()
	if _, err := s.service.parts.desk.Reply(context.Background(), maryna(), desk.ReplyTo{
		Ticket: t.ID, Key: storage.NewID(), Words: bot.Words{Text: text}, Seen: desk.SeenAll, LanguageOK: true, PriceOK: true,
	}); err != nil {
		s.t.Fatal(err)
	}
}

// buffer is a log that many goroutines write.
type buffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

var _ io.Writer = (*buffer)(nil)
