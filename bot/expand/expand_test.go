package expand

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

// doomed names the database of a process that is killed in the middle of its work.
const doomed = "VISNYK_EXPAND_DOOMED"

func TestMain(m *testing.M) {
	if url := os.Getenv(doomed); url != "" {
		die(url)
		return
	}
	storagetest.Main(m)
}

// die expands until the second batch has written its rows, and is killed before it
// commits.
func die(url string) {
	s, err := storage.Open(context.Background(), url, storage.Options{})
	if err != nil {
		panic(err)
	}
	x := New(Config{Store: s, Owner: "doomed", TTL: time.Second})
	ledger, batches := x.makes[storage.ExpandLedger], 0
	x.makes[storage.ExpandLedger] = func(ctx context.Context, tx *storage.Tx, subject string, contacts []string) (bool, error) {
		over, err := ledger(ctx, tx, subject, contacts)
		if batches++; batches == 2 && err == nil {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		return over, err
	}
	panic(x.Work(context.Background()))
}

// each runs f on both databases.
func each(t *testing.T, f func(t *testing.T, d database)) {
	t.Helper()
	for driver, fresh := range map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL} {
		t.Run(driver, func(t *testing.T) {
			d := database{url: fresh(t)}
			d.Store = storagetest.Open(t, d.url)
			var err error
			if d.raw, err = sql.Open(driver, strings.TrimPrefix(d.url, "sqlite:")); err != nil {
				t.Fatal(err)
			}
			defer d.raw.Close()
			f(t, d)
		})
	}
}

type database struct {
	*storage.Store
	url string
	raw *sql.DB
}

func (d database) count(t *testing.T, query string) (n int) {
	t.Helper()
	if err := d.raw.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// people puts so many in, every second one in Київ.
func (d database) people(t *testing.T, n int) {
	t.Helper()
	all := make([]storage.ContactRow, n)
	for i := range all {
		all[i].Contact = bot.Contact{ID: storage.NewID(), External: fmt.Sprint(i), Region: []string{"Київ", "Львів"}[i%2]}
	}
	err := d.InTx(t.Context(), func(tx *storage.Tx) error { _, err := tx.ImportContacts(t.Context(), all); return err })
	if err != nil {
		t.Fatal(err)
	}
}

func (d database) approve(t *testing.T, id string) {
	t.Helper()
	err := d.PutChanges(t.Context(), []bot.Change{{
		ID: id, Kind: bot.Tariff, State: bot.ChangeAnnounced, Version: 1, Audience: bot.In("region", "Київ"),
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func (d database) expanding(t *testing.T, id string) *storage.Expansion {
	t.Helper()
	sheet, err := d.Sheet(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return sheet.Expanding
}

// running runs an Expander until the change's people are all listed.
func (d database) running(t *testing.T, x *Expander, id string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	done := make(chan struct{})
	go func() { defer close(done); x.Run(ctx) }()
	defer func() { cancel(); <-done }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for d.expanding(t, id) != nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("nobody finishes it")
		}
	}
}

// A process that dies in the middle of a batch loses that batch and nothing else:
// another goes on where it was, everybody is listed, nobody is walked past twice.
func TestKilledInTheMiddle(t *testing.T) {
	const contacts = 1600
	each(t, func(t *testing.T, d database) {
		d.people(t, contacts)
		d.approve(t, "a")
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), doomed+"="+d.url)
		if said, err := child.CombinedOutput(); err == nil || child.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("it was not killed: %v\n%s", err, said)
		}
		if left := d.expanding(t, "a"); left == nil || left.Walked != 500 || left.People != contacts {
			t.Fatalf("it left %+v", left)
		}
		if n := d.count(t, `SELECT count(*) FROM ledger`); n != 250 {
			t.Errorf("it left %d rows, want those of its first batch", n)
		}
		d.running(t, New(Config{Store: d.Store, Owner: "heir", TTL: time.Second}), "a")
		if walked, rows := d.count(t, `SELECT walked FROM expansions`), d.count(t, `SELECT count(*) FROM ledger`); walked != contacts || rows != contacts/2 {
			t.Errorf("%d walked past and %d rows, want %d and %d", walked, rows, contacts, contacts/2)
		}
	})
}

// Of two replicas that are woken at once one expands; a subject that fails holds
// up no other, and is tried again.
func TestExpandersShareTheWork(t *testing.T) {
	each(t, func(t *testing.T, d database) {
		d.people(t, 1200)
		d.approve(t, "bad")
		d.approve(t, "good")
		failing := true
		x := New(Config{Store: d.Store, Owner: "one"})
		ledger := x.makes[storage.ExpandLedger]
		other := New(Config{Store: d.Store, Owner: "two"})
		x.makes[storage.ExpandLedger] = func(ctx context.Context, tx *storage.Tx, subject string, contacts []string) (bool, error) {
			if subject == "bad" && failing {
				return false, fmt.Errorf("on purpose")
			}
			return ledger(ctx, tx, subject, contacts)
		}
		other.makes[storage.ExpandLedger] = func(context.Context, *storage.Tx, string, []string) (bool, error) {
			t.Error("two expand at once")
			return false, nil
		}
		lease, ours, err := d.AcquireExpander(t.Context(), "one", time.Minute)
		if err != nil || !ours {
			t.Fatal(ours, err)
		}
		if err := other.Work(t.Context()); err != nil {
			t.Error(err)
		}
		if err := d.Release(t.Context(), lease); err != nil {
			t.Error(err)
		}
		if err := x.Work(t.Context()); err == nil {
			t.Error("a failure is silent")
		}
		if d.expanding(t, "bad") == nil || d.expanding(t, "good") != nil {
			t.Errorf("the bad one held up the good one: %+v", d.expanding(t, "good"))
		}
		failing = false
		if err := x.Work(t.Context()); err != nil || d.expanding(t, "bad") != nil {
			t.Errorf("not tried again: %v", err)
		}
		if n := d.count(t, `SELECT count(*) FROM ledger`); n != 1200 {
			t.Errorf("%d rows, want 1200", n)
		}
	})
}
