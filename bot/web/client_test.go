package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestClient(t *testing.T) {
	private, ten := netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("10.0.0.7/8")
	for name, tt := range map[string]struct {
		peer, forwarded string
		trusted         []netip.Prefix
		ip, client      string
	}{
		"direct":                  {peer: "203.0.113.9", ip: "203.0.113.9", client: "203.0.113.9"},
		"direct, private":         {peer: "10.0.0.9", ip: "10.0.0.9", client: "10.0.0.9"},
		"a stranger's tale":       {peer: "203.0.113.9", forwarded: "1.2.3.4", ip: "203.0.113.9", client: "203.0.113.9"},
		"untrusted, private":      {peer: "10.0.0.9", forwarded: "1.2.3.4", ip: "10.0.0.9", client: ""},
		"untrusted, this machine": {peer: "127.0.0.1", forwarded: "1.2.3.4", ip: "127.0.0.1", client: ""},
		"untrusted, IPv6":         {peer: "::1", forwarded: "1.2.3.4", ip: "::1", client: ""},
		"untrusted, mapped":       {peer: "::ffff:10.0.0.9", forwarded: "1.2.3.4", ip: "::ffff:10.0.0.9", client: ""},
		"untrusted, a carrier's":  {peer: "100.64.1.1", forwarded: "1.2.3.4", ip: "100.64.1.1", client: ""},
		"another is trusted":      {peer: "10.0.0.9", forwarded: "1.2.3.4", trusted: []netip.Prefix{private}, ip: "10.0.0.9", client: ""},
		"trusted":                 {peer: "10.0.0.9", forwarded: "1.2.3.4, 203.0.113.5", trusted: []netip.Prefix{ten}, ip: "203.0.113.5", client: "203.0.113.5"},
		"trusted, and silent":     {peer: "10.0.0.9", trusted: []netip.Prefix{ten}, ip: "10.0.0.9", client: "10.0.0.9"},
		"trusted, garbage":        {peer: "10.0.0.9", forwarded: "x", trusted: []netip.Prefix{ten}, ip: "10.0.0.9", client: "10.0.0.9"},
		"trusted, IPv6 behind":    {peer: "10.0.0.9", forwarded: "2001:db8:1:2:3:4:5:6", trusted: []netip.Prefix{ten}, ip: "2001:db8:1:2:3:4:5:6", client: "2001:db8:1:2::/64"},
	} {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			e := New(Config{Trusted: tt.trusted, Log: slog.New(slog.NewTextHandler(&log, nil))})
			r, err := http.NewRequest(http.MethodGet, "/", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.RemoteAddr = "[" + tt.peer + "]:5000"
			if tt.forwarded != "" {
				r.Header.Set("X-Forwarded-For", tt.forwarded)
			}
			for range 3 {
				if got := e.Client(r); got != tt.client {
					t.Errorf("it counts for %q, want %q", got, tt.client)
				}
			}
			if got := e.IP(r); got != tt.ip {
				t.Errorf("it comes from %q, want %q", got, tt.ip)
			}
			want := 0
			if tt.client == "" {
				want = 1
			}
			if n := strings.Count(log.String(), "VISNYK_TRUSTED_PROXIES"); n != want {
				t.Errorf("%d warnings, want %d: %s", n, want, log.String())
			}
		})
	}
}

func TestRates(t *testing.T) {
	r := NewRateLimits(Rate{PerSecond: 2, Burst: 4}, 10)
	now := time.Unix(1000, 0)
	for i := range 4 {
		if r.Take("u", now) != 0 {
			t.Errorf("request %d waits", i)
		}
	}
	if wait := r.Take("u", now); wait != time.Second/2 {
		t.Errorf("wait %v", wait)
	}
	if r.Take("u", now.Add(-time.Hour)) == 0 || r.Take("u", now) == 0 {
		t.Error("the clock went back and something was let in")
	}
	if r.Take("u", now.Add(time.Second/2)) != 0 || r.Take("u", now.Add(time.Second/2)) == 0 {
		t.Error("half a second is one request")
	}
	for i := range 4 * sharedRates {
		if r.Take("", now) != 0 {
			t.Fatalf("request %d of those nobody can tell apart waits", i)
		}
	}
	if wait := r.Take("", now); wait != time.Second/(2*sharedRates) {
		t.Errorf("they wait %v", wait)
	}
	for i := range 100 {
		r.Take(string(rune('a'+i)), now)
	}
	if n := len(r.buckets); n > 10 {
		t.Errorf("%d are remembered, of at most 10", n)
	}
}
