package vibertest

import (
	"crypto/rand"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// mediaPath is where what people send can be fetched, by anybody who knows the
// address.
const mediaPath = "/dl/"

// mediaLife is how long an address works.
const mediaLife = time.Hour

// media is something a person sent.
type media struct {
	serve http.HandlerFunc
	until time.Time
}

// Host keeps a file for an hour and returns its address.
func (s *Server) Host(data []byte) string {
	return s.HostFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		_, _ = w.Write(data)
	})
}

// HostFunc returns an address at which f answers, for an hour.
func (s *Server) HostFunc(f http.HandlerFunc) string {
	path := mediaPath + rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.media[path] = media{f, s.opts.Now().Add(mediaLife)}
	return strings.TrimSuffix(s.url, "/pa/") + path
}

// ExpireMedia makes every address of a file that was given so far one that does
// not work any more.
func (s *Server) ExpireMedia() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, m := range s.media {
		m.until = s.opts.Now()
		s.media[path] = m
	}
}

func (s *Server) serveMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	m, known := s.media[r.URL.Path]
	over := !known || !s.opts.Now().Before(m.until)
	s.mu.Unlock()
	switch {
	case !known:
		http.NotFound(w, r)
	case over:
		http.Error(w, "Request has expired", http.StatusForbidden)
	default:
		m.serve(w, r)
	}
}

// SendPhoto sends a picture that can be fetched for an hour.
func (p *Person) SendPhoto(data []byte, caption string) *Delivery {
	return p.SendPicture(p.server.Host(data), caption)
}
