package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage/storagetest"
)

func TestMain(m *testing.M) { storagetest.Main(m) }

// databases are the two that every promise holds on.
func databases() map[string]func(testing.TB) string {
	return map[string]func(testing.TB) string{"postgres": storagetest.PostgresURL, "sqlite": storagetest.SQLiteURL}
}

// free gives a loopback address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// fakeTelegram takes every send, as a messenger with no limits would.
func fakeTelegram(t *testing.T) *telegramtest.Server {
	t.Helper()
	return telegramtest.Start(t, telegramtest.Options{Token: token, AllowHTTP: true, OpenChats: true, Lean: true})
}

// TestKill kills the service five times in the middle of 5,000 updates. Nothing
// acknowledged may be lost, nothing applied twice, no chat reordered; a reply
// may come twice only if nobody could know whether it had arrived.
func TestKill(t *testing.T) {
	const kills = 5
	for name, url := range databases() {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			database, address, tg := url(t), free(t), fakeTelegram(t)
			p := start(t, database, tg.URL(), address)
			c := newCrowd(address, 500, 10)
			written := make(chan error, 1)
			go func() { written <- c.write(ctx) }()
			for k := range kills {
				// somewhere in the next part of the work, in the middle of anything
				at := int64(c.total()*k/kills + rand.IntN(c.total()/kills))
				until(ctx, t, fmt.Sprintf("%d updates", at), func() bool { return c.acked.Load() >= at })
				p.kill()
				p = start(t, database, tg.URL(), address)
			}
			c.finish(t, written)
			db := open(t, database)
			awaitEmpty(t, db)
			judge(t, db, c, tg)
		})
	}
}

// outage is how long the database is away.
const outage = 60 * time.Second

// TestDatabaseAway takes the database away for a minute in the middle of 3,000
// updates: PostgreSQL is killed, SQLite's write lock is held. Meanwhile the door
// answers 503 with Retry-After; afterwards everything redelivered is handled
// once, and the first acknowledgement comes within three seconds.
func TestDatabaseAway(t *testing.T) {
	away := map[string]func(t *testing.T) (url string, leave, back func()){
		"postgres": func(t *testing.T) (string, func(), func()) {
			cluster, err := storagetest.StartPostgres("", storagetest.ClusterOptions{Fsync: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cluster.Close() })
			return cluster.URL("postgres"),
				func() { must(t, cluster.Kill()) },
				func() { must(t, cluster.Start()) }
		},
		"sqlite": func(t *testing.T) (string, func(), func()) {
			url := storagetest.SQLiteURL(t)
			db := open(t, url)
			db.SetMaxOpenConns(1)
			return url,
				func() { _, err := db.Exec("BEGIN IMMEDIATE"); must(t, err) },
				func() { _, err := db.Exec("ROLLBACK"); must(t, err) }
		},
	}
	for name, prepare := range away {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			database, leave, back := prepare(t)
			address, tg := free(t), fakeTelegram(t)
			p := start(t, database, tg.URL(), address)
			c := newCrowd(address, 300, 10)
			written := make(chan error, 1)
			go func() { written <- c.write(ctx) }()
			until(ctx, t, "a third of the updates", func() bool { return c.acked.Load() >= int64(c.total()/3) })
			leave()
			refused, acked := c.refused.Load(), c.acked.Load()
			wait := time.NewTimer(outage)
			defer wait.Stop()
			select {
			case <-wait.C:
			case <-p.ended:
				t.Fatal("the service ended while its database was away")
			}
			if c.refused.Load() == refused {
				t.Error("nobody was answered 503 while the database was away")
			}
			if n := c.acked.Load() - acked; n > 32 {
				t.Errorf("%d updates were acknowledged while nothing could be stored", n)
			}
			c.firstAck.Store(0)
			back()
			returned := time.Now()
			until(ctx, t, "the first acknowledgement", func() bool { return c.firstAck.Load() != 0 })
			first := time.UnixMicro(c.firstAck.Load()).Sub(returned)
			t.Logf("503 answers: %d; first acknowledgement %v after the database was back", c.refused.Load()-refused, first.Round(time.Millisecond))
			if first > 3*time.Second {
				t.Errorf("first acknowledgement after %v, want within 3 s", first)
			}
			c.finish(t, written)
			db := open(t, database)
			awaitEmpty(t, db)
			judge(t, db, c, tg)
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
