package staff

import (
	"context"
	"sync"
	"time"

	"visnyk/storage"
)

const (
	looksAtOnce = 256
	lookTime    = 5 * time.Second
)

// looks finds tokens, or the cookies of sessions, by their hashes. Those of
// concurrent requests are looked for together and one such look is under way at a
// time, so that a flood of wrong ones takes one connection of the database and
// keeps no right one waiting long.
type looks[T any] struct {
	many func(ctx context.Context, hashes []string) (map[string]T, error)

	mu      sync.Mutex
	queue   []*look[T]
	running bool
}

// look is one request that waits to know its token.
type look[T any] struct {
	ctx   context.Context // of the request
	hash  string
	found T
	err   error
	done  chan struct{} // closed when found and err are set
}

// find returns what the hash stands for; storage.ErrNotFound when for nothing.
func (l *looks[T]) find(ctx context.Context, hash string) (found T, err error) {
	one := &look[T]{ctx: ctx, hash: hash, done: make(chan struct{})}
	l.mu.Lock()
	l.queue = append(l.queue, one)
	if !l.running {
		l.running = true
		go l.run()
	}
	l.mu.Unlock()
	select {
	case <-one.done:
		return one.found, one.err
	case <-ctx.Done():
		return found, ctx.Err()
	}
}

// run looks until nobody waits.
func (l *looks[T]) run() {
	for batch := l.next(); batch != nil; batch = l.next() {
		hashes := make([]string, len(batch))
		for i, one := range batch {
			hashes[i] = one.hash
		}
		// The look belongs to many requests and ends with none of them.
		ctx, cancel := context.WithTimeout(context.Background(), lookTime)
		found, err := l.many(ctx, hashes)
		cancel()
		for _, one := range batch {
			var known bool
			if one.found, known = found[one.hash]; err != nil {
				one.err = err
			} else if !known {
				one.err = storage.ErrNotFound
			}
			close(one.done)
		}
	}
}

// next takes those who wait, without those who have gone.
func (l *looks[T]) next() (batch []*look[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := 0
	for _, one := range l.queue {
		if len(batch) == looksAtOnce {
			break
		}
		taken++
		if one.ctx.Err() == nil {
			batch = append(batch, one)
		}
	}
	if l.queue = l.queue[taken:]; len(batch) == 0 {
		l.queue, l.running = nil, false
	}
	return batch
}
