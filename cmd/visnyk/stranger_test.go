package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"visnyk/bot"
	"visnyk/storage/storagetest"
)

// halfBy opens a connection from an address of this machine and sends half a
// request.
func (s *world) halfBy(from net.IP, head string) {
	s.t.Helper()
	dial := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}
	c, err := dial.DialContext(s.t.Context(), "tcp", s.address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	if _, err := fmt.Fprintf(c, "POST %s\r\nContent-Length: 2000\r\n\r\n%s", head, strings.Repeat("x", 1000)); err != nil {
		s.t.Fatal(err)
	}
}

// TestStrangersCloseNoDoor: half-sent bodies with a made-up signature, from one
// address and from many, and uploads that do not go on keep nobody from writing
// and from attaching.
func TestStrangersCloseNoDoor(t *testing.T) {
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}, chat: unhurried()})
	her := s.onViber("01234567890F=", "Олена", bot.Ukrainian)
	her.begins()
	_, visitor := s.onWebchat(bot.Ukrainian)
	forged := "/webhooks/viber HTTP/1.1\r\nHost: a\r\nX-Viber-Content-Signature: " + strings.Repeat("ab", 32)
	for i := range 600 {
		s.halfBy(net.IPv4(127, 0, 0, 9), forged)
		s.halfBy(net.IPv4(127, 0, 1, byte(1+i%250)), forged)
	}
	for i := range 40 {
		s.halfBy(net.IPv4(127, 0, 2, byte(1+i)), fmt.Sprintf("/chat/files?id=f%d&name=x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s", i, visitor.Token()))
	}
	began := time.Now()
	her.write("меню")
	her.hears("@menu.choose")
	if _, err := visitor.Upload(t.Context(), "mine", "звіт.txt", []byte("звіт")); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("a word and a file took %v", took)
	}
}

// TestUntrustedProxyIsTold: behind a proxy that nobody trusts visitors are not
// taken for one, and whoever runs the service is told once what to set.
func TestUntrustedProxyIsTold(t *testing.T) {
	s := newWorld(t, storagetest.SQLiteURL(t), sandboxOptions{more: []botConfig{{Name: "webchat", Channel: "webchat"}}})
	for i := range 60 { // one address may bring 20 at once
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/chat/session", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i))
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("visitor %d gets %d", i, res.StatusCode)
		}
	}
	if n := strings.Count(s.logs.String(), "VISNYK_TRUSTED_PROXIES"); n != 1 {
		t.Errorf("%d warnings, want one", n)
	}
}
