package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// T is what a scenario needs of whoever plays it: a test, or this command.
type T interface {
	Helper()
	Cleanup(func())
	Context() context.Context
	TempDir() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
}

// trial plays a scenario outside of a test, in the way of testing.T.
type trial struct {
	ctx    context.Context
	cancel context.CancelFunc

	mu      sync.Mutex
	figures []string
	faults  []string
	last    []func()
}

// attempt runs f to its end, and what it left to clean up.
func attempt(ctx context.Context, f func(T)) *trial {
	t := &trial{}
	t.ctx, t.cancel = context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer t.tidy()
		f(t)
	}()
	<-done
	return t
}

func (t *trial) tidy() {
	t.cancel()
	for len(t.last) > 0 {
		f := t.last[len(t.last)-1]
		t.last = t.last[:len(t.last)-1]
		f()
	}
}

// Helper implements T.
func (t *trial) Helper() {}

// Cleanup implements T.
func (t *trial) Cleanup(f func()) { t.last = append(t.last, f) }

// Context implements T.
func (t *trial) Context() context.Context { return t.ctx }

// TempDir implements T.
func (t *trial) TempDir() string {
	dir, err := os.MkdirTemp("", leftovers)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// Logf implements T: figures of the run.
func (t *trial) Logf(format string, args ...any) { t.note(&t.figures, format, args) }

// Errorf implements T: a breach.
func (t *trial) Errorf(format string, args ...any) { t.note(&t.faults, format, args) }

// Fatalf implements T: a breach that ends the run.
func (t *trial) Fatalf(format string, args ...any) {
	t.note(&t.faults, format, args)
	runtime.Goexit()
}

func (t *trial) note(to *[]string, format string, args []any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	*to = append(*to, fmt.Sprintf(format, args...))
}

// Failed implements T.
func (t *trial) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.faults) > 0
}

// says returns the figures on one line, the end of a log aside.
func (t *trial) says() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := slices.DeleteFunc(slices.Clone(t.figures), func(s string) bool { return strings.Contains(s, "\n") })
	return strings.Join(lines, "; ")
}

// why returns the breaches and what the service logged.
func (t *trial) why() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	logs := slices.DeleteFunc(slices.Clone(t.figures), func(s string) bool { return !strings.Contains(s, "\n") })
	return strings.Join(append(slices.Clone(t.faults), logs...), "\n")
}
