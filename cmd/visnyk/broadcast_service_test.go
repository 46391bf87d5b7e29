package main

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/bot/broadcast"
	"visnyk/bot/telegram/telegramtest"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// mails writes, submits and approves the broadcast, and makes the moves behind it.
func mails(t *testing.T, all *broadcast.Broadcasts, b bot.Broadcast, then ...bot.BroadcastMove) {
	t.Helper()
	writer, approver := bot.Actor{User: "writer", Role: bot.Marketer}, bot.Actor{User: "approver", Role: bot.Approver}
	m, err := all.Create(t.Context(), writer, b)
	for _, move := range append([]bot.BroadcastMove{bot.BroadcastSubmit, bot.BroadcastApprove}, then...) {
		by := writer
		if move == bot.BroadcastApprove {
			by = approver
		}
		if err == nil {
			m, err = all.Move(t.Context(), by, m.ID, move, m.Version, broadcast.Moved{})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// S56, S58: a name that holds marks, tags, a link and a variable is a name in a
// broadcast, as each messenger shows it: nothing in it is styled, led anywhere or filled
// in once more.
func TestBroadcastToANameOfMarks(t *testing.T) {
	const name = `*a* _b_ <b> [x](https://evil.example) {{.Name}} {{kind|k}} ~c~`
	onEach(t, func(t *testing.T, s *world) {
		tg, vb := s.onTelegram(1001, "Олена", bot.Ukrainian), s.onViber("dGVzdGVyMQ==", "Ольга", bot.Russian)
		for _, a := range []*actor{tg, vb} {
			a.write("/start")
			a.hears()
		}
		s.idle()
		vb.write("привет") // who has only opened the chat is not written to
		vb.hears()
		s.idle()
		tg.read, vb.read = len(tg.shown()), len(vb.shown())
		s.sql(`UPDATE contacts SET quiet = 'never', name = $1`, name)
		mails(t, s.service.parts.api.Broadcasts, bot.Broadcast{
			ID: "names", Topic: "tariff", Text: bot.Bilingual{UK: "Вітаємо, **{{name|друже}}**! Так, {{name|друже}}.", RU: "Здравствуйте, **{{name|друг}}**! Да, {{name|друг}}."},
		}, bot.BroadcastStart)
		if got, want := tg.hears().text, "Вітаємо, "+name+"! Так, "+name+"."; got != want {
			t.Errorf("Telegram shows\n%q, want\n%q", got, want)
		}
		all := s.box.telegram.Messages(1001)
		if html := all[len(all)-1].HTML; strings.Count(html, "<") != 2 || strings.Count(html, "<b>") != 1 {
			t.Errorf("Telegram styles it: %s", html)
		}
		const joiner = "\u2060" // keeps a mark from being one
		got := vb.hears().text  // where Viber could not tell our marks from theirs, ours are left out
		if bare, want := strings.ReplaceAll(got, joiner, ""), "Здравствуйте, "+name+"! Да, "+name+"."; bare != want {
			t.Errorf("Viber shows\n%q, want\n%q", bare, want)
		}
		for _, styled := range []string{"*a*", "_b_", "~c~"} {
			if strings.Contains(got, styled) {
				t.Errorf("Viber styles %s: %q", styled, got)
			}
		}
	})
}

// begun leaves a broadcast in the database that has begun, or would have 20 minutes ago,
// with one recipient at Telegram.
func begun(t *testing.T, database, begins string) {
	t.Helper()
	ctx := t.Context()
	store, err := storage.Open(ctx, database, storage.Options{Secret: []byte("a secret for tests alone")})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_, err = store.Migrate(ctx)
	if err == nil {
		_, err = store.Beat(ctx)
	}
	texts, wrong := locales.New()
	if err != nil || wrong != nil {
		t.Fatal(err, wrong)
	}
	cfg, err := readConfig([]string{"VISNYK_DATABASE_URL=" + database, "VISNYK_TELEGRAM_TOKEN=" + goodToken, "VISNYK_TELEGRAM_SECRET=s", "VISNYK_SECRET=a secret for tests alone"})
	if err != nil {
		t.Fatal(err)
	}
	s, err := newService(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-20 * time.Minute)
	b := bot.Broadcast{ID: "tariffs", Topic: "tariff", Text: bot.Bilingual{UK: "Нові тарифи", RU: "Новые тарифы"}}
	move := bot.BroadcastStart
	if begins == "scheduled" {
		b.Start, move = past, bot.BroadcastSchedule
	}
	mails(t, broadcast.New(broadcast.Config{
		Store: store, Messengers: messengersOf(map[string]bot.Channel{"telegram": s.channels[0]}, s.engine, s.cfg.Bots), Texts: texts, Zone: time.UTC,
		Now: func() time.Time { return past.Add(-time.Minute) },
	}), b, move)
	db := look(t, database)
	for _, statement := range []string{
		`INSERT INTO contacts (id, language, quiet, created_at) VALUES ('c', 'uk', 'never', 1)`,
		`INSERT INTO conversations (bot, chat, contact, version, joined_at) VALUES ('telegram', '1001', 'c', 1, 1)`,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
}

// F20: a database that was copied, or that nobody served for 16 minutes, or in which a
// start was missed by 20, is served as it is, and announces nothing: the broadcast is
// paused and asks. Only when somebody says so it goes on.
func TestServedCopyAsks(t *testing.T) {
	t.Parallel()
	for why, prepare := range map[string]func(t *testing.T, database string) string{
		"copied": func(t *testing.T, database string) string {
			begun(t, database, "sending")
			again := "sqlite:" + t.TempDir() + "/again.db"
			office{t, database}.run(exitDone, "", "copy", "-from", database, "-to", again)
			return again
		},
		"unaware": func(t *testing.T, database string) string {
			begun(t, database, "sending")
			if _, err := look(t, database).ExecContext(t.Context(), `UPDATE pulse SET beat_at = beat_at - 960000000`); err != nil {
				t.Fatal(err)
			}
			return database
		},
		"late": func(t *testing.T, database string) string { begun(t, database, "scheduled"); return database },
	} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			database := prepare(t, "sqlite:"+t.TempDir()+"/visnyk.db")
			phones := telegramtest.Start(t, telegramtest.Options{Strict: true, AllowHTTP: true})
			person := phones.Person(1001, "Олена", "uk").Join()
			heard := func() (announced, answered bool) {
				for _, m := range phones.Messages(1001) {
					announced = announced || strings.Contains(m.Text, "Нові тарифи")
					answered = answered || m.FromBot && !strings.Contains(m.Text, "Нові тарифи")
				}
				return announced, answered
			}
			serve := func() program {
				return launch(t, []string{
					"VISNYK_LISTEN=127.0.0.1:0", "VISNYK_INTERNAL_LISTEN=127.0.0.1:0", "VISNYK_DATABASE_URL=" + database, "VISNYK_SECRET=a secret for tests alone",
					"VISNYK_TELEGRAM_TOKEN=" + phones.Token(), "VISNYK_TELEGRAM_SECRET=s", "VISNYK_TELEGRAM_API_URL=" + phones.URL(),
				}, "serve")
			}
			p := serve()
			p.until("the broadcast to ask", func() bool {
				return strings.Contains(p.logs.String(), "are paused; resume or cancel") || strings.Contains(p.logs.String(), "it is paused and asks")
			})
			person.Start("")
			p.until("an answer", func() bool { _, answered := heard(); return answered })
			p.stops(func() {})
			if announced, _ := heard(); announced {
				t.Error("it was announced, and nobody had said that it goes on")
			}
			o := office{t, database}
			if out, _ := o.run(exitDone, "", "broadcast", "list"); !strings.Contains(out, "paused ("+why+")") {
				t.Errorf("it does not say why it is paused: %s", out)
			}
			if why == "unaware" { // for one, the way on
				o.run(exitDone, "", "broadcast", "resume", "tariffs")
				p := serve()
				p.until("the announcement", func() bool { announced, _ := heard(); return announced })
				p.stops(func() {})
			}
		})
	}
}

// wire passes connections on to a database, until it is cut.
type wire struct {
	net.Listener
	to string

	mu   sync.Mutex
	cut  bool
	open []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, to: to}
	t.Cleanup(func() { _ = l.Close(); w.set(true) })
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", w.to)
			if err != nil || !w.holds(in, out) {
				_ = in.Close()
				continue
			}
			go func() { defer out.Close(); _, _ = io.Copy(out, in) }()
			go func() { defer in.Close(); _, _ = io.Copy(in, out) }()
		}
	}()
	return w
}

// holds keeps the ends of a connection, to cut it later; false while the wire is cut.
func (w *wire) holds(in, out net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut {
		_ = out.Close()
		return false
	}
	w.open = append(w.open, in, out)
	return true
}

func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for _, c := range w.open {
		_ = c.Close()
	}
	w.open = nil
}

// S65: a tracked link of a service at work leads on while its database is gone, a forged
// one leads nowhere, and one that is not known yet asks to come again; who followed it
// meanwhile is counted when the database is back.
func TestTrackedLinkOutlivesTheDatabase(t *testing.T) {
	t.Parallel()
	database := storagetest.PostgresURL(t)
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	cable := newWire(t, at.Host)
	at.Host = cable.Addr().String()
	s := newWorld(t, at.String(), sandboxOptions{})
	sale, other := bot.TrackedLinkOf("b", "https://shop.example/sale"), bot.TrackedLinkOf("b", "https://shop.example/other")
	put := func(l bot.TrackedLink) {
		t.Helper()
		if err := s.service.store.Load().InTx(t.Context(), func(tx *storage.Tx) error { return tx.PutLinks(t.Context(), []bot.TrackedLink{l}) }); err != nil {
			t.Fatal(err)
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	follow := func(token string) (int, string) {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.address+bot.LinkPath+token, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0")
		r, err := client.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Body.Close()
		return r.StatusCode, r.Header.Get("Location")
	}
	leads := func(when string, token string, status int, to string) {
		t.Helper()
		if got, where := follow(token); got != status || where != to {
			t.Errorf("%s: %d to %q, want %d to %q", when, got, where, status, to)
		}
	}
	token := s.service.tracker.Token(sale.ID, "c1")
	put(sale)
	leads("at work", token, http.StatusFound, sale.URL)
	s.sql(`UPDATE links SET clicks = 0`) // whether it is written yet or not is another matter
	cable.set(true)
	for i := range 3 {
		leads("without a database", s.service.tracker.Token(sale.ID, fmt.Sprint("d", i)), http.StatusFound, sale.URL)
	}
	leads("forged", token[:len(token)-2], http.StatusNotFound, "")
	leads("not known yet", s.service.tracker.Token(other.ID, "c1"), http.StatusServiceUnavailable, "")
	cable.set(false)
	s.await("the clicks to be written", func() bool {
		n := s.strings(`SELECT CAST(clicks AS TEXT) FROM links`)
		return len(n) == 1 && n[0] >= "3"
	})
}
