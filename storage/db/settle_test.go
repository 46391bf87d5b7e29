package db

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// openWith opens a database of SQLite with a table of numbers, whose log goes to the disk as
// sync says.
func openWith(t *testing.T, path string, sync func(*os.File) error) *DB {
	t.Helper()
	d, err := Open(t.Context(), "sqlite:"+path, Options{Sync: sync, Exclusive: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if _, err := d.Writer().Exec(t.Context(), `CREATE TABLE IF NOT EXISTS numbers (n BIGINT PRIMARY KEY, text TEXT NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	return d
}

const (
	addNumber = `INSERT INTO numbers (n, text) VALUES ($1, $2)`
	allOf     = `SELECT n FROM numbers`
	newest    = `SELECT COALESCE(max(n), 0) AS n FROM numbers`
)

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// counted is a disk that counts syncs, and holds each up until it is let go.
type counted struct {
	began, let chan struct{}
}

func (c counted) sync(f *os.File) error {
	c.began <- struct{}{}
	<-c.let
	return f.Sync()
}

// While the disk is busy the writer is not: what is committed meanwhile goes with one sync.
func TestOneSyncForAllWhoWait(t *testing.T) {
	held := atomic.Bool{}
	disk := counted{make(chan struct{}), make(chan struct{})}
	d := openWith(t, filepath.Join(t.TempDir(), "visnyk.db"), func(f *os.File) error {
		if held.Load() {
			return disk.sync(f)
		}
		return f.Sync()
	})
	held.Store(true)
	const n = 10
	done := make(chan error)
	add := func(i int) {
		done <- d.InTx(t.Context(), func(c Conn) error {
			_, err := c.Exec(t.Context(), addNumber, i, "")
			return err
		})
	}
	go add(0)
	<-disk.began
	for i := range n {
		go add(i + 1)
	}
	for d.settler.seen() < n+2 { // with the table's
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-done:
		t.Fatal("answered before the sync", err)
	default:
	}
	disk.let <- struct{}{}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	<-disk.began // for all others
	disk.let <- struct{}{}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// After a sync that failed nothing is read or written any more, until the next start finds
// what was there, and has it in the file itself.
func TestSyncFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "visnyk.db")
	var broken error
	d := openWith(t, path, func(f *os.File) error { return errors.Join(broken, f.Sync()) })
	ctx := t.Context()
	add := func(n int) error {
		return d.InTx(ctx, func(c Conn) error {
			_, err := c.Exec(ctx, addNumber, n, "")
			return err
		})
	}
	if err := add(1); err != nil {
		t.Fatal(err)
	}
	broken = syscall.EIO
	if err := add(2); !errors.Is(err, ErrCommitUnknown) || !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
	broken = nil
	var n int64
	for name, err := range map[string]error{
		"a transaction":    add(3),
		"a lone statement": func() error { _, err := d.Writer().Exec(ctx, addNumber, 4, ""); return err }(),
		"a reading":        d.Reader().Get(ctx, &n, newest),
		"a moment":         d.Snapshot(ctx, func(c Conn) error { return c.Get(ctx, &n, newest) }),
	} {
		if !errors.Is(err, errUnsettled) || errors.Is(err, ErrCommitUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for from, to := range map[string]string{path: path + ".killed", path + "-wal": path + ".killed-wal"} {
		if err := copyFile(to, from); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	again := openWith(t, path+".killed", nil)
	if info, err := os.Stat(path + ".killed-wal"); err != nil || info.Size() > 0 {
		t.Error("the log is not in the file", err)
	}
	var all []int64
	if err := again.Reader().Select(ctx, &all, allOf+` ORDER BY n`); err != nil || fmt.Sprint(all) != "[1 2]" {
		t.Error(all, err)
	}
}

// Work that may be repeated does not wait for the disk, and whoever reads what it wrote does.
func TestStepDoesNotWait(t *testing.T) {
	syncs := atomic.Int64{}
	d := openWith(t, filepath.Join(t.TempDir(), "visnyk.db"), func(f *os.File) error { syncs.Add(1); return f.Sync() })
	before := syncs.Load()
	for n := range 3 {
		if err := d.InStep(t.Context(), func(c Conn) error {
			_, err := c.Exec(t.Context(), addNumber, n+1, "")
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if syncs.Load() != before {
		t.Error("a step waited for the disk")
	}
	var n int64
	if err := d.Reader().Get(t.Context(), &n, newest); err != nil || n != 3 || syncs.Load() != before+1 {
		t.Error(n, err, syncs.Load()-before)
	}
}

// What was not found, or refused for what others had done, is told once that is on the disk.
func TestNoIsAnAnswer(t *testing.T) {
	syncs := atomic.Int64{}
	d := openWith(t, filepath.Join(t.TempDir(), "visnyk.db"), func(f *os.File) error { syncs.Add(1); return f.Sync() })
	ctx := t.Context()
	var n int64
	for name, ask := range map[string]func() error{
		"a row that is gone":         func() error { return d.Reader().Get(ctx, &n, allOf+` WHERE n = 0`) },
		"the same asked the writer":  func() error { return d.Writer().Get(ctx, &n, allOf+` WHERE n = 0`) },
		"a key that is there":        func() error { _, err := d.Writer().Exec(ctx, addNumber, 1, ""); return err },
		"a transaction that refuses": func() error { return d.InTx(ctx, func(Conn) error { return io.EOF }) },
	} {
		if err := d.InStep(ctx, func(c Conn) error {
			_, err := c.Exec(ctx, addNumber+` ON CONFLICT (n) DO UPDATE SET text = text || 'x'`, 1, "")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		before := syncs.Load()
		if err := ask(); err == nil || syncs.Load() != before+1 {
			t.Errorf("%s: %v after %d syncs", name, err, syncs.Load()-before)
		}
	}
}

// What a process left that was killed is on the disk before another tells of it.
func TestLeftBehind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "visnyk.db")
	left := openWith(t, path, nil)
	if err := left.InStep(t.Context(), func(c Conn) error {
		_, err := c.Exec(t.Context(), addNumber, 1, "")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	syncs := atomic.Int64{}
	d, err := Open(t.Context(), "sqlite:"+path, Options{Sync: func(f *os.File) error { syncs.Add(1); return f.Sync() }})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var n int64
	if err := d.Reader().Get(t.Context(), &n, newest); err != nil || n != 1 || syncs.Load() == 0 {
		t.Error(n, err, syncs.Load())
	}
}

// The log and the lock are beside the file, wherever a link to that stands.
func TestLinkToFile(t *testing.T) {
	link, file := filepath.Join(t.TempDir(), "visnyk.db"), filepath.Join(t.TempDir(), "real.db")
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	openWith(t, link, nil) // which writes
	if d, err := Open(t.Context(), "sqlite:"+file, Options{Exclusive: true}); !errors.Is(err, ErrLocked) {
		t.Error("two have the database", err)
		_ = d.Close()
	}
}

// A log that somebody took away keeps nothing: whoever writes is told.
func TestLogTakenAway(t *testing.T) {
	for name, then := range map[string]func(log string) error{
		"nothing there": func(string) error { return nil },
		"another there": func(log string) error { return os.WriteFile(log, nil, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			log := filepath.Join(t.TempDir(), "visnyk.db-wal")
			d := openWith(t, strings.TrimSuffix(log, "-wal"), nil)
			if err := errors.Join(os.Rename(log, log+".gone"), then(log)); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Writer().Exec(t.Context(), addNumber, 1, ""); !errors.Is(err, ErrCommitUnknown) {
				t.Error(err)
			}
		})
	}
}

// The log stays short while commits go on, whatever is read meanwhile.
func TestLogStaysShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "visnyk.db")
	d := openWith(t, path, func(*os.File) error { return nil })
	ctx := t.Context()
	for n := range int64(480 * someCommits) {
		if err := d.InTx(ctx, func(c Conn) error {
			_, err := c.Exec(ctx, addNumber, n+1, fmt.Sprintf("%020000d", n))
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	// All that was written is some ten times as much.
	if most := int64(5 * longLog * sqlitePage); info.Size() > most {
		t.Errorf("the log has %d bytes, want %d at most", info.Size(), most)
	}
}
