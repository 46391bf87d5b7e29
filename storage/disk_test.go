package storage_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage"
	"visnyk/storage/storagetest"
)

const (
	smallDisk = 64 << 20
	reserve   = 16 << 20 // half of it may go at once from the log into the file
)

// small is a disk that others write on: take leaves so many bytes free, fill
// leaves none, give takes away what they wrote.
type small struct {
	s    *storage.Store
	take func(leave int64)
	fill func()
	give func()
}

// mounted is a file system of its own; nil where we may not mount one.
func mounted(t *testing.T) *small {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprint("size=", smallDisk)); err != nil {
		t.Logf("no file system of its own is tried, for it cannot be mounted: %v", err)
		return nil
	}
	t.Cleanup(func() { ok(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	s := openSmall(t, filepath.Join(dir, "visnyk.db"), nil)
	ballast := filepath.Join(dir, "ballast")
	take := func(leave int64) {
		var st syscall.Statfs_t
		ok(t, syscall.Statfs(dir, &st))
		f, err := os.OpenFile(ballast, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		ok(t, err)
		_, err = f.Write(make([]byte, max(0, int64(st.Bavail)*st.Bsize-leave)))
		if errors.Is(err, syscall.ENOSPC) { // the database took some meanwhile
			err = nil
		}
		ok(t, errors.Join(err, f.Close()))
	}
	return &small{s: s, take: take, fill: func() { take(0) }, give: func() { ok(t, os.Remove(ballast)) }}
}

// bounded is a database that must not grow further, and a disk that says so.
func bounded(t *testing.T) *small {
	t.Helper()
	path := filepath.Join(t.TempDir(), "visnyk.db")
	var taken atomic.Int64
	free := func() int64 {
		left := int64(smallDisk) - taken.Load()
		for _, name := range []string{path, path + "-wal"} {
			if info, err := os.Stat(name); err == nil {
				left -= info.Size()
			}
		}
		return left
	}
	s := openSmall(t, path, free)
	take := func(leave int64) { taken.Add(free() - leave) }
	return &small{
		s: s, take: take,
		fill: func() {
			take(0)
			must[int](t)(s.Exec(t.Context(), `PRAGMA max_page_count = 1`)) // it has more, and gets none
		},
		give: func() {
			taken.Store(0)
			must[int](t)(s.Exec(t.Context(), `PRAGMA max_page_count = 1000000`))
		},
	}
}

// openSmall opens a database on a disk of which free tells; nil asks the system.
func openSmall(t *testing.T, path string, free func() int64) *storage.Store {
	t.Helper()
	open := storage.Open
	if free != nil {
		open = func(ctx context.Context, url string, o storage.Options) (*storage.Store, error) {
			return storage.OpenOn(ctx, url, o, free)
		}
	}
	s := must[*storage.Store](t)(open(t.Context(), "sqlite:"+path, storage.Options{Reserve: reserve}))
	t.Cleanup(func() { ok(t, s.Close()) })
	must[[]string](t)(s.Migrate(t.Context()))
	return s
}

// F6: what is acknowledged is there, whatever the disk does; nothing more is
// taken when it is nearly full, what was begun goes on, and all of it heals by
// itself.
func TestDiskFull(t *testing.T) {
	for name, disk := range map[string]func(*testing.T) *small{"mounted": mounted, "bounded": bounded} {
		t.Run(name, func(t *testing.T) {
			d := disk(t)
			if d == nil {
				return // the other one is tried
			}
			ctx, s := t.Context(), d.s
			acknowledged := 0
			receive := func() error {
				in := update("1", fmt.Sprint("u", acknowledged))
				in.Update.Payload = noise(30_000)
				_, err := s.Receive(ctx, []storage.Incoming{in})
				if err == nil {
					acknowledged++
				}
				return err
			}
			d.take(smallDisk / 2)
			ok(t, writable(ctx, s))
			var err error
			for err == nil {
				if err = receive(); acknowledged > smallDisk/30_000 {
					t.Fatal("more than the disk can hold was taken")
				}
			}
			if !errors.Is(err, storage.ErrNoRoom) || !storage.Away(err) {
				t.Fatalf("the first that was not taken: %v", err)
			}
			if free, kept, known := s.Disk(ctx); !known || kept != reserve || free < reserve/2 {
				t.Errorf("%d of %d bytes are free when the door closes", free, kept)
			}
			a := bot.Address{Bot: "webchat", Chat: "1"}
			if err := errOf(s.AddChatLine(ctx, a, storage.ChatLine{ID: "x", Body: []byte("{}")})); !errors.Is(err, storage.ErrNoRoom) {
				t.Errorf("a visitor's words: %v", err)
			}
			if err := errOf(putFile(ctx, s, a, storage.File{ID: "x"}, []byte("x"), 10)); !errors.Is(err, storage.ErrNoRoom) {
				t.Errorf("a visitor's file: %v", err)
			}
			said := 0
			say := func() error {
				_, err := s.AddChatLine(ctx, a, storage.ChatLine{Out: true, Body: noise(30_000)})
				if err == nil {
					said++
				}
				return err
			}
			ok(t, say()) // the reserve is for what was begun

			d.fill()
			for err = nil; err == nil; {
				err = say()
			}
			if errors.Is(err, storage.ErrCommitUnknown) || !storage.Away(err) {
				t.Errorf("a full disk is %v", err)
			}
			eventually(t, "it is seen that nothing can be written", func() bool { return writable(ctx, s) != nil })
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM inbox`)); n != acknowledged {
				t.Errorf("%d of %d are there", n, acknowledged)
			}

			began := time.Now()
			d.give()
			ok(t, say())
			eventually(t, "updates are taken again", func() bool { return receive() == nil })
			eventually(t, "it is ready again", func() bool { return writable(ctx, s) == nil })
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it healed after %s", took)
			}
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM inbox`)); n != acknowledged {
				t.Errorf("%d of %d are there at the end", n, acknowledged)
			}
			if n := must[int](t)(s.Count(ctx, `SELECT count(*) FROM webchat_lines WHERE outgoing`)); n != said {
				t.Errorf("%d of %d lines are there at the end", n, said)
			}
			if is := must[[]string](t)(s.Strings(ctx, `PRAGMA integrity_check`)); len(is) != 1 || is[0] != "ok" {
				t.Errorf("integrity: %q", is)
			}
		})
	}
}

// eventually waits until it holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(30 * time.Second); !holds(); {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal("waited in vain until ", what)
		}
	}
}

// The setting says how much is kept free, and nothing but room heals.
func TestReserveIsASetting(t *testing.T) {
	ctx := t.Context()
	url := storagetest.SQLiteURL(t)
	free := atomic.Int64{}
	free.Store(6 << 20)
	ok(t, storagetest.Open(t, url).PutSetting(ctx, "disk.reserve", "7"))
	s := must[*storage.Store](t)(storage.OpenOn(ctx, url, storage.Options{}, free.Load))
	t.Cleanup(func() { ok(t, s.Close()) })
	if free, kept, known := s.Disk(ctx); free != 6<<20 || kept != 7<<20 || !known {
		t.Errorf("%d of %d, %v", free, kept, known)
	}
	if err := s.Room(ctx); !errors.Is(err, storage.ErrNoRoom) {
		t.Error(err)
	}
	free.Store(8 << 20)
	eventually(t, "room", func() bool { return s.Room(ctx) == nil })
	pg := storagetest.Open(t, storagetest.PostgresURL(t))
	if _, _, known := pg.Disk(ctx); known || pg.Room(ctx) != nil {
		t.Error("with PostgreSQL our disk is asked")
	}
}

func writable(ctx context.Context, s *storage.Store) error {
	_, err := s.Writable(ctx)
	return err
}

// However many ask, one write a second is tried, and all get its answer.
func TestWritableIsShared(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, s *storage.Store) {
		ctx, began := t.Context(), time.Now()
		ok(t, writable(ctx, s))
		first, _, err := s.Setting(ctx, "storage.trial")
		ok(t, err)
		seen := map[string]bool{first: true}
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if err := writable(ctx, s); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		last, _, err := s.Setting(ctx, "storage.trial")
		ok(t, err)
		if seen[last] = true; len(seen) > 1 && time.Since(began) < time.Second {
			t.Error("a second write was tried within a second")
		}
		ended, end := context.WithCancel(ctx)
		end()
		_ = writable(ended, s) // who goes away spoils nothing
		eventually(t, "another write is tried", func() bool {
			ok(t, writable(ctx, s))
			now, _, err := s.Setting(ctx, "storage.trial")
			ok(t, err)
			return now != last
		})
	})
}

// A database that only reads is ready for nothing.
func TestWritableFindsAStandby(t *testing.T) {
	s := storagetest.Open(t, storagetest.PostgresURL(t)+"&default_transaction_read_only=on")
	ok(t, s.Ready(t.Context()))
	if err := writable(t.Context(), s); err == nil {
		t.Error("it takes writes")
	}
}

// A writer that does not come free is not waited for.
func TestWritableDoesNotQueue(t *testing.T) {
	s := storagetest.Open(t, storagetest.SQLiteURL(t))
	ok(t, s.InTx(t.Context(), func(*storage.Tx) error {
		if err := writable(t.Context(), s); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("beside a long write: %v", err)
		}
		return nil
	}))
	eventually(t, "the writer is free", func() bool { return writable(t.Context(), s) == nil })
}
