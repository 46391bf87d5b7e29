package dialog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/prometheus/client_golang/prometheus"

	"visnyk/bot"
	"visnyk/bot/desk"
	"visnyk/bot/library"
	"visnyk/flows"
	"visnyk/locales"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// wire is a channel whose updates are plain texts; some of them are evil.
type wire struct{ bot.Channel }

func (wire) Name() string            { return "telegram" }
func (wire) Admit(bot.Request) error { return nil }

func (wire) Decode(u bot.Update) ([]bot.Event, error) {
	switch string(u.Payload) {
	case "panic":
		panic("an evil update")
	case "strange":
		return nil, errors.New("a field of the wrong type")
	case "strange receipt":
		return nil, fmt.Errorf("%w: a field of the wrong type", bot.ErrReceipt)
	}
	return []bot.Event{{Kind: bot.Typed, From: bot.Address{Bot: u.Bot, Chat: u.Chat}, Text: strings.TrimSpace(string(u.Payload))}}, nil
}

func (wire) Render(m bot.Message) ([]bot.Part, error) {
	body, err := json.Marshal(m.Text)
	return []bot.Part{{Kind: bot.Say, Body: body}}, err
}

// nothing is a FAQ without articles.
type nothing struct{ flows.Finder }

// rig is a worker over a real database, and a way to look into it.
type rig struct {
	*testing.T
	store  *storage.Store
	db     *sqlx.DB
	worker *Worker
	n      int
}

func onBoth(t *testing.T, f func(t *testing.T, r *rig)) {
	t.Helper()
	for driver, url := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel() // one beside the other: behind onBoth nothing is left to do
			f(t, newRig(t, driver, url(t)))
		})
	}
}

func newRig(t *testing.T, driver, url string) *rig {
	t.Helper()
	db, err := sqlx.Open(driver, strings.Replace(url, "sqlite:", "file:", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	store := storagetest.Open(t, url)
	texts, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	return &rig{T: t, store: store, db: db, worker: NewWorker(Config{
		Store: store, Channel: wire{}, Log: log, Now: time.Now, Sent: func([]storage.OutboxRow) {},
		Engine:  Engine{Book: smallBook(t), Texts: texts, Zone: time.UTC, NewID: storage.NewID},
		Library: library.NewLibrary(store, func([]bot.Article, ...bot.Change) flows.Finder { return nothing{} }, log),
		Desk:    desk.New(store, nil, time.UTC, log),
		Metrics: NewMetrics(prometheus.NewRegistry()),
	})}
}

// receive puts a text of the chat into the inbox.
func (r *rig) receive(chat, text string) (id string) {
	r.Helper()
	r.n++
	id = fmt.Sprintf("%04d", r.n)
	_, err := r.store.Receive(r.Context(), []storage.Incoming{{
		Source: storage.SourceChannel, Update: bot.Update{Bot: "telegram", ID: id, Chat: chat, Payload: []byte(text)},
	}})
	if err != nil {
		r.Fatal(err)
	}
	return id
}

// run runs the worker until holds.
func (r *rig) run(clean bool, what string, holds func() bool) {
	r.Helper()
	lease, _, ok, err := r.store.Acquire(r.Context(), "telegram", storage.NewID(), time.Hour)
	if err != nil || !ok {
		r.Fatalf("lease: %v %v", ok, err)
	}
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Minute) // nothing takes that long unless it fails
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- r.worker.Run(ctx, lease, clean) }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case err := <-ended:
			r.Fatalf("the worker ended: %v", err)
		case <-ctx.Done():
			r.Fatalf("waited in vain until %s: %v", what, r.states())
		case <-tick.C:
		}
	}
	cancel()
	if err := <-ended; err != nil {
		r.Fatal(err)
	}
	if err := r.store.Release(context.WithoutCancel(r.Context()), lease); err != nil {
		r.Fatal(err)
	}
}

// states counts the inbox rows by state.
func (r *rig) states() map[string]int {
	r.Helper()
	var rows []struct {
		State string
		N     int
	}
	if err := r.db.Select(&rows, `SELECT state, count(*) AS n FROM inbox GROUP BY state`); err != nil {
		r.Fatal(err)
	}
	states := map[string]int{}
	for _, row := range rows {
		states[row.State] = row.N
	}
	return states
}

func (r *rig) idle() bool { return r.states()["waiting"] == 0 }

func TestPoisonUpdateHarmsNobodyElse(t *testing.T) { // F18
	onBoth(t, func(t *testing.T, r *rig) {
		r.receive("bad", "привіт")
		r.run(true, "the person is known", r.idle)
		evil := r.receive("bad", "panic")
		r.receive("bad", "ще раз")
		for i := range 20 {
			r.receive(fmt.Sprint("good", i), "привіт")
		}
		r.run(true, "everything is settled", r.idle)
		if got := r.states(); got["parked"] != 1 || got["done"] != 22 {
			t.Fatalf("%v, want one parked and all others done", got)
		}
		var row struct {
			State    string
			Attempts int
		}
		if err := r.db.Get(&row, `SELECT state, attempts FROM inbox WHERE id = $1`, evil); err != nil || row.State != "parked" || row.Attempts != maxTries {
			t.Errorf("the evil update is %+v (%v), want parked after %d tries", row, err, maxTries)
		}
		tickets, err := r.store.OpenTickets(t.Context())
		if err != nil || len(tickets) != 1 || tickets[0].Reason != bot.ReasonPoisoned {
			t.Errorf("tickets %+v (%v), want an operator called to the chat", tickets, err)
		}
	})
}

func TestUnreadableConversationHarmsNobodyElse(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		r.receive("bad", "привіт")
		r.run(true, "the person is known", r.idle)
		if _, err := r.db.Exec(`UPDATE conversations SET vars = 'not json'`); err != nil {
			t.Fatal(err)
		}
		r.receive("bad", "ще раз")
		for i := range 20 {
			r.receive(fmt.Sprint("good", i), "привіт")
		}
		r.run(true, "everything is settled", r.idle)
		if got := r.states(); got["parked"] != 1 || got["done"] != 21 {
			t.Fatalf("%v, want one parked and all others done", got)
		}
	})
}

// TestDatabaseTroubleIsNobodysFault locks a table that turns write for longer
// than any of their statements waits. No update may be parked for that, and
// every chat keeps its order.
func TestDatabaseTroubleIsNobodysFault(t *testing.T) {
	r := newRig(t, "postgres", storagetest.PostgresURL(t))
	for i := range 40 {
		r.receive(fmt.Sprint("chat", i%4), fmt.Sprint(i))
	}
	tx, err := r.db.Beginx()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(`LOCK TABLE history`); err != nil {
		t.Fatal(err)
	}
	unlock := time.AfterFunc(14*time.Second, func() { _ = tx.Rollback() })
	defer unlock.Stop()
	r.run(true, "everything is settled", r.idle)
	if got := r.states(); got["done"] != 40 {
		t.Fatalf("%v, want all done", got)
	}
	var history []struct{ Chat, Text string }
	if err := r.db.Select(&history, `SELECT chat, text FROM history WHERE NOT outgoing ORDER BY id`); err != nil {
		t.Fatal(err)
	}
	next := map[string]int{}
	for _, h := range history {
		if want := fmt.Sprint(next[h.Chat]*4 + int(h.Chat[4]-'0')); h.Text != want {
			t.Fatalf("%s: %q, want %q: out of order", h.Chat, h.Text, want)
		}
		next[h.Chat]++
	}
}

// TestDeathIsCounted shows that an update which kills the process is not tried
// for ever: each life counts a try before it begins.
func TestDeathIsCounted(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		id := r.receive("chat", "привіт")
		for range maxTries { // three lives that ended in the middle of it
			lease, _, ok, err := r.store.Acquire(t.Context(), "telegram", storage.NewID(), time.Nanosecond)
			if err != nil || !ok {
				t.Fatalf("lease: %v %v", ok, err)
			}
			if _, err := r.store.CountAttempt(t.Context(), lease, id); err != nil {
				t.Fatal(err)
			}
		}
		r.run(false, "it is parked", r.idle)
		if got := r.states(); got["parked"] != 1 {
			t.Fatalf("%v, want it parked", got)
		}
	})
}

// Behind a long line of large updates of one chat the inbox is read after every turn:
// of what is held already, in work or not, no payload is read again.
func TestWhatIsHeldIsNotReadAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		large := func() string { return r.receive("one", strings.Repeat(fmt.Sprint(r.n), 1<<18)) }
		large()
		large()
		for _, deep := range []bool{false, true} {
			d := &dispatch{w: r.worker, lease: storage.Lease{Bot: "telegram"}, deep: deep, busy: map[string]bool{}, working: map[string]*arrival{}}
			if _, err := d.read(t.Context()); err != nil {
				t.Fatal(err)
			}
			before := slices.Clone(d.waiting[1:])
			d.pick()
			last := large()
			d.deep = deep
			if _, err := d.read(t.Context()); err != nil || len(d.working) != 1 || len(d.waiting) != len(before)+1 {
				t.Fatalf("%d rows wait behind %d in work: %v", len(d.waiting), len(d.working), err)
			}
			for i, row := range before {
				if again := d.waiting[i]; again.ID != row.ID || &again.Payload[0] != &row.Payload[0] {
					t.Errorf("deep %v: row %s is read again", deep, row.ID)
				}
			}
			if row := d.waiting[len(before)]; row.ID != last || len(row.Payload) != 1<<18 {
				t.Errorf("deep %v: what has come since is row %s of %d bytes", deep, row.ID, len(row.Payload))
			}
		}
	})
}

// Rows are read ahead by their bytes too: 12 MiB take two readings, and after a
// holder that died each of them is tried with care all the same.
func TestReadingAheadIsBoundedInBytes(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		for i := range 12 {
			r.receive(fmt.Sprint(i), "x"+strings.Repeat(" ", 1<<20-1))
		}
		d := &dispatch{w: r.worker, lease: storage.Lease{Bot: "telegram"}, working: map[string]*arrival{}}
		more, err := d.read(t.Context())
		if err != nil || !more || len(d.waiting) != 8 {
			t.Errorf("%d rows read, more behind them: %v, %v", len(d.waiting), more, err)
		}
		r.run(false, "all are done", r.idle)
		var tries []int
		if err := r.db.Select(&tries, `SELECT attempts FROM inbox ORDER BY seq`); err != nil {
			t.Fatal(err)
		}
		if want := slices.Repeat([]int{1}, 12); !slices.Equal(tries, want) {
			t.Errorf("tries %v, want %v", tries, want)
		}
	})
}

// A commit that was not answered may have written claimed what nobody was handed: it waits
// before any other turn of its chat is written, whether the row is tried at once or read
// again.
func TestUnansweredCommitIsUnclaimed(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		var said []storage.OutboxRow
		r.worker.Takes = func() int { return 1 }
		r.worker.Sent = func(rows []storage.OutboxRow) { said = append(said, rows...) }
		r.receive("one", "привіт")
		r.receive("two", "привіт")
		lease, _, _, err := r.store.Acquire(t.Context(), "telegram", "me", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		d := &dispatch{w: r.worker, lease: lease, busy: map[string]bool{}, working: map[string]*arrival{}}
		if _, err := d.read(t.Context()); err != nil {
			t.Fatal(err)
		}
		rows := slices.Clone(d.waiting)
		if _, err := r.worker.batch(t.Context(), lease, rows, nil, false); err != nil {
			t.Fatal(err)
		}
		claimed := func() (n int) {
			if err := r.db.Get(&n, `SELECT count(*) FROM outbox WHERE state = 'sending'`); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := claimed(); n != 1 || len(said) == 0 || said[0].Epoch != lease.Epoch {
			t.Fatalf("%d claimed of %+v, want the reply of one chat", n, said)
		}
		if err := r.worker.tryOne(t.Context(), lease, rows[0]); err != nil || claimed() != 0 {
			t.Errorf("tried alone: %v, %d claimed", err, claimed())
		}
		if _, err := r.db.Exec(`UPDATE outbox SET state = 'sending', epoch = $1 WHERE chat = 'two' AND cause LIKE '%/0/0'`, lease.Epoch); err != nil {
			t.Fatal(err)
		}
		d.tried = rows[1:]
		if _, err := d.read(t.Context()); err != nil || claimed() != 0 {
			t.Errorf("read again: %v, %d claimed", err, claimed())
		}
	})
}

// Whoever brings an update learns whether its turn is made here.
func TestWakeTellsWhoWorks(t *testing.T) {
	onBoth(t, func(t *testing.T, r *rig) {
		if r.worker.Wake() {
			t.Error("it works before it runs")
		}
		r.run(true, "it works", r.worker.Wake)
		if r.worker.Wake() {
			t.Error("it works after its end")
		}
	})
}
