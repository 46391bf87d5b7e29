package webchat_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"visnyk/bot/webchat"
	"visnyk/bot/webchat/webchattest"
)

// trickle begins an upload from the address and brings half of it.
func (s *site) trickle(t *testing.T, token, from string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.srv.Listener.Addr().String())
	ok(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, err = fmt.Fprintf(c, "POST /chat/files?id=slow&name=x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nX-Forwarded-For: %s\r\nContent-Length: 20000\r\n\r\n%s",
		token, from, strings.Repeat("x", 10_000))
	ok(t, err)
	return c
}

// status reads the answer on a connection.
func status(t *testing.T, c net.Conn) int {
	t.Helper()
	ok(t, c.SetReadDeadline(time.Now().Add(patience)))
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	ok(t, err)
	return answer.StatusCode
}

// Uploads that hardly go on, from any number of addresses, stop nobody else's. Each of
// those who come for the first time is younger than hers, so she comes when all are there.
func TestTrickledUploadsStopNobody(t *testing.T) {
	const held = 8 * webchat.PieceSize // by one upload, for what is read at once
	for _, attackers := range []int{4, 40, 300} {
		t.Run(fmt.Sprint(attackers), func(t *testing.T) {
			s := newSite(t, nil)
			her, his := s.comes(t, webchattest.Options{}), s.comes(t, webchattest.Options{})
			var cut atomic.Int64 // for others, which is answered
			for i := range attackers {
				c := s.trickle(t, his.Token(), fmt.Sprintf("198.51.%d.%d", i/250, 1+i%250))
				go func() {
					if _, err := c.Read(make([]byte, 1)); err == nil {
						cut.Add(1)
					}
				}()
			}
			for end := time.Now().Add(patience); s.entrance.Reserved()/held+cut.Load() < int64(attackers); {
				if time.Now().After(end) {
					t.Fatalf("of %d uploads %d bytes are held and %d cut", attackers, s.entrance.Reserved(), cut.Load())
				}
				_, err := her.Fetch(t.Context(), 0)
				ok(t, err)
			}
			began := time.Now()
			for i := range 5 {
				_, err := her.Upload(t.Context(), fmt.Sprintf("f%d", i), "звіт.txt", []byte("звіт"))
				ok(t, err)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("her files took %v", took)
			}
		})
	}
}

// One address sends one file at a time: the next takes the place of one that has
// fallen behind.
func TestOneUploadOfAClient(t *testing.T) {
	s := newSite(t, nil)
	v := s.comes(t, webchattest.Options{})
	first := s.trickle(t, v.Token(), "127.0.0.1")
	for s.entrance.Reserved() == 0 { // until it is at the door
		_, err := v.Fetch(t.Context(), 0)
		ok(t, err)
	}
	_, err := v.Upload(t.Context(), "second", "звіт.txt", []byte("звіт"))
	ok(t, err)
	if got := status(t, first); got != http.StatusServiceUnavailable {
		t.Errorf("the first is answered %d", got)
	}
}
