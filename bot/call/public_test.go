package call

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

// TestDialControl: whatever a name or a number leads to, nobody inside is called.
func TestDialControl(t *testing.T) {
	also := netip.MustParseAddrPort("127.0.0.1:8081")
	for address, want := range map[string]bool{
		"149.154.167.220:443": true, "[2a00:1450:4001:80b::200e]:443": true, "127.0.0.1:8081": true,

		"149.154.167.220:80": false, "149.154.167.220:22": false, "127.0.0.1:443": false, "127.0.0.1:8082": false, "127.9.9.9:443": false,
		"0.0.0.0:443": false, "10.0.0.1:443": false, "172.16.0.1:443": false, "172.31.255.255:443": false, "192.168.1.1:443": false,
		"169.254.169.254:443": false, "100.64.0.1:443": false, "192.0.0.192:443": false, "198.18.0.1:443": false, "203.0.113.7:443": false,
		"224.0.0.1:443": false, "240.0.0.1:443": false, "255.255.255.255:443": false, "192.88.99.1:443": false,
		"[::1]:443": false, "[::]:443": false, "[::ffff:127.0.0.1]:443": false, "[::ffff:10.0.0.1]:443": false, "[::127.0.0.1]:443": false,
		"[::ffff:127.0.0.1]:8081": false, "[fe80::1%eth0]:443": false, "[fc00::1]:443": false, "[fd00:ec2::254]:443": false, "[ff02::1]:443": false,
		"[64:ff9b::10.0.0.1]:443": false, "[64:ff9b:1::1]:443": false, "[2002:7f00:1::]:443": false, "[2001:0:1::1]:443": false, "[2001:db8::1]:443": false, "[100::1]:443": false,
		"localhost:443": false, "": false, "/run/docker.sock": false,
	} {
		if err := dialable(address, also); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	if dialable("127.0.0.1:8081", netip.AddrPort{}) == nil || dialable("10.0.0.1:8081", netip.MustParseAddrPort("10.0.0.1:8081")) == nil {
		t.Error("a place on another machine, or none, is let through")
	}
}

// A name that leads inside is refused when it is dialled, also by a proxy of the
// environment.
func TestPublicTransport(t *testing.T) {
	hits := 0
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits++ }))
	t.Cleanup(inside.Close)
	t.Setenv("HTTPS_PROXY", inside.URL)
	t.Setenv("HTTP_PROXY", inside.URL)
	calls := New(Public(1, ""))
	t.Cleanup(calls.Close)
	for _, address := range []string{inside.URL, strings.Replace(inside.URL, "127.0.0.1", "localhost", 1), "https://2130706433/", "https://0x7f.1/"} {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
		if err != nil {
			continue
		}
		resp, err := calls.Open(req)
		if err == nil {
			resp.Body.Close()
		}
		if hits > 0 || err == nil || strings.Contains(address, "127.0.0.1") && !errors.Is(err, ErrPrivate) {
			t.Errorf("%s: %d requests came through, %v", address, hits, err)
		}
	}
}
