package web

import (
	"errors"
	"slices"
	"sync"
)

// Why a stream may not begin.
var (
	// ErrEnding: the process stops.
	ErrEnding = errors.New("no streams begin any more")
	// ErrStreams: there are enough of them.
	ErrStreams = errors.New("there are enough streams")
)

// mostNotes are kept for a listener until it looks.
const mostNotes = 64

// StreamCaps bound the streams of a hub. With 0 there is no such limit.
type StreamCaps struct {
	All      int // in this process
	OfOwner  int
	OfClient int // of one address, where addresses can be told apart
}

// Hub knows the streams of this process and passes notes on to them. It keeps
// nothing for those that are not there, and waits for none of them. Its methods
// may be called by many goroutines.
type Hub struct {
	caps StreamCaps
	done chan struct{} // closed when no streams may be any more

	mu      sync.Mutex
	closed  bool
	keys    map[string]map[*Listener]bool
	all     map[*Listener]bool
	owners  map[string]int // how many streams they have
	clients map[string]int
}

// NewHub returns a hub without streams.
func NewHub(c StreamCaps) *Hub {
	return &Hub{
		caps: c, done: make(chan struct{}),
		keys: map[string]map[*Listener]bool{}, all: map[*Listener]bool{},
		owners: map[string]int{}, clients: map[string]int{},
	}
}

// Join adds a stream of the owner at the client, which hears what is told of the
// keys, until Leave. ErrEnding, or ErrStreams.
func (h *Hub) Join(owner, client string, keys ...string) (*Listener, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	full := func(have, most int) bool { return most > 0 && have >= most }
	switch {
	case h.closed:
		return nil, ErrEnding
	case full(len(h.all), h.caps.All), full(h.owners[owner], h.caps.OfOwner),
		client != "" && full(h.clients[client], h.caps.OfClient):
		return nil, ErrStreams
	}
	l := &Listener{hub: h, owner: owner, client: client, keys: keys, heard: make(chan struct{}, 1)}
	for _, k := range keys {
		if h.keys[k] == nil {
			h.keys[k] = map[*Listener]bool{}
		}
		h.keys[k][l] = true
	}
	h.all[l] = true
	h.owners[owner]++
	h.clients[client]++
	return l, nil
}

// Tell passes a note on to those who listen to the key.
func (h *Hub) Tell(key, note string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.keys[key] {
		l.note(note)
	}
}

// Heard reports whether anybody listens to the key.
func (h *Hub) Heard(key string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.keys[key]) > 0
}

// TellAll lets every stream look at everything: notes may have been missed.
func (h *Hub) TellAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for l := range h.all {
		l.look()
	}
}

// Done is closed when the streams end.
func (h *Hub) Done() <-chan struct{} { return h.done }

// Close ends all streams and lets no new ones begin.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		close(h.done)
	}
}

// News is what a listener has heard since it looked last.
type News struct {
	Notes []string // each once, in the order in which it was told first
	All   bool     // there may be more: look at everything
}

// Has reports whether the note was told.
func (n News) Has(note string) bool { return slices.Contains(n.Notes, note) }

// Listener is one stream's ear. What it hears is bounded, however long nobody
// looks.
type Listener struct {
	hub           *Hub
	owner, client string
	keys          []string
	heard         chan struct{} // there is news

	news News // guarded by the hub
}

// Leave ends it. It may be called again.
func (l *Listener) Leave() {
	h := l.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.all[l] {
		return
	}
	delete(h.all, l)
	for _, k := range l.keys {
		if delete(h.keys[k], l); len(h.keys[k]) == 0 {
			delete(h.keys, k)
		}
	}
	for owned, who := range map[*map[string]int]string{&h.owners: l.owner, &h.clients: l.client} {
		if (*owned)[who]--; (*owned)[who] == 0 {
			delete(*owned, who)
		}
	}
}

// Look has the listener look at everything.
func (l *Listener) Look() {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	l.look()
}

// note adds a note; the hub is locked. More than a listener may keep become a
// look at everything.
func (l *Listener) note(note string) {
	switch {
	case l.news.Has(note):
	case len(l.news.Notes) >= mostNotes:
		l.news.All = true
	default:
		l.news.Notes = append(l.news.Notes, note)
	}
	l.signal()
}

// look is Look; the hub is locked.
func (l *Listener) look() {
	l.news.All = true
	l.signal()
}

func (l *Listener) signal() {
	select {
	case l.heard <- struct{}{}:
	default: // it will look anyway
	}
}

// take returns what was heard, and forgets it.
func (l *Listener) take() News {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	news := l.news
	l.news = News{}
	return news
}
