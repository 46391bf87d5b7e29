package api

import (
	"crypto/sha256"
	"sync"
	"time"
)

// strangers bounds how many requests wait to hear whether their token is one of
// ours. Tokens that were the last time are no strangers' and never kept out.
type strangers struct {
	most, ofClient int

	mu    sync.Mutex
	all   int
	of    map[string]int // by address
	known map[[sha256.Size]byte]bool
}

// mostKnown is how many tokens are remembered; far fewer are ever made.
const mostKnown = 10_000

func newStrangers(most, ofClient int) *strangers {
	return &strangers{most: most, ofClient: ofClient, of: map[string]int{}, known: map[[sha256.Size]byte]bool{}}
}

// enter lets a request in from the address, or from where nobody can tell; leave
// is told whether the token was one of ours.
func (s *strangers) enter(client, token string) (leave func(ours bool), err error) {
	hash := sha256.Sum256([]byte(token))
	s.mu.Lock()
	defer s.mu.Unlock()
	counted := !s.known[hash]
	switch {
	case !counted:
	case client != "" && s.of[client] >= s.ofClient:
		return nil, problemTooMany(time.Second)
	case s.all >= s.most:
		return nil, problemUnavailable()
	default:
		s.all++
		s.of[client]++
	}
	return func(ours bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if counted {
			s.all--
			if s.of[client]--; s.of[client] == 0 {
				delete(s.of, client)
			}
		}
		switch {
		case !ours:
			delete(s.known, hash)
		case len(s.known) >= mostKnown:
			clear(s.known)
			fallthrough
		default:
			s.known[hash] = true
		}
	}, nil
}
