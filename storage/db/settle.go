package db

import (
	"errors"
	"fmt"
	"os"
	"sync"
)

// SQLite's log is one file that grows at its end. A commit adds to it without waiting for the
// disk, so the writer is free for the next one at once; whoever committed waits for the file
// to be synced after that, and one sync is for all who wait. The log counts up to its first
// page that is not whole: a commit that is on the disk has all earlier ones before it.
//
// Others see what was committed before it is on the disk. They wait for that too, so nobody
// acts upon, or is told, what a power cut could undo.

// errUnsettled ends reading and writing once the system could not sync the log: it takes the
// pages that it lost for written, and a later sync would say nothing of them.
var errUnsettled = errors.New("the disk did not take what was written: look after it, and start the service again")

// settler puts what was committed on the disk. nil does nothing: the server does it.
type settler struct {
	log  string               // the file's name
	file *os.File             // nil until the first sync
	sync func(*os.File) error // puts it on the disk
	some chan struct{}        // full: there were some more commits; see lighten

	moving chan struct{} // full while somebody writes the log into the file

	writing   sync.Mutex // held by a COMMIT under way
	committed int64      // commits to the log

	mu      sync.Mutex
	synced  sync.Cond // told after each sync
	asked   int64     // commits that somebody waits for
	settled int64     // commits that are on the disk
	syncing bool
	err     error // of the sync that failed
}

// someCommits is after how many commits it is asked how long the log is.
const someCommits = 8

func newSettler(database string, sync func(*os.File) error) *settler {
	if sync == nil {
		sync = (*os.File).Sync
	}
	s := &settler{log: database + "-wal", sync: sync, some: make(chan struct{}, 1), moving: make(chan struct{}, 1)}
	s.committed = 1 // what somebody who was killed left, which may not be on the disk
	s.synced.L = &s.mu
	return s
}

// commit runs a COMMIT, and returns what to settle.
func (s *settler) commit(run func() error) (upTo int64, err error) {
	if s == nil {
		return 0, run()
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.failed(); err != nil {
		return 0, err
	}
	s.committed++ // whatever becomes of it
	if s.committed%someCommits == 0 {
		select {
		case s.some <- struct{}{}:
		default:
		}
	}
	return s.committed, run()
}

// seen returns what to settle for whoever has read: a commit that was seen may not have
// returned yet.
func (s *settler) seen() (upTo int64) {
	if s == nil {
		return 0
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.committed
}

func (s *settler) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// settle returns once as many commits are on the disk. One of those who wait syncs for all.
func (s *settler) settle(upTo int64) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = max(s.asked, upTo)
	for s.settled < upTo {
		switch {
		case s.err != nil:
			return s.err
		case s.syncing:
			s.synced.Wait()
		default:
			s.lead()
		}
	}
	return nil
}

// lead syncs for all who wait. It has the lock before and after, and not meanwhile.
func (s *settler) lead() {
	upTo := s.asked
	s.syncing = true
	s.mu.Unlock()
	err := s.syncLog()
	s.mu.Lock()
	s.syncing = false
	if err == nil {
		s.settled = upTo
	} else {
		s.err = fmt.Errorf("%w: %w", errUnsettled, err)
	}
	s.synced.Broadcast()
}

// syncLog syncs the log, which is the same file as long as a connection is open. To close
// the database's own file would drop SQLite's locks of it; it locks no log.
func (s *settler) syncLog() (err error) {
	if s.file == nil {
		if s.file, err = os.OpenFile(s.log, os.O_RDWR, 0); err != nil {
			s.file = nil
			return err
		}
	}
	ours, err := s.file.Stat()
	if err != nil {
		return err
	}
	now, err := os.Stat(s.log)
	if err != nil {
		return err
	}
	if !os.SameFile(ours, now) {
		return fmt.Errorf("another file took the place of %s", s.log)
	}
	return s.sync(s.file)
}

// Close implements io.Closer.
func (s *settler) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}
