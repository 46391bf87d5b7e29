package web

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Stream writes server-sent events to one page. After an error it writes no
// more. It is for one goroutine.
type Stream struct {
	to       http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	err      error
}

// NewStream answers that a stream follows. Patience is how long the page has to
// take what is written: the server's own limits are for requests that end.
func NewStream(w http.ResponseWriter, patience time.Duration) *Stream {
	s := &Stream{to: w, control: http.NewResponseController(w), patience: patience}
	_ = s.control.SetReadDeadline(time.Time{}) // only a real connection has one
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	s.write("retry: 2000\n\n")
	return s
}

// Event writes an event; with an id, what the page names when it comes again.
func (s *Stream) Event(name, id string, data []byte) {
	if id != "" {
		id = "id: " + id + "\n"
	}
	s.write("event: " + name + "\n" + id + "data: " + strings.ReplaceAll(string(data), "\n", "\ndata: ") + "\n\n")
}

// KeepAlive writes a sign of life.
func (s *Stream) KeepAlive() { s.write(":\n\n") }

func (s *Stream) write(text string) {
	if s.err == nil {
		_ = s.control.SetWriteDeadline(time.Now().Add(s.patience))
		_, s.err = s.to.Write([]byte(text))
	}
}

// Flush sends what is written, and returns what has gone wrong so far.
func (s *Stream) Flush() error {
	if s.err == nil {
		s.err = s.control.Flush()
	}
	return s.err
}

// Follow has tell write what the page must hear: all of it at first, and after
// that what the listener has heard. Every keepAlive it writes a sign of life, and tell
// looks at everything, for what no note told of. It ends when the page goes, the
// hub closes, or tell gives an error; what that has written still goes out.
func (s *Stream) Follow(ctx context.Context, l *Listener, keepAlive time.Duration, tell func(News) error) {
	ticker := time.NewTicker(keepAlive)
	defer ticker.Stop()
	for news := (News{All: true}); ; {
		ended := tell(news) != nil
		if s.Flush() != nil || ended {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-l.hub.Done():
			return
		case <-l.heard:
			news = l.take()
		case <-ticker.C:
			s.KeepAlive()
			news = News{All: true}
		}
	}
}
