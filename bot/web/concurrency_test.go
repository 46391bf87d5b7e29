package web

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestConcurrencyLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := NewConcurrencyLimit(1, 1, time.Minute)
		inside, leave := make(chan bool), make(chan bool)
		one := func(context.Context) error { inside <- true; <-leave; return nil }
		all := make(chan error, 2)
		for range 2 {
			go func() { all <- limit.Do(t.Context(), one) }()
		}
		<-inside
		synctest.Wait() // one is inside, one waits
		if err := limit.Do(t.Context(), one); !errors.Is(err, ErrTooMany) {
			t.Errorf("a third: %v", err)
		}
		leave <- true
		<-inside
		leave <- true
		if err := errors.Join(<-all, <-all); err != nil {
			t.Error(err)
		}
		if len(limit.admitted)+len(limit.running) != 0 {
			t.Error("somebody is still inside")
		}
	})
}

// A turn ends, and so does the wait for it.
func TestConcurrencyLimitIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := NewConcurrencyLimit(1, -1, time.Second)
		all := make(chan error, 10)
		for range 10 {
			go func() {
				all <- limit.Do(t.Context(), func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
			}()
		}
		began := time.Now()
		for range 10 {
			if err := <-all; !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		}
		if took := time.Since(began); took != time.Second {
			t.Errorf("it took %v", took)
		}
	})
}
