package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/jmoiron/sqlx"

	"visnyk/bot/telegram/telegramtest"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

const (
	token  = "123456:bench-bench-bench-bench-bench"
	secret = "bench-secret"

	ownSecret = "bench-bench-bench-bench-bench-bench" // VISNYK_SECRET
)

// bench holds what all measurements share.
type bench struct {
	dir      string
	service  string // the service's binary
	self     string // this binary, for the other sides
	cluster  *storagetest.Cluster
	admin    *sqlx.DB
	postgres int    // pid of PostgreSQL's first process
	made     int    // databases
	database string // the last one of PostgreSQL
}

func newBench(ctx context.Context) (*bench, error) {
	dir, err := os.MkdirTemp("", "visnyk-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{dir: dir, service: filepath.Join(dir, "visnyk")}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.service, "visnyk/cmd/visnyk").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the service: %w\n%s", err, out)
	}
	if b.self, err = os.Executable(); err != nil {
		return nil, err
	}
	if b.cluster, err = storagetest.StartPostgres("", storagetest.ClusterOptions{Fsync: true}); err != nil {
		return nil, err
	}
	if b.admin, err = sqlx.ConnectContext(ctx, "postgres", b.cluster.URL("postgres")); err != nil {
		return nil, err
	}
	var backend int
	if err := b.admin.Get(&backend, "SELECT pg_backend_pid()"); err != nil {
		return nil, err
	}
	if b.postgres, err = parent(backend); err != nil {
		return nil, err
	}
	var settings string
	if err := b.admin.Get(&settings, "SELECT 'fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit') || ', ' || split_part(version(), ' on ', 1)"); err != nil {
		return nil, err
	}
	fmt.Println(settings)
	return b, nil
}

func (b *bench) close() {
	if b.admin != nil {
		_ = b.admin.Close()
	}
	if b.cluster != nil {
		_ = b.cluster.Close()
	}
	_ = os.RemoveAll(b.dir)
}

// postgresURL returns a fresh database. The one before is dropped, lest its
// vacuuming be measured with the next.
func (b *bench) postgresURL(ctx context.Context) (string, error) {
	if b.database != "" {
		if _, err := b.admin.ExecContext(ctx, "DROP DATABASE "+b.database+" WITH (FORCE)"); err != nil {
			return "", err
		}
	}
	return b.anotherURL(ctx)
}

// anotherURL returns a fresh database beside the one before.
func (b *bench) anotherURL(ctx context.Context) (string, error) {
	b.made++
	b.database = fmt.Sprintf("bench_%d", b.made)
	if _, err := b.admin.ExecContext(ctx, "CREATE DATABASE "+b.database); err != nil {
		return "", err
	}
	return b.cluster.URL(b.database), nil
}

// sqliteURL returns a fresh database in a file.
func (b *bench) sqliteURL() string {
	b.made++
	return fmt.Sprintf("sqlite:%s/bench_%d.db", b.dir, b.made)
}

// freshFile is sqliteURL in the manner of postgresURL.
func (b *bench) freshFile(context.Context) (string, error) { return b.sqliteURL(), nil }

// migrated brings a fresh database up to date before anything is timed.
func migrated(ctx context.Context, url string) error {
	store, err := storage.Open(ctx, url, storage.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	_, err = store.Migrate(ctx)
	return err
}

// fakeTelegram takes sends at once and keeps each chat's last message.
func fakeTelegram(strict bool) (*telegramtest.Server, error) {
	return telegramtest.New(telegramtest.Options{Token: token, AllowHTTP: true, OpenChats: true, Unrecorded: true, Strict: strict})
}

// freeAddress returns a loopback address that nobody listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// startService runs the service; rate 0 takes our limits off. Of what stands in env
// the last counts.
func (b *bench) startService(ctx context.Context, database, api string, rate int, env ...string) (*side, error) {
	return startBinary(ctx, b.service, database, api, rate, env...)
}

// startBinary is startService of a binary of another revision.
func startBinary(ctx context.Context, service, database, api string, rate int, env ...string) (*side, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, service, "serve")
	cmd.Env = append(os.Environ(),
		"VISNYK_LISTEN="+address, "VISNYK_INTERNAL_LISTEN=127.0.0.1:0", "VISNYK_PUBLIC_URL=http://"+address,
		"VISNYK_DATABASE_URL="+database, "VISNYK_LOG_LEVEL=error", "VISNYK_TELEGRAM_API_URL="+api,
		"VISNYK_TELEGRAM_TOKEN="+token, "VISNYK_TELEGRAM_SECRET="+secret, fmt.Sprintf("VISNYK_TELEGRAM_RATE=%d", rate),
		"VISNYK_SECRET="+ownSecret,
	)
	cmd.Env = append(cmd.Env, env...)
	return start(ctx, cmd, address, "/readyz")
}

// startSide runs one of the other sides: this binary under another word.
func (b *bench) startSide(ctx context.Context, word, database, api string) (*side, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	return start(ctx, exec.CommandContext(ctx, b.self, word, address, database, api), address, "/readyz")
}

// patience bounds every wait.
const patience = 5 * time.Minute
