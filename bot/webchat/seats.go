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
// time. Clients that nobody can tell apart have no limit of one client.
func (s *seats) take(ctx context.Context, client, chat string) (leave func()) {
	ctx, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	limits := map[string]int{"": s.all, "chat " + chat: s.visitor}
	if client != "" {
		limits["client "+client] = s.client
	}
	for {
		leave, coming := s.try(limits)
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

func (s *seats) try(limits map[string]int) (leave func(), coming <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for who, most := range limits {
		if s.taken[who] >= most {
			return nil, s.coming
		}
	}
	for who := range limits {
		s.taken[who]++
	}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for who := range limits {
			if s.taken[who]--; s.taken[who] == 0 {
				delete(s.taken, who)
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
