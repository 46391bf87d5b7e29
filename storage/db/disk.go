package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"
)

// ErrNoRoom: the disk has no more room than is kept for what was begun. Nothing
// new is taken until it has; turns and sends go on.
var ErrNoRoom = errors.New("the disk is nearly full: make room on it, and the service takes updates again by itself")

const (
	// lookEvery is the time between looks at the disk. They cost nothing, and in a
	// second a disk can take more than the reserve.
	lookEvery    = 10 * time.Millisecond
	reserveEvery = time.Minute // at the reserve
	reserveTime  = 500 * time.Millisecond
)

// disk is the one that the database's folder is on. What is admitted leads to
// more than its own row, and a full disk can keep even rows from being removed:
// so some of it is kept free.
type disk struct {
	free func() (int64, error)
	now  func(context.Context) (int64, error) // the reserve; nil: it stays

	mu      sync.Mutex
	looked  time.Time
	left    int64
	err     error // of the last look
	reserve int64
	read    time.Time // when that was asked for
	short   bool      // nothing new is taken
}

func newDisk(file string, o Options) *disk {
	free := o.Free
	if free == nil {
		dir := filepath.Dir(file)
		free = func() (int64, error) { return diskFree(dir) }
	}
	return &disk{free: free, reserve: o.Reserve, now: o.ReserveNow}
}

// Disk tells how many bytes are free where the database is, and how many are
// kept so; ok is false where that is not known, as with PostgreSQL.
func (b *DB) Disk(ctx context.Context) (free, reserve int64, ok bool) {
	if b.disk == nil {
		return 0, 0, false
	}
	d := b.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	d.look(ctx, b.log)
	return d.left, d.reserve, d.err == nil
}

// look is for whoever holds the lock; all others wait for it, so it is short.
func (d *disk) look(ctx context.Context, log *slog.Logger) {
	if time.Since(d.looked) < lookEvery {
		return
	}
	if d.now != nil && time.Since(d.read) >= reserveEvery {
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), reserveTime)
		if n, err := d.now(short); err == nil {
			d.reserve = n
		}
		cancel()
		d.read = time.Now()
	}
	d.left, d.err = d.free()
	d.looked = time.Now()
	least := d.reserve
	if d.short {
		least += least / 8 // or it would close and open with every row
	}
	if short := d.err == nil && d.left < least; short != d.short {
		d.short = short
		if short {
			log.Error("the disk is nearly full, nothing new is taken: make room on it", "free", d.left, "reserve", d.reserve)
		} else {
			log.Info("the disk has room again", "free", d.left)
		}
	}
}

// Room is ErrNoRoom while nothing new may be taken in.
func (b *DB) Room(ctx context.Context) error {
	d := b.disk
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.look(ctx, b.log); d.short {
		return fmt.Errorf("%w (%d bytes are free, %d are kept)", ErrNoRoom, d.left, d.reserve)
	}
	return nil
}
