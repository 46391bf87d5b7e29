package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"visnyk/bot/telegram/telegramtest"
)

// firstChat is the chat before that of the first recipient.
const firstChat = 10_000_000

// keptBodies is how many messages the tally keeps whole.
const keptBodies = 200

// tally is a Telegram that takes whatever is sent, and only counts it: it costs the
// machine as little as a messenger can, so that the sides under measurement have the
// rest. What is not a message it leaves to a fake that knows.
type tally struct {
	rest   *telegramtest.Server
	http   *http.Server
	listen net.Listener

	sent  atomic.Int64
	bare  atomic.Int64 // of the loop, which names no chat of ours
	times []atomic.Int32
	last  atomic.Int64 // when the last came, µs
	first atomic.Int64 // when the first came, µs

	mu     sync.Mutex
	bodies [][]byte
	kind   string // their content type
}

func newTally(rest *telegramtest.Server, people int) (*tally, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &tally{rest: rest, listen: l, times: make([]atomic.Int32, people+1)}
	t.http = &http.Server{Handler: t, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = t.http.Serve(l) }()
	return t, nil
}

func (t *tally) url() string { return "http://" + t.listen.Addr().String() }

func (t *tally) close() { _ = t.http.Close() }

// room holds the body of one message.
var room = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// ServeHTTP takes a message.
func (t *tally) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/sendMessage") {
		t.rest.ServeHTTP(w, r)
		return
	}
	b := room.Get().(*bytes.Buffer)
	defer room.Put(b)
	b.Reset()
	if _, err := io.Copy(b, r.Body); err != nil {
		return
	}
	var n int64
	if strings.HasPrefix(r.URL.Path, barePath) {
		n = t.bare.Add(1)
	} else {
		n = t.take(b.Bytes(), r.Header.Get("Content-Type"))
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"ok":true,"result":{"message_id":%d,"date":1790000000,"chat":{"id":1,"type":"private"}}}`, n)
}

// take counts a message of the service.
func (t *tally) take(body []byte, kind string) int64 {
	if i := chatOf(body) - firstChat; i > 0 && i < len(t.times) {
		t.times[i].Add(1)
	}
	now := time.Now().UnixMicro()
	t.first.CompareAndSwap(0, now)
	t.last.Store(now)
	n := t.sent.Add(1)
	if n <= keptBodies {
		t.mu.Lock()
		t.bodies, t.kind = append(t.bodies, bytes.Clone(body)), kind
		t.mu.Unlock()
	}
	return n
}

// chatOf reads whom a message is for; 0 where it does not say.
func chatOf(message []byte) int {
	_, rest, _ := bytes.Cut(message, []byte(`"chat_id":`))
	n := 0
	for _, c := range rest {
		if c < '0' || c > '9' {
			break
		}
		n = 10*n + int(c-'0')
	}
	return n
}

// kept returns the messages that were kept whole, and what they are written as.
func (t *tally) kept() (bodies [][]byte, kind string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bodies, t.kind
}

// heard returns how many people had no message, one, and more.
func (t *tally) heard() (none, once, more int) {
	for i := range t.times[1:] {
		switch t.times[i+1].Load() {
		case 0:
			none++
		case 1:
			once++
		default:
			more++
		}
	}
	return none, once, more
}
