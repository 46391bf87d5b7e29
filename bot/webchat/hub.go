package webchat

import (
	"strings"
	"sync"
)

// What replicas tell each other: "webchat:<bot>/<chat>" that the thread has a
// new line, "typing:<bot>/<chat>" that somebody writes there.
const (
	topicLines  = "webchat:"
	topicTyping = "typing:"
)

// hub knows the streams of this process and wakes them.
type hub struct {
	limits  Limits
	closing chan struct{} // closed when no streams may be any more

	mu      sync.Mutex
	closed  bool
	streams map[string]map[*stream]bool // by chat
	clients map[string]int              // how many streams an address on the net has
	all     int
}

// stream is one page that listens.
type stream struct {
	chat, client string
	lines        chan struct{} // there may be new lines
	writing      chan struct{} // somebody writes
}

func newHub(l Limits) *hub {
	return &hub{
		limits: l, closing: make(chan struct{}),
		streams: map[string]map[*stream]bool{}, clients: map[string]int{},
	}
}

// join adds a stream of the chat; false where there are enough of them.
func (h *hub) join(chat, client string) (*stream, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || h.all >= h.limits.Streams || len(h.streams[chat]) >= h.limits.StreamsOfVisitor ||
		client != "" && h.clients[client] >= h.limits.StreamsOfClient {
		return nil, false
	}
	s := &stream{chat: chat, client: client, lines: make(chan struct{}, 1), writing: make(chan struct{}, 1)}
	if h.streams[chat] == nil {
		h.streams[chat] = map[*stream]bool{}
	}
	h.streams[chat][s] = true
	h.clients[client]++
	h.all++
	return s, true
}

func (h *hub) leave(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams[s.chat], s)
	if len(h.streams[s.chat]) == 0 {
		delete(h.streams, s.chat)
	}
	if h.clients[s.client]--; h.clients[s.client] == 0 {
		delete(h.clients, s.client)
	}
	h.all--
}

// wake lets the chat's streams look at the thread.
func (h *hub) wake(chat string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams[chat] {
		signal(s.lines)
	}
}

// wakeAll lets every stream look: notices may have been missed.
func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, streams := range h.streams {
		for s := range streams {
			signal(s.lines)
		}
	}
}

func (h *hub) typing(chat string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams[chat] {
		signal(s.writing)
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		close(h.closing)
	}
}

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default: // it will look anyway
	}
}

// woken tells of a new line, here and in the other replicas.
func (c *Channel) woken(chat string) {
	c.hub.wake(chat)
	c.tell(topicLines + c.name + "/" + chat)
}

// Heard takes a topic that a replica told; "" when some may have been missed.
// Topics of others are nothing to it.
func (c *Channel) Heard(topic string) {
	if topic == "" {
		c.hub.wakeAll()
		return
	}
	for _, what := range []string{topicLines, topicTyping} {
		rest, ok := strings.CutPrefix(topic, what)
		name, chat, _ := strings.Cut(rest, "/")
		switch {
		case !ok || name != c.name:
		case what == topicLines:
			c.hub.wake(chat)
		default:
			c.hub.typing(chat)
		}
	}
}
