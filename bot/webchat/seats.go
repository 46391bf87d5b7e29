package webchat

import (
	"context"
	"sync"
	"time"
)

// seats bound how many files go out at once: each has a piece in the memory
// until its reader takes it.
type seats struct {
	all, client, visitor int
	wait                 time.Duration // for one to come free

	mu     sync.Mutex
	taken  map[string]int // by whom; "" is all of them
	coming chan struct{}  // closed when a seat comes free
}

func newSeats(l Limits) *seats {
	return &seats{
		all: l.Downloads, client: l.DownloadsOfClient, visitor: l.DownloadsOfVisitor, wait: l.DownloadWait,
		taken: map[string]int{}, coming: make(chan struct{}),
	}
}

// take waits for a seat and gives what leaves it; nil when none came free in
// time.
func (s *seats) take(ctx context.Context, client, chat string) (leave func()) {
	ctx, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	for {
		leave, coming := s.try("client "+client, "chat "+chat)
		if leave != nil {
			return leave
		}
		select {
		case <-ctx.Done():
			return nil
		case <-coming:
		}
	}
}

func (s *seats) try(client, chat string) (leave func(), coming <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[""] >= s.all || s.taken[client] >= s.client || s.taken[chat] >= s.visitor {
		return nil, s.coming
	}
	who := []string{"", client, chat}
	for _, w := range who {
		s.taken[w]++
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, w := range who {
			if s.taken[w]--; s.taken[w] == 0 {
				delete(s.taken, w)
			}
		}
		close(s.coming)
		s.coming = make(chan struct{})
	}, nil
}

// Downloads tells how many files are going out.
func (c *Channel) Downloads() int {
	c.seats.mu.Lock()
	defer c.seats.mu.Unlock()
	return c.seats.taken[""]
}
