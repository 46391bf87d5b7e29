package storage

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// ErrNoRoom: the disk has no more room than is kept for what was begun. Nothing
// new is taken until it has; turns and sends go on.
var ErrNoRoom = errors.New("the disk is nearly full: make room on it, and the service takes updates again by itself")

const (
	reserveSetting = "disk.reserve" // MiB
	usualReserve   = 64

	// lookEvery is the time between looks at the disk. They cost nothing, and in a
	// second a disk can take more than the reserve.
	lookEvery    = 10 * time.Millisecond
	settingEvery = time.Minute // at the setting
	settingTime  = 500 * time.Millisecond
)

// disk is the one that the database's folder is on. What is admitted leads to
// more than its own row, and a full disk can keep even rows from being removed:
// so some of it is kept free.
type disk struct {
	dir  string
	free func(dir string) (int64, error)

	mu      sync.Mutex
	looked  time.Time
	left    int64
	err     error // of the last look
	reserve int64
	read    time.Time // when the setting was; never where Options fixes it
	fixed   bool
	short   bool // nothing new is taken
}

func newDisk(file string, o Options) *disk {
	d := &disk{dir: filepath.Dir(file), free: diskFree, reserve: usualReserve << 20}
	if o.Reserve != 0 {
		d.reserve, d.fixed = o.Reserve, true
	}
	return d
}

// Disk tells how many bytes are free where the database is, and how many are
// kept so; ok is false where that is not known, as with PostgreSQL.
func (s *Store) Disk(ctx context.Context) (free, reserve int64, ok bool) {
	if s.disk == nil {
		return 0, 0, false
	}
	d := s.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	d.look(ctx, s)
	return d.left, d.reserve, d.err == nil
}

// look is for whoever holds the lock; all others wait for it, so it is short.
func (d *disk) look(ctx context.Context, s *Store) {
	if time.Since(d.looked) < lookEvery {
		return
	}
	if !d.fixed && time.Since(d.read) >= settingEvery {
		short, cancel := context.WithTimeout(context.WithoutCancel(ctx), settingTime)
		if n, err := s.mebibytes(short, s.r, reserveSetting, usualReserve); err == nil {
			d.reserve = n
		}
		cancel()
		d.read = time.Now()
	}
	d.left, d.err = d.free(d.dir)
	d.looked = time.Now()
	least := d.reserve
	if d.short {
		least += least / 8 // or it would close and open with every row
	}
	if short := d.err == nil && d.left < least; short != d.short {
		d.short = short
		if short {
			s.log.Error("the disk is nearly full, nothing new is taken: make room on it", "free", d.left, "reserve", d.reserve)
		} else {
			s.log.Info("the disk has room again", "free", d.left)
		}
	}
}

// Room is ErrNoRoom while nothing new may be taken in.
func (s *Store) Room(ctx context.Context) error {
	d := s.disk
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.look(ctx, s); d.short {
		return fmt.Errorf("%w (%d bytes are free, %d are kept)", ErrNoRoom, d.left, d.reserve)
	}
	return nil
}

// shorten gives back the space of a SQLite database's log, as far as nobody is in
// the way.
func (s *Store) shorten(ctx context.Context) error {
	if s.dialect.name != "sqlite" {
		return nil
	}
	_, err := s.cutLog(ctx)
	return err
}
