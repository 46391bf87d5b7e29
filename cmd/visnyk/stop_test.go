package main

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"visnyk/storage/storagetest"
)

// asVisnyk makes this test binary the program itself: a signal is for a process.
const asVisnyk = "RUN_AS_VISNYK"

// program is the service as a process of its own.
type program struct {
	*exec.Cmd
	t    *testing.T
	logs *buffer
}

func launch(t *testing.T, settings []string, args ...string) program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := program{Cmd: exec.Command(self, args...), t: t, logs: &buffer{}}
	p.Env = append([]string{asVisnyk + "=yes", "PATH=" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}, settings...)
	p.Stderr = p.logs
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = p.Process.Kill(), p.Wait() }) // which most have seen
	return p
}

// stops sends SIGTERM and wants a good end, in time.
func (p program) stops(then func()) {
	p.t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	then()
	late := time.AfterFunc(patience, func() { _ = p.Process.Kill() })
	defer late.Stop()
	if err := p.Wait(); err != nil {
		p.t.Errorf("it ended with %v:\n%s", err, p.logs.String())
	}
}

// until waits for what the process does.
func (p program) until(what string, holds func() bool) {
	p.t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(patience); !holds(); {
		select {
		case <-tick.C:
		case <-end:
			_ = p.Process.Kill()
			_ = p.Wait()
			p.t.Fatalf("waited in vain for %s:\n%s", what, p.logs.String())
		}
	}
}

// TestTermDuringTheStart: a stop before the service is ready is a stop like any
// other, wherever it meets the start.
func TestTermDuringTheStart(t *testing.T) {
	settings := func(database string) []string {
		return []string{
			"VISNYK_LISTEN=127.0.0.1:0", "VISNYK_INTERNAL_LISTEN=127.0.0.1:0", "VISNYK_DATABASE_URL=" + database,
			"VISNYK_TELEGRAM_TOKEN=1234:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "VISNYK_TELEGRAM_SECRET=s", "VISNYK_TELEGRAM_API_URL=http://127.0.0.1:9",
		}
	}
	nothing := func() {}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // after those that run beside each other
	silent := "postgres://a:b@" + listener.Addr().String() + "/x?sslmode=disable"

	t.Run("reading settings", func(t *testing.T) {
		t.Parallel()
		pipe := filepath.Join(t.TempDir(), "secret")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		p := launch(t, append(settings("sqlite:"+t.TempDir()+"/x.db"), "VISNYK_SECRET_FILE="+pipe), "serve")
		secret, err := os.OpenFile(pipe, os.O_WRONLY, 0) // it is there when it reads
		if err != nil {
			t.Fatal(err)
		}
		p.stops(func() {
			_, _ = io.WriteString(secret, "a secret for tests alone")
			_ = secret.Close()
		})
	})
	t.Run("database away", func(t *testing.T) {
		t.Parallel()
		gone, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = gone.Close()
		p := launch(t, append(settings(strings.Replace(silent, listener.Addr().String(), gone.Addr().String(), 1)), "VISNYK_SECRET=a secret for tests alone"), "serve")
		p.until("the database to be missed", func() bool { return strings.Contains(p.logs.String(), "database is away") })
		p.stops(nothing)
	})
	t.Run("database silent", func(t *testing.T) {
		t.Parallel()
		p := launch(t, append(settings(silent), "VISNYK_SECRET=a secret for tests alone"), "serve")
		c, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		p.stops(nothing)
	})
	t.Run("migrating", func(t *testing.T) {
		t.Parallel()
		database := storagetest.EmptyPostgresURL(t)
		db := look(t, database)
		tx, err := db.BeginTx(t.Context(), nil) // somebody else is at it
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }()
		if _, err := tx.ExecContext(t.Context(), `CREATE TABLE goose_lock (id BIGINT); CREATE TABLE goose_db_version (id BIGINT)`); err != nil {
			t.Fatal(err)
		}
		p := launch(t, append(settings(database), "VISNYK_SECRET=a secret for tests alone"), "serve")
		p.until("the migration to wait", func() bool {
			var n int
			err := db.Get(&n, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
			return err == nil && n > 0
		})
		p.stops(nothing)
	})
	t.Run("filling the demo", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		p := launch(t, nil, "demo", "-listen", "127.0.0.1:0", "-data", dir)
		p.until("the demo to begin", func() bool {
			log, _ := os.ReadFile(filepath.Join(dir, "visnyk.log"))
			return strings.Contains(string(log), "msg=ready")
		})
		p.stops(nothing)
	})
}
