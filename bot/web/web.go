// Package web is what all doors of HTTP share: how a body is read, how much of
// strangers' bytes is in the house at once, whose address is believed, and how
// often somebody may ask; how a request is refused; and for pages, their files,
// their policy, their streams and the modules in the browser.
//
// It knows no route, no noun and no words: which status says what, and to whom,
// is for the doors.
package web

import (
	"cmp"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
)

// inFlight is how many bytes of bodies may be held at once.
const inFlight = 64 << 20

// Config is what the doors share. A zero field has the default.
type Config struct {
	// Trusted are the peers whose X-Forwarded-For is believed.
	Trusted []netip.Prefix
	Log     *slog.Logger // nil: nobody is told
	// InFlight bounds the bytes of bodies that are held at once, over all doors;
	// 64 MiB.
	InFlight int64
}

// Entrance is the ground before all doors of a process. Its methods may be
// called by many goroutines.
type Entrance struct {
	trusted []netip.Prefix
	extract echo.IPExtractor
	log     *slog.Logger
	warned  atomic.Bool

	mu sync.Mutex
	space
	doors   []*Door
	changed chan struct{} // closed whenever something is free again; nil while nobody waits
}

// space is the room that bodies may take, in bytes.
type space struct {
	most     int64 // 0: no limit
	reserved int64
	leaving  int64 // of them, those of bodies that were cut
}

// over returns how many of n bytes more are too many.
func (s *space) over(n int64) int64 {
	if s.most == 0 {
		return 0
	}
	return s.reserved + n - s.most
}

// New makes the entrance of the doors.
func New(c Config) *Entrance {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Entrance{
		trusted: c.Trusted, extract: clientIP(c.Trusted), log: c.Log, space: space{most: cmp.Or(c.InFlight, inFlight)},
	}
}

// Reserved returns how many bytes of bodies are held now.
func (e *Entrance) Reserved() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reserved
}

// RetryAfter says, in whole seconds, after which time the request may come again.
func RetryAfter(h http.Header, wait time.Duration) {
	h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}

// HangUp is called before a request is answered whose body may not be in yet.
// What is left of it may be endless: the connection ends, after a moment for the
// peer to read the answer.
func HangUp(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength == 0 || r.Body == http.NoBody {
		return
	}
	w.Header().Set("Connection", "close")
	// Only a real connection has a deadline.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(500 * time.Millisecond))
}
