package console_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot/console"
)

// TestSlowFormsHoldNobody: who sends a form byte by byte takes no turn from others
// meanwhile, at a page of any kind.
func TestSlowFormsHoldNobody(t *testing.T) {
	h := newHouse(t, "", console.Limits{AtOnce: 1, Hashes: 1, Waiting: 1, Time: time.Minute})
	answered := make(chan string, 3)
	for _, path := range []string{"/console/login", "/console/language", "/setup/x"} {
		slow, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
		h.ok(err)
		defer slow.Close()
		fmt.Fprintf(slow, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n", path, formType)
		from := bufio.NewReader(slow)
		if path != "/console/login" {
			continue // it may wait for its turn, where there are turns to read
		}
		if line, err := from.ReadString('\n'); err != nil || !strings.Contains(line, "100") { // the form is being read
			t.Fatalf("%s: %q, %v", path, line, err)
		}
		go func() {
			for line := ""; err == nil && !strings.HasPrefix(line, "HTTP/1.1 4"); {
				line, err = from.ReadString('\n')
			}
			answered <- path
		}()
	}
	b := h.browser()
	b.want(http.StatusOK, b.get("/console/login"))
	b.want(http.StatusUnprocessableEntity, b.post("/console/login", "login", "a", "password", "b"))
	select {
	case path := <-answered:
		t.Errorf("the others waited until %s was given up", path)
	default:
	}
}
