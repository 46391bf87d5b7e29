package staff

import (
	"context"
	"errors"
	"sync"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// Audit returns at most limit entries of the audit that the query chooses, the
// newest first.
func (s *Staff) Audit(ctx context.Context, actor bot.Actor, q storage.AuditQuery, limit int) ([]storage.AuditLine, error) {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return nil, err
	}
	return s.store.AuditLines(ctx, q, limit)
}

// AuditState is what was found of the whole chain of the audit the last time it
// was read.
type AuditState struct {
	Checked time.Time // when; zero: not yet
	Entries int64     // so many, all of them as they were written unless Broken
	Broken  *storage.BrokenAuditError
	Under   bool // it is being read again now
}

const (
	auditFresh   = 10 * time.Minute
	auditReading = 5 * time.Minute // at most
	auditPatient = 2 * time.Second // so long a page waits for the end
)

// auditCheck reads the whole chain now and then, for all who ask.
type auditCheck struct {
	mu    sync.Mutex
	state AuditState
	err   error
	done  chan struct{} // closed when the reading that is under way ends; nil: none is
}

// AuditState returns the state of the audit's chain. The chain is read whole, in
// the background and at most once in ten minutes; an answer may come before that
// ends.
func (s *Staff) AuditState(ctx context.Context, actor bot.Actor) (AuditState, error) {
	if err := actor.Require(bot.ManageStaff); err != nil {
		return AuditState{}, err
	}
	c := &s.audit
	c.mu.Lock()
	if c.done == nil && s.now().Sub(c.state.Checked) >= auditFresh {
		c.done = make(chan struct{})
		go s.checkAudit(c.done)
	}
	done := c.done
	c.mu.Unlock()
	if done != nil {
		late := time.NewTimer(auditPatient)
		defer late.Stop()
		select {
		case <-done:
		case <-late.C:
		case <-ctx.Done():
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	state := c.state
	state.Under = c.done != nil
	return state, c.err
}

// checkAudit reads the chain and its marks.
func (s *Staff) checkAudit(done chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), auditReading) // it belongs to all who ask
	defer cancel()
	head, err := s.store.VerifyAudit(ctx, storage.AuditHead{})
	if err == nil {
		_, err = s.store.VerifyAuditMarks(ctx, head)
	}
	c := &s.audit
	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(done)
	c.done, c.err = nil, nil
	var broken *storage.BrokenAuditError
	if err != nil && !errors.As(err, &broken) {
		c.err = err
		return
	}
	c.state = AuditState{Checked: s.now(), Entries: head.Entries, Broken: broken}
}
