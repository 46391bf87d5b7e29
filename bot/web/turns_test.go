package web

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := NewTurns(1, 1, time.Minute)
		inside, leave := make(chan bool), make(chan bool)
		one := func(context.Context) error { inside <- true; <-leave; return nil }
		all := make(chan error, 2)
		for range 2 {
			go func() { all <- turns.Do(t.Context(), one) }()
		}
		<-inside
		synctest.Wait() // one is inside, one waits
		if err := turns.Do(t.Context(), one); !errors.Is(err, ErrCrowded) {
			t.Errorf("a third: %v", err)
		}
		leave <- true
		<-inside
		leave <- true
		if err := errors.Join(<-all, <-all); err != nil {
			t.Error(err)
		}
		if len(turns.crowd)+len(turns.inside) != 0 {
			t.Error("somebody is still inside")
		}
	})
}

// A turn ends, and so does the wait for it.
func TestTurnsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := NewTurns(1, -1, time.Second)
		all := make(chan error, 10)
		for range 10 {
			go func() {
				all <- turns.Do(t.Context(), func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
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
