package storage

import (
	"context"
	"errors"
	"sync"
	"time"

	"visnyk/storage/db"
)

const (
	// trialEvery is the time between two trials, and trialTime how long one may
	// take: it never waits for the writer for longer.
	trialEvery = time.Second
	trialTime  = time.Second

	trialSetting = "storage.trial" // the row that is written

	tryWrite = `
INSERT INTO settings (key, value) VALUES ($1, CAST({now} AS TEXT))
ON CONFLICT (key) DO UPDATE SET value = excluded.value`
)

// trial is the last try to write, shared by all who ask.
type trial struct {
	mu      sync.Mutex
	began   time.Time
	running chan struct{} // closed at the end of the trial under way; nil without
	told    time.Time     // when the last one that ended began
	err     error         // of that one
}

// Writable is Ready, and tells whether the database takes a write, by trying one:
// a full disk, a standby and a writer that does not come free are found so. That
// happens at most once a second; who asks in between gets the last answer, and
// who asks during it waits for its end. Since is when what is told was tried: what
// failed after that may have failed for good. A write that found the disk full is
// followed by a try to give back what the log takes of it.
func (s *Store) Writable(ctx context.Context) (since time.Time, err error) {
	if s.db.Inside(ctx) { // which holds what the trial would wait for
		return time.Now(), doing("be ready", errors.Join(s.Ready(ctx), s.Room(ctx)))
	}
	t := &s.trial
	t.mu.Lock()
	if t.running == nil && time.Since(t.began) >= trialEvery {
		t.began, t.running = time.Now(), make(chan struct{})
		go s.try(context.WithoutCancel(ctx), t.began)
	}
	running := t.running
	t.mu.Unlock()
	if running != nil {
		select {
		case <-ctx.Done():
			return time.Time{}, doing("be ready", ctx.Err())
		case <-running:
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.told, t.err
}

// try belongs to all who ask, and ends with none of them.
func (s *Store) try(ctx context.Context, began time.Time) {
	ctx, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	err := s.Ready(ctx)
	if err == nil {
		err = s.Room(ctx)
	}
	if err == nil {
		_, err = s.w.exec(ctx, tryWrite, trialSetting)
	}
	if errors.Is(err, ErrNoRoom) || db.Full(err) {
		_, cut := s.db.CutLog(ctx)
		err = errors.Join(err, cut)
	}
	t := &s.trial
	t.mu.Lock()
	defer t.mu.Unlock()
	t.told, t.err = began, doing("be ready", err)
	close(t.running)
	t.running = nil
}
